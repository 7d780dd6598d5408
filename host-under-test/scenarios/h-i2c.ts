import type { FlashFault } from '../../emulator/index.ts';
import type { Scenario } from '../scenario.ts';
import { I2C_TO_CHIP, NO_STRETCH, WRITE, breaksOff, done, i2c, succeeds } from './define.ts';

/** The chip's flash works so many seconds longer at its nth operation. */
function slow(operation: number, seconds: number): FlashFault {
  return { at: 'flash', do: 'slow', operation, by: seconds * 1_000_000 };
}

/** A chip whose no-stretch erase holds SCL all the same, and says that it is busy when it is not any more. */
const F723 = { device: 'STM32F723ZE', quirks: { 'i2c-no-stretch-erase-stretches': true } } as const;

const LATE_POLL = 'SourceForge stm32flash ticket 131; community.st.com 16032 (F723) and 169952';

const HELD = 'community.st.com 3074 (G051)';

const RASPBERRY = 'stm32flash, its hint about clock stretching (Raspberry Pi)';

/** Longer than anybody waits. */
const FOR_EVER_S = 3600;

/** Group H over I2C: a chip that holds the clock, or that is to be asked whether it is busy. */
export default [
  i2c('H01', {
    symptom: 'The no-stretch erase holds SCL for 6 s, then answers busy',
    source: LATE_POLL,
    board: { ...F723, speed: 'real' },
    faults: [slow(1, 6)],
    expect: [done],
  }),
  i2c('H01b', {
    symptom: 'The no-stretch erase holds SCL for 6 s, and the adapter gives up after 1 s',
    source: LATE_POLL,
    board: { ...F723, speed: 'real' },
    faults: [slow(1, 6), { at: 'i2c', do: 'adapter-patience', ms: 1_000 }],
    expect: [done, breaksOff('stretching', 'timeout')],
  }),
  i2c('H01c', {
    symptom: 'A no-stretch erase answers busy for 8 s',
    source: LATE_POLL,
    board: { ...NO_STRETCH, speed: 'real' },
    faults: [slow(1, 8)],
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  i2c('H01d', {
    symptom: 'A no-stretch erase answers busy for ever',
    source: 'own inference; AN4221 gives no limit',
    board: { ...NO_STRETCH, speed: 'real' },
    faults: [slow(1, FOR_EVER_S)],
    job: { do: 'erase', pages: { first: 0, count: 2 } },
    expect: [breaksOff('timeout', 'erase-failed')],
    limitMs: 20_000,
  }),
  i2c('H01e', {
    symptom: 'The bus is held for 1.5 s within a command: the chip has reset meanwhile',
    source: 'community.st.com 16032 (F723); AN2606, I2C time-out of 1 s',
    board: NO_STRETCH,
    faults: [{ ...I2C_TO_CHIP, do: 'hold', step: 'write-memory: length', nth: 3, ms: 1_500 }],
    expect: [done, breaksOff('timeout', 'write-failed', 'reset-target')],
  }),
  i2c('H02', {
    symptom: 'SCL is held for ever at the address of a command',
    source: HELD,
    faults: [{ ...I2C_TO_CHIP, do: 'hold', step: 'command', nth: 6 }],
    expect: [breaksOff('timeout', 'stretching')],
    limitMs: 30_000,
  }),
  i2c('H02b', {
    symptom: 'The chip holds SCL for ever while it programs a block',
    source: HELD,
    board: { speed: 'real' },
    faults: [slow(3, FOR_EVER_S)],
    expect: [breaksOff('timeout', 'stretching', 'write-failed')],
    limitMs: 30_000,
  }),
  i2c('H02c', {
    symptom: 'SCL was held for ever; after the power was off and on the tool is run again',
    source: HELD,
    faults: [{ ...I2C_TO_CHIP, do: 'hold', step: 'command', nth: 6 }],
    first: { job: WRITE, powerCycle: true },
    expect: [done],
    limitMs: 30_000,
  }),
  i2c('H02d', {
    symptom: 'SCL is held for 3 s at the address of a command, then all goes on',
    source: HELD,
    faults: [{ ...I2C_TO_CHIP, do: 'hold', step: 'command', nth: 6, ms: 3_000 }],
    expect: [done],
  }),
  i2c('H03', {
    symptom: 'The controller knows no clock stretching: it reads 0xFF while the chip erases',
    source: RASPBERRY,
    board: { speed: 'real' },
    faults: [{ at: 'i2c', do: 'no-stretching' }],
    expect: [breaksOff('stretching')],
  }),
  i2c('H03b', {
    symptom: 'The controller knows no clock stretching, and the chip has no-stretch commands',
    source: RASPBERRY,
    board: { ...NO_STRETCH, speed: 'real' },
    faults: [{ at: 'i2c', do: 'no-stretching' }],
    expect: [done],
  }),
  i2c('H03c', {
    symptom: 'An erase holds SCL for 2 s, and the adapter gives up after 1 s, as Linux drivers do',
    source: `${RASPBERRY}; Linux, i2c_adapter.timeout of 1 s`,
    board: { speed: 'real' },
    faults: [slow(1, 2), { at: 'i2c', do: 'adapter-patience', ms: 1_000 }],
    expect: [done, breaksOff('stretching', 'timeout')],
  }),
  i2c('H03d', {
    symptom: 'The controller knows no clock stretching, and the no-stretch erase stretches',
    source: `${RASPBERRY}; ${LATE_POLL}`,
    board: { ...F723, speed: 'real' },
    faults: [{ at: 'i2c', do: 'no-stretching' }],
    expect: [done, breaksOff('stretching')],
  }),
] satisfies readonly Scenario[];
