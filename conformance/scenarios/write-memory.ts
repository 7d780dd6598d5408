import * as fc from 'fast-check';
import { blank, blockUnit } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { bytes, filled, flashBlock, pattern } from './kit/inputs.ts';
import { RAM } from './kit/known.ts';
import { factoryImage, optionsHidden } from './kit/option-image.ts';
import { ramBlocks, storedAll } from './kit/ram.ts';
import { noOptions, noRam, noSupplyRegister, noWriteProtection } from './kit/replies.ts';
import { content, scratch, some, stored, tooSmall } from './kit/scratch.ts';
import { basesOf, ending, refusedWrites } from './write-refused.ts';
import { prefixesOf, scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

const alignedAnywhere = (part: Part): string | undefined =>
  part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined;

/** The data, and blank bytes up to the end of the program unit. */
function filledUp(part: Part, data: readonly number[]): readonly number[] {
  const unit = Math.max(part.device.flash.programUnit, 4);
  const whole = unit * Math.ceil(data.length / unit);
  return [...data, ...Array<number>(whole - data.length).fill(blank(part))];
}

/** What Write Memory must do over every framed interface. */
export function writeMemoryScenarios(host: FramedHost): readonly Scenario[] {
  const { connected, moves, over, waiting } = host;
  const { title } = prefixesOf(over);
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
  const shared: readonly Shared[] = [
    {
      ...base,
      name: 'flash',
      requirement: `${title}Write Memory programs the N + 1 bytes, and acknowledges when that is done.`,
      entries: waiting,
      on: {
        usart: [1, 2],
        i2c: [1, 2],
        'no-stretch': [1, 2],
        spi: [1, 2],
        can: [1, 2, 3],
        fdcan: [1, 2],
      },
      script: (part) => writable(part).map(({ start, data }) => written(part, start, data)),
    },
    {
      ...base,
      name: 'read-back',
      requirement: 'What was written is what Read Memory answers.',
      entries: [connected, 'after-nack', 'aborted-write'],
      commands: ['write-memory', 'read-memory'],
      on: {
        usart: [1, '3.4-1'],
        i2c: [1, '3.4-1'],
        spi: [1, '2.5-1'],
        fdcan: { covers: [1, 'read-memory-1'], entries: waiting },
      },
      script: (part) =>
        writable(part).map(({ start, data }) => ({
          steps: [...moves.write(part, start, data), ...moves.read(part, start, data)],
          left: stored(start, data),
        })),
    },
    {
      ...base,
      name: '256-bytes',
      requirement: 'The longest block is 256 bytes, with N = 255.',
      entries: waiting,
      on: {
        usart: [6],
        i2c: [8],
        spi: [3],
        can: [1],
        fdcan: { covers: [1, 3], known: ['fdcan-long-write-fails'] },
      },
      unsupported: (part) =>
        part.quirks.has('128-byte-writes-only') ? 'this ROM takes 128 bytes' : tooSmall(part),
      script: (part) => bytes(256).map((data) => written(part, scratch(part), data)),
    },
    {
      ...base,
      name: 'shortest-block',
      requirement: 'The shortest block fills one program unit.',
      entries: often,
      on: { usart: [1], i2c: [1], spi: [1], fdcan: [1] },
      script: (part) => bytes(blockUnit(part)).map((data) => written(part, scratch(part), data)),
    },
    {
      ...base,
      name: 'last-block-of-flash',
      requirement: 'The last block of flash can be written.',
      entries: [connected],
      on: { usart: [1], i2c: [1], spi: [1], can: [1], fdcan: [1] },
      script: (part) =>
        bytes(blockUnit(part)).map((data) =>
          written(part, part.pages.at(-1)!.end - data.length, data),
        ),
    },
    {
      ...base,
      name: 'one-block-after-the-other',
      requirement: 'The next block can follow the ACK at once: all that are written land.',
      entries: [connected, 'aborted-write'],
      on: {
        usart: [1, '3-3'],
        i2c: { name: 'done-when-acknowledged', covers: [2] },
        spi: [1],
        fdcan: { name: 'one-behind-the-other', covers: [1], entries: [connected, 'spoilt-frame'] },
      },
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
    {
      ...harmless,
      name: 'ram',
      requirement: `${title}Write Memory writes RAM that the bootloader does not use, and nothing else.`,
      entries: waiting,
      known: ['ram-write-corrupted'],
      on: {
        usart: { covers: [15], known: RAM },
        i2c: { covers: [7], entries: [connected, 'after-nack', 'aborted-write'] },
        'no-stretch': { covers: [7], entries: [connected, 'after-nack', 'aborted-write'] },
        spi: { covers: [4], known: RAM },
        can: [6],
        fdcan: { covers: [10], known: [] },
      },
      unsupported: noRam,
      script: (part) =>
        ramBlocks(part, moves.longestBlock(part) / 4).map((blocks) => ({
          steps: blocks.flatMap(({ start, data }) => moves.write(part, start, data)),
          left: storedAll(blocks),
        })),
    },
    {
      ...harmless,
      name: 'ram-read-back',
      requirement: 'RAM written twice holds what was written last.',
      entries: [connected],
      commands: ['write-memory', 'read-memory'],
      on: { usart: { covers: [15], known: RAM }, fdcan: { name: 'ram-again', covers: [10] } },
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
    {
      ...observed,
      name: 'length-not-multiple-of-4',
      requirement: 'A length that is not a multiple of four is acknowledged all the same.',
      on: { usart: [10], i2c: [11], spi: [10], can: [13], fdcan: [13] },
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
    {
      ...observed,
      name: 'rest-of-the-unit-stays-blank',
      requirement: 'A block that does not fill the program unit is completed with blank bytes.',
      on: { usart: [18], can: { name: 'rest-of-the-unit', covers: [13] } },
      unsupported: (part) =>
        part.device.flash.programUnit > 4 ? undefined : 'four bytes fill the program unit',
      script: (part) => ({
        steps: moves.write(part, scratch(part), pattern(4)),
        left: stored(scratch(part), filledUp(part, pattern(4))),
      }),
    },
    {
      ...observed,
      name: 'misaligned-address',
      requirement:
        'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
      on: { usart: [13], i2c: [12], spi: [11], can: [12], fdcan: [14] },
      unsupported: alignedAnywhere,
      script: (part) =>
        fc.integer({ min: 1, max: Math.max(1, part.device.flash.writeAlign - 1) }).map((off) => ({
          steps: moves.write(part, scratch(part) + off, pattern(16)),
        })),
    },
    {
      ...observed,
      name: 'misaligned-spoils-later-writes',
      requirement:
        'After a misaligned write later ones are acknowledged and lost too, until a reset.',
      on: { usart: [13], spi: [11] },
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
    {
      ...base,
      name: 'write-protected-page',
      requirement:
        'A write to a write-protected page is acknowledged without an error and changes nothing.',
      entries: ['write-protected'],
      on: {
        usart: [9],
        i2c: [10],
        spi: [13],
        can: [14],
        fdcan: { name: 'write-protected', covers: [15] },
      },
      unsupported: noWriteProtection,
      script: (part) =>
        bytes(some(part).length).map((data) => ({
          steps: moves.write(part, scratch(part), data),
        })),
      sharesKills: 'the protection shows again after Write Protect',
    },
    {
      ...observed,
      name: 'programmed-flash',
      requirement:
        'A write over programmed flash is acknowledged, and leaves what the series makes of it.',
      on: { usart: [16], spi: [14], can: [13], fdcan: [16] },
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
    {
      ...base,
      name: 'option-bytes',
      requirement:
        'A write to the base of the option bytes is acknowledged, takes effect, and is followed by a reset.',
      destroys: 'options',
      entries: [...often, 'write-protected'],
      on: {
        usart: { covers: [7, 8], known: ['option-load-missing'] },
        i2c: [15, 16],
        spi: { covers: [16], entries: [...often, 'nss-low', 'write-protected'] },
        can: { covers: [15], entries: [...often, 'faster', 'write-protected'] },
        fdcan: [17],
      },
      unsupported: (part) => noOptions(part) ?? optionsHidden(part),
      script: (part) => {
        const { start } = part.device.options!.areas[0]!;
        const image = factoryImage(part); // a change of nothing that still ends in a reset
        // over SPI a host lets NSS rise behind it
        const steps =
          over === 'spi' ? moves.writeOptions(part, start, image) : moves.write(part, start, image);
        return { ...host.resets(steps), left: stored(start, image) };
      },
    },
    {
      ...harmless,
      name: 'supply-range',
      requirement: 'The supply range of F2, F4 and F7 is set and read back at 0xFFFF0000.',
      strength: 'should',
      entries: [connected],
      commands: ['write-memory', 'read-memory'],
      on: { usart: [19], spi: [18], can: [18] },
      unsupported: noSupplyRegister,
      script: (part) =>
        fc.integer({ min: 0, max: 3 }).map((code) => ({
          steps: [
            ...moves.write(part, part.device.supplyRegister!, [code, 0xff, 0xff, 0xff]),
            ...moves.read(part, part.device.supplyRegister!, [code]),
          ],
        })),
    },
  ];
  return scenariosOf(over, host.sections['write-memory'], [...shared, ...refusedWrites(host)]);
}
