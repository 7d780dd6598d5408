import type { FlashFault } from '../../emulator/index.ts';
import type { I2cFault } from '../faults/i2c.ts';
import type { Scenario } from '../scenario.ts';
import { FLASH, NO_STRETCH, STRETCHING, WRITE, breaksOff, done, i2c, nonStrict } from './define.ts';

const TO_HOST = { at: 'i2c', direction: 'to-host' } as const;
const BLOCK = { at: 'i2c', direction: 'to-chip', step: 'write-memory: length', nth: 3 } as const;

/** Everything but the erase is acknowledged and lost. */
const LIES_AFTER_ERASE: readonly FlashFault[] = Array.from({ length: 300 }, (_, index) => ({
  at: 'flash',
  do: 'lie',
  operation: index + 3,
}));

const DAMAGED_BLOCK: I2cFault = { ...BLOCK, do: 'corrupt', byte: 20, value: 0x10 };

const LENGTHS = [1, 3, 255, 257];

/** Group E over I2C: write and verify. */
export default [
  ...LENGTHS.map((length, index) =>
    i2c(`E01I${'abcd'[index]}`, {
      symptom: `The image has ${length} bytes, not a multiple of four`,
      source: 'stm32loader issue 9; AN4221 §3.6',
      board: index % 2 === 0 ? STRETCHING : NO_STRETCH,
      job: { ...WRITE, image: { length } },
      expect: [done],
    }),
  ),
  i2c('E03I', {
    symptom: 'Every write is acknowledged and none happens; the tool verifies',
    source: 'community.st.com 116796 (H503); nrf OTAFIX pull request 49',
    board: NO_STRETCH,
    faults: LIES_AFTER_ERASE,
    job: WRITE,
    expect: [breaksOff('verify-failed')],
  }),
  i2c('E03Ib', {
    symptom: 'Every write is acknowledged and none happens; the tool does not verify',
    source: 'community.st.com 116796 (H503)',
    board: NO_STRETCH,
    faults: LIES_AFTER_ERASE,
    job: { do: 'write' },
    expect: [
      breaksOff('verify-failed', 'write-failed'),
      nonStrict(
        { exit: 'zero', flash: ['any'] },
        'without verification it can be fooled: exit 0 and the flash is wrong',
      ),
    ],
  }),
  i2c('E08I', {
    symptom: 'One block arrives damaged and is refused, once',
    source: 'own inference',
    board: STRETCHING,
    faults: [DAMAGED_BLOCK],
    job: WRITE,
    expect: [done, breaksOff('write-failed')],
  }),
  i2c('E08Ib', {
    symptom: 'One block arrives damaged and is refused, once; the tool does not verify',
    source: 'own inference',
    board: NO_STRETCH,
    faults: [DAMAGED_BLOCK],
    job: { do: 'write' },
    expect: [done, breaksOff('write-failed')],
  }),
  i2c('E08Ic', {
    symptom: 'One byte of what is read back is damaged, once',
    source: 'own inference',
    board: NO_STRETCH,
    faults: [
      { ...TO_HOST, do: 'corrupt', step: 'read-memory: length', nth: 6, byte: 7, value: 0x40 },
    ],
    job: WRITE,
    expect: [done, breaksOff('verify-failed')],
  }),
  i2c('E09I', {
    symptom: 'A block is written and its ACK is lost: the host reads 0xFF',
    source: 'own inference, after Jepsen',
    board: STRETCHING,
    faults: [{ ...TO_HOST, do: 'drop', step: 'write-memory: length', nth: 3 }],
    job: WRITE,
    expect: [done, breaksOff('write-failed', 'timeout', 'protocol')],
  }),
  i2c('E10I', {
    symptom: 'A byte of a block is not acknowledged, and the message ends there',
    source: 'own inference: a glitch on the bus',
    board: STRETCHING,
    faults: [{ ...BLOCK, do: 'data-nack', byte: 20 }],
    job: WRITE,
    expect: [done, breaksOff('write-failed', 'timeout')],
  }),
  i2c('E10Ib', {
    symptom: 'The address of a block is not acknowledged, once',
    source: 'own inference: a glitch on the bus',
    board: NO_STRETCH,
    faults: [{ ...BLOCK, do: 'address-nack' }],
    job: WRITE,
    expect: [done, breaksOff('write-failed', 'timeout', 'no-answer')],
  }),
  i2c('E12I', {
    symptom: 'Write-protected sectors acknowledge every write and keep their content',
    source: 'AN4221 §3.6 (no error on write-protected sectors)',
    board: { ...STRETCHING, options: { nWRP: 0xfe } },
    meets: 'write',
    job: WRITE,
    expect: [{ exit: 'nonzero', flash: ['any'], causes: ['protected', 'verify-failed'] }],
  }),
  i2c('E14I', {
    symptom: 'An Intel HEX file with a gap between its segments and a start address',
    source: 'own inference',
    board: NO_STRETCH,
    job: { ...WRITE, image: { length: 8192, format: 'hex', gap: { from: 0x800, to: 0x1800 } } },
    expect: [done],
  }),
  i2c('E15I', {
    symptom: 'Power is lost in a flash operation, then the tool is run again',
    source: 'own inference, after the simulator of MCUboot',
    board: STRETCHING,
    faults: [{ at: 'flash', do: 'power-cut', operation: 3 }],
    first: { job: WRITE, powerCycle: true },
    job: WRITE,
    expect: [done],
  }),
  i2c('E15Id', {
    symptom: 'Power is lost in the third flash operation',
    source: 'own inference, after the simulator of MCUboot',
    board: STRETCHING,
    faults: [{ at: 'flash', do: 'power-cut', operation: 3 }],
    job: WRITE,
    expect: [done, { exit: 'nonzero', flash: ['any'], causes: ['write-failed', 'timeout'] }],
  }),
  i2c('E16I', {
    symptom: 'A bit is stuck at 1: each attempt to write and verify the block fails',
    source: 'stm32flash, ten attempts at each block',
    board: STRETCHING,
    faults: [{ at: 'cells', do: 'stuck-bit', address: FLASH + 0x300, bit: 0, value: 1 }],
    job: { ...WRITE, image: { length: 4096, seed: 77 } },
    expect: [{ exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] }],
  }),
  i2c('E19I', {
    symptom: 'The image holds runs of 0xFF, and old content lies under them',
    source: 'own inference; tools skip blank blocks',
    board: { ...NO_STRETCH, filled: 0xa5, until: 64 * 1024 },
    job: { ...WRITE, image: { length: 8192, blankFrom: 0x800, blankTo: 0x1800 } },
    expect: [done],
  }),
] satisfies readonly Scenario[];
