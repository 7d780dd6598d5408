import * as fc from 'fast-check';
import { ACK, NACK, address, answer, be32, command, packet, word } from '../host.ts';
import { nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { filled, spoils, wordsPastTheEnd } from '../../../scenarios/inputs.ts';
import { notWide, wide, widelyFilled } from '../../../scenarios/scratch.ts';
import { noReadoutProtection } from '../../../scenarios/replies.ts';

const POLYNOMIAL = 0x04c1_1db7;
const INITIAL = 0xffff_ffff;

/** The CRC unit over little-endian words: most significant bit first, nothing reflected or inverted (RM0090 §4). */
export function crcOf(bytes: readonly number[], polynomial: number, initial: number): number {
  let crc = initial >>> 0;
  for (let at = 0; at < bytes.length; at += 4) {
    for (const byte of bytes.slice(at, at + 4).reverse()) {
      crc ^= byte << 24;
      for (let bit = 0; bit < 8; bit++) {
        crc = crc >>> 31 === 1 ? (crc << 1) ^ polynomial : crc << 1;
      }
    }
  }
  return crc >>> 0;
}

const content = (part: Part): { start: number; bytes: number[] } => {
  const [page] = filled(part);
  return { start: page!.address, bytes: [...page!.bytes] };
};

/** The result behind one ACK or two: the note can be read both ways. */
function results(crc: number): readonly Reply[] {
  const says = 'one ACK answers the initial value and the result: the note can be read so';
  const result = packet(be32(crc));
  return [answer(0x79, ...result), { ...answer(...result), verdict: 'non-strict', says }];
}

const upToSize = (start: number, words: number): readonly Step[] => [
  command('get-checksum'),
  address(start),
  word(`${words} words`, words),
];

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.13/crc',
    requirement: 'Get Checksum answers the CRC of the words at the address.',
    covers: ['3.13-1', '3.13-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'aborted-write'],
    commands: ['get-checksum'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: Math.min(32, bytes.length / 4) }).map((words) => ({
        steps: [
          ...upToSize(start, words),
          word('polynomial', POLYNOMIAL),
          word(
            'initial value',
            INITIAL,
            results(crcOf(bytes.slice(0, 4 * words), POLYNOMIAL, INITIAL)),
          ),
        ],
      }));
    },
  },
  {
    id: 'usart/3.13/large-size',
    requirement: 'A size has four bytes: the CRC of more than 64 KiB covers all of them.',
    covers: ['3.13-1', '3.13-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    unsupported: notWide,
    setUp: (part) => ({ flash: widelyFilled(part) }),
    script: (part) => {
      const { start, bytes } = wide(part);
      const crc = crcOf(bytes, POLYNOMIAL, INITIAL);
      return {
        steps: [
          ...upToSize(start, bytes.length / 4),
          word('polynomial', POLYNOMIAL),
          word('initial value', INITIAL, results(crc)),
        ],
      };
    },
  },
  {
    id: 'usart/3.13/size-zero',
    requirement: 'A size of zero words is refused.',
    covers: ['3.13-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['get-checksum'],
    script: (part) => ({
      steps: [command('get-checksum'), address(part.pages[0]!.start), word('no words', 0, [NACK])],
    }),
  },
  {
    id: 'usart/3.13/size-past-the-end',
    requirement: 'A size that reaches beyond the memory is refused.',
    covers: ['3.13-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    script: (part) => {
      const { end } = part.pages.at(-1)!;
      return {
        steps: wordsPastTheEnd(part).flatMap((words) => [
          command('get-checksum'),
          address(end - 16),
          word(`${words} words where four are left`, words, [NACK]),
        ]),
      };
    },
  },
  {
    id: 'usart/3.13/no-memory-there',
    requirement: 'An address at which there is no memory is refused.',
    covers: ['3.13-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['get-checksum'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((at) => ({
        steps: [command('get-checksum'), address(at, [NACK])],
      })),
  },
  {
    id: 'usart/3.13/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused.',
    covers: ['3.13-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          command('get-checksum'),
          address(part.pages[0]!.start, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.13/wrong-size-checksum',
    requirement: 'A size with a wrong checksum is refused.',
    covers: ['3.13-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          command('get-checksum'),
          address(part.pages[0]!.start),
          word('4 words', 4, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.13/wrong-polynomial-checksum',
    requirement: 'A polynomial with a wrong checksum is refused.',
    covers: ['3.13-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          ...upToSize(part.pages[0]!.start, 4),
          word('polynomial', POLYNOMIAL, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.13/wrong-initial-checksum',
    requirement: 'An initial value with a wrong checksum is refused.',
    covers: ['3.13-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          ...upToSize(part.pages[0]!.start, 4),
          word('polynomial', POLYNOMIAL, [ACK]),
          word('initial value', INITIAL, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.13/protected',
    requirement: 'Under readout protection Get Checksum is refused at the command.',
    covers: ['3-6', '3.13-7'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['get-checksum'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('get-checksum', NACK)] }),
  },
  {
    id: 'usart/3.13/not-offered',
    requirement: 'A bootloader whose list has no Get Checksum refuses it.',
    covers: ['3-2'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'rdp-1'],
    unsupported: (part) =>
      part.commands?.includes('get-checksum') === true ? 'it is offered' : undefined,
    script: () => ({ steps: [command('get-checksum', NACK)] }),
  },
  {
    id: 'usart/3.13/summing-changes-nothing',
    requirement: 'Get Checksum leaves the memory as it was, and is as good a second time.',
    covers: ['3.13-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['get-checksum'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      const once = [
        ...upToSize(start, 4),
        word('polynomial', POLYNOMIAL),
        word('initial value', INITIAL, results(crcOf(bytes.slice(0, 16), POLYNOMIAL, INITIAL))),
      ];
      return { steps: [...once, ...once] };
    },
    unsupported: (part) =>
      scratchPages(part)[0]!.end - scratchPages(part)[0]!.start < 16
        ? 'pages are too short'
        : undefined,
  },
];

export default scenarios;
