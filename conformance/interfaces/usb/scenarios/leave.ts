import * as fc from 'fast-check';
import {
  FIRST_BLOCK,
  abort,
  download,
  executed,
  getState,
  isGone,
  leave,
  setPointer,
  transferSize,
} from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { dfu } from '../index.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { vectors } from '../../../scenarios/start.ts';
import { DOWNLOADING, flashStart } from './define.ts';

const application = (part: Part, start: number) => ({
  flash: [{ address: start, bytes: Uint8Array.from(vectors(part, start)) }],
});

const base = {
  strength: 'must',
  destroys: 'chip', // the application that runs may do anything
  entries: ['idle'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/5.5/manifest',
    requirement:
      'A download of nothing asks to leave: GETSTATUS answers dfuMANIFEST, and the device drops off the bus.',
    covers: ['dfu-5.5-1'],
    known: ['go-broken'],
    entries: DOWNLOADING,
    setUp: (part) => application(part, flashStart(part)),
    script: (part) => ({
      steps: [...setPointer(part, flashStart(part)), ...leave(part, [isGone()])],
      ends: 'gone',
    }),
  },
  {
    ...base,
    id: 'dfu/5.5/any-block-number',
    requirement: 'The block number of the download that leaves does not matter.',
    covers: ['dfu-5.5-2'],
    strength: 'observed',
    setUp: (part) => application(part, flashStart(part)),
    script: (part) =>
      fc.constantFrom(0, 1, 2, 77).map((block) => ({
        steps: [...setPointer(part, flashStart(part)), ...leave(part, [isGone()], block)],
        ends: 'gone',
      })),
  },
  {
    ...base,
    id: 'dfu/5.5/not-before-get-status',
    requirement: 'Before that GETSTATUS the device is not left.',
    covers: ['dfu-5.5-1', 'dfu-2-9'],
    destroys: 'nothing',
    setUp: (part) => application(part, flashStart(part)),
    script: () => ({
      steps: [download(2, []), getState('dfuMANIFEST-SYNC'), abort(), getState('dfuIDLE')],
    }),
  },
  {
    ...base,
    id: 'dfu/5.5/default-pointer',
    requirement: 'Before an address was set the application at the start of flash is started.',
    covers: ['dfu-5.5-3'],
    known: ['go-broken'],
    unsupported: (part) =>
      flashStart(part) === 0x0800_0000 ? undefined : 'flash starts elsewhere',
    setUp: (part) => application(part, flashStart(part)),
    script: (part) => ({ steps: leave(part, [isGone()]), ends: 'gone' }),
  },
  {
    ...base,
    id: 'dfu/5.5/address',
    requirement: 'The application at the address that was set is started.',
    covers: ['dfu-5.5-3'],
    known: ['go-broken'],
    setUp: (part) => application(part, scratchPages(part)[0]!.start),
    script: (part) => ({
      steps: [...setPointer(part, scratchPages(part)[0]!.start), ...leave(part, [isGone()])],
      ends: 'gone',
    }),
  },
  {
    ...base,
    id: 'dfu/5.5/last-write',
    requirement: 'The application that was written last is started.',
    covers: ['dfu-5.5-4'],
    strength: 'observed',
    unsupported: (part) =>
      behindSystemMemory(part) === undefined ? 'no RAM is reached in blocks from there' : undefined,
    script: (part) => {
      const { pointer, block, to } = behindSystemMemory(part)!;
      const sent = vectors(part, to);
      return {
        steps: [
          ...setPointer(part, pointer), // nothing can be started there
          ...executed(download(block, sent), part),
          ...leave(part, [isGone()]),
        ],
        left: [{ areas: [holding(to, sent)] }],
        ends: 'gone',
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.5/nothing-to-run',
    requirement: 'Where no application can run, the device is reset instead, and is found again.',
    covers: ['dfu-5.5-5'],
    unsupported: (part) =>
      part.device.options?.areas[0] === undefined ? 'no address of that kind is known' : undefined,
    script: (part) => ({
      steps: [
        ...setPointer(part, part.device.options!.areas[0]!.start),
        ...leave(part, dfu.connect(part, [getState('dfuIDLE')])),
      ],
    }),
  },
];

/** A block that lies in RAM when it is counted from system memory on. */
function behindSystemMemory(
  part: Part,
): { readonly pointer: number; readonly block: number; readonly to: number } | undefined {
  const pointer = part.device.systemMemory[0]?.start;
  if (pointer === undefined || part.ram === undefined) return undefined;
  const size = transferSize(part);
  const blocks = Math.ceil((part.ram.start - pointer) / size);
  const to = pointer + blocks * size;
  const block = FIRST_BLOCK + blocks;
  return blocks >= 0 && block <= 0xffff && to + 64 <= part.ram.end
    ? { pointer, block, to }
    : undefined;
}

export default scenarios;
