import type { FlashFault } from '../../emulator/index.ts';
import type { Scenario } from '../scenario.ts';
import { F405, TO_HOST, WRITE, breaksOff, done, refuses, usart } from './define.ts';

const LIES: readonly FlashFault[] = Array.from({ length: 300 }, (_, index) => ({
  at: 'flash',
  do: 'lie',
  operation: index + 1,
}));

const SILENT_FROM = [1, 2, 4, 8, 20];

/** Group I: the tool as a process. */
export default [
  usart('I01', {
    symptom: 'The port vanishes in the middle of the write',
    source: 'own inference',
    board: F405,
    faults: [{ ...TO_HOST, do: 'disconnect', step: 'write-memory: length', nth: 4 }],
    job: WRITE,
    expect: [breaksOff('port-lost')],
    limitMs: 10_000,
  }),
  usart('I03', {
    symptom: 'Everything is acknowledged and nothing is done; the tool verifies',
    source: 'nrf OTAFIX pull request 49',
    board: F405,
    faults: LIES,
    job: WRITE,
    expect: [breaksOff('verify-failed')],
  }),
  ...SILENT_FROM.map((nth, index) =>
    usart(`I04${'abcde'[index]}`, {
      symptom: `The chip falls silent at its reply ${nth}`,
      source: 'own inference',
      board: F405,
      faults: [{ ...TO_HOST, do: 'silence', nth }],
      job: WRITE,
      expect: [breaksOff('timeout', 'no-answer', 'write-failed')],
      limitMs: 60_000,
    }),
  ),
  usart('I05', {
    symptom: 'Ctrl-C in the middle of the write, then the tool is run again',
    source: 'own inference; as A17',
    board: F405,
    // the block is written and the tool waits for this ACK when Ctrl-C comes: always the same place
    faults: [{ ...TO_HOST, do: 'drop', step: 'write-memory: length', nth: 4 }],
    first: { job: WRITE, interrupt: { step: 'write-memory: length', nth: 4 } },
    job: WRITE,
    expect: [done, refuses('reset-target')],
  }),
  usart('I07', {
    symptom: 'Each read takes 300 ms more than usual',
    source: 'u360gts issue 113; betaflight-configurator issue 11015',
    board: F405,
    faults: [
      {
        ...TO_HOST,
        do: 'delay',
        step: 'read-memory: length',
        nth: 1,
        on: true,
        ms: 300,
      },
    ],
    job: WRITE,
    expect: [done, breaksOff('timeout')],
  }),
  usart('I07b', {
    symptom: 'Replies come one byte at a time',
    source: 'own inference; adapters with small packets',
    board: F405,
    faults: [{ ...TO_HOST, do: 'split', nth: 1, on: true, ms: 1 }],
    job: { ...WRITE, image: { length: 1024 } },
    expect: [done],
  }),
  usart('I08', {
    symptom: 'The run fails: BOOT0 and NRST must be let go',
    source: 'own inference; stm32flash runs its exit sequence',
    board: { ...F405, boot0: 0, application: 'silent' },
    faults: [{ ...TO_HOST, do: 'silence', step: 'write-memory: length', nth: 4 }],
    job: { ...WRITE, resets: true },
    expect: [breaksOff('timeout', 'write-failed')],
    linesReleased: true,
  }),
] satisfies readonly Scenario[];
