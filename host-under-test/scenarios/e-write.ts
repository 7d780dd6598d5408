import type { FlashFault } from '../../emulator/index.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { Scenario } from '../scenario.ts';
import {
  F103,
  F405,
  FLASH,
  TO_CHIP,
  TO_HOST,
  WRITE,
  breaksOff,
  done,
  nonStrict,
  refuses,
  usart,
} from './define.ts';

/** Every program and erase operation from the second on, the erase being the first, is acknowledged and lost. */
const LIES_AFTER_ERASE: readonly FlashFault[] = Array.from({ length: 300 }, (_, index) => ({
  at: 'flash',
  do: 'lie',
  operation: index + 2,
}));

/** One byte of the third block is damaged on its way: the chip refuses it. */
const DAMAGED_BLOCK: ScenarioFault = {
  ...TO_CHIP,
  do: 'corrupt',
  step: 'write-memory: length',
  nth: 3,
  byte: 20,
  value: 0x10,
};

const fooled = nonStrict(
  { exit: 'zero', flash: ['any'] },
  'without verification it can be fooled: exit 0 and the flash is wrong',
);

const ODD_LENGTHS = [1, 2, 3, 5, 6, 7, 9, 253, 254, 255, 257, 258, 259];
const AN3155 = 'stm32loader issue 9; AN3155 §3.6';

/** Group E: write and verify. */
export default [
  ...ODD_LENGTHS.map((length, index) =>
    usart(`E01${'abcdefghijklm'[index]}`, {
      symptom: `The image has ${length} bytes, not a multiple of four`,
      source: AN3155,
      board: F405,
      job: { ...WRITE, image: { length } },
      expect: [done],
    }),
  ),
  usart('E01n', {
    symptom:
      'The image has 257 bytes, and the chip refuses a length that is not a multiple of four',
    source: AN3155,
    board: { ...F405, quirks: { 'nack-length': true } },
    meets: 'write',
    job: { ...WRITE, image: { length: 257 } },
    expect: [done],
  }),
  usart('E02', {
    symptom: 'The chip programs 16 bytes at a time, and the image is no multiple of them (U5)',
    source: 'community.st.com 618205 (U5A9)',
    board: { device: 'STM32U585AI' },
    meets: 'write',
    job: { ...WRITE, image: { length: 1000 } },
    expect: [done, breaksOff('alignment', 'verify-failed', 'write-failed')],
  }),
  usart('E03', {
    symptom: 'H503 acknowledges every block and drops those that are not aligned to 16 bytes',
    source: 'community.st.com 116796 (H503)',
    board: { device: 'STM32H503RB' },
    meets: 'write',
    job: { ...WRITE, image: { length: 1032 } },
    expect: [done, breaksOff('alignment', 'verify-failed', 'write-failed')],
  }),
  usart('E03b', {
    symptom: 'Every write is acknowledged and none happens; the tool does not verify',
    source: 'community.st.com 116796 (H503)',
    board: F405,
    faults: LIES_AFTER_ERASE,
    job: { do: 'write' },
    expect: [breaksOff('verify-failed', 'write-failed'), fooled],
  }),
  usart('E04', {
    symptom: 'The last bytes are lost when the rest of a unit is short',
    source: 'stlink issue 1303',
    board: { device: 'STM32L476RG' },
    meets: 'write',
    job: { ...WRITE, image: { length: 1028 } },
    expect: [done],
  }),
  usart('E05', {
    symptom: 'H7 programs 32 bytes at a time: an image that ends within a flash word',
    source: 'community.st.com 115022 (H723) and 588812',
    board: { device: 'STM32H743ZI' },
    meets: 'write',
    job: { ...WRITE, image: { length: 1004 } },
    expect: [done, breaksOff('verify-failed', 'alignment')],
  }),
  usart('E06', {
    symptom: 'An old bootloader acknowledges each write twice',
    source: 'Electric Imp DFU-STM32, option doubleAckOnWrite',
    board: F405,
    faults: [
      {
        ...TO_HOST,
        do: 'after',
        step: 'write-memory: length',
        nth: 1,
        on: true,
        bytes: [0x79],
      },
    ],
    job: WRITE,
    expect: [done, breaksOff('protocol', 'verify-failed')],
  }),
  usart('E07', {
    symptom: 'A bit in flash is stuck at 0: verification names address, expected and found',
    source: 'jsnyder/stm32loader issue 8',
    board: F405,
    faults: [{ at: 'cells', do: 'stuck-bit', address: FLASH + 0x400, bit: 3, value: 0 }],
    job: { ...WRITE, image: { length: 4096, blankFrom: 0x400, blankTo: 0x404 } },
    expect: [breaksOff('verify-failed')],
  }),
  usart('E08', {
    symptom: 'One block arrives damaged and is refused, once',
    source: 'own inference',
    board: F405,
    faults: [DAMAGED_BLOCK],
    job: WRITE,
    expect: [done, breaksOff('write-failed')],
  }),
  usart('E08b', {
    symptom: 'One block arrives damaged and is refused, once; the tool does not verify',
    source: 'own inference',
    board: F405,
    faults: [DAMAGED_BLOCK],
    job: { do: 'write' },
    expect: [done, breaksOff('write-failed')],
  }),
  usart('E09', {
    symptom: 'A block is written and its ACK is lost',
    source: 'own inference, after Jepsen',
    board: F405,
    faults: [{ ...TO_HOST, do: 'drop', step: 'write-memory: length', nth: 3 }],
    job: WRITE,
    expect: [done, breaksOff('write-failed', 'timeout')],
  }),
  usart('E10', {
    symptom: 'A byte of a block is lost: the chip waits for it',
    source: 'own inference',
    board: F405,
    faults: [
      {
        ...TO_CHIP,
        do: 'drop',
        step: 'write-memory: length',
        nth: 3,
        byte: 20,
      },
    ],
    job: WRITE,
    expect: [done, breaksOff('write-failed', 'timeout')],
  }),
  ...[0x00, 0xff].map((value, index) =>
    usart(`E11${'ab'[index]}`, {
      symptom: `A 0x${value === 0 ? '00' : 'FF'} of noise reaches the chip between two commands`,
      source: 'blackmagic pull request 314',
      board: F405,
      faults: [
        {
          ...TO_CHIP,
          do: 'insert',
          step: 'command 31',
          nth: 4,
          byte: 0,
          value,
        },
      ],
      job: WRITE,
      expect: [done, breaksOff('write-failed', 'timeout', 'protocol')],
    }),
  ),
  usart('E12', {
    symptom: 'Write-protected sectors acknowledge every write and keep their content',
    source: 'AN2662',
    board: { ...F405, options: { nWRP: 0xffe } },
    meets: 'write',
    job: WRITE,
    expect: [{ exit: 'nonzero', flash: ['any'], causes: ['protected', 'verify-failed'] }],
  }),
  usart('E13', {
    symptom: 'The image is to go to RAM that the bootloader uses',
    source: 'AN2662; AN3155 §4',
    board: F405,
    job: { ...WRITE, address: 0x2000_0000, image: { length: 256 } },
    expect: [refuses('bad-address', 'write-failed')],
  }),
  usart('E14', {
    symptom: 'An Intel HEX file with a gap between its segments and a start address',
    source: 'own inference',
    board: F103,
    job: { ...WRITE, image: { length: 8192, format: 'hex', gap: { from: 0x800, to: 0x1800 } } },
    expect: [done],
  }),
  usart('E14b', {
    symptom: 'An Intel HEX file whose segments are 64 KiB apart',
    source: 'own inference',
    board: F405,
    job: {
      ...WRITE,
      image: { length: 0x1_1000, format: 'hex', gap: { from: 0x800, to: 0x1_0000 } },
    },
    expect: [done],
  }),
  ...[1, 2, 9].map((operation, index) =>
    usart(`E15${'abc'[index]}`, {
      symptom: `Power is lost in flash operation ${operation}, then the tool is run again`,
      source: 'own inference, after the simulator of MCUboot',
      board: F405,
      faults: [{ at: 'flash', do: 'power-cut', operation }],
      first: { job: WRITE, powerCycle: true },
      job: WRITE,
      expect: [done],
    }),
  ),
  usart('E15d', {
    symptom: 'Power is lost in the third flash operation',
    source: 'own inference, after the simulator of MCUboot',
    board: F405,
    faults: [{ at: 'flash', do: 'power-cut', operation: 3 }],
    job: WRITE,
    expect: [done, { exit: 'nonzero', flash: ['any'], causes: ['write-failed', 'timeout'] }],
  }),
  usart('E16', {
    symptom: 'A bit is stuck at 1: each attempt to write and verify the block fails',
    source: 'stm32flash, ten attempts at each block',
    board: F405,
    faults: [{ at: 'cells', do: 'stuck-bit', address: FLASH + 0x300, bit: 0, value: 1 }],
    job: { ...WRITE, image: { length: 4096, seed: 77 } },
    expect: [{ exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] }],
  }),
  usart('E16b', {
    symptom: 'A cell loses a bit after it was written',
    source: 'own inference; weak cells',
    board: F405,
    faults: [{ at: 'cells', do: 'bits-lost', nth: 1, address: FLASH + 0x500, mask: 0x04 }],
    job: WRITE,
    expect: [
      done,
      breaksOff('verify-failed'),
      { exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] },
    ],
  }),
  usart('E16c', {
    symptom: 'A cell loses a bit after it was written; the tool does not verify',
    source: 'own inference; weak cells',
    board: F405,
    faults: [{ at: 'cells', do: 'bits-lost', nth: 1, address: FLASH + 0x500, mask: 0x04 }],
    job: { do: 'write' },
    expect: [done, breaksOff('verify-failed'), fooled],
  }),
  usart('E19', {
    symptom: 'The image holds runs of 0xFF, and old content lies under them',
    source: 'own inference; tools skip blank blocks',
    board: { ...F405, filled: 0xa5, until: 64 * 1024 },
    job: { ...WRITE, image: { length: 8192, blankFrom: 0x800, blankTo: 0x1800 } },
    expect: [done],
  }),
] satisfies readonly Scenario[];
