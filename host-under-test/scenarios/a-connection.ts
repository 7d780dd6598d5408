import type { Scenario } from '../scenario.ts';
import {
  F103,
  I2C_TO_CHIP,
  NO_STRETCH,
  TO_HOST,
  USB,
  WRITE_ALONE,
  breaksOff,
  dfu,
  done,
  i2c,
  refuses,
  unchanged,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

const SYNC = [0x7f];

/** Group A: activation, synchronisation, the line. */
export default [
  usart('A01', {
    symptom: 'The chip runs its application: the port is silent',
    source: 'rogerclarkmelbourne/Arduino_STM32 issues 245 and 863; MMDVM_HS issue 156',
    board: { boot0: 0, application: 'silent' },
    expect: [refuses('no-answer')],
  }),
  ...variants(
    {
      symptom: 'The application runs: there is no bootloader on the bus',
      source: 'rogerclarkmelbourne/Arduino_STM32 issues 245 and 863; MMDVM_HS issue 156',
      board: { boot0: 0, application: 'silent' },
    },
    { id: 'A01U', transport: 'DFU', expect: [refuses('no-device')] },
    { id: 'A01I', transport: 'I2C', expect: [refuses('no-answer', 'no-device')] },
    ...frames('A01', () => ({ expect: [refuses('no-answer', 'timeout')], limitMs: 20_000 })),
  ),
  i2c('A01Ib', {
    symptom: 'The first message is not acknowledged, as by a chip that is just starting',
    source: 'own inference; AN2606, I2C connection time',
    board: NO_STRETCH,
    faults: [{ ...I2C_TO_CHIP, do: 'address-nack', nth: 1 }],
    expect: [done, refuses('no-answer', 'no-device')],
  }),
  usart('A02', {
    symptom: 'The application prints text on the same port',
    source: 'STM32duino-bootloader issue 31',
    board: { boot0: 0, application: 'banner' },
    job: { baud: 115_200 },
    expect: [refuses('not-a-bootloader', 'no-answer')],
  }),
  usart('A02b', {
    symptom: 'The application echoes what it is sent',
    source: 'own inference from STM32duino-bootloader issue 31',
    board: { boot0: 0, application: 'echo' },
    job: { baud: 115_200 },
    expect: [refuses('not-a-bootloader', 'echo', 'no-answer')],
  }),
  usart('A03', {
    symptom: 'A stray 0x00 comes before the ACK of the sync byte',
    source: 'florisla/stm32loader issue 46 (F413); ARMinARM/stm32flash issue 3',
    faults: [{ ...TO_HOST, do: 'before', step: 'sync', nth: 1, bytes: [0x00] }],
    expect: [done],
  }),
  usart('A03b', {
    symptom: 'A stray 0x00 comes after the tool has reset the chip, before it sends anything',
    source: 'florisla/stm32loader issue 46 (F413)',
    board: { boot0: 0, application: 'silent' },
    faults: [{ at: 'wire', do: 'stray', bytes: [0x00], ms: 5 }],
    job: { resets: true },
    expect: [done],
  }),
  usart('A04', {
    symptom: 'The chip is synchronised already: the second 0x7F is answered with NACK',
    source: 'stm32loader pull request 33',
    board: { before: [SYNC] },
    expect: [done],
  }),
  usart('A04b', {
    symptom:
      'The chip is synchronised and holds the first 0x7F of a pair: the next one brings NACK at once',
    source: 'stm32loader pull request 33',
    board: { before: [SYNC, SYNC] },
    expect: [done],
  }),
  usart('A05', {
    symptom: 'A fresh chip: a tool that sends 0x7F twice breaks its own session',
    source: 'unwireddevices/stm32flash issue 1',
    job: { do: 'detect' },
    expect: [unchanged],
    soonMs: 1000,
  }),
  usart('A06', {
    symptom: 'A wrong byte came before 0x7F: the chip is deaf until it is reset',
    source: 'community.st.com 810505 (G031)',
    board: { before: [[0x00]] },
    expect: [refuses('reset-target')],
  }),
  usart('A06b', {
    symptom: 'The chip is deaf after a wrong byte, and the tool can reset it',
    source: 'community.st.com 810505 (G031)',
    board: { before: [[0x00]] },
    job: { resets: true },
    expect: [done],
  }),
  usart('A07', {
    symptom: 'The chip has found another rate: replies arrive as 0x00 and 0xFE',
    source: 'community.st.com 11320 (F746, entered by a jump)',
    faults: [{ ...TO_HOST, do: 'replace', nth: 1, on: true, bytes: [0x00, 0xfe, 0x00] }],
    expect: [refuses('garbled', 'baud')],
  }),
  usart('A08', {
    symptom: 'The rate found is off at 115200 baud: the line is unstable',
    source: 'community.st.com 151995 (L431); AN2606, F72x, F74x and F76x',
    board: { device: 'STM32F746ZG', quirks: { 'auto-baud-jitter': true } },
    job: { baud: 115_200 },
    expect: [done, breaksOff('garbled', 'baud')],
  }),
  usart('A08b', {
    symptom: 'The same chip at 19200 baud, where it is safe',
    source: 'community.st.com 151995 (L431); AN2606, F72x, F74x and F76x',
    board: { device: 'STM32F746ZG', quirks: { 'auto-baud-jitter': true } },
    job: { baud: 19_200 },
    expect: [done],
  }),
  usart('A09', {
    symptom: 'Single bits flip on the line after a clean sync; the tool verifies',
    source: 'community.st.com 137022 (F4): a corrupt image in the field',
    faults: [{ at: 'wire', do: 'bit-errors', every: 1500 }],
    expect: [done, breaksOff('verify-failed', 'write-failed', 'garbled', 'timeout')],
  }),
  usart('A09b', {
    symptom: 'Single bits flip on the line after a clean sync; the tool does not verify',
    source: 'community.st.com 137022 (F4): a corrupt image in the field',
    faults: [{ at: 'wire', do: 'bit-errors', every: 1500 }],
    job: WRITE_ALONE,
    expect: [done, breaksOff('write-failed', 'garbled', 'timeout')],
  }),
  usart('A10', {
    symptom: 'The sync byte is answered with 0xFE',
    source: 'community.st.com 113278 (4800 baud); 26419 (L051)',
    faults: [{ ...TO_HOST, do: 'replace', nth: 1, on: true, bytes: [0xfe] }],
    expect: [refuses('garbled', 'baud')],
  }),
  usart('A11', {
    symptom: 'The chip does not connect above 57600 baud',
    source: 'Arduino_STM32 issue 372; betaflight-configurator pull request 548; AN2606, F378 V5.0',
    board: { quirks: { 'usart-57600-at-most': true } },
    job: { baud: 115_200 },
    expect: [done, refuses('baud')],
  }),
  usart('A12', {
    symptom:
      'The host forgets the parity: the sync byte is answered, and the first command behind it with NACK',
    source: 'FYSETC-S6 issue 39; community.st.com 726790 (WL5M) and 339472 (F412)',
    job: { parity: 'none' },
    expect: [refuses('parity')],
  }),
  usart('A13', {
    symptom: 'The adapter drops the parity bit and says so when it is read back',
    source:
      'grigorig/stcgal issues 5, 9 and 21; Arduino_STM32 pull request 139; inav pull request 10271',
    board: { plainTerminal: true },
    faults: [{ at: 'wire', do: 'drops-parity' }],
    expect: [refuses('parity')],
  }),
  usart('A14', {
    symptom: 'DTR drives NRST and RTS drives BOOT0, as the tool is told',
    source: 'RIOT pull request 18452; platform-ststm32 issue 257',
    board: { boot0: 0, application: 'silent' },
    job: { resets: true },
    expect: [done],
    linesReleased: true,
  }),
  usart('A14b', {
    symptom: 'The adapter has both lines inverted, and the tool is not told',
    source: 'RIOT pull request 18452 ("my TTL adapter had inverted RTS/DTR")',
    board: { boot0: 0, application: 'silent', wiring: 'inverted' },
    job: { resets: true },
    expect: [refuses('reset-lines')],
  }),
  usart('A14c', {
    symptom: 'The two lines are swapped, and the tool is not told',
    source: 'RIOT pull request 18452; platform-ststm32 issue 257',
    board: { boot0: 0, application: 'silent', wiring: 'swapped' },
    job: { resets: true },
    expect: [refuses('reset-lines')],
  }),
  usart('A15', {
    symptom: 'A byte that the adapter should have flushed comes 5 ms after the reset',
    source: 'remark in stm32loader, CP2102N',
    board: { boot0: 0, application: 'silent' },
    faults: [{ at: 'wire', do: 'stray', bytes: [0x79], ms: 5 }],
    job: { resets: true },
    expect: [done],
  }),
  ...variants(
    {
      symptom: 'A second run without a reset between',
      source: 'community.st.com 121832 (L412): every other run fails',
      first: { job: { do: 'detect' } },
      expect: [done],
    },
    { id: 'A16', transport: 'USART' },
    {
      id: 'A16U',
      transport: 'DFU',
      first: { job: WRITE_ALONE },
      job: { image: { length: 4096, seed: 7 } },
    },
    { id: 'A16I', transport: 'I2C' },
    ...frames('A16'),
  ),
  usart('A17', {
    symptom: 'The session before died after it had announced 256 bytes: the chip waits for them',
    source: 'own inference; the mechanism is reported in an nrf OTAFIX pull request 49',
    board: { before: [SYNC, [0x31, 0xce], [0x08, 0x00, 0x00, 0x00, 0x08], [0xff, 0x00, 0x11]] },
    expect: [done, refuses('reset-target')],
    limitMs: 40_000,
  }),
  usart('A17b', {
    symptom: 'The session before died in the middle of an address',
    source: 'own inference; as A17',
    board: { before: [SYNC, [0x11, 0xee], [0x08, 0x00]] },
    expect: [done, refuses('reset-target')],
    limitMs: 40_000,
  }),
  usart('A18', {
    symptom: 'Single-wire adapter: the tool hears each byte that it sends',
    source: 'Hydra-Dual-Brushed-Motor-ESC issue 1; ArduPilot pull request 17216',
    faults: [{ at: 'wire', do: 'echo' }],
    expect: [done, refuses('echo', 'garbled')],
  }),
  ...variants(
    {
      symptom: 'Chatter on a USART has selected it: the bootloader is not on this bus any more',
      source: 'betaflight issue 4122; betaflight.com pull request 208',
      board: { before: [[0x7f]] },
    },
    { id: 'A19', transport: 'DFU', expect: [refuses('no-device')], limitMs: 10_000 },
    { id: 'A19I', transport: 'I2C', expect: [refuses('no-answer', 'no-device')] },
  ),
  dfu('A20', {
    symptom: 'The device comes onto the bus 2 s after the tool was started',
    source: 'betaflight-configurator issue 1250; Arduino_Core_STM32 pull request 710',
    faults: [{ ...USB, do: 'attach-late', ms: 2_000 }],
    expect: [done, refuses('no-device')],
    limitMs: 30_000,
  }),
  usart('A21', {
    symptom: 'The application jumps to system memory by an address where there is no vector table',
    source: 'Klipper pull request 6959, quoting AN2606',
    board: { ...F103, boot0: 0, application: 'jump:0x1FFF0000@0x52', before: [[0x52]] },
    expect: [refuses('no-answer', 'reset-target')],
  }),
  usart('A21b', {
    symptom: 'The application of an H743 jumps to the second vector table of its system memory',
    source: 'community.st.com ta-p/49510; Betaflight jumps there too',
    board: {
      device: 'STM32H743ZI',
      boot0: 0,
      application: 'jump:0x1FF09800@0x52',
      before: [[0x52]],
    },
    expect: [done],
  }),
  usart('A22', {
    symptom: 'nBOOT_SEL is set: the BOOT0 pin is ignored and the flashed chip runs its application',
    source: 'Arksine/katapult issue 82; qmk pull request 24301; olikraus/stm32g031 issue 1',
    board: { device: 'STM32G071CB', options: { nBOOT_SEL: 1, nBOOT0: 1 }, application: 'silent' },
    expect: [refuses('no-answer')],
  }),
  // the watchdog runs while the tool is still being started: it gets more time than that takes
  usart('A23', {
    symptom:
      'The watchdog that the application has started resets the chip in the middle of the session',
    source: 'mowglinext pull request 636 (F401)',
    board: { boot0: 0, application: 'jump:0x1FFF0000@0x52,iwdg:3s', before: [[0x52]] },
    job: { image: { length: 24 * 1024 } },
    expect: [
      done,
      {
        exit: 'nonzero',
        flash: ['any'], // the reset may cut an erase
        causes: ['timeout', 'reset-target', 'write-failed', 'erase-failed'],
      },
    ],
  }),
  ...variants(
    {
      symptom: 'A reset strikes while the chip erases',
      source: 'mowglinext pull request 636 (F401): a watchdog left running',
      faults: [{ at: 'flash', do: 'reset', operation: 1 }],
      expect: [
        done,
        { exit: 'nonzero', flash: ['any'], causes: ['timeout', 'reset-target', 'erase-failed'] },
      ],
    },
    { id: 'A23b', transport: 'USART' },
    { id: 'A23I', transport: 'I2C' },
  ),
] satisfies readonly Scenario[];
