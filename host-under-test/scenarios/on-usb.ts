import type { FlashFault } from '../../emulator/index.ts';
import type { Scenario } from '../scenario.ts';
import {
  F405,
  FLASH,
  breaksOff,
  dfu,
  done,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
} from './define.ts';

const USB = { at: 'usb' } as const;
const WRITE = { do: 'write' } as const;
const F072 = { device: 'STM32F072RB' } as const;
const H743 = { device: 'STM32H743ZI' } as const;
/** nRST_STOP of F405 cleared, and its complement: all else as delivered. */
const F405_OPTIONS = [0xbf, 0xaa, ...Array.from({ length: 14 }, () => 0xff)];

const LIES: readonly FlashFault[] = Array.from({ length: 50 }, (_, index) => ({
  at: 'flash',
  do: 'lie',
  operation: index + 1,
}));

const FOOLED = 'without reading back it can be fooled';

/** Steps of a write at which nothing more is answered. */
const SILENT_FROM = [
  ['a', 'GET_DESCRIPTOR', 1],
  ['b', 'GETSTATUS', 1],
  ['c', 'set-address-pointer: DNLOAD', 1],
  ['d', 'erase: GETSTATUS 2', 1],
  ['e', 'write: GETSTATUS 1', 2],
] as const;

const LENGTHS = [
  ['a', 1],
  ['b', 3],
  ['c', 2047],
  ['d', 2049],
] as const;

/** What of the groups A, C, E, G and I applies to USB: as there, `U` behind the number. */
export default [
  dfu('A01U', {
    symptom: 'The application runs: there is no bootloader on the bus',
    source: 'rogerclarkmelbourne/Arduino_STM32 issue 245, on USB',
    board: { ...F405, boot0: 0, application: 'silent' },
    job: WRITE,
    expect: [refuses('no-device')],
  }),
  dfu('A16U', {
    symptom: 'A second run without a reset',
    source: 'community.st.com 121832, on USB',
    board: F405,
    first: { job: WRITE },
    job: { ...WRITE, image: { length: 4096, seed: 7 } },
    expect: [done],
  }),
  dfu('A19', {
    symptom: 'Chatter on a USART has selected it: the bootloader is not on USB any more',
    source: 'betaflight issue 4122; betaflight.com pull request 208',
    board: { ...F405, before: [[0x7f]] },
    job: WRITE,
    expect: [refuses('no-device')],
    limitMs: 10_000,
  }),
  dfu('A20', {
    symptom: 'The device comes onto the bus 2 s after the tool was started',
    source: 'betaflight-configurator issue 1250; Arduino_Core_STM32 pull request 710',
    board: F405,
    faults: [{ ...USB, do: 'attach-late', ms: 2_000 }],
    job: WRITE,
    expect: [done, refuses('no-device')],
    limitMs: 30_000,
  }),
  dfu('C02U', {
    symptom: 'A mass erase holds its GETSTATUS for 8 s',
    source: 'pyOCD pull request 421 (F439, 15 s); fwupd pull request 6249',
    board: { device: 'STM32F427VI', speed: 'instant' },
    faults: [{ ...USB, do: 'delay', step: 'mass-erase: GETSTATUS 2', nth: 1, ms: 8_000 }],
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  dfu('C11U', {
    symptom: 'Old content lies where the image goes',
    source: 'stm32duino/Arduino_Tools pull request 98',
    board: { ...F405, filled: 0xa5, until: 64 * 1024 },
    job: WRITE,
    expect: [done],
  }),
  dfu('C12U', {
    symptom: 'Flash is full of zeros: a tool that forgets to erase writes nothing',
    source: 'community.st.com 60241 (STM32CubeProgrammer without its data base)',
    board: { ...F072, filled: 0x00, until: 16 * 1024 },
    job: WRITE,
    expect: [done],
  }),
  dfu('C14', {
    symptom: 'After an erase beyond 1 MiB the state stays dfuDNBUSY until CLRSTATUS comes twice',
    source: 'betaflight-configurator pull requests 1972 and 1861 (H743 revision V)',
    board: { ...H743, quirks: { 'dfu-stuck-busy-after-bank-2-erase': true } },
    job: { ...WRITE, address: FLASH + 1024 * 1024 },
    expect: [done, breaksOff('erase-failed', 'timeout')],
    limitMs: 30_000,
  }),
  dfu('C15', {
    symptom: 'Erasing bank 2 erases another sector than was asked for (F767)',
    source: 'AN2606, limitations of F76x V9.3; rusefi issue 3775',
    board: {
      device: 'STM32F767ZI',
      filled: 0x00,
      quirks: { 'dfu-bank-2-erase-shifted': true },
      options: { nDBANK: 0 },
      speed: 'instant',
    },
    job: { ...WRITE, address: FLASH + 1024 * 1024 },
    expect: [
      { exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] },
      nonStrict(succeeds('any'), FOOLED),
    ],
  }),
  dfu('C15b', {
    symptom: 'A mass erase is acknowledged and does nothing (H743)',
    source: 'AN2606, limitations of H74x V13.3; dfu-util ticket 231',
    board: { ...H743, quirks: { 'dfu-mass-erase-broken': true }, speed: 'instant' },
    job: { do: 'erase' },
    expect: [refuses('erase-failed'), nonStrict(unchanged, FOOLED)],
  }),
  dfu('C16', {
    symptom: 'The GETSTATUS behind an erase is answered after 2.2 s',
    source: 'fwupd pull requests 6249 and 1944',
    board: F405,
    faults: [{ ...USB, do: 'delay', step: 'erase: GETSTATUS 2', nth: 1, ms: 2_200 }],
    job: WRITE,
    expect: [done],
  }),
  ...LENGTHS.map(([letter, length]) =>
    dfu(`E01U${letter}`, {
      symptom: `The image has ${length} bytes`,
      source: 'stm32loader issue 9, on USB; AN3156 (blocks of 2 bytes at least)',
      board: F072,
      job: { ...WRITE, image: { length } },
      expect: [done],
    }),
  ),
  dfu('E03U', {
    symptom: 'Everything is acknowledged and nothing is done',
    source: 'community.st.com 116796 (H503); nrf OTAFIX pull request 49',
    board: F405,
    faults: LIES,
    job: WRITE,
    expect: [breaksOff('verify-failed'), nonStrict(unchanged, FOOLED)],
  }),
  dfu('E03Ub', {
    symptom: 'Everything is acknowledged and nothing is done; the tool verifies',
    source: 'community.st.com 116796 (H503); nrf OTAFIX pull request 49',
    board: F405,
    faults: LIES,
    job: { do: 'write+verify' },
    expect: [breaksOff('verify-failed')],
  }),
  dfu('E09U', {
    symptom: 'A block is written, and the answer that says so is lost',
    source: 'own inference',
    board: F405,
    faults: [{ ...USB, do: 'drop', step: 'write: GETSTATUS 2', nth: 1 }],
    job: WRITE,
    expect: [done, breaksOff('timeout', 'write-failed')],
  }),
  dfu('E12U', {
    symptom: 'Write-protected sectors acknowledge every erase and write and keep their content',
    source: 'AN3156 (no error on write-protected sectors)',
    board: { ...F405, options: { nWRP: 0xffe } },
    job: WRITE,
    expect: [
      { exit: 'nonzero', flash: ['any'], causes: ['protected', 'verify-failed'] },
      nonStrict(succeeds('any'), FOOLED),
    ],
  }),
  dfu('E12Ub', {
    symptom: 'A write-protected sector reports that the write failed, at the last block',
    source: 'ST’s class driver usbd_dfu.c (errVENDOR); no source says which ROM does',
    board: {
      ...F405,
      options: { nWRP: 0xffe },
      quirks: { 'dfu-write-faults-reported': true },
    },
    job: { ...WRITE, image: { length: 1024 } },
    expect: [breaksOff('protected', 'write-failed', 'dfu-status')],
  }),
  dfu('E15U', {
    symptom: 'Power is lost in the middle of the write; the next run',
    source: 'MCUboot, its simulator',
    board: F405,
    faults: [{ at: 'flash', do: 'power-cut', operation: 2 }],
    first: { job: WRITE, powerCycle: true },
    job: WRITE,
    expect: [done],
  }),
  dfu('E15Ub', {
    symptom: 'Power is lost in the middle of the write',
    source: 'MCUboot, its simulator',
    board: F405,
    faults: [{ at: 'flash', do: 'power-cut', operation: 2 }],
    job: WRITE,
    expect: [done, breaksOff('port-lost', 'write-failed')],
  }),
  dfu('E19U', {
    symptom: 'Long runs of 0xFF in the image, over old content',
    source: 'own inference',
    board: { ...F405, filled: 0xa5, until: 64 * 1024 },
    job: { ...WRITE, image: { length: 16 * 1024, blankFrom: 2048, blankTo: 12 * 1024 } },
    expect: [done],
  }),
  dfu('G03U', {
    symptom: 'After readout unprotect the device is another to the host: the next run starts anew',
    source: 'community.st.com 815774; betaflight-configurator pull request 350',
    board: { ...F405, rdp: 1, speed: 'instant' },
    first: { job: { do: 'unprotect' } },
    job: WRITE,
    expect: [done],
  }),
  dfu('G04', {
    symptom: 'Writing option bytes resets the chip: the last GETSTATUS is never answered',
    source: 'community.st.com 361078 (CubeProgrammer 1.0 waits for ever); AN3156',
    board: F405,
    job: { do: 'write-options', address: 0x1fff_c000, image: { length: 16, bytes: F405_OPTIONS } },
    expect: [unchanged],
  }),
  dfu('G05U', {
    symptom: 'Four bytes are to be written over the option bytes: the others would be lost',
    source: 'community.st.com 623760 (U5A9); 0D50X0000C0uRMP (F303)',
    board: F072,
    job: {
      do: 'write-options',
      address: 0x1fff_f800,
      image: { length: 4, bytes: [0xaa, 0x55, 0xff, 0x00] },
    },
    expect: [refuses('bad-address', 'too-large', 'alignment')],
  }),
  dfu('G11', {
    symptom: 'The option bytes are written, and the device does not come back',
    source: 'qFlipper issue 62 (NO_DEVICE; it returns with another ID)',
    board: F405,
    faults: [{ ...USB, do: 'disconnect', step: 'write: GETSTATUS 1', nth: 1 }],
    job: { do: 'write-options', address: 0x1fff_c000, image: { length: 16, bytes: F405_OPTIONS } },
    expect: [unchanged, refuses('port-lost')],
    limitMs: 20_000,
  }),
  dfu('I01U', {
    symptom: 'The cable is pulled in the middle of the write',
    source: 'own inference',
    board: F405,
    faults: [{ ...USB, do: 'disconnect', step: 'write: GETSTATUS 1', nth: 2 }],
    job: WRITE,
    expect: [breaksOff('port-lost')],
    limitMs: 10_000,
  }),
  ...SILENT_FROM.map(([letter, step, nth]) =>
    dfu(`I04U${letter}`, {
      symptom: `Nothing is answered any more from ${step} on`,
      source: 'own inference',
      board: F405,
      faults: [{ ...USB, do: 'nak', step, nth, on: true }],
      job: WRITE,
      expect: [breaksOff('timeout', 'no-answer', 'no-device', 'write-failed', 'erase-failed')],
      limitMs: 60_000,
    }),
  ),
  dfu('I05U', {
    symptom: 'Ctrl-C in the middle of the erase, then the tool is run again',
    source: 'own inference; as D03',
    board: F405,
    faults: [{ ...USB, do: 'drop', step: 'erase: GETSTATUS 1', nth: 1 }],
    first: { job: WRITE, interrupt: { step: 'erase: GETSTATUS 1', nth: 1 } },
    job: WRITE,
    expect: [done],
  }),
  dfu('I07U', {
    symptom: 'Each answer takes 100 ms more than usual',
    source: 'u360gts issue 113; betaflight-configurator issue 11015',
    board: F405,
    faults: [{ ...USB, do: 'delay', nth: 1, on: true, ms: 100 }],
    job: { ...WRITE, image: { length: 4096 } },
    expect: [done, breaksOff('timeout')],
  }),
] satisfies readonly Scenario[];
