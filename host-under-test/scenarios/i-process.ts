import type { Scenario } from '../scenario.ts';
import {
  I2C_TO_HOST,
  NO_STRETCH,
  TO_HOST,
  USB,
  WRITE,
  WRITE_ALONE,
  breaksOff,
  dfu,
  done,
  i2c,
  lies,
  refuses,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

/** Replies at which the chip falls silent: of a USART, and of SPI and CAN. */
const SILENT_FROM = [1, 2, 4, 8, 20];
const SILENT_FROM_ANSWER = [1, 3, 12, 30];

/** Steps of a write at which nothing more is answered. */
const SILENT_FROM_TRANSFER = [
  ['a', 'GET_DESCRIPTOR', 1],
  ['b', 'GETSTATUS', 1],
  ['c', 'set-address-pointer: DNLOAD', 1],
  ['d', 'erase: GETSTATUS 2', 1],
  ['e', 'write: GETSTATUS 1', 2],
] as const;

/** Reads of a session at which the chip falls silent. */
const SILENT_FROM_READ = [1, 2, 4, 12, 30];

/** Group I: the tool as a process. */
export default [
  ...variants(
    {
      symptom: 'The port vanishes in the middle of the write',
      source: 'own inference',
      expect: [breaksOff('port-lost')],
    },
    {
      id: 'I01',
      transport: 'USART',
      faults: [{ ...TO_HOST, do: 'disconnect', step: 'write-memory: length', nth: 4 }],
      limitMs: 10_000,
    },
    {
      id: 'I01U',
      transport: 'DFU',
      faults: [{ ...USB, do: 'disconnect', step: 'write: GETSTATUS 1', nth: 2 }],
      limitMs: 10_000,
    },
    {
      id: 'I01I',
      transport: 'I2C',
      faults: [{ ...I2C_TO_HOST, do: 'disconnect', step: 'write-memory: length', nth: 4 }],
      limitMs: 10_000,
    },
    ...frames('I01', ({ vanishes }) => ({ faults: [vanishes], limitMs: 20_000 })),
  ),
  usart('I03', {
    symptom: 'Everything is acknowledged and nothing is done; the tool verifies',
    source: 'nrf OTAFIX pull request 49',
    faults: lies(1),
    expect: [breaksOff('verify-failed')],
  }),
  ...SILENT_FROM.map((nth, index) =>
    usart(`I04${'abcde'[index]}`, {
      symptom: `The chip falls silent at its reply ${nth}`,
      source: 'own inference',
      faults: [{ ...TO_HOST, do: 'silence', nth }],
      expect: [breaksOff('timeout', 'no-answer', 'write-failed')],
      limitMs: 60_000,
    }),
  ),
  ...SILENT_FROM_TRANSFER.map(([letter, step, nth]) =>
    dfu(`I04U${letter}`, {
      symptom: `Nothing is answered any more from ${step} on`,
      source: 'own inference',
      faults: [{ ...USB, do: 'nak', step, nth, on: true }],
      expect: [breaksOff('timeout', 'no-answer', 'no-device', 'write-failed', 'erase-failed')],
      limitMs: 60_000,
    }),
  ),
  ...SILENT_FROM_READ.map((nth, index) =>
    i2c(`I04I${'abcde'[index]}`, {
      symptom: `Nobody acknowledges the address any more from the reply ${nth} on`,
      source: 'own inference',
      board: NO_STRETCH,
      faults: [{ ...I2C_TO_HOST, do: 'silence', nth }],
      expect: [breaksOff('timeout', 'no-answer', 'no-device', 'write-failed')],
    }),
  ),
  ...SILENT_FROM_ANSWER.flatMap((nth, index) =>
    variants(
      {
        symptom: `The chip falls silent at its reply ${nth}`,
        source: 'own inference',
        expect: [breaksOff('timeout', 'no-answer', 'write-failed')],
      },
      ...frames('I04', ({ letter, silentFrom }) => ({
        id: `I04${letter}${'abcd'[index]}`,
        faults: [silentFrom(nth)],
      })),
    ),
  ),
  ...variants(
    {
      symptom: 'Ctrl-C in the middle of the write, then the tool is run again',
      source: 'own inference; as A17',
      expect: [done, refuses('reset-target')],
    },
    {
      id: 'I05',
      transport: 'USART',
      // the block is written and the tool waits for this ACK when Ctrl-C comes: always the same place
      faults: [{ ...TO_HOST, do: 'drop', step: 'write-memory: length', nth: 4 }],
      first: { job: WRITE, interrupt: { step: 'write-memory: length', nth: 4 } },
    },
    ...frames('I05', ({ interrupted: { step, nth, fault } }) => ({
      faults: [fault],
      first: { job: WRITE, interrupt: { step, nth } },
    })),
  ),
  dfu('I05U', {
    symptom: 'Ctrl-C in the middle of the erase, then the tool is run again',
    source: 'own inference; as D03',
    faults: [{ ...USB, do: 'drop', step: 'erase: GETSTATUS 1', nth: 1 }],
    first: { job: WRITE_ALONE, interrupt: { step: 'erase: GETSTATUS 1', nth: 1 } },
    expect: [done],
  }),
  i2c('I05I', {
    symptom: 'Ctrl-C in the middle of a block, then the tool is run again at once',
    source: 'own inference; as A17: the chip waits for the block until its time-out of 1 s',
    // the tool waits for this ACK when Ctrl-C comes: always the same place
    faults: [{ ...I2C_TO_HOST, do: 'hold', step: 'write-memory: address', nth: 4, ms: 300 }],
    first: { job: WRITE, interrupt: { step: 'write-memory: address', nth: 4 } },
    expect: [done, refuses('reset-target')],
  }),
  usart('I07', {
    symptom: 'Each read takes 300 ms more than usual',
    source: 'u360gts issue 113; betaflight-configurator issue 11015',
    faults: [{ ...TO_HOST, do: 'delay', step: 'read-memory: length', nth: 1, on: true, ms: 300 }],
    expect: [done, breaksOff('timeout')],
  }),
  usart('I07b', {
    symptom: 'Replies come one byte at a time',
    source: 'own inference; adapters with small packets',
    faults: [{ ...TO_HOST, do: 'split', nth: 1, on: true, ms: 1 }],
    job: { image: { length: 1024 } },
    expect: [done],
  }),
  dfu('I07U', {
    symptom: 'Each answer takes 100 ms more than usual',
    source: 'u360gts issue 113; betaflight-configurator issue 11015',
    faults: [{ ...USB, do: 'delay', nth: 1, on: true, ms: 100 }],
    job: { image: { length: 4096 } },
    expect: [done, breaksOff('timeout')],
  }),
  i2c('I07I', {
    symptom: 'SCL is held for 100 ms at each reply',
    source: 'u360gts issue 113; betaflight-configurator issue 11015',
    faults: [{ ...I2C_TO_HOST, do: 'hold', nth: 1, on: true, ms: 100 }],
    job: { image: { length: 1024 } },
    expect: [done],
  }),
  usart('I08', {
    symptom: 'The run fails: BOOT0 and NRST must be let go',
    source: 'own inference; stm32flash runs its exit sequence',
    board: { boot0: 0, application: 'silent' },
    faults: [{ ...TO_HOST, do: 'silence', step: 'write-memory: length', nth: 4 }],
    job: { resets: true },
    expect: [breaksOff('timeout', 'write-failed')],
    linesReleased: true,
  }),
] satisfies readonly Scenario[];
