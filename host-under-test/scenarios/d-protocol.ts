import type { Scenario } from '../scenario.ts';
import {
  FLASH,
  G474,
  H743,
  USB,
  WRITE_ALONE,
  breaksOff,
  dfu,
  done,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
} from './define.ts';

const DEVICE = { at: 'device' } as const;

const F746 = { device: 'STM32F746ZG' } as const;

const L432 = { device: 'STM32L432KC' } as const;

const L4_STALLS = { ...L432, quirks: { 'dfu-status-stalls-while-erasing': true } } as const;

/** F405 erases 1 MiB in 16 s at most; the chips of this bench, in no time. */
const MASS_ERASE_MS = 20_000;

/** Group D, first half: what is said on the bus. */
export default [
  dfu('D01', {
    symptom: 'The chip leaves the bus without answering the GETSTATUS that leaves (generation B)',
    source: 'particle device-os issue 599; Klipper pull request 5596; monome/crow issue 128',
    board: H743,
    job: { starts: true },
    expect: [{ ...done, runs: true }],
  }),
  dfu('D01b', {
    symptom: 'The chip answers dfuMANIFEST and leaves the bus (generation A)',
    source: 'particle device-os issue 599; AN3156',
    job: { starts: true },
    expect: [{ ...done, runs: true }],
  }),
  dfu('D01c', {
    symptom: 'The application is started alone, and the last GETSTATUS is not answered',
    source: 'Klipper pull request 5596; klipper_canbus issue 21',
    board: H743,
    job: { do: 'go' },
    expect: [{ exit: 'zero', flash: ['same'], runs: true }],
  }),
  dfu('D02', {
    symptom: 'The chip is found in dfuERROR, errFIRMWARE',
    source: 'SourceForge dfu-util (fabiooibaf); logs of generation A',
    board: { quirks: { 'dfu-starts-in-error': true } },
    expect: [done],
  }),
  dfu('D03', {
    symptom: 'An earlier run was ended in the middle: the chip is found in dfuDNLOAD-IDLE',
    source: 'redbear/Duo issue 50; crucible thread 1539',
    faults: [{ ...USB, do: 'drop', step: 'write: GETSTATUS 2', nth: 1 }],
    first: { job: WRITE_ALONE, interrupt: { step: 'write: GETSTATUS 2', nth: 1 } },
    expect: [done],
  }),
  dfu('D03b', {
    symptom: 'An earlier run was ended before its GETSTATUS: the chip is found in dfuDNLOAD-SYNC',
    source: 'redbear/Duo issue 50; DFU 1.1 appendix A (ABORT is allowed there)',
    faults: [{ ...USB, do: 'drop', step: 'write: DNLOAD', nth: 1 }],
    first: { job: WRITE_ALONE, interrupt: { step: 'write: DNLOAD', nth: 1 } },
    expect: [done],
  }),
  dfu('D03c', {
    symptom: 'An earlier read was ended in the middle: the chip is found in dfuUPLOAD-IDLE',
    source: 'redbear/Duo issue 50',
    faults: [{ ...USB, do: 'drop', step: 'UPLOAD', nth: 2 }],
    first: {
      job: { do: 'read', address: FLASH, length: 8192 },
      interrupt: { step: 'UPLOAD', nth: 2 },
    },
    expect: [done],
  }),
  dfu('D04', {
    symptom: 'The GETSTATUS behind an erase is stalled once',
    source: 'redbear/Duo issue 50 (“ERASE_PAGE get_status”, L412)',
    faults: [{ ...USB, do: 'stall', step: 'erase: GETSTATUS 2', nth: 1 }],
    expect: [done, breaksOff('erase-failed', 'usb-stall')],
  }),
  dfu('D04b', {
    symptom: 'The GETSTATUS that sets an erase going is stalled once',
    source: 'redbear/Duo issue 50 (“ERASE_PAGE get_status”, L412)',
    faults: [{ ...USB, do: 'stall', step: 'erase: GETSTATUS 1', nth: 1 }],
    expect: [done, breaksOff('erase-failed', 'usb-stall')],
  }),
  dfu('D05', {
    symptom: 'wTransferSize is 1024',
    source: 'betaflight-configurator pull request 1249; web-stm32-updater issue 3',
    board: G474,
    expect: [done],
  }),
  dfu('D05b', {
    symptom: 'wTransferSize is 64',
    source: 'betaflight-configurator pull request 1249',
    faults: [{ ...DEVICE, do: 'transfer-size', bytes: 64 }],
    expect: [done],
  }),
  dfu('D06', {
    symptom: 'wTransferSize is 0',
    source: 'betaflight-configurator pull request 4826',
    faults: [{ ...DEVICE, do: 'transfer-size', bytes: 0, taken: 2048 }],
    expect: [done, refuses('transfer-size')],
    limitMs: 15_000,
  }),
  dfu('D06b', {
    symptom: 'wTransferSize is 65535',
    source: 'betaflight-configurator pull request 4826',
    faults: [{ ...DEVICE, do: 'transfer-size', bytes: 0xffff }],
    job: { image: { length: 16 * 1024 } },
    expect: [done, refuses('transfer-size')],
    limitMs: 15_000,
  }),
  dfu('D07', {
    symptom: 'The device reckons the address of a block with the length of that block',
    source: 'usbd-dfu pull request 6 (found with fwupd)',
    faults: [{ ...DEVICE, do: 'address-by-length' }],
    job: { image: { length: 5000 } },
    expect: [done, breaksOff('verify-failed')],
  }),
  dfu('D08', {
    symptom:
      'CLRSTATUS outside dfuERROR is stalled, and the functional descriptor is not told alone',
    source: 'betaflight-configurator pull request 5300 (C5)',
    board: {
      ...G474,
      quirks: { 'dfu-clear-status-stalls': true, 'dfu-functional-descriptor-silent': true },
    },
    expect: [done],
  }),
  dfu('D09', {
    symptom: 'CLRSTATUS in dfuIDLE leads to dfuERROR',
    source: 'dfu-rs/dfu-libusb issue 4 (G4)',
    board: G474,
    expect: [done],
  }),
  dfu('D10', {
    symptom: 'A request before bwPollTimeout is over is stalled',
    source: 'community.st.com 0D50X00009XkXcQSAV (L432)',
    board: L432,
    faults: [{ ...USB, do: 'needs-poll-time' }],
    expect: [done],
  }),
  dfu('D10b', {
    symptom: 'bwPollTimeout of an erase is too short, and a GETSTATUS during it is stalled (L4)',
    source: 'dfu-util, comment in dfuse.c',
    board: L4_STALLS,
    expect: [done, breaksOff('erase-failed', 'usb-stall')],
  }),
  dfu('D11', {
    symptom: 'bwPollTimeout of a mass erase is exactly 100 ms (F405)',
    source: 'dfu-util, comment in dfuse.c; DFU 1.1 §6.1.2 (wait as long as told)',
    board: { speed: 'instant' },
    job: { do: 'erase' },
    expect: [succeeds('erased')],
    limitMs: MASS_ERASE_MS,
  }),
  dfu('D11b', {
    symptom: 'bwPollTimeout of a mass erase is 101 ms: all else as in D11',
    source: 'the counterpart of D11',
    board: { speed: 'instant', quirks: { 'mass-erase-poll': false } },
    job: { do: 'erase' },
    expect: [succeeds('erased')],
    limitMs: MASS_ERASE_MS,
  }),
  dfu('D11c', {
    symptom: 'bwPollTimeout is always 0',
    source: 'gd32-dfu-utils issue 3; maple-bootloader issue 5',
    faults: [{ ...DEVICE, do: 'poll', ms: 0 }],
    expect: [done],
  }),
  dfu('D11d', {
    symptom: 'bwPollTimeout is always 104 ms',
    source: 'gd32-dfu-utils issue 3',
    faults: [{ ...DEVICE, do: 'poll', ms: 104 }],
    expect: [done],
  }),
  dfu('D11e', {
    symptom: 'bwPollTimeout is 0xFFFFFF ms, more than four hours',
    source: 'gd32-dfu-utils issue 3; fwupd issue 2696',
    faults: [{ ...DEVICE, do: 'poll', ms: 0xffffff }],
    expect: [done, breaksOff('timeout', 'dfu-status')],
    limitMs: 15_000,
  }),
  dfu('D12', {
    symptom: 'The image is longer than 512 KiB, over sectors of three sizes',
    source: 'fwupd issue 2696 (F745)',
    board: { ...F746, speed: 'instant' },
    job: { image: { length: 600 * 1024 } },
    expect: [done],
  }),
  dfu('D13', {
    symptom: 'A GETSTATUS of other than six bytes, or to another interface, is stalled',
    source: 'openmv issue 1508 (pydfu on F072)',
    board: { device: 'STM32F072RB' },
    faults: [{ ...USB, do: 'needs-six-bytes' }],
    expect: [done],
  }),
  dfu('D14', {
    symptom: 'The GETSTATUS behind a block is stalled once',
    source: 'solo1-cli issue 97',
    faults: [{ ...USB, do: 'stall', step: 'write: GETSTATUS 2', nth: 3 }],
    job: { image: { length: 16 * 1024 } },
    expect: [done, breaksOff('write-failed', 'usb-stall')],
  }),
  dfu('D14b', {
    symptom: 'The GETSTATUS that sets a write going is stalled once: the block is never written',
    source: 'solo1-cli issue 97',
    faults: [{ ...USB, do: 'stall', step: 'write: GETSTATUS 1', nth: 3 }],
    job: { image: { length: 16 * 1024 } },
    expect: [done, breaksOff('write-failed', 'usb-stall')],
  }),
  dfu('D14c', {
    symptom: 'A block is stalled, and the GETSTATUS behind it tells of dfuERROR, errWRITE',
    source: 'solo1-cli issue 97; DFU 1.1 §6.1.2',
    faults: [
      { ...USB, do: 'replace', step: 'write: GETSTATUS 2', nth: 1, bytes: [3, 0, 0, 0, 10, 0] },
    ],
    expect: [breaksOff('write-failed', 'dfu-status')],
  }),
  dfu('D23', {
    symptom: 'Reading a chip that is read-protected',
    source: 'blackmagic issue 192 (the upload hangs)',
    board: { rdp: 1 },
    job: { do: 'read', address: FLASH, length: 1024 },
    expect: [refuses('protected')],
    limitMs: 10_000,
  }),
  dfu('D23b', {
    symptom: 'An UPLOAD is stalled in the middle of reading',
    source: 'blackmagic issue 192',
    faults: [{ ...USB, do: 'stall', step: 'UPLOAD', nth: 2, on: true }],
    job: { do: 'read', address: FLASH, length: 8192 },
    expect: [refuses('usb-stall', 'port-lost')],
    limitMs: 10_000,
  }),
  dfu('D25', {
    symptom: 'An erase ends in dfuERROR, errERASE',
    source: 'community.st.com 7916 (H745, boot address in system memory)',
    board: H743,
    faults: [
      { ...USB, do: 'replace', step: 'erase: GETSTATUS 2', nth: 1, bytes: [4, 0, 0, 0, 10, 0] },
    ],
    expect: [breaksOff('erase-failed', 'dfu-status')],
  }),
  dfu('D26', {
    symptom: 'What is to be started is no program: nothing runs, and no device comes back',
    source: 'community.st.com 344295 and 148238 (H743, H753); AN2662',
    board: { blank: true },
    job: { do: 'go' },
    expect: [
      refuses('go-failed'),
      nonStrict(unchanged, 'it says nothing of a program that was not found running'),
    ],
  }),
  dfu('D30', {
    symptom: 'One block is stalled, and then the same again',
    source: 'qmk_firmware issue 17576 (some F401 and F411 boards)',
    faults: [{ ...USB, do: 'stall', step: 'write: DNLOAD', nth: 2, on: true }],
    expect: [breaksOff('write-failed', 'usb-stall')],
  }),
  dfu('D30b', {
    symptom: 'One block gets no answer',
    source: 'qmk_firmware issue 17576 (some F401 and F411 boards)',
    faults: [{ ...USB, do: 'nak', step: 'write: DNLOAD', nth: 2 }],
    expect: [done, breaksOff('write-failed', 'timeout')],
  }),
] satisfies readonly Scenario[];
