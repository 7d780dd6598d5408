import type { Scenario } from '../scenario.ts';
import { F405, FLASH, TO_HOST, nonStrict, refuses, succeeds, unchanged, usart } from './define.ts';

/** Group F: go, leave, start. */
export default [
  usart('F01', {
    symptom: 'Go is acknowledged, and the application locks up: its stack is not in RAM',
    source: 'community.st.com 114668 (H755), 125809 (H503), 878282 (H563), 133201 (U575)',
    board: { ...F405, filled: 0x00, until: 64 },
    job: { do: 'go', address: FLASH },
    expect: [
      refuses('go-failed'),
      nonStrict(unchanged, 'it cannot know whether the application runs, and does not say so'),
    ],
  }),
  usart('F02', {
    symptom:
      'A blank L43x is written: the empty flag stays until the power goes, so only Go starts it',
    source: 'stm32flash ticket 180',
    board: { device: 'STM32L431RC', boot0: 0, blank: true, application: 'silent' },
    job: { do: 'write+verify' },
    expect: [succeeds('image')],
  }),
  usart('F03', {
    symptom: 'The option nBOOT0 = 0 keeps the chip in the bootloader for ever',
    source: 'community.st.com 148428 (G071) and 783761 (WB)',
    board: {
      device: 'STM32L431RC',
      boot0: 0,
      options: { nSWBOOT0: 0, nBOOT0: 0 },
    },
    job: { do: 'write+verify' },
    expect: [succeeds('image')],
  }),
  usart('F04', {
    symptom: 'Go to an address that is no memory is refused',
    source: 'own inference; AN3155 §3.5',
    board: F405,
    job: { do: 'go', address: 0x6000_0000 },
    expect: [refuses('go-failed', 'bad-address')],
  }),
  usart('F04b', {
    symptom: 'Go is refused because the chip is read-protected',
    source: 'AN3155 §3.5',
    board: { ...F405, rdp: 1 },
    job: { do: 'go', address: FLASH },
    expect: [refuses('protected', 'go-failed')],
  }),
  usart('F04c', {
    symptom: 'The ACK of Go is lost',
    source: 'AN2606, H74x V9.0: the first ACK of Go is not sent',
    board: F405,
    faults: [{ ...TO_HOST, do: 'drop', step: 'command 21', nth: 1 }],
    job: { do: 'go', address: FLASH },
    expect: [refuses('go-failed', 'timeout'), { ...unchanged, runs: true }],
  }),
] satisfies readonly Scenario[];
