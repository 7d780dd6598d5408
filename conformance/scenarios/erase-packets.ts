import { eraseCodes } from '../../families/index.ts';
import * as fc from 'fast-check';
import type { CommandName } from '../../families/index.ts';
import type { Part } from '../part/part.ts';
import type { Reply, Step } from '../run/script.ts';
import { eraseBase, isNameable, listRefused, numbers } from './erase.ts';
import type { LastNumber } from './erase.ts';
import type { PacketHost } from './kit/framed-host.ts';
import { page, spoils } from './kit/inputs.ts';
import { shared } from './kit/shared.ts';
import type { CodeHost } from './special-erases.ts';

/** A command that is told pages in packets with checksums; `spoil` is XORed into the checksum. */
export interface ErasePackets {
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

/** All that is asked of it. */
export interface Erasing extends ErasePackets, CodeHost {
  /** The opcode. */
  readonly asked: (...replies: readonly Reply[]) => Step;
}

/** The command of a host that tells the pages in packets. */
export function erasing({ ACK, NACK, command }: PacketHost, packets: ErasePackets): Erasing {
  const { code, list, name } = packets;
  const asked = (...replies: readonly Reply[]): Step =>
    command(name === 'erase' ? name : 'extended-erase', ...replies);
  return {
    ...packets,
    asked,
    erase: (_, pages) => [asked(), ...list(pages)],
    eraseOrNot: (_, pages) => [asked(), ...list(pages, [ACK, listRefused(NACK)])],
    eraseAll: () => [asked(), ...code(eraseCodes.all)],
    eraseProtected: () => [asked(NACK)],
    special: (each) => [asked(), ...code(each)],
    specialRefused: (each) => [asked(), ...code(each, [NACK])],
  };
}

/** What an Erase must do that is told its pages in packets. */
export const erasePackets = shared((host: PacketHost, own: Erasing) => {
  const { NACK, connected, waiting } = host;
  const { asked, code, count, lastNumber, list, name } = own;
  const base = eraseBase(name);
  const counted = {
    ...base,
    entries: [connected],
    unsupported: (part: Part) =>
      part.pages.length < 3 ? 'this part has too few pages' : undefined,
    script: (part: Part) => {
      const pages = numbers(part.pages.slice(0, 3));
      return { steps: [asked(), ...list(pages, [NACK], pages.length - 1)] };
    },
  } as const;
  return {
    'wrong-checksum': {
      ...base,
      requirement: 'A list with a wrong checksum is refused and nothing is erased.',
      entries: waiting,
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
    'wrong-count-checksum': {
      ...base,
      requirement: 'A number of pages with a wrong checksum is refused before any page is named.',
      destroys: 'page',
      entries: waiting,
      script: () =>
        fc.tuple(fc.integer({ min: 1, max: 512 }), spoils).map(([pages, all]) => ({
          steps: all.flatMap((wrong) => [asked(), count!(pages, [NACK], wrong)]),
        })),
    },
    'checksum-covers-the-count': {
      ...counted,
      requirement:
        'The checksum of the list covers the count: one over the page numbers alone is refused.',
    },
    'checksum-spares-the-count': {
      ...counted,
      requirement:
        'The checksum of the list does not cover the count, which has one of its own: one over both is refused.',
    },
    'special-wrong-checksum': {
      ...base,
      requirement: 'A special code with a wrong checksum is refused and nothing is erased.',
      entries: waiting,
      script: () =>
        fc.tuple(fc.integer({ min: 0xfff0, max: 0xffff }), spoils).map(([each, all]) => ({
          steps: all.flatMap((wrong) => [asked(), ...code(each, [NACK], wrong)]),
        })),
    },
  };
});
