import type { Scenario } from '../scenario.ts';
import {
  FLASH,
  TO_HOST,
  i2c,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

/** Group F: go, leave, start. */
export default [
  usart('F01', {
    symptom: 'Go is acknowledged, and the application locks up: its stack is not in RAM',
    source: 'community.st.com 114668 (H755), 125809 (H503), 878282 (H563), 133201 (U575)',
    board: { filled: 0x00, until: 64 },
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
    board: { device: 'STM32L431RC', boot0: 0, options: { nSWBOOT0: 0, nBOOT0: 0 } },
    job: { do: 'write+verify' },
    expect: [succeeds('image')],
  }),
  usart('F04', {
    symptom: 'Go to an address that is no memory is refused',
    source: 'own inference; AN3155 §3.5, AN4221 §3.5, AN3154 §3.6, AN4286 §2.6, AN5405',
    job: { do: 'go', address: 0x6000_0000 },
    expect: [refuses('go-failed', 'bad-address')],
  }),
  usart('F04b', {
    symptom: 'Go is refused because the chip is read-protected',
    source: 'AN3155 §3.5',
    board: { rdp: 1 },
    job: { do: 'go', address: FLASH },
    expect: [refuses('protected', 'go-failed')],
  }),
  usart('F04c', {
    symptom: 'The ACK of Go is lost',
    source: 'AN2606, H74x V9.0: the first ACK of Go is not sent',
    faults: [{ ...TO_HOST, do: 'drop', step: 'command 21', nth: 1 }],
    job: { do: 'go', address: FLASH },
    expect: [refuses('go-failed', 'timeout'), { ...unchanged, runs: true }],
  }),
  i2c('F04I', {
    symptom: 'Go to an address that is no memory is refused',
    source: 'own inference; AN3155 §3.5, AN4221 §3.5, AN3154 §3.6, AN4286 §2.6, AN5405',
    job: { do: 'go', address: 0x6000_0000 },
    expect: [refuses('go-failed', 'bad-address')],
  }),
  ...variants(
    {
      symptom: 'Go to an address that is no memory is refused',
      source: 'own inference; AN3155 §3.5, AN4221 §3.5, AN3154 §3.6, AN4286 §2.6, AN5405',
      job: { do: 'go', address: 0x6000_0000 },
      expect: [refuses('go-failed', 'bad-address')],
    },
    ...frames('F04'),
  ),
] satisfies readonly Scenario[];
