import type { Scenario } from '../scenario.ts';
import {
  CAN_TO_CHIP,
  CAN_TO_HOST,
  breaksOff,
  can,
  done,
  fdcan,
  nonStrict,
  refuses,
  unchanged,
} from './define.ts';

const CLASSIC = 'community.st.com 879988 (H743)';

const SILENT_INIT = 'community.st.com 190294 (F446, CAN2 on other pins)';

const KATAPULT = 'katapult issues 102, 111, 114 and 155';

/** Group H over CAN and CAN FD. */
export default [
  fdcan('H05', {
    symptom: 'The bootloader does not answer classic frames, and the bus shows no error',
    source: CLASSIC,
    faults: [{ at: 'can', do: 'ignores-classic' }],
    expect: [done, refuses('fd-required')],
    limitMs: 20_000,
  }),
  fdcan('H05b', {
    symptom: 'The interface is for classic CAN alone',
    source: CLASSIC,
    faults: [
      { at: 'can', do: 'classic-adapter' },
      { at: 'can', do: 'ignores-classic' },
    ],
    expect: [refuses('fd-required')],
    limitMs: 20_000,
  }),
  fdcan('H05c', {
    symptom:
      'The bootloader begins with a frame of its own (0x111, 0x5A), and hears no other before',
    source: 'AN5405, protocol 2.2 (C092)',
    board: { device: 'STM32C092RC', options: { nBOOT_SEL: 0 } },
    expect: [done, nonStrict(refuses('no-answer', 'timeout'), 'it does not know the start frame')],
    limitMs: 20_000,
  }),
  fdcan('H06', {
    symptom: 'The bit rate is another than the documents say: every frame ends in an error',
    source: 'community.st.com 12545 (L5: 0.5 or 0.25 Mbit/s)',
    faults: [{ at: 'can', do: 'wrong-rate' }],
    expect: [refuses('bit-rate', 'no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  can('H06b', {
    symptom: 'The bit rate of the interface is not 125 kbit/s: every frame ends in an error',
    source: 'community.st.com 12545; AN3154 §2',
    faults: [{ at: 'can', do: 'wrong-rate' }],
    expect: [refuses('bit-rate', 'no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  can('H07', {
    symptom: 'Frame 0x79 is acknowledged by nobody: the chip listens on other pins',
    source: SILENT_INIT,
    faults: [{ ...CAN_TO_CHIP, do: 'off-bus', nth: 1 }],
    expect: [refuses('no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  can('H07b', {
    symptom: 'Frame 0x79 is acknowledged on the bus, and gets no answer',
    source: SILENT_INIT,
    faults: [{ ...CAN_TO_CHIP, do: 'silence', nth: 1 }],
    expect: [refuses('no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  can('H07c', {
    symptom: 'The answer to the first frame 0x79 is lost; the next is answered with NACK',
    source: 'own inference; AN3154, a command that does not exist',
    faults: [{ ...CAN_TO_HOST, do: 'drop', step: 'connect', nth: 1 }],
    expect: [done],
  }),
  can('H08', {
    symptom: 'The bit rate is changed to 500 kbit/s',
    source: 'AN2662 §3.7; AN3154 §3.4',
    job: { baud: 500_000 },
    expect: [done],
  }),
  can('H08b', {
    symptom: 'The change of the bit rate fails: the chip resets, and its second ACK never comes',
    source: 'AN2662 §3.7',
    faults: [{ ...CAN_TO_HOST, do: 'reset', step: 'command 03', nth: 2 }],
    job: { baud: 500_000 },
    expect: [done, refuses('bit-rate', 'reset-target', 'timeout')],
    limitMs: 20_000,
  }),
  can('H09', {
    symptom: 'The chip answers the first frame, and nothing after it',
    source: KATAPULT,
    faults: [{ ...CAN_TO_HOST, do: 'silence', nth: 2 }],
    expect: [refuses('timeout', 'no-answer')],
    limitMs: 20_000,
  }),
  can('H09b', {
    symptom: 'The first block is refused, as over a sector that was not erased',
    source: 'katapult issue 128 and pull request 187',
    faults: [{ ...CAN_TO_HOST, do: 'replace', step: 'write-memory: data', nth: 33, bytes: [0x1f] }],
    expect: [done, breaksOff('write-failed', 'protocol')],
  }),
  fdcan('H09c', {
    symptom: 'The chip answers the first frame, and nothing after it',
    source: KATAPULT,
    faults: [{ ...CAN_TO_HOST, do: 'silence', nth: 2 }],
    job: { do: 'detect' },
    expect: [refuses('timeout', 'no-answer'), unchanged],
    limitMs: 20_000,
  }),
] satisfies readonly Scenario[];
