import { FIRST_BLOCK, GONE, download, getStatus, read, report, setPointer } from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { dfu } from '../index.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { factoryImage } from '../../../scenarios/kit/option-image.ts';
import { filled, pattern } from '../../../scenarios/kit/inputs.ts';
import { noOptions } from '../../../scenarios/kit/replies.ts';

const unreachable = (part: Part): string | undefined =>
  noOptions(part) ??
  (part.device.options!.areas[0]!.words.some(({ factory }) => factory === undefined)
    ? 'what they hold at the factory is not known'
    : undefined);

/** Writes the option bytes as they left the factory: a change of nothing that still ends in a reset. */
function rewritten(part: Part): {
  readonly start: number;
  readonly image: number[];
  readonly steps: Parameters<typeof dfu.connect>[1] & object;
} {
  const { start } = part.device.options!.areas[0]!;
  const image = factoryImage(part);
  return {
    start,
    image,
    steps: [
      ...setPointer(part, start),
      download(FIRST_BLOCK, image),
      getStatus(report('dfuDNBUSY')),
      getStatus(GONE),
    ],
  };
}

const base = {
  strength: 'must',
  destroys: 'options',
  entries: ['idle', 'download-idle', 'write-protected'], // in the last they are not as they were written
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/5.1/option-bytes',
    requirement:
      'A write to the option bytes is executed, and the device is reset: it drops off the bus.',
    covers: ['dfu-5.1-10'],
    unsupported: unreachable,
    script: (part) => {
      const { start, image, steps } = rewritten(part);
      return { steps, left: [{ areas: [holding(start, image)] }], ends: 'reset' };
    },
  },
  {
    ...base,
    id: 'dfu/5.1/back-behind-option-bytes',
    requirement:
      'Behind the reset the device is on the bus again, with its option bytes and its flash.',
    covers: ['dfu-5.1-10'],
    entries: ['idle'],
    unsupported: unreachable,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, image, steps } = rewritten(part);
      return {
        steps: [
          ...steps,
          ...dfu.connect(part, read(part, scratchPages(part)[0]!.start, pattern(16))),
        ],
        left: [{ areas: [holding(start, image)] }],
      };
    },
  },
];

export default scenarios;
