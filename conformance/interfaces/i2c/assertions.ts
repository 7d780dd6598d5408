import { interfaces } from '../../../families/index.ts';
import type { AssertionRow } from '../../results/assertion.ts';
import type { Strength } from '../../reports/verdict.ts';

const { note: AN } = interfaces.I2C;
const ONE_LINE =
  'a target has one line; the board tests of the emulator examine it with several ports';
const NEEDS_SCOPE = 'not visible to a host: what happens to SCL meanwhile takes an oscilloscope';

type Row = readonly [strength: Strength, source: string, text: string, reason?: string];

/** Rows of one section, numbered from 1. */
function section(name: string, ...rows: readonly Row[]): readonly AssertionRow[] {
  return rows.map(([strength, source, text, reason], at): AssertionRow =>
    reason === undefined
      ? [`i2c-${name}-${at + 1}`, strength, source, text]
      : [`i2c-${name}-${at + 1}`, strength, source, text, reason],
  );
}

/** What both forms of Write Memory promise; further rows are of one form alone. */
const write = (name: string): readonly Row[] => [
  ['must', `${AN} §${name}`, 'N + 1 bytes are programmed from the address on.'],
  ['must', `${AN} §${name}`, 'The ACK behind the block comes when they are programmed.'],
  ['must', `${AN} §${name}`, 'A wrong address checksum is refused.'],
  ['must', `${AN} §${name}`, 'An invalid address is refused.'],
  [
    'must',
    `${AN} §${name}`,
    'The checksum covers N and the data; a wrong one is refused and nothing is written.',
  ],
  ['must', `${AN} table of commands`, 'It is refused under protection.'],
  ['must', `${AN} §${name}`, 'RAM is writable.'],
];

const erase = (name: string): readonly Row[] => [
  ['must', `${AN} §${name}`, 'N + 1 pages are erased, and no other.'],
  ['must', `${AN} §${name}`, 'The ACK behind the list comes when they are erased.'],
  ['must', `${AN} §${name}`, 'FFFF erases all.'],
  [
    'must',
    `${AN} §${name}`,
    'A wrong checksum of the number, of the list or of a code is refused.',
  ],
  ['must', `${AN} §${name}`, 'FFF0 to FFFC are reserved.'],
  ['must', `${AN} table of commands`, 'It is refused under protection.'],
];

const writeProtect = (name: string): readonly Row[] => [
  ['must', `${AN} §${name}`, 'The sectors of the list are protected.'],
  ['must', `${AN} §${name}`, 'A reset follows the ACK.'],
  ['must', `${AN} §${name}`, 'A wrong complement of the number and a wrong checksum are refused.'],
  ['must', `${AN} table of commands`, 'It is refused under protection.'],
];

const writeUnprotect = (name: string): readonly Row[] => [
  ['must', `${AN} §${name}`, 'It is acknowledged twice.'],
  ['must', `${AN} §${name}`, 'A reset follows.'],
  ['must', `${AN} §${name}`, 'It opens all sectors.'],
  ['must', `${AN} §${name}`, 'It leaves flash as it is.'],
  ['must', `${AN} table of commands`, 'It is refused under protection.'],
];

const readoutProtect = (name: string): readonly Row[] => [
  ['must', `${AN} §${name}`, 'It is acknowledged twice.'],
  ['must', `${AN} §${name}`, 'A reset follows.'],
  ['must', `${AN} §${name}`, 'It enables the protection.'],
  ['must', `${AN} §${name}`, 'It leaves flash as it is.'],
  ['must', `${AN} table of commands`, 'It is refused under protection.'],
];

const readoutUnprotect = (name: string): readonly Row[] => [
  ['must', `${AN} §${name}`, 'It is acknowledged twice, whatever the protection is.'],
  ['must', `${AN} §${name}`, 'A reset follows.'],
  ['must', `${AN} §${name}`, 'It erases all flash.'],
  ['must', `${AN} §${name}`, 'It lifts the protection.'],
  ['must', `${AN} §${name}`, 'It clears the RAM.'],
];

const busy = (name: string, what: string, strength: Strength = 'should'): Row => [
  strength,
  `${AN} §${name}`,
  `While the device ${what}, who asks for the result reads 0x76.`,
];

const special = (name: string, answers: string): readonly AssertionRow[] =>
  section(
    name,
    ['must', `${AN} §${name}`, 'An unknown sub-operation is refused.'],
    ['must', `${AN} §${name}`, 'A wrong checksum of the sub-operation is refused.'],
    ['must', `${AN} §${name}`, 'A wrong checksum of the data is refused.'],
    ['must', `${AN} §${name}`, `${answers} and ACK are answered, each a transfer of its own.`],
  );

/** What AN4221 requires of the bootloader on I2C. */
export const i2cAssertions: readonly AssertionRow[] = [
  ...section(
    '2',
    ['must', `${AN} §2, AN2606`, 'The bootloader acknowledges the address that AN2606 gives.'],
    ['must', `${AN} §2`, 'Its address selects the port: the first transfer may carry a command.'],
    ['must', `${AN} §2, AN2606`, 'No other address is acknowledged.'],
    ['must', `${AN} §2`, 'The general call is not supported.'],
    [
      'should',
      'stm32flash I2C.txt, OPENBL i2c_interface.c',
      'A probe by i2cdetect does no harm, from 1.2 on without selecting the port.',
    ],
    [
      'must',
      'AN2606, bootloader timing',
      'Silence within a command for longer than the time-out ends in a reset.',
    ],
    ['must', 'AN2606, bootloader timing', 'Silence for less than the time-out does no harm.'],
    ['observed', 'OPENBL i2c_interface.c', 'Between commands there is no time-out.'],
    ['must', 'AN2606 §4', 'The other interfaces are off once one was selected.', ONE_LINE],
    ['must', 'AN2606', 'SCL runs at 400 kHz, on some lines at 1 MHz.', NEEDS_SCOPE],
    ['must', `${AN} §2`, 'The device holds SCL where it is not ready.', NEEDS_SCOPE],
  ),
  ...section(
    '3',
    ['must', `${AN} §3`, 'A command is an opcode and its complement; anything else is refused.'],
    ['must', `${AN} §3`, 'An opcode that is not offered is refused.'],
    ['must', `${AN} §3`, 'ACK is 0x79 and NACK 0x1F, one byte in a read of its own.'],
    ['must', `${AN} §3`, 'After a NACK the bootloader waits for the next command.'],
    [
      'observed',
      'derived: no document says it',
      'Bytes read behind an answer are filler, and the device stays in step.',
    ],
    ['observed', 'derived: no document says it', 'An answer is given once.'],
    ['observed', 'OPENBL i2c_interface.c', 'Half a frame is waited for until the time-out.'],
    ['observed', 'OPENBL i2c_interface.c', 'Half an answer is waited for until the time-out.'],
    [
      'must',
      `${AN} table of commands`,
      'Under protection commands outside the limited subset are refused and have no effect.',
    ],
    ['must', `${AN} §3`, 'Each frame and each answer is a transfer of its own, ended by a STOP.'],
    [
      'observed',
      'not found',
      'What a write to a device that is busy comes to is not known.',
      'no source says what is right',
    ],
    [
      'must',
      `${AN} §3`,
      'A frame is followed by a STOP, not by a repeated START.',
      'what a host must do, and what becomes of one that does not no document says',
    ],
  ),
  ...section(
    '3.1',
    ['must', `${AN} §3.1`, 'Get counts the commands.'],
    ['must', `${AN} §3.1`, 'Get reports the protocol version.'],
    ['must', `${AN} §3.1`, 'Get lists the opcodes in the order of the note.'],
    ['observed', 'MIOS host program', 'The list does not change under protection.'],
    ['observed', 'stm32flash', 'The erase opcode is the seventh.'],
    ['must', `${AN} §3.1`, 'The answer stands between two ACKs.'],
    ['observed', 'derived: hosts do not know its length', 'The answer may be read too far.'],
  ),
  ...section(
    '3.2',
    ['must', `${AN} §3.2`, 'Get Version answers one byte between two ACKs.'],
    ['must', `${AN} §3.2`, 'It is the version of Get.'],
  ),
  ...section(
    '3.3',
    ['must', `${AN} §3.3`, 'Get ID answers the product ID, the high byte first.'],
    ['must', `${AN} §3.3`, 'N is 1: two bytes.'],
    ['must', `${AN} §3.1 to §3.3`, 'Asking changes nothing.'],
  ),
  ...section(
    '3.4',
    ['must', `${AN} §3.4`, 'N + 1 bytes from the address on are answered, 1 to 256.'],
    ['must', `${AN} §3.4`, 'A wrong address checksum is refused.'],
    ['must', `${AN} §3.4`, 'An invalid address is refused.'],
    ['must', `${AN} §3.4`, 'A wrong complement of the length is refused.'],
    ['must', `${AN} §3.4`, 'No ACK follows the data.'],
    [
      'must',
      `${AN} §3.4, AN2606 table 5`,
      'Flash, RAM, system memory and option bytes are readable.',
    ],
    ['observed', 'AN2606', 'Reads need no alignment.'],
    [
      'observed',
      'derived',
      'A read past the end is refused at the length.',
      'the likelier answer leaves a board dead until a reset (quirk read-past-end-refused), so no case asks it',
    ],
    ['must', 'AN2606 §4', 'The bootloader ID lies where AN2606 says.'],
    ['must', `${AN} table of commands`, 'Read Memory is refused under protection.'],
    ['must', `${AN} §3.4`, 'Reading changes nothing.'],
    [
      'observed',
      'FORUM 827287',
      'A read past the end is answered, and G070 V11.2 is dead behind it.',
      'it leaves a board dead until a reset',
    ],
  ),
  ...section(
    '3.5',
    ['must', `${AN} §3.5`, 'A valid address is acknowledged and the bootloader is left.'],
    ['must', `${AN} §3.5`, 'The ACK of the address can be fetched before the jump.'],
    ['must', `${AN} §3.5`, 'RAM is a valid target.'],
    ['must', `${AN} §3.5`, 'A wrong address checksum is refused.'],
    ['must', `${AN} §3.5`, 'An invalid address is refused.'],
    ['must', `${AN} §3.5, AN2606 table 5`, 'Option bytes and system memory are refused.'],
    ['must', `${AN} table of commands`, 'Go is refused under protection.'],
    ['observed', 'AN2606 §4', 'The vector table is not verified.'],
    [
      'must',
      `${AN} §3.5`,
      'Peripherals used are put to their reset values and the stack pointer is set.',
      'not visible on the bus; it would take an application that reports registers',
    ],
  ),
  ...section(
    '3.6',
    ...write('3.6'),
    ['must', `${AN} §3.6`, 'A block has at most 256 bytes.'],
    ['must', 'AN2606 table 5', 'System memory is not writable.'],
    ['must', `${AN} §3.6`, 'Writing a write-protected sector is no error.'],
    [
      'observed',
      `${AN} §3.6, FORUM 42136`,
      'A length that is no multiple of 4 is the host’s fault, and acknowledged.',
    ],
    [
      'observed',
      'AN2606 table 7, FORUM 143661 50439',
      'A misaligned flash write is acknowledged and lost.',
    ],
    ['observed', 'derived', 'A block that runs past the end is refused.'],
    ['must', 'AN2606, bootloader timing', 'Of a block that breaks off nothing is written.'],
    ['must', `${AN} §3.6`, 'Option bytes are written from their base address only.'],
    ['must', `${AN} §3.6`, 'Option bytes are erased, written, and loaded by a reset.'],
    [
      'must',
      `${AN} §3.6`,
      'An unsuccessful write is refused.',
      'nothing a host can do makes a write fail, and OpenBootloader acknowledges it all the same',
    ],
  ),
  ...section(
    '3.7',
    ...erase('3.7'),
    ['must', `${AN} §3.7`, 'Page numbers are two bytes, the high one first.'],
    ['observed', 'FORUM 228962', 'L0 has no mass erase and refuses it.'],
    ['must', `${AN} §3.7`, 'FFFE erases bank 1, and FFFD bank 2.'],
    ['must', `${AN} §3.7`, 'The checksum of the list is one over the page numbers only.'],
    ['must', `${AN} §3.7`, 'A list has at most 512 pages.'],
    ['observed', 'OPENBL', 'A number beyond the last page is no error.'],
    ['must', `${AN} §3.7`, 'Erasing a write-protected sector is no error.'],
    ['observed', 'RM0090 §3.6.3', 'A mass erase with a protected sector erases nothing.'],
    ['must', 'AN2606, bootloader timing', 'A list that breaks off erases nothing.'],
    ['must', `${AN} §3.7`, 'The number of pages is acknowledged before the list.'],
  ),
  ...section(
    '3.8',
    ...writeProtect('3.8'),
    ['must', `${AN} §3.8`, 'A second command replaces the first.'],
    ['must', `${AN} §3.8`, 'Codes are not judged.'],
    ['must', `${AN} §3.8`, 'The checksum is one over the codes only.'],
    ['must', 'AN2606, bootloader timing', 'A list that breaks off protects nothing.'],
  ),
  ...section('3.9', ...writeUnprotect('3.9')),
  ...section('3.10', ...readoutProtect('3.10')),
  ...section(
    '3.11',
    ...readoutUnprotect('3.11'),
    ['observed', 'reference manuals', 'Write protection does not hinder it.'],
    [
      'must',
      `${AN} §3.11`,
      'If the erase fails the second answer is a NACK and the protection stays.',
      'nothing a host can do makes the erase fail',
    ],
  ),
  ...section('3.12', ...write('3.12'), busy('3.12', 'programs')),
  ...section(
    '3.13',
    ...erase('3.13'),
    [
      'observed',
      'FORUM 16032',
      'F723 holds SCL through the erase and says busy once behind it.',
      'what is held no host sees, and one busy more is accepted everywhere',
    ],
    busy('3.13', 'erases', 'must'),
  ),
  ...section('3.14', ...writeProtect('3.14'), busy('3.14', 'protects')),
  ...section('3.15', ...writeUnprotect('3.15'), busy('3.15', 'takes the protection off')),
  ...section('3.16', ...readoutProtect('3.16')),
  ...section(
    '3.17',
    ...readoutUnprotect('3.17'),
    busy('3.17', 'erases all to unprotect itself', 'observed'),
  ),
  ...section(
    '3.18',
    ['must', `${AN} §3.18`, 'The CRC-32 of the words is answered, with its checksum.'],
    ['must', `${AN} §3.18, stm32flash`, 'Two ACKs answer the size: received, and summed.'],
    ['must', `${AN} §3.18`, 'A size of 0, between words or beyond the memory is refused.'],
    ['must', `${AN} §3.18`, 'An address between words, outside of flash or invalid is refused.'],
    ['must', `${AN} §3.18`, 'A wrong checksum of either frame is refused.'],
    ['observed', `${AN} table of commands`, 'It is refused under protection.'],
    [
      'observed',
      `${AN} table of commands`,
      'A footnote marks it as allowed under protection.',
      'the footnote contradicts the text; the refusal is what is expected',
    ],
  ),
  ...special('3.19', 'Data packet, status packet'),
  ...special('3.20', 'Status packet'),
  ...section('4', [
    'must',
    `${AN} §4`,
    'What a protocol version brought is there from that version on, and not before.',
  ]),
];
