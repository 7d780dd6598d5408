import * as fc from 'fast-check';
import { getId, go, isGone, nack, read, write } from '../host.ts';
import { nowhere, scratchPages, shownPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { applications, vectors } from '../../../scenarios/start.ts';
import { noRam, noReadoutProtection, ramNotKnown } from '../../../scenarios/replies.ts';
import { content } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';
import { anyPage, filled } from '../../../scenarios/inputs.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: WAITING,
  commands: ['go'],
} as const;

/** The application that runs may do anything. */
const leaving = { ...base, destroys: 'chip' } as const;

const scenarios: readonly Scenario[] = [
  {
    ...leaving,
    id: 'fdcan/go/flash',
    requirement: 'Go to flash is acknowledged, and the bootloader is left.',
    covers: ['fdcan-go-1'],
    known: ['go-broken'],
    setUp: (part) => applications(part, part.pages.slice(0, 1)),
    script: (part) => ({ steps: [go(part.pages[0]!.start), isGone()], ends: 'gone' }),
  },
  {
    ...leaving,
    id: 'fdcan/go/any-page',
    requirement: 'Go takes the base address of an application anywhere in flash.',
    covers: ['fdcan-go-1'],
    known: ['go-broken'],
    entries: ['connected'],
    setUp: (part) => applications(part, shownPages(part)),
    script: (part) =>
      anyPage(part).map(({ start }) => ({
        steps: [go(start), isGone()],
        ends: 'gone',
      })),
  },
  {
    ...leaving,
    id: 'fdcan/go/ram',
    requirement: 'Go to an application in RAM is acknowledged, and the bootloader is left.',
    covers: ['fdcan-go-1'],
    known: ['go-broken'],
    entries: ['connected', 'unknown-command'],
    commands: ['go', 'write-memory'],
    unsupported: noRam,
    script: (part) => {
      const start = Math.ceil(part.ram!.start / 512) * 512;
      return { steps: [...write(start, vectors(part, start)), go(start), isGone()], ends: 'gone' };
    },
  },
  {
    ...leaving,
    id: 'fdcan/go/vectors-not-judged',
    requirement: 'The vector table is not judged: Go to blank flash is acknowledged too.',
    covers: ['fdcan-go-2'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => ({ steps: [go(scratchPages(part)[0]!.start), isGone()], ends: 'gone' }),
  },
  {
    ...base,
    id: 'fdcan/go/no-memory-there',
    requirement: 'An address without memory is refused with one NACK, and the bootloader stays.',
    covers: ['fdcan-go-3'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((to) => ({ steps: [go(to, nack('go')), getId()] })),
  },
  {
    ...base,
    id: 'fdcan/go/system-memory',
    requirement: 'Go to system memory is refused.',
    covers: ['fdcan-go-3'],
    entries: ['connected', 'unknown-command'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) =>
      fc.constantFrom(...part.device.systemMemory).map(({ start }) => ({
        steps: [go(start, nack('go'))],
      })),
  },
  {
    ...base,
    id: 'fdcan/go/option-bytes',
    requirement: 'Go to the option bytes is refused.',
    covers: ['fdcan-go-3'],
    entries: ['connected', 'unknown-command'],
    unsupported: (part) =>
      part.device.options?.areas[0] === undefined ? 'their address is not known' : undefined,
    script: (part) => ({ steps: [go(part.device.options!.areas[0]!.start, nack('go'))] }),
  },
  {
    ...base,
    id: 'fdcan/go/bootloader-ram',
    requirement: 'Go to RAM that the bootloader uses is refused.',
    covers: ['fdcan-go-3'],
    entries: ['connected', 'unknown-command'],
    unsupported: ramNotKnown,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: [go(start, nack('go'))],
      })),
  },
  {
    ...base,
    id: 'fdcan/go/refused-go-stays',
    requirement: 'Behind a Go that was refused memory can be read.',
    covers: ['fdcan-go-3'],
    commands: ['go', 'read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [go(nowhere(part)[0]!, nack('go')), ...read(start, bytes.slice(0, 4))],
      };
    },
  },
  {
    ...base,
    id: 'fdcan/go/protected',
    requirement: 'Under readout protection Go is refused.',
    covers: ['fdcan-go-4', 'fdcan-command-set-4'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) => ({ steps: [go(part.pages[0]!.start, nack('go')), getId()] }),
    sharesKills: 'the protection shows again after Readout Protect',
  },
];

export default scenarios;
