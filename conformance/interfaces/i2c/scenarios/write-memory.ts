import * as fc from 'fast-check';
import {
  ACK,
  BUSY,
  NACK,
  address,
  block,
  command,
  fetch,
  frame,
  result,
  writeMemory,
} from '../host.ts';
import { packet } from '../../usart/host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { flashBlock, pattern, spoils } from '../../../scenarios/inputs.ts';
import { ramBlocks, storedAll } from '../../../scenarios/ram.ts';
import { scratch, stored } from '../../../scenarios/scratch.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { WAITING, formsOf, reachable } from './define.ts';
import type { Formed } from './define.ts';
import { addressRefused } from './replies.ts';

/** Write Memory up to the refusal of its address. */
export function refusedWrite(part: Part, to: number, { form, name }: Formed): readonly Step[] {
  const later = block([1, 2, 3, 4], form, [NACK]);
  return [command(name), address(to, addressRefused(part.bootloader.writeRefusedAt, later))];
}

/** Why what readout protection refuses is told from what it does not in another section. */
const BEHIND_READOUT_PROTECT = 'the protection shows again behind Readout Protect (3.10)';

/** What both forms of the command promise. */
function inBothForms(formed: Formed): readonly Scenario[] {
  const { section, form, name, title } = formed;
  const base = { strength: 'must', destroys: 'page', commands: [name] } as const;
  return [
    {
      ...base,
      id: `i2c/${section}/flash`,
      requirement: `${title} programs the N + 1 bytes into flash and acknowledges when that is done.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      entries: WAITING,
      script: (part) =>
        flashBlock(part).map(({ start, data }) => ({
          steps: writeMemory(start, data, form),
          left: stored(start, data),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/ram`,
      requirement: `${title} writes RAM that the bootloader does not use, and nothing else.`,
      covers: [`i2c-${section}-7`],
      destroys: 'nothing',
      entries: ['connected', 'after-nack', 'aborted-write'],
      known: ['ram-write-corrupted'],
      unsupported: noRam,
      script: (part) =>
        ramBlocks(part, 64).map((blocks) => ({
          steps: blocks.flatMap(({ start, data }) => writeMemory(start, data, form)),
          left: storedAll(blocks),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/wrong-address-checksum`,
      requirement: `${title} refuses an address with a wrong checksum.`,
      covers: [`i2c-${section}-3`],
      destroys: 'nothing',
      entries: WAITING,
      script: (part) =>
        spoils.map((all) => ({
          steps: all.flatMap((wrong) => [command(name), address(scratch(part), [NACK], wrong)]),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/no-memory-there`,
      requirement: `${title} refuses an address at which there is no memory.`,
      covers: [`i2c-${section}-4`],
      destroys: 'nothing',
      entries: WAITING,
      script: (part) =>
        fc.constantFrom(...nowhere(part)).map((to) => ({ steps: refusedWrite(part, to, formed) })),
    },
    {
      ...base,
      id: `i2c/${section}/wrong-block-checksum`,
      requirement: `${title} refuses a block with a wrong checksum, and nothing of it is written.`,
      covers: [`i2c-${section}-5`],
      entries: WAITING,
      script: (part) =>
        fc.tuple(flashBlock(part), spoils).map(([{ start, data }, all]) => ({
          steps: all.flatMap((wrong) => [
            command(name),
            address(start),
            ...block(data, form, [NACK], wrong),
          ]),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/protected`,
      requirement: `Under readout protection ${title} is refused at the command.`,
      covers: ['i2c-3-9', `i2c-${section}-6`],
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: [command(name, NACK)] }),
      ...(form === 'stretch' ? { sharesKills: BEHIND_READOUT_PROTECT } : {}),
    },
  ];
}

const [stretching, noStretch] = formsOf('write-memory', ['3.6', '3.12']);

/** What is asked of the no-stretch form alone. */
const noStretchOnly: readonly Scenario[] = [
  {
    id: 'i2c/3.12/busy-meanwhile',
    requirement: 'A device that programs answers 0x76 to who asks for the result.',
    covers: ['i2c-3.12-8'],
    strength: 'must',
    destroys: 'page',
    entries: ['connected', 'after-nack'],
    commands: ['no-stretch-write-memory'],
    script: (part) => {
      const start = scratch(part);
      const data = pattern(128);
      return {
        steps: [
          command('no-stretch-write-memory'),
          address(start),
          frame('128 bytes of data', packet([127, ...data])),
          fetch('its answer at once', 1, [
            BUSY,
            { ...ACK, verdict: 'non-strict', says: 'it is not told to be busy', goOn: [] },
          ]),
          result('no-stretch', 'write'),
        ],
        left: stored(start, data),
      };
    },
  },
];

const scenarios: readonly Scenario[] = [
  ...inBothForms(stretching),
  ...inBothForms(noStretch),
  ...noStretchOnly,
];

export default reachable(scenarios);
