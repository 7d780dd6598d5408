import { writes } from '../../../scenarios/write-memory.ts';
import { RAM } from '../../../scenarios/kit/known.ts';
import { refusedWrites, writePackets } from '../../../scenarios/write-refused.ts';
import { spiHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { NACK, address, ask, command, getAck, step } from '../host.ts';
import { packet } from '../../usart/host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Script } from '../../../run/script.ts';
import type { Piece } from '../exchanges.ts';
import { bytes, flashBlock } from '../../../scenarios/kit/inputs.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { scratch, stored, tooSmall } from '../../../scenarios/kit/scratch.ts';

/** A block that is sent in these pieces. */
const inPieces = (
  start: number,
  data: readonly number[],
  name: string,
  pieces: readonly Piece[],
): Script => ({
  steps: [
    command('write-memory'),
    address(start),
    { ...step(name, [...pieces, ...getAck('program')]), withinMs: 5_000 },
  ],
  left: stored(start, data),
});

const base = {
  strength: 'must',
  destroys: 'page',
  entries: ['synchronised'],
  commands: ['write-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  ...writes(spiHost, '2.7', {
    flash: [1, 2],
    'read-back': [1, '2.5-1'],
    '256-bytes': [3],
    'shortest-block': [1],
    'last-block-of-flash': [1],
    'one-block-after-the-other': [1],
    ram: { covers: [4], known: RAM },
    'length-not-multiple-of-4': [10],
    'misaligned-address': [11],
    'misaligned-spoils-later-writes': [11],
    'write-protected-page': [13],
    'programmed-flash': [14],
    'option-bytes': {
      covers: [16],
      entries: ['synchronised', 'after-nack', 'nss-low', 'write-protected'],
    },
    'supply-range': [18],
  }),
  ...refusedWrites(spiHost, '2.7', {
    'no-memory-there': [7],
    'system-memory': [7],
    'bootloader-ram': [8],
    'past-the-end': [12],
    'option-bytes-not-at-base': [17],
    protected: [15],
  }),
  ...writePackets(spiHost, '2.7', {
    'wrong-address-checksum': [6, '2.1-1'],
    'wrong-block-checksum': [9, '2.1-1'],
    'checksum-covers-the-count': [9],
    'refused-block-in-ram': [9],
    'option-bytes-wrong-checksum': [9, 16],
  }),
  {
    ...base,
    id: 'spi/2.7/polls-while-programming',
    requirement: 'A host may poll while a block is programmed: all of it lands.',
    covers: ['spi-2.7-5'],
    destroys: 'flash',
    entries: ['synchronised', 'nss-low'],
    known: ['spi-write-leaves-blanks'],
    unsupported: tooSmall,
    script: (part) =>
      bytes(part.quirks.has('128-byte-writes-only') ? 128 : 256).map((data) => {
        const sent = packet([data.length - 1, ...data]);
        return inPieces(scratch(part), data, 'the block, polled at once', [{ send: sent }]);
      }),
  },
  {
    ...base,
    id: 'spi/2.7/checksum-late',
    requirement: 'A block is waited for without a time-out: its checksum may come 26 ms late.',
    covers: ['spi-1-13'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => {
        const sent = packet([data.length - 1, ...data]);
        return inPieces(start, data, 'the block, its checksum late', [
          { send: sent.slice(0, -1) },
          { pauseMs: 26 },
          { send: sent.slice(-1) },
          { pauseMs: 5 },
        ]);
      }),
  },
  {
    ...base,
    id: 'spi/2.7/split-anywhere',
    requirement: 'It does not matter into which transfers the bytes of a block are split.',
    covers: ['spi-1-9'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) =>
      fc.tuple(flashBlock(part), fc.integer({ min: 1, max: 9 })).map(([{ start, data }, size]) => {
        const sent = packet([data.length - 1, ...data]);
        const pieces = Array.from({ length: Math.ceil(sent.length / size) }, (_, at) => ({
          send: sent.slice(at * size, (at + 1) * size),
        }));
        const name = `the block in transfers of ${size} bytes`;
        return inPieces(start, data, name, [...pieces, { pauseMs: 5 }]);
      }),
  },
  {
    ...base,
    id: 'spi/2.7/protected-writes-nothing',
    requirement: 'Under readout protection a whole Write Memory writes nothing.',
    covers: ['spi-2.7-15'],
    destroys: 'page',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({
      steps: [
        command('write-memory', NACK),
        // nothing of it starts a frame
        step(
          'address and data all the same',
          [{ send: packet([0x20, 0x00, 0x20, 0x00]) }, { send: packet([3, 1, 2, 3, 4]) }],
          { bytes: [] },
        ),
        ask('the bootloader waits for a command', [0x5a, 0x00, 0x00], [NACK]),
      ],
    }),
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
];

export default scenarios;
