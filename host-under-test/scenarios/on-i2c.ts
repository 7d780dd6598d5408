import type { I2cFault } from '../faults/i2c.ts';
import type { Scenario } from '../scenario.ts';
import {
  FLASH,
  NO_STRETCH,
  STRETCHING,
  WRITE,
  breaksOff,
  done,
  i2c,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
} from './define.ts';

const TO_HOST = { at: 'i2c', direction: 'to-host' } as const;
const TO_CHIP = { at: 'i2c', direction: 'to-chip' } as const;

/** What a part with I2C 1.2 lists: its eighteen commands (AN4221 §3.1). */
const GET = [
  0x12, 0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92, 0x32, 0x45, 0x64, 0x74,
  0x83, 0x93, 0xa1,
];

/** Reads of a session at which the chip falls silent. */
const SILENT_FROM = [1, 2, 4, 12, 30];

/** The ACK behind a list of pages. */
const LOST_ACK: readonly I2cFault[] = [
  { ...TO_HOST, do: 'drop', step: 'extended-erase: pages', nth: 1 },
];

/** What of the groups A, B, C, F, G and I applies to I2C: as there, `I` behind the number. */
export default [
  i2c('A01I', {
    symptom: 'The application runs: nobody acknowledges the address',
    source: 'rogerclarkmelbourne/Arduino_STM32 issue 245, on I2C',
    board: { ...STRETCHING, boot0: 0, application: 'silent' },
    job: WRITE,
    expect: [refuses('no-answer', 'no-device')],
  }),
  i2c('A01Ib', {
    symptom: 'The first message is not acknowledged, as by a chip that is just starting',
    source: 'own inference; AN2606, I2C connection time',
    board: NO_STRETCH,
    faults: [{ ...TO_CHIP, do: 'address-nack', nth: 1 }],
    job: WRITE,
    expect: [done, refuses('no-answer', 'no-device')],
  }),
  i2c('A16I', {
    symptom: 'A second run without a reset between',
    source: 'community.st.com 121832 (L412), on I2C',
    board: STRETCHING,
    first: { job: { do: 'detect' } },
    job: WRITE,
    expect: [done],
  }),
  i2c('A19I', {
    symptom: 'Chatter on a USART has selected it: the bootloader is not on I2C any more',
    source: 'betaflight issue 4122',
    board: { ...STRETCHING, before: [[0x7f]] },
    job: WRITE,
    expect: [refuses('no-answer', 'no-device')],
  }),
  i2c('A23I', {
    symptom: 'A reset strikes while the chip erases',
    source: 'mowglinext pull request 636 (F401): a watchdog left running',
    board: STRETCHING,
    faults: [{ at: 'flash', do: 'reset', operation: 1 }],
    job: WRITE,
    expect: [
      done,
      { exit: 'nonzero', flash: ['any'], causes: ['timeout', 'reset-target', 'erase-failed'] },
    ],
  }),
  i2c('B01I', {
    symptom: 'The product ID is in no table of the tool',
    source: 'stm32flash; stm32loader pull requests 32, 67, 81 and 102',
    board: STRETCHING,
    faults: [{ at: 'answer', of: 'get-id', count: 1, bytes: [0x04, 0xff] }],
    job: WRITE,
    expect: [
      refuses('unknown-device'),
      nonStrict(done, 'it writes to a chip that it does not know'),
    ],
  }),
  i2c('B02I', {
    symptom: 'Get ID answers three bytes, of which a host on I2C cannot know before',
    source: 'stm32flash (stm32_guess_len_cmd)',
    board: NO_STRETCH,
    faults: [{ at: 'answer', of: 'get-id', count: 2, bytes: [0x04, 0x15, 0x00] }],
    job: { do: 'detect' },
    expect: [unchanged],
  }),
  i2c('B07I', {
    symptom: 'The list of Get holds commands that nobody knows, and is longer than those of AN4221',
    source: 'community.st.com 16032 (I2C version 1.2 undocumented); stm32loader pull request 32',
    board: NO_STRETCH,
    faults: [{ at: 'answer', of: 'get', count: 20, bytes: [...GET, 0xb1, 0xd7] }],
    job: WRITE,
    expect: [done],
  }),
  i2c('B07Ib', {
    symptom: 'A list of Get of a version that the tool does not know',
    source: 'AN4221 §2 (version 2.0: the number of commands varies)',
    board: NO_STRETCH,
    faults: [{ at: 'answer', of: 'get', count: 18, bytes: [0x20, ...GET.slice(1)] }],
    job: WRITE,
    expect: [done],
  }),
  i2c('B07Id', {
    symptom: 'The list of Get has no erase command',
    source: 'own inference from stm32loader pull request 32',
    board: NO_STRETCH,
    faults: [
      {
        at: 'answer',
        of: 'get',
        count: 16,
        bytes: GET.filter((opcode) => opcode !== 0x44 && opcode !== 0x45),
      },
    ],
    job: WRITE,
    expect: [refuses('unsupported-command')],
  }),
  i2c('B08I', {
    symptom: 'The image is larger than the flash of the line',
    source: 'stm32loader issue 31 (G0, 278 KB on a 128 KB part)',
    board: { device: 'STM32F410CB' },
    job: { ...WRITE, image: { length: 136 * 1024 } },
    expect: [
      refuses('too-large'),
      nonStrict(breaksOff('too-large', 'write-failed', 'bad-address'), 'it erases first'),
    ],
  }),
  i2c('B10I', {
    symptom: 'The address lies before the flash',
    source: 'community.st.com 82095 (F72x)',
    board: STRETCHING,
    job: { ...WRITE, address: FLASH - 0x10_0000, image: { length: 256 } },
    expect: [refuses('bad-address')],
  }),
  i2c('C02I', {
    symptom: 'A mass erase that holds SCL for 8 s',
    source: 'pyOCD pull request 421 (F439, 15 s)',
    board: { ...STRETCHING, speed: 'real' },
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  i2c('C04I', {
    symptom: 'An image at page 300 of 512: page numbers of two bytes',
    source: 'stm32loader issue 44',
    board: NO_STRETCH,
    job: { ...WRITE, address: FLASH + 300 * 2048 },
    expect: [done],
  }),
  i2c('C06I', {
    symptom: 'The chip is read-protected: erasing is refused',
    source: 'keirf/flashfloppy issue 15',
    board: { ...STRETCHING, rdp: 1 },
    job: { do: 'erase' },
    expect: [refuses('protected')],
  }),
  i2c('C06Ib', {
    symptom: 'The mass erase is refused behind the command',
    source: 'DMD_STM32 issue 100',
    board: STRETCHING,
    faults: [
      { ...TO_CHIP, do: 'corrupt', step: 'extended-erase: count', nth: 1, byte: 2, value: 0x01 },
    ],
    job: { do: 'erase' },
    expect: [refuses('erase-failed', 'protected'), succeeds('erased')],
  }),
  i2c('C08I', {
    symptom: 'The pages are erased, and the ACK is lost: the host reads 0xFF',
    source: 'community.st.com 221364',
    board: STRETCHING,
    faults: LOST_ACK,
    job: { do: 'erase', pages: { first: 0, count: 2 } },
    expect: [
      succeeds('pages'),
      { exit: 'nonzero', flash: ['pages'], causes: ['erase-failed', 'timeout', 'protocol'] },
    ],
  }),
  i2c('C10I', {
    symptom: 'Pages are asked for that the part does not have',
    source: 'own inference; ROMs pass over them, some refuse',
    board: STRETCHING,
    job: { do: 'erase', pages: { first: 6, count: 4 } },
    expect: [
      { exit: 'nonzero', flash: ['same', 'pages'], causes: ['erase-failed', 'too-large'] },
      nonStrict(succeeds('pages'), 'it does not say that the part ends before'),
    ],
  }),
  i2c('C11I', {
    symptom: 'Old content lies where the image goes; the tool verifies',
    source: 'jsnyder/stm32loader issue 8',
    board: { ...STRETCHING, filled: 0xa5, until: 64 * 1024 },
    job: WRITE,
    expect: [done, breaksOff('verify-failed')],
  }),
  i2c('C12I', {
    symptom: 'Flash is full of zeros: a tool that forgets to erase writes nothing',
    source: 'community.st.com 60241 (STM32CubeProgrammer without its data base)',
    board: { ...NO_STRETCH, filled: 0x00, until: 16 * 1024 },
    job: { do: 'write' },
    expect: [done],
  }),
  i2c('F04I', {
    symptom: 'Go to an address that is no memory is refused',
    source: 'own inference; AN4221 §3.5',
    board: STRETCHING,
    job: { do: 'go', address: 0x6000_0000 },
    expect: [refuses('go-failed', 'bad-address')],
  }),
  i2c('G01I', {
    symptom: 'The chip is read-protected, and is to be written',
    source: 'betaflight-configurator issue 200; keirf/flashfloppy issue 15',
    board: { ...STRETCHING, rdp: 1 },
    job: WRITE,
    expect: [refuses('protected')],
  }),
  i2c('G01Ib', {
    symptom: 'The chip is read-protected, and is to be read',
    source: 'betaflight-configurator issue 200',
    board: { ...NO_STRETCH, rdp: 1 },
    job: { do: 'read', address: FLASH, length: 1024 },
    expect: [refuses('protected')],
  }),
  i2c('G02I', {
    symptom: 'Readout unprotect holds SCL while it erases for 8 s, then the chip resets',
    source: 'betaflight-configurator pull request 350',
    board: { ...STRETCHING, rdp: 1, speed: 'real' },
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  i2c('G02Ib', {
    symptom: 'No-stretch readout unprotect answers busy for 8 s, then the chip resets',
    source: 'betaflight-configurator pull request 350',
    board: { ...NO_STRETCH, rdp: 1, speed: 'real' },
    faults: [{ at: 'flash', do: 'slow', operation: 1, by: 8_000_000 }],
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  i2c('G03I', {
    symptom: 'After readout unprotect the chip starts anew: the next run',
    source: 'community.st.com 815774 and 847407 (G071)',
    board: { ...NO_STRETCH, rdp: 1 },
    first: { job: { do: 'unprotect' } },
    job: WRITE,
    expect: [done],
  }),
  i2c('I01I', {
    symptom: 'The adapter vanishes in the middle of the write',
    source: 'own inference',
    board: STRETCHING,
    faults: [{ ...TO_HOST, do: 'disconnect', step: 'write-memory: length', nth: 4 }],
    job: WRITE,
    expect: [breaksOff('port-lost')],
    limitMs: 10_000,
  }),
  ...SILENT_FROM.map((nth, index) =>
    i2c(`I04I${'abcde'[index]}`, {
      symptom: `Nobody acknowledges the address any more from the reply ${nth} on`,
      source: 'own inference',
      board: NO_STRETCH,
      faults: [{ ...TO_HOST, do: 'silence', nth }],
      job: WRITE,
      expect: [breaksOff('timeout', 'no-answer', 'no-device', 'write-failed')],
    }),
  ),
  i2c('I05I', {
    symptom: 'Ctrl-C in the middle of a block, then the tool is run again at once',
    source: 'own inference; as A17: the chip waits for the block until its time-out of 1 s',
    board: STRETCHING,
    // the tool waits for this ACK when Ctrl-C comes: always the same place
    faults: [{ ...TO_HOST, do: 'hold', step: 'write-memory: address', nth: 4, ms: 300 }],
    first: { job: WRITE, interrupt: { step: 'write-memory: address', nth: 4 } },
    job: WRITE,
    expect: [done, refuses('reset-target')],
  }),
  i2c('I07I', {
    symptom: 'SCL is held for 100 ms at each reply',
    source: 'u360gts issue 113; betaflight-configurator issue 11015',
    board: STRETCHING,
    faults: [{ ...TO_HOST, do: 'hold', nth: 1, on: true, ms: 100 }],
    job: { ...WRITE, image: { length: 1024 } },
    expect: [done],
  }),
] satisfies readonly Scenario[];
