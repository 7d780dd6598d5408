import type { Scenario } from '../scenario.ts';
import {
  F103,
  FLASH,
  NO_STRETCH,
  breaksOff,
  done,
  i2c,
  nonStrict,
  refuses,
  unchanged,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

/** What an F405 lists: protocol 3.1 and its eleven commands (AN3155 §3.1). */
const GET = [0x31, 0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92];

/** What a part with I2C 1.2 lists: its eighteen commands (AN4221 §3.1). */
const I2C_GET = [
  0x12, 0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92, 0x32, 0x45, 0x64, 0x74,
  0x83, 0x93, 0xa1,
];

/** Group B: identification and the memory map. */
export default [
  ...variants(
    {
      symptom: 'The product ID is in no table of the tool',
      source: 'stm32flash; stm32loader pull requests 32, 67, 81 and 102',
      faults: [{ at: 'answer', of: 'get-id', count: 1, bytes: [0x04, 0xff] }],
      expect: [
        refuses('unknown-device'),
        nonStrict(done, 'it writes to a chip that it does not know'),
      ],
    },
    { id: 'B01', transport: 'USART' },
    { id: 'B01I', transport: 'I2C' },
    ...frames('B01'),
  ),
  usart('B02', {
    symptom: 'Get ID answers three bytes',
    source: 'stm32flash ("extra bytes in PID")',
    faults: [{ at: 'answer', of: 'get-id', count: 2, bytes: [0x04, 0x13, 0x00] }],
    job: { do: 'detect' },
    expect: [unchanged],
  }),
  usart('B02b', {
    symptom: 'Get ID answers one byte',
    source: 'stm32flash ("only n bytes sent back")',
    faults: [{ at: 'answer', of: 'get-id', count: 0, bytes: [0x13] }],
    job: { do: 'detect' },
    expect: [unchanged, refuses('unknown-device', 'protocol')],
  }),
  usart('B02c', {
    symptom: 'Get ID counts two bytes more than it sends',
    source: 'stm32flash (length of the ID)',
    faults: [{ at: 'answer', of: 'get-id', count: 3, bytes: [0x04, 0x13] }],
    job: { do: 'detect' },
    expect: [refuses('protocol', 'timeout')],
  }),
  i2c('B02I', {
    symptom: 'Get ID answers three bytes, of which a host on I2C cannot know before',
    source: 'stm32flash (stm32_guess_len_cmd)',
    board: NO_STRETCH,
    faults: [{ at: 'answer', of: 'get-id', count: 2, bytes: [0x04, 0x15, 0x00] }],
    job: { do: 'detect' },
    expect: [unchanged],
  }),
  usart('B03', {
    symptom: "A clone answers with ST's product ID (GD32F303, 0x414, 2 KiB pages)",
    source: 'stlink issues 724, 756 and 769; blackmagic issue 2020',
    board: { device: 'GD32F303xC_E' },
    expect: [done, breaksOff('verify-failed', 'erase-failed')],
  }),
  usart('B03b', {
    symptom: "A clone answers with ST's product ID (GD32F130, 0x410)",
    source: 'stlink issues 724, 756 and 769; blackmagic issue 2020',
    board: { device: 'GD32F130x8' },
    job: { address: FLASH + 0x1000 },
    expect: [done, breaksOff('verify-failed', 'erase-failed')],
  }),
  usart('B04', {
    symptom: 'A part sold with 64 KiB has 128: the image needs the upper half, which is there',
    source: 'blackmagic pull request 205; MMDVM_HS pull request 162',
    board: { device: 'STM32F103x8_128K' },
    job: { image: { length: 80 * 1024 } },
    expect: [done, refuses('too-large')],
  }),
  usart('B04b', {
    symptom: 'The image needs an upper half that is not there: all of it is acknowledged',
    source: 'blackmagic pull request 205; MMDVM_HS pull request 162',
    board: F103,
    faults: [{ at: 'cells', do: 'absent-from', address: FLASH + 64 * 1024 }],
    job: { image: { length: 80 * 1024 } },
    expect: [refuses('too-large'), breaksOff('verify-failed')],
  }),
  usart('B05', {
    symptom: 'Short reads of the flash size and unique ID are refused',
    source: 'stm32loader issue 61 (L05x) and pull request 25 (F401)',
    board: { device: 'STM32F401CC', quirks: { 'short-system-reads-refused': true } },
    expect: [done],
  }),
  usart('B06', {
    symptom: 'Blocks of more than 128 bytes are refused',
    source: 'stm32loader, transfer size of L0',
    board: { device: 'STM32L053R8', quirks: { '128-byte-writes-only': true } },
    meets: 'write',
    job: { image: { length: 1024 } },
    expect: [done, breaksOff('write-failed', 'too-large')],
  }),
  usart('B07', {
    symptom: 'The list of Get holds commands that nobody knows',
    source: 'stm32loader pull request 32',
    faults: [{ at: 'answer', of: 'get', count: 13, bytes: [...GET, 0xa1, 0xd7] }],
    expect: [done],
  }),
  usart('B07b', {
    symptom: 'Get counts one byte more than it sends',
    source: 'stm32loader pull request 32; own inference',
    faults: [{ at: 'answer', of: 'get', count: 12, bytes: GET }],
    expect: [refuses('protocol', 'timeout')],
  }),
  usart('B07c', {
    symptom: 'Get counts one byte less than it sends',
    source: 'stm32loader pull request 32; own inference',
    faults: [{ at: 'answer', of: 'get', count: 10, bytes: GET }],
    expect: [refuses('protocol', 'timeout'), done],
  }),
  usart('B07d', {
    symptom: 'The list of Get has no erase command',
    source: 'own inference from stm32loader pull request 32',
    faults: [
      { at: 'answer', of: 'get', count: 10, bytes: GET.filter((opcode) => opcode !== 0x44) },
    ],
    expect: [refuses('unsupported-command')],
  }),
  i2c('B07I', {
    symptom: 'The list of Get holds commands that nobody knows, and is longer than those of AN4221',
    source: 'community.st.com 16032 (I2C version 1.2 undocumented); stm32loader pull request 32',
    board: NO_STRETCH,
    faults: [{ at: 'answer', of: 'get', count: 20, bytes: [...I2C_GET, 0xb1, 0xd7] }],
    expect: [done],
  }),
  i2c('B07Ib', {
    symptom: 'A list of Get of a version that the tool does not know',
    source: 'AN4221 §2 (version 2.0: the number of commands varies)',
    board: NO_STRETCH,
    faults: [{ at: 'answer', of: 'get', count: 18, bytes: [0x20, ...I2C_GET.slice(1)] }],
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
        bytes: I2C_GET.filter((opcode) => opcode !== 0x44 && opcode !== 0x45),
      },
    ],
    expect: [refuses('unsupported-command')],
  }),
  ...variants(
    {
      symptom: 'The image is larger than the flash of the line',
      source: 'stm32loader issue 31 (G0, 278 KB on a 128 KB part)',
      job: { image: { length: 136 * 1024 } },
      expect: [
        refuses('too-large'),
        nonStrict(breaksOff('too-large', 'write-failed', 'bad-address'), 'it erases first'),
      ],
    },
    { id: 'B08', transport: 'USART', board: F103 },
    {
      id: 'B08b',
      transport: 'USART',
      symptom: 'The image is larger than the flash of this part, not of its line',
      board: { device: 'STM32F103C8' },
      job: { image: { length: 72 * 1024 } },
    },
    { id: 'B08I', transport: 'I2C', board: { device: 'STM32F410CB' } },
  ),
  usart('B09', {
    symptom: 'The image goes behind the first 128 KiB of a large part',
    source: 'platform-ststm32 issue 640',
    board: { device: 'STM32F103ZE' },
    job: { address: FLASH + 0x2_0000 },
    expect: [done],
  }),
  usart('B10', {
    symptom: 'The address lies before the flash',
    source: 'community.st.com 82095 (F72x)',
    job: { address: FLASH - 0x10_0000, image: { length: 256 } },
    expect: [refuses('bad-address')],
  }),
  i2c('B10I', {
    symptom: 'The address lies before the flash',
    source: 'community.st.com 82095 (F72x)',
    job: { address: FLASH - 0x10_0000, image: { length: 256 } },
    expect: [refuses('bad-address')],
  }),
  ...variants(
    {
      symptom: 'The address lies before the flash',
      source: 'community.st.com 82095 (F72x)',
      job: { address: FLASH - 0x10_0000, image: { length: 256 } },
      expect: [refuses('bad-address')],
    },
    ...frames('B10'),
  ),
] satisfies readonly Scenario[];
