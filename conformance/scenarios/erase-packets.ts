import * as fc from 'fast-check';
import type { CommandName } from '../part/commands.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Reply, Step } from '../run/script.ts';
import { eraseBase, eraseScenarios, isNameable, listRefused, numbers } from './erase.ts';
import type { LastNumber } from './erase.ts';
import type { PacketHost } from './kit/framed-host.ts';
import { page, spoils } from './kit/inputs.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';
import { specialEraseScenarios } from './special-erases.ts';

/** A command that is told pages in packets with checksums; `spoil` is XORed into the checksum. */
export interface ErasePackets {
  readonly section: string;
  readonly name: CommandName;
  readonly lastNumber: LastNumber;
  /** The number of pages, where it is acknowledged on its own. */
  readonly count?: (pages: number, replies: readonly Reply[], spoil: number) => Step;
  /** All that follows the opcode, the number of pages included. */
  readonly list: (
    pages: readonly number[],
    replies?: readonly Reply[],
    spoil?: number,
  ) => readonly Step[];
  readonly code: (code: number, replies?: readonly Reply[], spoil?: number) => readonly Step[];
}

const COUNT_SPARED =
  'The checksum of the list does not cover the count, which has one of its own: one over both is refused.';

/** What an Erase must do that is told its pages in packets. */
export function erasePacketScenarios(
  host: PacketHost,
  { code, count, lastNumber, list, name, section }: ErasePackets,
): readonly Scenario[] {
  const { ACK, NACK, connected, over, waiting } = host;
  const base = eraseBase(name);
  const asked = (...replies: readonly Reply[]): Step =>
    host.command(name === 'erase' ? name : 'extended-erase', ...replies);
  const own = {
    host,
    section,
    name,
    lastNumber,
    erase: (_: unknown, pages: readonly number[]) => [asked(), ...list(pages)],
    eraseOrNot: (_: unknown, pages: readonly number[]) => [
      asked(),
      ...list(pages, [ACK, listRefused(NACK)]),
    ],
    eraseAll: () => [asked(), ...code(0xffff)],
    eraseProtected: () => [asked(NACK)],
    special: (each: number) => [asked(), ...code(each)],
    specialRefused: (each: number) => [asked(), ...code(each, [NACK])],
  };
  const shared: readonly Shared[] = [
    {
      ...base,
      name: 'wrong-checksum',
      requirement: 'A list with a wrong checksum is refused and nothing is erased.',
      entries: waiting,
      on: {
        'usart/3.7': [2],
        'usart/3.8': [2],
        i2c: { covers: [4], name: 'wrong-list-checksum' },
        'no-stretch': { covers: [4], name: 'wrong-list-checksum' },
        spi: { covers: [11, '2.1-1'], name: 'wrong-list-checksum' },
      },
      script: (part) =>
        fc
          .tuple(
            fc.array(page(part).filter(isNameable(lastNumber)), { minLength: 1, maxLength: 4 }),
            spoils,
          )
          .map(([pages, all]) => ({
            steps: all.flatMap((wrong) => [asked(), ...list(numbers(pages), [NACK], wrong)]),
          })),
    },
    {
      ...base,
      name: 'wrong-count-checksum',
      requirement: 'A number of pages with a wrong checksum is refused before any page is named.',
      destroys: 'page',
      entries: waiting,
      on: { i2c: [4], 'no-stretch': [4], spi: [10, '2.1-1'] },
      script: () =>
        fc.tuple(fc.integer({ min: 1, max: 512 }), spoils).map(([pages, all]) => ({
          steps: all.flatMap((wrong) => [asked(), count!(pages, [NACK], wrong)]),
        })),
    },
    {
      ...base,
      name: 'checksum-covers-the-count',
      requirement:
        'The checksum of the list covers the count: one over the page numbers alone is refused.',
      entries: [connected],
      on: {
        'usart/3.7': [2],
        'usart/3.8': [2],
        i2c: { covers: [10], name: 'checksum-spares-the-count', requirement: COUNT_SPARED },
        spi: {
          covers: [11],
          name: 'list-checksum-without-count',
          requirement: COUNT_SPARED,
          strength: 'observed',
        },
      },
      unsupported: (part) => (part.pages.length < 3 ? 'this part has too few pages' : undefined),
      script: (part) => {
        const pages = numbers(part.pages.slice(0, 3));
        return { steps: [asked(), ...list(pages, [NACK], pages.length - 1)] };
      },
    },
    {
      ...base,
      name: 'special-wrong-checksum',
      requirement: 'A special code with a wrong checksum is refused and nothing is erased.',
      entries: waiting,
      on: { 'usart/3.8': [12], i2c: [4], spi: [10, '2.1-1'] },
      script: () =>
        fc.tuple(fc.integer({ min: 0xfff0, max: 0xffff }), spoils).map(([each, all]) => ({
          steps: all.flatMap((wrong) => [asked(), ...code(each, [NACK], wrong)]),
        })),
    },
  ];
  return [
    ...eraseScenarios(own),
    ...specialEraseScenarios(own),
    ...scenariosOf(over, section, shared),
  ];
}
