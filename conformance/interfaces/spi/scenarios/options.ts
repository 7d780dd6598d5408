import * as fc from 'fast-check';
import {
  NACK,
  address,
  block,
  command,
  readMemory,
  resetting,
  resync,
  writeMemory,
} from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { filled, pattern, spoil } from '../../../scenarios/inputs.ts';
import { factoryImage, insideOptions } from '../../../scenarios/option-image.ts';
import { addressRefused, noOptions } from '../../../scenarios/replies.ts';
import { content, stored } from '../../../scenarios/scratch.ts';

const noImage = (part: Part): string | undefined =>
  noOptions(part) ??
  (part.device.options!.areas[0]!.words.some(({ factory }) => factory === undefined)
    ? 'what they hold at the factory is not known'
    : part.device.options!.areas[0]!.length > 256
      ? 'the option bytes do not fit one block'
      : undefined);

const optionsAt = ({ device }: Part): number => device.options!.areas[0]!.start;

/** Writes the option bytes as they left the factory: a change of nothing that still ends in a reset. */
function rewritten(part: Part): readonly Step[] {
  const last = resetting(block(part, factoryImage(part)));
  return [command('write-memory'), address(optionsAt(part)), last];
}

const noSupplyRegister = ({ device }: Part): string | undefined =>
  device.supplyRegister === undefined ? 'this line has no supply register' : undefined;

const base = {
  strength: 'must',
  destroys: 'options',
  entries: ['synchronised'],
  commands: ['write-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.7/option-bytes',
    requirement:
      'A write to the base of the option bytes is acknowledged, takes effect, and is followed by a reset.',
    covers: ['spi-2.7-16'],
    entries: ['synchronised', 'after-nack', 'nss-low', 'write-protected'],
    unsupported: noImage,
    script: (part) => ({
      steps: [...rewritten(part), resync()],
      left: stored(optionsAt(part), factoryImage(part)),
    }),
  },
  {
    ...base,
    id: 'spi/2.7/back-behind-option-bytes',
    requirement: 'Behind that reset a host synchronises again, and finds flash as it was.',
    covers: ['spi-2.7-16'],
    commands: ['write-memory', 'read-memory'],
    unsupported: noImage,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [...rewritten(part), resync(), ...readMemory(start, bytes.slice(0, 16))],
        left: stored(optionsAt(part), factoryImage(part)),
      };
    },
  },
  {
    ...base,
    id: 'spi/2.7/option-bytes-not-at-base',
    requirement: 'A write into the option bytes that does not start at their base is refused.',
    covers: ['spi-2.7-17'],
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      noOptions(part) ??
      (insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined),
    script: (part) => ({
      steps: [
        command('write-memory'),
        address(
          insideOptions(part)!,
          addressRefused(part, part.bootloader.writeRefusedAt, [block(part, [1, 2, 3, 4], [NACK])]),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'spi/2.7/option-bytes-wrong-checksum',
    requirement: 'A block for the option bytes with a wrong checksum changes none of them.',
    covers: ['spi-2.7-9', 'spi-2.7-16'],
    unsupported: noOptions,
    script: (part) =>
      spoil.map((wrong) => ({
        steps: [
          command('write-memory'),
          address(optionsAt(part)),
          block(part, pattern(16), [NACK], wrong),
        ],
      })),
  },
  {
    ...base,
    id: 'spi/2.7/supply-range',
    requirement: 'The supply range of F2, F4 and F7 is set and read back at 0xFFFF0000.',
    covers: ['spi-2.7-18'],
    strength: 'should',
    destroys: 'nothing',
    commands: ['write-memory', 'read-memory'],
    unsupported: noSupplyRegister,
    script: (part) =>
      fc.integer({ min: 0, max: 3 }).map((code) => ({
        steps: [
          ...writeMemory(part, part.device.supplyRegister!, [code, 0xff, 0xff, 0xff]),
          ...readMemory(part.device.supplyRegister!, [code]),
        ],
      })),
  },
];

export default scenarios;
