import type { I2cFault } from '../faults/i2c.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { Scenario } from '../scenario.ts';
import {
  F072,
  F103,
  FLASH,
  I2C_TO_HOST,
  NO_STRETCH,
  STRETCHING,
  TO_CHIP,
  TO_HOST,
  USB,
  WRITE,
  WRITE_ALONE,
  breaksOff,
  dfu,
  done,
  i2c,
  lies,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

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

const I2C_BLOCK = {
  at: 'i2c',
  direction: 'to-chip',
  step: 'write-memory: length',
  nth: 3,
} as const;

const I2C_DAMAGED_BLOCK: I2cFault = { ...I2C_BLOCK, do: 'corrupt', byte: 20, value: 0x10 };

const I2C_LENGTHS = [1, 3, 255, 257];

const FRAME_LENGTHS = [1, 255, 257];

const USB_LENGTHS = [
  ['a', 1],
  ['b', 3],
  ['c', 2047],
  ['d', 2049],
] as const;

const FOOLED = 'without reading back it can be fooled';

/** Group E: write and verify. */
export default [
  ...ODD_LENGTHS.map((length, index) =>
    usart(`E01${'abcdefghijklm'[index]}`, {
      symptom: `The image has ${length} bytes, not a multiple of four`,
      source: AN3155,
      job: { ...WRITE, image: { length } },
      expect: [done],
    }),
  ),
  usart('E01n', {
    symptom:
      'The image has 257 bytes, and the chip refuses a length that is not a multiple of four',
    source: AN3155,
    board: { quirks: { 'nack-length': true } },
    meets: 'write',
    job: { image: { length: 257 } },
    expect: [done],
  }),
  ...I2C_LENGTHS.map((length, index) =>
    i2c(`E01I${'abcd'[index]}`, {
      symptom: `The image has ${length} bytes, not a multiple of four`,
      source: 'stm32loader issue 9; AN4221 §3.6',
      board: index % 2 === 0 ? STRETCHING : NO_STRETCH,
      job: { ...WRITE, image: { length } },
      expect: [done],
    }),
  ),
  ...USB_LENGTHS.map(([letter, length]) =>
    dfu(`E01U${letter}`, {
      symptom: `The image has ${length} bytes`,
      source: 'stm32loader issue 9, on USB; AN3156 (blocks of 2 bytes at least)',
      board: F072,
      job: { ...WRITE_ALONE, image: { length } },
      expect: [done],
    }),
  ),
  ...FRAME_LENGTHS.flatMap((length, index) =>
    variants(
      {
        symptom: `The image has ${length} bytes, not a multiple of four`,
        source: 'stm32loader issue 9',
        job: { image: { length } },
        expect: [done],
      },
      ...frames('E01', ({ letter }) => ({ id: `E01${letter}${'abc'[index]}` })),
    ),
  ),
  usart('E02', {
    symptom: 'The chip programs 16 bytes at a time, and the image is no multiple of them (U5)',
    source: 'community.st.com 618205 (U5A9)',
    board: { device: 'STM32U585AI' },
    meets: 'write',
    job: { image: { length: 1000 } },
    expect: [done, breaksOff('alignment', 'verify-failed', 'write-failed')],
  }),
  usart('E03', {
    symptom: 'H503 acknowledges every block and drops those that are not aligned to 16 bytes',
    source: 'community.st.com 116796 (H503)',
    board: { device: 'STM32H503RB' },
    meets: 'write',
    job: { image: { length: 1032 } },
    expect: [done, breaksOff('alignment', 'verify-failed', 'write-failed')],
  }),
  ...variants(
    {
      symptom: 'Every write is acknowledged and none happens; the tool does not verify',
      source: 'community.st.com 116796 (H503)',
      job: WRITE_ALONE,
      expect: [breaksOff('verify-failed', 'write-failed'), fooled],
    },
    { id: 'E03b', transport: 'USART', faults: lies(2) },
    { id: 'E03Ib', transport: 'I2C', board: NO_STRETCH, faults: lies(3) },
  ),
  ...variants(
    {
      symptom: 'Everything is acknowledged and nothing is done; the tool verifies',
      source: 'community.st.com 116796 (H503); nrf OTAFIX pull request 49',
      faults: lies(1),
      job: WRITE,
      expect: [breaksOff('verify-failed')],
    },
    {
      id: 'E03I',
      transport: 'I2C',
      symptom: 'Every write is acknowledged and none happens; the tool verifies',
      board: NO_STRETCH,
      faults: lies(3),
    },
    {
      id: 'E03U',
      transport: 'DFU',
      symptom: 'Everything is acknowledged and nothing is done; the tool does not verify',
      job: WRITE_ALONE,
      expect: [breaksOff('verify-failed'), nonStrict(unchanged, FOOLED)],
    },
    { id: 'E03Ub', transport: 'DFU' },
    ...frames('E03'),
  ),
  usart('E04', {
    symptom: 'The last bytes are lost when the rest of a unit is short',
    source: 'stlink issue 1303',
    board: { device: 'STM32L476RG' },
    meets: 'write',
    job: { image: { length: 1028 } },
    expect: [done],
  }),
  usart('E05', {
    symptom: 'H7 programs 32 bytes at a time: an image that ends within a flash word',
    source: 'community.st.com 115022 (H723) and 588812',
    board: { device: 'STM32H743ZI' },
    meets: 'write',
    job: { image: { length: 1004 } },
    expect: [done, breaksOff('verify-failed', 'alignment')],
  }),
  usart('E06', {
    symptom: 'An old bootloader acknowledges each write twice',
    source: 'Electric Imp DFU-STM32, option doubleAckOnWrite',
    faults: [
      { ...TO_HOST, do: 'after', step: 'write-memory: length', nth: 1, on: true, bytes: [0x79] },
    ],
    expect: [done, breaksOff('protocol', 'verify-failed')],
  }),
  usart('E07', {
    symptom: 'A bit in flash is stuck at 0: verification names address, expected and found',
    source: 'jsnyder/stm32loader issue 8',
    faults: [{ at: 'cells', do: 'stuck-bit', address: FLASH + 0x400, bit: 3, value: 0 }],
    job: { image: { length: 4096, blankFrom: 0x400, blankTo: 0x404 } },
    expect: [breaksOff('verify-failed')],
  }),
  ...variants(
    {
      symptom: 'One block arrives damaged and is refused, once',
      source: 'own inference',
      expect: [done, breaksOff('write-failed')],
    },
    { id: 'E08', transport: 'USART', faults: [DAMAGED_BLOCK] },
    { id: 'E08I', transport: 'I2C', faults: [I2C_DAMAGED_BLOCK] },
  ),
  ...variants(
    {
      symptom: 'One block arrives damaged and is refused, once; the tool does not verify',
      source: 'own inference',
      job: WRITE_ALONE,
      expect: [done, breaksOff('write-failed')],
    },
    { id: 'E08b', transport: 'USART', faults: [DAMAGED_BLOCK] },
    { id: 'E08Ib', transport: 'I2C', board: NO_STRETCH, faults: [I2C_DAMAGED_BLOCK] },
  ),
  i2c('E08Ic', {
    symptom: 'One byte of what is read back is damaged, once',
    source: 'own inference',
    board: NO_STRETCH,
    faults: [
      { ...I2C_TO_HOST, do: 'corrupt', step: 'read-memory: length', nth: 6, byte: 7, value: 0x40 },
    ],
    expect: [done, breaksOff('verify-failed')],
  }),
  ...variants(
    { source: 'own inference' },
    ...frames('E08', ({ damagedBlock, checksums }) => ({
      symptom: checksums
        ? 'One block arrives damaged and is refused, once'
        : 'One block arrives damaged, and no checksum tells the chip',
      faults: [damagedBlock],
      job: checksums ? WRITE_ALONE : WRITE,
      expect: checksums
        ? [done, breaksOff('write-failed')]
        : [done, { exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] }],
    })),
  ),
  ...variants(
    {
      symptom: 'A block is written and its ACK is lost',
      source: 'own inference, after Jepsen',
      expect: [done, breaksOff('write-failed', 'timeout')],
    },
    {
      id: 'E09',
      transport: 'USART',
      faults: [{ ...TO_HOST, do: 'drop', step: 'write-memory: length', nth: 3 }],
    },
    {
      id: 'E09I',
      transport: 'I2C',
      faults: [{ ...I2C_TO_HOST, do: 'drop', step: 'write-memory: length', nth: 3 }],
      expect: [done, breaksOff('write-failed', 'timeout', 'protocol')],
    },
    {
      id: 'E09U',
      transport: 'DFU',
      faults: [{ ...USB, do: 'drop', step: 'write: GETSTATUS 2', nth: 1 }],
    },
    ...frames('E09', ({ lostAck }) => ({ faults: [lostAck] })),
  ),
  usart('E10', {
    symptom: 'A byte of a block is lost: the chip waits for it',
    source: 'own inference',
    faults: [{ ...TO_CHIP, do: 'drop', step: 'write-memory: length', nth: 3, byte: 20 }],
    expect: [done, breaksOff('write-failed', 'timeout')],
  }),
  i2c('E10I', {
    symptom: 'A byte of a block is not acknowledged, and the message ends there',
    source: 'own inference: a glitch on the bus',
    faults: [{ ...I2C_BLOCK, do: 'data-nack', byte: 20 }],
    expect: [done, breaksOff('write-failed', 'timeout')],
  }),
  i2c('E10Ib', {
    symptom: 'The address of a block is not acknowledged, once',
    source: 'own inference: a glitch on the bus',
    board: NO_STRETCH,
    faults: [{ ...I2C_BLOCK, do: 'address-nack' }],
    expect: [done, breaksOff('write-failed', 'timeout', 'no-answer')],
  }),
  ...[0x00, 0xff].map((value, index) =>
    usart(`E11${'ab'[index]}`, {
      symptom: `A 0x${value === 0 ? '00' : 'FF'} of noise reaches the chip between two commands`,
      source: 'blackmagic pull request 314',
      faults: [{ ...TO_CHIP, do: 'insert', step: 'command 31', nth: 4, byte: 0, value }],
      expect: [done, breaksOff('write-failed', 'timeout', 'protocol')],
    }),
  ),
  usart('E12', {
    symptom: 'Write-protected sectors acknowledge every write and keep their content',
    source: 'AN2662',
    board: { options: { nWRP: 0xffe } },
    meets: 'write',
    expect: [{ exit: 'nonzero', flash: ['any'], causes: ['protected', 'verify-failed'] }],
  }),
  i2c('E12I', {
    symptom: 'Write-protected sectors acknowledge every write and keep their content',
    source: 'AN4221 §3.6 (no error on write-protected sectors)',
    board: { options: { nWRP: 0xfe } },
    meets: 'write',
    expect: [{ exit: 'nonzero', flash: ['any'], causes: ['protected', 'verify-failed'] }],
  }),
  dfu('E12U', {
    symptom: 'Write-protected sectors acknowledge every erase and write and keep their content',
    source: 'AN3156 (no error on write-protected sectors)',
    board: { options: { nWRP: 0xffe } },
    expect: [
      { exit: 'nonzero', flash: ['any'], causes: ['protected', 'verify-failed'] },
      nonStrict(succeeds('any'), FOOLED),
    ],
  }),
  dfu('E12Ub', {
    symptom: 'A write-protected sector reports that the write failed, at the last block',
    source: 'ST’s class driver usbd_dfu.c (errVENDOR); no source says which ROM does',
    board: { options: { nWRP: 0xffe }, quirks: { 'dfu-write-faults-reported': true } },
    job: { image: { length: 1024 } },
    expect: [breaksOff('protected', 'write-failed', 'dfu-status')],
  }),
  usart('E13', {
    symptom: 'The image is to go to RAM that the bootloader uses',
    source: 'AN2662; AN3155 §4',
    job: { address: 0x2000_0000, image: { length: 256 } },
    expect: [refuses('bad-address', 'write-failed')],
  }),
  ...variants(
    {
      symptom: 'An Intel HEX file with a gap between its segments and a start address',
      source: 'own inference',
      job: { image: { length: 8192, format: 'hex', gap: { from: 0x800, to: 0x1800 } } },
      expect: [done],
    },
    { id: 'E14', transport: 'USART', board: F103 },
    { id: 'E14I', transport: 'I2C', board: NO_STRETCH },
  ),
  usart('E14b', {
    symptom: 'An Intel HEX file whose segments are 64 KiB apart',
    source: 'own inference',
    job: { image: { length: 0x1_1000, format: 'hex', gap: { from: 0x800, to: 0x1_0000 } } },
    expect: [done],
  }),
  ...[1, 2, 9].map((operation, index) =>
    usart(`E15${'abc'[index]}`, {
      symptom: `Power is lost in flash operation ${operation}, then the tool is run again`,
      source: 'own inference, after the simulator of MCUboot',
      faults: [{ at: 'flash', do: 'power-cut', operation }],
      first: { job: WRITE, powerCycle: true },
      expect: [done],
    }),
  ),
  ...variants(
    {
      symptom: 'Power is lost in the third flash operation',
      source: 'own inference, after the simulator of MCUboot',
      faults: [{ at: 'flash', do: 'power-cut', operation: 3 }],
      expect: [done, { exit: 'nonzero', flash: ['any'], causes: ['write-failed', 'timeout'] }],
    },
    { id: 'E15d', transport: 'USART' },
    { id: 'E15Id', transport: 'I2C' },
  ),
  ...variants(
    {
      symptom: 'Power is lost in the third flash operation, then the tool is run again',
      source: 'own inference, after the simulator of MCUboot',
      faults: [{ at: 'flash', do: 'power-cut', operation: 3 }],
      first: { job: WRITE, powerCycle: true },
      expect: [done],
    },
    { id: 'E15I', transport: 'I2C' },
    ...frames('E15'),
  ),
  dfu('E15U', {
    symptom: 'Power is lost in the middle of the write; the next run',
    source: 'own inference, after the simulator of MCUboot',
    faults: [{ at: 'flash', do: 'power-cut', operation: 2 }],
    first: { job: WRITE_ALONE, powerCycle: true },
    expect: [done],
  }),
  dfu('E15Ub', {
    symptom: 'Power is lost in the middle of the write',
    source: 'own inference, after the simulator of MCUboot',
    faults: [{ at: 'flash', do: 'power-cut', operation: 2 }],
    expect: [done, breaksOff('port-lost', 'write-failed')],
  }),
  ...variants(
    {
      symptom: 'A bit is stuck at 1: each attempt to write and verify the block fails',
      source: 'stm32flash, ten attempts at each block',
      faults: [{ at: 'cells', do: 'stuck-bit', address: FLASH + 0x300, bit: 0, value: 1 }],
      job: { image: { length: 4096, seed: 77 } },
      expect: [{ exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] }],
    },
    { id: 'E16', transport: 'USART' },
    { id: 'E16I', transport: 'I2C' },
  ),
  usart('E16b', {
    symptom: 'A cell loses a bit after it was written',
    source: 'own inference; weak cells',
    faults: [{ at: 'cells', do: 'bits-lost', nth: 1, address: FLASH + 0x500, mask: 0x04 }],
    expect: [
      done,
      breaksOff('verify-failed'),
      { exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] },
    ],
  }),
  usart('E16c', {
    symptom: 'A cell loses a bit after it was written; the tool does not verify',
    source: 'own inference; weak cells',
    faults: [{ at: 'cells', do: 'bits-lost', nth: 1, address: FLASH + 0x500, mask: 0x04 }],
    job: WRITE_ALONE,
    expect: [done, breaksOff('verify-failed'), fooled],
  }),
  ...variants(
    {
      symptom: 'The image holds runs of 0xFF, and old content lies under them',
      source: 'own inference; tools skip blank blocks',
      board: { filled: 0xa5, until: 64 * 1024 },
      job: { image: { length: 8192, blankFrom: 0x800, blankTo: 0x1800 } },
      expect: [done],
    },
    { id: 'E19', transport: 'USART' },
    { id: 'E19I', transport: 'I2C', board: { ...NO_STRETCH, filled: 0xa5, until: 64 * 1024 } },
    {
      id: 'E19U',
      transport: 'DFU',
      job: { image: { length: 16 * 1024, blankFrom: 2048, blankTo: 12 * 1024 } },
    },
    ...frames('E19', () => ({
      job: { image: { length: 4096, blankFrom: 0x400, blankTo: 0xc00 } },
    })),
  ),
] satisfies readonly Scenario[];
