import type { Scenario } from '../scenario.ts';
import {
  F072,
  F103,
  FLASH,
  NO_STRETCH,
  TO_HOST,
  USB,
  dfu,
  done,
  i2c,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

/** nRST_STOP of F405 cleared, and its complement: all else as delivered. */
const F405_OPTIONS = [0xbf, 0xaa, ...Array.from({ length: 14 }, () => 0xff)];

/** Group G: protection and option bytes. */
export default [
  ...variants(
    {
      symptom: 'The chip is read-protected, and is to be written',
      source:
        'betaflight-configurator issue 200; keirf/flashfloppy issue 15; meshtastic pull request 2630',
      board: { rdp: 1 },
      expect: [refuses('protected')],
    },
    { id: 'G01', transport: 'USART' },
    { id: 'G01I', transport: 'I2C' },
    ...frames('G01'),
  ),
  ...variants(
    {
      symptom: 'The chip is read-protected, and is to be read',
      source:
        'betaflight-configurator issue 200; keirf/flashfloppy issue 15; meshtastic pull request 2630',
      job: { do: 'read', address: FLASH, length: 1024 },
      expect: [refuses('protected')],
    },
    { id: 'G01b', transport: 'USART', board: { ...F103, rdp: 1 } },
    { id: 'G01Ib', transport: 'I2C', board: { ...NO_STRETCH, rdp: 1 } },
  ),
  usart('G01c', {
    symptom: 'The chip is read-protected, and answers the refusal twice',
    source: 'AN2606, limitations of F40x V9.0',
    board: { rdp: 1, bootloader: '9.0', quirks: { 'two-nacks': true } },
    job: { do: 'read', address: FLASH, length: 1024 },
    expect: [refuses('protected')],
  }),
  usart('G02', {
    symptom: 'Readout unprotect erases for 8 s before its second ACK, then the chip resets',
    source: 'betaflight-configurator pull request 350',
    board: { rdp: 1 },
    faults: [{ ...TO_HOST, do: 'delay', step: 'command 92', nth: 2, ms: 8_000 }],
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  usart('G02b', {
    symptom: 'Readout unprotect erases for 20 s before its second ACK',
    source: 'betaflight-configurator pull request 350 (18 to 20 s)',
    board: { rdp: 1 },
    faults: [{ ...TO_HOST, do: 'delay', step: 'command 92', nth: 2, ms: 20_000 }],
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  usart('G02c', {
    symptom: 'The second ACK of readout unprotect is lost in the reset',
    source: 'betaflight-configurator pull request 350',
    board: { rdp: 1 },
    faults: [{ ...TO_HOST, do: 'drop', step: 'command 92', nth: 2 }],
    job: { do: 'unprotect' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['timeout', 'protected', 'reset-target'] },
    ],
    limitMs: 60_000,
  }),
  i2c('G02I', {
    symptom: 'Readout unprotect holds SCL while it erases for 8 s, then the chip resets',
    source: 'betaflight-configurator pull request 350',
    board: { rdp: 1, speed: 'real' },
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  i2c('G02Ib', {
    symptom: 'No-stretch readout unprotect answers busy for 8 s, then the chip resets',
    source: 'betaflight-configurator pull request 350',
    board: { ...NO_STRETCH, rdp: 1, speed: 'real' },
    faults: [{ at: 'flash', do: 'slow', operation: 1, by: 8_000_000 }],
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  ...variants(
    {
      symptom: 'Readout unprotect erases everything, then the chip resets',
      source: 'betaflight-configurator pull request 350',
      board: { rdp: 1, speed: 'instant' },
      job: { do: 'unprotect' },
      expect: [succeeds('erased')],
    },
    ...frames('G02'),
  ),
  ...variants(
    {
      symptom: 'After readout unprotect the chip starts anew: the next run',
      source: 'community.st.com 815774 and 847407 (G071)',
      board: { rdp: 1, speed: 'instant' },
      first: { job: { do: 'unprotect' } },
      expect: [done],
    },
    { id: 'G03', transport: 'USART', board: { rdp: 1 } },
    { id: 'G03U', transport: 'DFU' },
    { id: 'G03I', transport: 'I2C', board: { ...NO_STRETCH, rdp: 1 } },
    ...frames('G03'),
  ),
  dfu('G04', {
    symptom: 'Writing option bytes resets the chip: the last GETSTATUS is never answered',
    source: 'community.st.com 361078 (CubeProgrammer 1.0 waits for ever); AN3156',
    job: { do: 'write-options', address: 0x1fff_c000, image: { length: 16, bytes: F405_OPTIONS } },
    expect: [unchanged],
  }),
  usart('G05', {
    symptom: 'Four bytes are to be written over the option bytes: the others would be lost',
    source: 'community.st.com 623760 (U5A9); 0D50X0000C0uRMP (F303)',
    board: F103,
    job: { do: 'write-options', address: 0x1fff_f800, image: { length: 4 } },
    expect: [refuses('bad-address', 'too-large', 'alignment')],
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
  usart('G06', {
    symptom: 'The option bytes are acknowledged and not written',
    source: 'hoverboard-firmware-hack-FOC issue 279 (F1)',
    board: F103,
    faults: [{ at: 'flash', do: 'lie', operation: 1 }],
    job: { do: 'write-options', address: 0x1fff_f800, image: { length: 16 } },
    expect: [
      refuses('verify-failed'),
      nonStrict(unchanged, 'without reading them back it can be fooled: exit 0, nothing written'),
    ],
  }),
  dfu('G11', {
    symptom: 'The option bytes are written, and the device does not come back',
    source: 'qFlipper issue 62 (NO_DEVICE; it returns with another ID)',
    faults: [{ ...USB, do: 'disconnect', step: 'write: GETSTATUS 1', nth: 1 }],
    job: { do: 'write-options', address: 0x1fff_c000, image: { length: 16, bytes: F405_OPTIONS } },
    expect: [unchanged, refuses('port-lost')],
    limitMs: 20_000,
  }),
] satisfies readonly Scenario[];
