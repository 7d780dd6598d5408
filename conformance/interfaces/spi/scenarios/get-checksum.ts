import * as fc from 'fast-check';
import { NACK, address, command, fetch, fetching, getAck, sealed, step } from '../host.ts';
import { be32, packet } from '../../usart/host.ts';
import { has, nowhere } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { filled, spoils, wordsPastTheEnd } from '../../../scenarios/inputs.ts';
import { content, notWide, wide, widelyFilled } from '../../../scenarios/scratch.ts';
import { crcOf } from '../../usart/scenarios/get-checksum.ts';
import { noReadoutProtection } from '../../../scenarios/replies.ts';

const POLYNOMIAL = 0x04c1_1db7;
const INITIAL = 0xffff_ffff;

const size = (words: number, replies?: readonly Reply[], wrong?: number): Step =>
  sealed(`${words} words`, be32(words), replies, wrong);

const polynomial = (replies?: readonly Reply[], wrong?: number): Step =>
  sealed('polynomial', be32(POLYNOMIAL), replies, wrong);

const initial = (replies?: readonly Reply[], wrong?: number): Step =>
  sealed('initial value', be32(INITIAL), replies, wrong);

/** All of the command over bytes that are known. */
function summed(part: Part, start: number, bytes: readonly number[]): readonly Step[] {
  const crc = packet(be32(crcOf(bytes, POLYNOMIAL, INITIAL)));
  const steps = [
    command('get-checksum'),
    address(start),
    size(bytes.length / 4),
    polynomial(),
    initial(),
  ];
  if (!part.quirks.has('spi-checksum-one-ack-less')) {
    return [...steps, step('it is computed', getAck()), fetch('the checksum', crc)];
  }
  const says = 'one ACK answers the initial value and the result (seen on silicon)';
  return [
    ...steps,
    step('the checksum', fetching(crc.length), { bytes: crc, verdict: 'non-strict', says }),
  ];
}

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ['synchronised', 'after-nack'],
  commands: ['get-checksum'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.13/crc',
    requirement: 'Get Checksum answers the CRC of the words at the address.',
    covers: ['spi-2.13-1', 'spi-2.13-6'],
    entries: ['synchronised', 'after-nack', 'nss-low'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .integer({ min: 1, max: Math.min(32, bytes.length / 4) })
        .map((words) => ({ steps: summed(part, start, bytes.slice(0, 4 * words)) }));
    },
  },
  {
    ...base,
    id: 'spi/2.13/large-size',
    requirement: 'A size has four bytes: the CRC of more than 64 KiB covers all of them.',
    covers: ['spi-2.13-1', 'spi-2.13-6'],
    entries: ['synchronised'],
    unsupported: notWide,
    setUp: (part) => ({ flash: widelyFilled(part) }),
    script: (part) => {
      const { start, bytes } = wide(part);
      return { steps: summed(part, start, bytes) };
    },
  },
  {
    ...base,
    id: 'spi/2.13/size-zero',
    requirement: 'A size of zero words is refused.',
    covers: ['spi-2.13-2'],
    script: (part) => ({
      steps: [command('get-checksum'), address(part.pages[0]!.start), size(0, [NACK])],
    }),
  },
  {
    ...base,
    id: 'spi/2.13/size-past-the-end',
    requirement: 'A size that reaches beyond the memory is refused.',
    covers: ['spi-2.13-3'],
    entries: ['synchronised'],
    script: (part) => {
      const { end } = part.pages.at(-1)!;
      return {
        steps: wordsPastTheEnd(part).flatMap((words) => [
          command('get-checksum'),
          address(end - 16),
          size(words, [NACK]),
        ]),
      };
    },
  },
  {
    ...base,
    id: 'spi/2.13/no-memory-there',
    requirement: 'An address at which there is no memory is refused.',
    covers: ['spi-2.13-4'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((at) => ({
        steps: [command('get-checksum'), address(at, [NACK])],
      })),
  },
  {
    ...base,
    id: 'spi/2.13/wrong-checksum',
    requirement: 'An address, size, polynomial or initial value with a wrong checksum is refused.',
    covers: ['spi-2.13-5', 'spi-2.1-1'],
    script: (part) =>
      spoils.map((all) => {
        const { start } = part.pages[0]!;
        const right = [address(start), size(4), polynomial(), initial()];
        const refused = (wrong: number): readonly Step[] => [
          address(start, [NACK], wrong),
          size(4, [NACK], wrong),
          polynomial([NACK], wrong),
          initial([NACK], wrong),
        ];
        return {
          steps: all.flatMap((wrong) =>
            refused(wrong).flatMap((each, at) => [
              command('get-checksum'),
              ...right.slice(0, at),
              each,
            ]),
          ),
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.13/protected',
    requirement: 'Under readout protection Get Checksum is refused at the command.',
    covers: ['spi-2.13-7'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('get-checksum', NACK)] }),
  },
  {
    ...base,
    id: 'spi/2.13/not-offered',
    requirement: 'A bootloader whose list has no Get Checksum refuses it.',
    covers: ['spi-2-2', 'spi-3-2'],
    entries: ['synchronised', 'rdp-1'],
    commands: [],
    unsupported: (part) => (has(part, 'get-checksum') ? 'it is offered' : undefined),
    script: () => ({ steps: [command('get-checksum', NACK)] }),
  },
];

export default scenarios;
