import type { Scenario } from '../scenario.ts';
import {
  F103,
  F405,
  FLASH,
  TO_HOST,
  WRITE,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
  usart,
} from './define.ts';

/** Group G: protection and option bytes. */
export default [
  usart('G01', {
    symptom: 'The chip is read-protected, and is to be written',
    source:
      'betaflight-configurator issue 200; keirf/flashfloppy issue 15; meshtastic pull request 2630',
    board: { ...F405, rdp: 1 },
    job: WRITE,
    expect: [refuses('protected')],
  }),
  usart('G01b', {
    symptom: 'The chip is read-protected, and is to be read',
    source: 'betaflight-configurator issue 200',
    board: { ...F103, rdp: 1 },
    job: { do: 'read', address: FLASH, length: 1024 },
    expect: [refuses('protected')],
  }),
  usart('G01c', {
    symptom: 'The chip is read-protected, and answers the refusal twice',
    source: 'AN2606, limitations of F40x V9.0',
    board: { ...F405, rdp: 1, bootloader: '9.0', quirks: { 'two-nacks': true } },
    job: { do: 'read', address: FLASH, length: 1024 },
    expect: [refuses('protected')],
  }),
  usart('G02', {
    symptom: 'Readout unprotect erases for 8 s before its second ACK, then the chip resets',
    source: 'betaflight-configurator pull request 350',
    board: { ...F405, rdp: 1 },
    faults: [{ ...TO_HOST, do: 'delay', step: 'command 92', nth: 2, ms: 8_000 }],
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  usart('G02b', {
    symptom: 'Readout unprotect erases for 20 s before its second ACK',
    source: 'betaflight-configurator pull request 350 (18 to 20 s)',
    board: { ...F405, rdp: 1 },
    faults: [{ ...TO_HOST, do: 'delay', step: 'command 92', nth: 2, ms: 20_000 }],
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  usart('G02c', {
    symptom: 'The second ACK of readout unprotect is lost in the reset',
    source: 'betaflight-configurator pull request 350',
    board: { ...F405, rdp: 1 },
    faults: [{ ...TO_HOST, do: 'drop', step: 'command 92', nth: 2 }],
    job: { do: 'unprotect' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['timeout', 'protected', 'reset-target'] },
    ],
    limitMs: 60_000,
  }),
  usart('G03', {
    symptom: 'After readout unprotect the chip has lost the rate: the next run starts anew',
    source: 'community.st.com 815774 and 847407 (G071)',
    board: { ...F405, rdp: 1 },
    first: { job: { do: 'unprotect' } },
    job: WRITE,
    expect: [succeeds('image')],
  }),
  usart('G05', {
    symptom: 'Four bytes are to be written over the option bytes: the others would be lost',
    source: 'community.st.com 623760 (U5A9); 0D50X0000C0uRMP (F303)',
    board: F103,
    job: { do: 'write-options', address: 0x1fff_f800, image: { length: 4 } },
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
] satisfies readonly Scenario[];
