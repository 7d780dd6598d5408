import {
  NACK,
  address,
  block,
  restarted,
  command,
  isReset,
  readMemory,
  writeMemory,
} from '../host.ts';
import { protectingOptions, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { pattern, spoil } from '../../../scenarios/inputs.ts';
import { factoryImage, insideOptions, optionsHidden } from '../../../scenarios/option-image.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import { noOptions } from '../../../scenarios/replies.ts';
import { addressRefused } from './replies.ts';
import { reachable } from './define.ts';

/** The first area holds the fields that protect the first scratch page. */
function opensFirstArea(part: Part): boolean {
  const names = Object.keys(protectingOptions(part, scratchPages(part)[0]!) ?? {});
  const { areas, fields } = part.device.options!;
  const words = names.map((name) => fields.find((each) => each.name === name)?.word);
  return (
    words.length > 0 && words.every((word) => areas[0]!.words.some(({ name }) => name === word))
  );
}

const base = {
  strength: 'must',
  destroys: 'options',
  commands: ['write-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.6/option-bytes',
    requirement:
      'A write to the base of the option bytes is acknowledged, and followed by a reset.',
    covers: ['i2c-3.6-15', 'i2c-3.6-16'],
    entries: ['connected', 'after-nack', 'write-protected'],
    unsupported: (part) => noOptions(part) ?? optionsHidden(part),
    script: (part) => {
      const { start } = part.device.options!.areas[0]!;
      const image = factoryImage(part);
      return {
        steps: [command('write-memory'), address(start), ...block(image, 'stretch'), ...isReset()],
        left: [{ areas: [holding(start, image)] }],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.6/option-bytes-read-back',
    requirement: 'Behind the reset the option bytes read as they were written.',
    covers: ['i2c-3.6-15', 'i2c-3.6-16'],
    entries: ['connected', 'write-protected'],
    commands: ['write-memory', 'read-memory'],
    unsupported: (part) => noOptions(part) ?? optionsHidden(part),
    script: (part) => {
      const { start } = part.device.options!.areas[0]!;
      const image = factoryImage(part);
      return {
        steps: [
          command('write-memory'),
          address(start),
          ...block(image, 'stretch'),
          ...restarted(),
          ...readMemory(start, image),
        ],
        left: [{ areas: [holding(start, image)] }],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.6/option-bytes-in-force',
    requirement: 'Behind the reset the option bytes that were written are in force.',
    covers: ['i2c-3.6-15', 'i2c-3.6-16'],
    entries: ['write-protected'],
    unsupported: (part) =>
      noOptions(part) ??
      optionsHidden(part) ??
      (opensFirstArea(part) ? undefined : 'its write protection is not in the first area of them'),
    script: (part) => {
      const area = part.device.options!.areas[0]!;
      const image = factoryImage(part);
      const to = scratch(part);
      return {
        steps: [
          command('write-memory'),
          address(area.start),
          ...block(image, 'stretch'),
          ...restarted(),
          ...writeMemory(to, some(part)),
        ],
        left: [{ areas: [holding(area.start, image), holding(to, some(part))] }],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.6/option-bytes-not-at-base',
    requirement: 'A write into the option bytes that does not start at their base is refused.',
    covers: ['i2c-3.6-15'],
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    unsupported: (part) =>
      noOptions(part) ??
      (insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined),
    script: (part) => {
      const later = block([1, 2, 3, 4], 'stretch', [NACK]);
      return {
        steps: [
          command('write-memory'),
          address(insideOptions(part)!, addressRefused(part.bootloader.writeRefusedAt, later)),
        ],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.6/option-bytes-wrong-checksum',
    requirement: 'A block for the option bytes with a wrong checksum changes none of them.',
    covers: ['i2c-3.6-5', 'i2c-3.6-16'],
    entries: ['connected'],
    unsupported: noOptions,
    script: (part) =>
      spoil.map((wrong) => ({
        steps: [
          command('write-memory'),
          address(part.device.options!.areas[0]!.start),
          ...block(pattern(16), 'stretch', [NACK], wrong),
        ],
      })),
  },
];

export default reachable(scenarios);
