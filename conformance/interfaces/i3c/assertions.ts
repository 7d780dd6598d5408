import { interfaces } from '../../../families/index.ts';
import type { AssertionRow } from '../../results/assertion.ts';
import type { Strength } from '../../reports/verdict.ts';

const { note: AN } = interfaces.I3C;
const OBL = 'OPENBL openbl_i3c_cmd.c, i3c_interface.c';
const MIPI = 'MIPI I3C Basic';
const H503 = 'FORUM, notes measured on NUCLEO-H503RB';
const NOT_FOUND = 'no source says what is right';
const NONE_PROTECTED =
  'the state of the product protects lines with I3C, and a host cannot bring a chip out of some of its states';

type Row = readonly [strength: Strength, source: string, text: string, reason?: string];

/** Rows of one section, numbered from 1; AN5927 is cited by the titles of its sections. */
function section(name: string, ...rows: readonly Row[]): readonly AssertionRow[] {
  return rows.map(([strength, source, text, reason], at): AssertionRow =>
    reason === undefined
      ? [`i3c-${name}-${at + 1}`, strength, source, text]
      : [`i3c-${name}-${at + 1}`, strength, source, text, reason],
  );
}

/** What AN5927 requires of the bootloader on I3C, and what silicon was seen to do. */
export const i3cAssertions: readonly AssertionRow[] = [
  ...section(
    'start',
    ['must', `${AN}, start`, 'The bootloader has no address of its own: ENTDAA gives it one.'],
    ['must', `${AN}, start; ${MIPI}`, 'Any dynamic address that the host chooses is taken.'],
    ['must', MIPI, 'No other address is acknowledged.'],
    ['must', MIPI, 'A device that has an address takes no further one.'],
    [
      'must',
      `${AN}, characteristics; ${MIPI}`,
      'It tells that it is a target that raises in-band interrupts with a payload.',
    ],
    [
      'observed',
      `${AN}, characteristics; ${H503}`,
      'Its provisioned ID has the manufacturer ST and instance 0xB.',
    ],
    ['observed', `${AN}, characteristics; ${H503}`, 'Its DCR is 2 as printed, or 1 as was read.'],
    ['must', `${AN}, start`, 'The byte 0x5A selects the port and is acknowledged.'],
    ['must', `${AN}, start`, 'Nothing is told before 0x5A came.'],
    ['observed', OBL, 'Other first bytes do not select the port, nor does a command.'],
    ['must', `${AN}, start`, 'Behind that ACK the bootloader waits for commands.'],
    ['must', MIPI, 'A reset takes the address away, and the next ENTDAA gives one again.'],
    ['observed', `${MIPI}, RSTDAA`, 'RSTDAA takes the address away, and the dialogue goes on.'],
    [
      'observed',
      `${MIPI}, DISEC and ENEC`,
      'Interrupts that are switched off wait until they are on again.',
    ],
    [
      'must',
      'AN2606 §4',
      'The other interfaces are off once one was selected.',
      'a target has one interface; the tests of the room examine a board with several',
    ],
    [
      'must',
      `${AN}, characteristics`,
      'The bus runs at up to 12.5 MHz.',
      'memory has no clock: what happens on SCL takes an oscilloscope',
    ],
    [
      'observed',
      'no document says it',
      'What a device does that was given no address before a host left is not known.',
      NOT_FOUND,
    ],
  ),
  ...section(
    'commands',
    [
      'must',
      `${AN}, command set`,
      'A command is an opcode and its complement in a private write; anything else is refused.',
    ],
    ['must', `${AN}, command set`, 'An opcode that is not offered is refused.'],
    [
      'must',
      `${AN}, command set`,
      'ACK is 0x79 and NACK 0x1F, each the one byte of an in-band interrupt.',
    ],
    ['must', `${AN}, command set`, 'After a NACK the bootloader waits for the next command.'],
    ['must', `${AN}, command set`, 'Each answer is given once.'],
    ['observed', OBL, 'The complement is judged before the protection.'],
    ['observed', OBL, 'A packet that ends too early is waited for without a time-out.'],
    ['observed', MIPI, 'A read where nothing is offered is not acknowledged.'],
    ['observed', MIPI, 'A read of more bytes than are offered ends where they do.'],
    ['observed', OBL, 'A read of fewer bytes leaves the rest to the next one.'],
    [
      'must',
      `${AN}, command set`,
      'Readout Protect, Readout Unprotect and Extended Special are optional: where they are not listed they are refused.',
    ],
    ['must', `${AN}, command set`, 'Under protection the commands that reach memory are refused.'],
    [
      'observed',
      H503,
      'A command behind the data of a read may be lost when it comes within 5 ms.',
      'one in a hundred, and no host that waits as long meets it',
    ],
  ),
  ...section(
    'get',
    ['must', `${AN}, Get`, 'Get counts the commands.'],
    ['must', `${AN}, Get`, 'Get reports the protocol version.'],
    ['must', `${AN}, Get`, 'Get lists the opcodes in the order of the note.'],
    ['must', `${AN}, Get`, 'An ACK ends the answer.'],
    ['observed', 'MIOS host program', 'The list does not change under protection.'],
    ['observed', `${OBL}; ${H503}`, 'Count, version and list are read one behind the other.'],
  ),
  ...section(
    'get-version',
    ['must', `${AN}, Get Version`, 'Get Version answers one byte between two ACKs.'],
    ['must', `${AN}, Get Version`, 'It is the version of Get.'],
  ),
  ...section(
    'get-id',
    ['must', `${AN}, Get ID`, 'Get ID answers the product ID, the high byte first.'],
    ['must', `${AN}, Get ID; ${OBL}`, 'It counts the bytes of the ID: 2, not one less.'],
    ['must', `${AN}, Get ID`, 'An ACK ends the answer.'],
    ['must', `${AN}, Get, Get Version, Get ID`, 'Asking changes nothing.'],
  ),
  ...section(
    'read-memory',
    ['must', `${AN}, Read Memory`, 'The bytes from the address on are answered.'],
    ['must', `${AN}, Read Memory`, 'A wrong checksum of the address is refused.'],
    ['must', `${AN}, Read Memory`, 'An invalid address is refused.'],
    ['must', `${AN}, Read Memory`, 'A wrong checksum of a size is refused.'],
    ['must', `${AN}, Read Memory`, 'No ACK follows the data.'],
    [
      'must',
      `${AN}, Read Memory, AN2606`,
      'Flash, RAM, system memory and option bytes are readable.',
    ],
    ['must', `${AN}, Read Memory`, 'A chunk has 1 to 2048 bytes; other sizes are refused.'],
    [
      'must',
      `${AN}, Read Memory`,
      'A chunk goes on where the one before it ended, and no address is sent for it.',
    ],
    ['must', `${AN}, Read Memory`, 'Another chunk follows where the size says so, and only there.'],
    ['must', `${AN}, Read Memory`, 'A chunk that is refused ends the command.'],
    ['must', `${AN}, Read Memory`, 'A chunk that runs past the end of the memory is refused.'],
    ['must', 'AN2606 §4', 'The bootloader ID lies where AN2606 says.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
    ['must', `${AN}, Read Memory`, 'Reading changes nothing.'],
    ['observed', 'AN2606', 'RAM of the bootloader is refused.'],
  ),
  ...section(
    'write-memory',
    ['must', `${AN}, Write Memory`, 'The bytes are programmed from the address on.'],
    ['must', `${AN}, Write Memory`, 'The ACK behind a chunk comes when it is programmed.'],
    ['must', `${AN}, Write Memory`, 'A wrong checksum of the address is refused.'],
    ['must', `${AN}, Write Memory`, 'An invalid address is refused.'],
    ['must', `${AN}, Write Memory`, 'A wrong checksum of a size is refused.'],
    [
      'must',
      `${AN}, Write Memory`,
      'The checksum behind the data covers them alone; a wrong one is refused and nothing of the chunk is written.',
    ],
    ['must', `${AN}, Write Memory`, 'A chunk has 1 to 2048 bytes; other sizes are refused.'],
    [
      'must',
      `${AN}, Write Memory`,
      'A chunk goes on where the one before it ended, and no address is sent for it.',
    ],
    [
      'must',
      `${AN}, Write Memory`,
      'Another chunk follows where the size says so, and only there.',
    ],
    [
      'must',
      `${AN}, Write Memory`,
      'A chunk that is refused ends the command; those before it stay.',
    ],
    ['must', `${AN}, Write Memory`, 'A chunk that runs past the end of the memory is refused.'],
    ['must', `${AN}, Write Memory`, 'RAM is writable.'],
    ['must', 'AN2606 table 5', 'System memory and the RAM of the bootloader are not writable.'],
    ['must', `${AN}, Write Memory`, 'Writing a write-protected sector is no error.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
    ['must', `${AN}, Write Memory`, 'Option bytes are written, and loaded by a reset.'],
    [
      'observed',
      'AN2606 table 7, FORUM 116796',
      'A write that is not aligned as AN2606 asks is acknowledged and lost.',
    ],
    ['observed', 'derived', 'A size that is no multiple of 4 is acknowledged.'],
    ['observed', 'derived', 'Of a chunk that breaks off nothing is written.'],
    [
      'observed',
      OBL,
      'OpenBootloader goes on with its loop behind a chunk that it refused.',
      'what a ROM does no document says: AN5927 ends the command',
    ],
  ),
  ...section(
    'go',
    ['must', `${AN}, Go`, 'A valid address is acknowledged and the bootloader is left.'],
    ['must', `${AN}, Go`, 'A wrong checksum of the address is refused.'],
    ['must', `${AN}, Go`, 'An invalid address is refused.'],
    ['must', `${AN}, Go, AN2606 table 5`, 'Option bytes and system memory are refused.'],
    ['must', `${AN}, Go, AN2606`, 'RAM of the bootloader is refused.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
    ['must', `${AN}, Go`, 'RAM is a valid target.'],
    ['observed', 'AN2606 §4', 'The vector table is not verified.'],
  ),
  ...section(
    'erase',
    ['must', `${AN}, Erase`, 'The pages of the list are erased, and no other.'],
    ['must', `${AN}, Erase`, 'The ACK behind the list comes when they are erased.'],
    ['must', `${AN}, Erase`, 'FFFF erases all.'],
    ['must', `${AN}, Erase`, 'FFFE erases bank 1, and FFFD bank 2.'],
    ['must', `${AN}, Erase`, 'Other codes from FFF0 on are refused.'],
    [
      'must',
      `${AN}, Erase`,
      'The number of pages is sent as it is, and acknowledged before the list.',
    ],
    ['must', `${AN}, Erase`, 'A list has 1 to 1023 pages; other numbers are refused.'],
    ['must', `${AN}, Erase`, 'Page numbers are two bytes, the high one first.'],
    [
      'must',
      `${AN}, Erase`,
      'A wrong checksum of the number, of a code or of the list is refused, and nothing is erased.',
    ],
    ['must', `${AN}, Erase`, 'The checksum of the list is one over the page numbers only.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
    ['observed', OBL, 'A number beyond the last page is no error.'],
    ['must', `${AN}, Erase`, 'Erasing a write-protected sector is no error.'],
    ['observed', 'derived', 'A list that breaks off erases nothing.'],
    [
      'observed',
      `${AN}, examples of Erase`,
      'The examples print the complement of the checksum that the text describes.',
      'text and OpenBootloader agree on the plain XOR, which is what is expected',
    ],
    ['observed', 'RM0090 §3.6.3', 'A mass erase with a protected sector erases nothing.'],
  ),
  ...section(
    'write-protect',
    ['must', `${AN}, Write Protect`, 'The sectors of the list are protected.'],
    ['must', `${AN}, Write Protect`, 'A reset follows the ACK.'],
    [
      'must',
      `${AN}, Write Protect`,
      'A wrong checksum of the number or of the list is refused, and nothing is protected.',
    ],
    ['must', `${AN}, Write Protect`, 'A second command replaces the first.'],
    ['must', `${AN}, Write Protect`, 'Codes are two bytes each, and not judged.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
    ['observed', OBL, 'The checksum of the list is one over the codes only.'],
  ),
  ...section(
    'write-unprotect',
    ['must', `${AN}, Write Unprotect`, 'It is acknowledged twice.'],
    ['must', `${AN}, Write Unprotect`, 'A reset follows.'],
    ['must', `${AN}, Write Unprotect`, 'It opens all sectors.'],
    ['must', `${AN}, Write Unprotect`, 'It leaves flash as it is.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
  ),
  ...section(
    'readout-protect',
    ['must', `${AN}, Readout Protect`, 'It is acknowledged twice.'],
    ['must', `${AN}, Readout Protect`, 'A reset follows.'],
    ['must', `${AN}, Readout Protect`, 'It enables the protection.'],
    ['must', `${AN}, Readout Protect`, 'It leaves flash as it is.'],
    ['must', `${AN}, command set`, 'It is refused under protection.'],
  ),
  ...section(
    'readout-unprotect',
    ['must', `${AN}, Readout Unprotect`, 'It is acknowledged twice, whatever the protection is.'],
    ['must', `${AN}, Readout Unprotect`, 'A reset follows.'],
    ['must', `${AN}, Readout Unprotect`, 'It erases all flash.'],
    ['must', `${AN}, Readout Unprotect`, 'It lifts the protection.'],
    ['observed', 'AN2606', 'It clears the RAM.'],
  ),
  ...section(
    'special',
    ['must', `${AN}, Special`, 'An unknown sub-operation is refused.'],
    ['must', `${AN}, Special`, 'A wrong checksum of the sub-operation is refused.'],
    [
      'must',
      `${AN}, Special; ${OBL}`,
      'The checksum behind the data covers the size too; a wrong one is refused.',
    ],
    ['must', `${AN}, Special`, 'Data packet, status packet and ACK are answered.'],
    ['must', `${AN}, Special`, 'A packet without data is allowed.'],
    ['should', `${AN}, Special`, 'More than 128 bytes are refused.'],
    [
      'observed',
      OBL,
      'OpenBootloader acknowledges once more before it answers.',
      'AN5927 tells of one ACK, and no trace of a ROM is public',
    ],
    [
      'must',
      `${AN}, command set; AN2606`,
      'A chip whose product state is closed refuses the commands that reach memory.',
      NONE_PROTECTED,
    ],
  ),
];
