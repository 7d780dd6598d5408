import * as fc from 'fast-check';
import { blank, blockUnit } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Script } from '../run/script.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { bytes, filled, flashBlock, pattern } from './kit/inputs.ts';
import { factoryImage, optionsHidden } from './kit/option-image.ts';
import { ramBlocks, storedAll } from './kit/ram.ts';
import { noOptions, noRam, noSupplyRegister, noWriteProtection } from './kit/replies.ts';
import { content, scratch, some, stored, tooSmall } from './kit/scratch.ts';
import { basesOf, ending } from './write-refused.ts';
import { prefixesOf, shared } from './kit/shared.ts';

const alignedAnywhere = (part: Part): string | undefined =>
  part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined;

/** The data, and blank bytes up to the end of the program unit. */
function filledUp(part: Part, data: readonly number[]): readonly number[] {
  const unit = Math.max(part.device.flash.programUnit, 4);
  const whole = unit * Math.ceil(data.length / unit);
  return [...data, ...Array<number>(whole - data.length).fill(blank(part))];
}

/** What Write Memory must do over every framed interface. */
export const writes = shared((host: FramedHost) => {
  const { connected, moves, waiting } = host;
  const { title } = prefixesOf(host);
  const { base, harmless } = basesOf(host);
  const often = [connected, waiting[1]!] as const;
  const observed = { ...base, strength: 'observed', entries: [connected] } as const;
  const written = (part: Part, start: number, data: readonly number[]): Script => ({
    steps: moves.write(part, start, data),
    left: stored(start, data),
  });
  /** A block of flash that is written at once. */
  const writable = (part: Part): ReturnType<typeof flashBlock> =>
    flashBlock(part).map((block) => ({
      ...block,
      data: block.data.slice(0, moves.longestBlock(part)),
    }));
  return {
    flash: {
      ...base,
      requirement: `${title}Write Memory programs the N + 1 bytes, and acknowledges when that is done.`,
      entries: waiting,
      script: (part) => writable(part).map(({ start, data }) => written(part, start, data)),
    },
    'read-back': {
      ...base,
      requirement: 'What was written is what Read Memory answers.',
      entries: [connected, 'after-nack', 'aborted-write'],
      commands: ['write-memory', 'read-memory'],
      script: (part) =>
        writable(part).map(({ start, data }) => ({
          steps: [...moves.write(part, start, data), ...moves.read(part, start, data)],
          left: stored(start, data),
        })),
    },
    '256-bytes': {
      ...base,
      requirement: 'The longest block is 256 bytes, with N = 255.',
      entries: waiting,
      unsupported: (part) =>
        part.quirks.has('128-byte-writes-only') ? 'this ROM takes 128 bytes' : tooSmall(part),
      script: (part) => bytes(256).map((data) => written(part, scratch(part), data)),
    },
    'shortest-block': {
      ...base,
      requirement: 'The shortest block fills one program unit.',
      entries: often,
      script: (part) => bytes(blockUnit(part)).map((data) => written(part, scratch(part), data)),
    },
    'last-block-of-flash': {
      ...base,
      requirement: 'The last block of flash can be written.',
      entries: [connected],
      script: (part) =>
        bytes(blockUnit(part)).map((data) =>
          written(part, part.pages.at(-1)!.end - data.length, data),
        ),
    },
    'one-block-after-the-other': {
      ...base,
      requirement: 'The next block can follow the ACK at once: all that are written land.',
      entries: [connected, 'aborted-write'],
      script: (part) =>
        fc.integer({ min: 2, max: 6 }).map((count) => {
          const blocks = Array.from({ length: count }, (_, at) => some(part, at));
          const start = scratch(part);
          return {
            steps: blocks.flatMap((data, at) => moves.write(part, start + at * data.length, data)),
            left: stored(start, blocks.flat()),
          };
        }),
    },
    ram: {
      ...harmless,
      requirement: `${title}Write Memory writes RAM that the bootloader does not use, and nothing else.`,
      entries: waiting,
      known: ['ram-write-corrupted'],
      unsupported: noRam,
      script: (part) =>
        ramBlocks(part, moves.longestBlock(part) / 4).map((blocks) => ({
          steps: blocks.flatMap(({ start, data }) => moves.write(part, start, data)),
          left: storedAll(blocks),
        })),
    },
    'ram-read-back': {
      ...harmless,
      requirement: 'RAM written twice holds what was written last.',
      entries: [connected],
      commands: ['write-memory', 'read-memory'],
      unsupported: noRam,
      script: (part) =>
        fc.tuple(bytes(16), bytes(16)).map(([first, last]) => {
          const { start } = part.ram!;
          return {
            steps: [
              ...moves.write(part, start, first),
              ...moves.write(part, start, last),
              ...moves.read(part, start, last),
            ],
            left: stored(start, last),
          };
        }),
    },
    'length-not-multiple-of-4': {
      ...observed,
      requirement: 'A length that is not a multiple of four is acknowledged all the same.',
      script: (part) =>
        fc.constantFrom(1, 2, 3, 5, 17).map((count) => {
          const start = scratch(part);
          const data = filledUp(part, pattern(count));
          const nothing = stored(
            start,
            data.map(() => blank(part)),
          );
          const verdict = 'informational';
          return {
            steps: ending(moves.write(part, start, pattern(count)), (usual) => [
              ...usual,
              { ...host.blockRefused, verdict, says: 'it is refused' },
            ]),
            left: [
              ...stored(start, data),
              { ...nothing[0]!, verdict, says: 'nothing was written' },
            ],
          };
        }),
    },
    'rest-of-the-unit-stays-blank': {
      ...observed,
      requirement: 'A block that does not fill the program unit is completed with blank bytes.',
      unsupported: (part) =>
        part.device.flash.programUnit > 4 ? undefined : 'four bytes fill the program unit',
      script: (part) => ({
        steps: moves.write(part, scratch(part), pattern(4)),
        left: stored(scratch(part), filledUp(part, pattern(4))),
      }),
    },
    'misaligned-address': {
      ...observed,
      requirement:
        'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
      unsupported: alignedAnywhere,
      script: (part) =>
        fc.integer({ min: 1, max: Math.max(1, part.device.flash.writeAlign - 1) }).map((off) => ({
          steps: moves.write(part, scratch(part) + off, pattern(16)),
        })),
    },
    'misaligned-spoils-later-writes': {
      ...observed,
      requirement:
        'After a misaligned write later ones are acknowledged and lost too, until a reset.',
      unsupported: alignedAnywhere,
      script: (part) => {
        const { steps, left } = written(part, scratch(part), some(part));
        return {
          steps: [...moves.write(part, scratch(part) + 1, pattern(16)), ...steps],
          left: [
            { areas: [] },
            { ...left![0]!, verdict: 'informational', says: 'later writes land' },
          ],
        };
      },
    },
    'write-protected-page': {
      ...base,
      requirement:
        'A write to a write-protected page is acknowledged without an error and changes nothing.',
      entries: ['write-protected'],
      unsupported: noWriteProtection,
      script: (part) =>
        bytes(some(part).length).map((data) => ({
          steps: moves.write(part, scratch(part), data),
        })),
      sharesKills: 'the protection shows again after Write Protect',
    },
    'programmed-flash': {
      ...observed,
      requirement:
        'A write over programmed flash is acknowledged, and leaves what the series makes of it.',
      unsupported: ({ device }) =>
        device.flash.overwrite === undefined || device.flash.overwrite === 'ecc'
          ? 'what this line makes of it is not known'
          : undefined,
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const { start, bytes: old } = content(part);
        const rule = part.device.flash.overwrite;
        const data = some(part, 9);
        const after = data.map((byte, at) =>
          rule === 'and' ? byte & old[at]! : rule === 'or' ? byte | old[at]! : old[at]!,
        );
        return { steps: moves.write(part, start, data), left: stored(start, after) };
      },
    },
    'option-bytes': {
      ...base,
      requirement:
        'A write to the base of the option bytes is acknowledged, takes effect, and is followed by a reset.',
      destroys: 'options',
      entries: [...often, 'write-protected'],
      unsupported: (part) => noOptions(part) ?? optionsHidden(part),
      script: (part) => {
        const { start } = part.device.options!.areas[0]!;
        const image = factoryImage(part); // a change of nothing that still ends in a reset
        const steps = (host.writeOptions ?? host.write)(part, start, image);
        return { ...host.resets(steps), left: stored(start, image) };
      },
    },
    'supply-range': {
      ...harmless,
      requirement: 'The supply range of F2, F4 and F7 is set and read back at 0xFFFF0000.',
      strength: 'should',
      entries: [connected],
      commands: ['write-memory', 'read-memory'],
      unsupported: noSupplyRegister,
      script: (part) =>
        fc.integer({ min: 0, max: 3 }).map((code) => ({
          steps: [
            ...moves.write(part, part.device.supplyRegister!, [code, 0xff, 0xff, 0xff]),
            ...moves.read(part, part.device.supplyRegister!, [code]),
          ],
        })),
    },
  };
});
