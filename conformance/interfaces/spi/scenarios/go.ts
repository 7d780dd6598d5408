import * as fc from 'fast-check';
import {
  NACK,
  SILENCE,
  address,
  command,
  getAck,
  goCommand,
  isGone,
  step,
  writeMemory,
} from '../host.ts';
import { be32, packet } from '../../usart/host.ts';
import { nowhere, shownPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { applications, vectors } from '../../../scenarios/start.ts';
import { anyPage, spoils } from '../../../scenarios/inputs.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { scratch } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

const go = (part: Part, to: number, replies: readonly Reply[] = [], wrong = 0): readonly Step[] => [
  goCommand(part),
  address(to, replies, wrong),
];

const leaves = {
  strength: 'must',
  destroys: 'chip', // the application that runs may do anything
  commands: ['go'],
} as const;

const stays = { ...leaves, destroys: 'nothing' } as const;

const scenarios: readonly Scenario[] = [
  {
    ...leaves,
    id: 'spi/2.6/flash',
    requirement: 'Go to flash is acknowledged twice, and the bootloader is left.',
    covers: ['spi-2.6-1'],
    known: ['go-broken'],
    entries: WAITING,
    setUp: (part) => applications(part, part.pages.slice(0, 1)),
    script: (part) => ({ steps: [...go(part, part.pages[0]!.start), isGone()], ends: 'gone' }),
  },
  {
    ...leaves,
    id: 'spi/2.6/any-page',
    requirement: 'Go takes the base address of an application anywhere in flash.',
    covers: ['spi-2.6-1'],
    known: ['go-broken'],
    entries: ['synchronised'],
    setUp: (part) => applications(part, shownPages(part)),
    script: (part) =>
      anyPage(part).map(({ start }) => ({
        steps: [...go(part, start), isGone()],
        ends: 'gone',
      })),
  },
  {
    ...leaves,
    id: 'spi/2.6/ram',
    requirement: 'Go to an application in RAM is acknowledged twice, and the bootloader is left.',
    covers: ['spi-2.6-7'],
    known: ['ram-write-refused', 'go-broken'],
    entries: ['synchronised', 'after-nack'],
    commands: ['go', 'write-memory'],
    unsupported: noRam,
    script: (part) => {
      const start = Math.ceil(part.ram!.start / 512) * 512;
      return {
        steps: [...writeMemory(part, start, vectors(part, start)), ...go(part, start), isGone()],
        ends: 'gone',
      };
    },
  },
  {
    ...leaves,
    id: 'spi/2.6/vectors-not-judged',
    requirement:
      'The content of the vector table is not judged: Go to blank flash is acknowledged too.',
    covers: ['spi-2.6-8'],
    strength: 'observed',
    entries: ['synchronised'],
    script: (part) => ({ steps: [...go(part, scratch(part)), isGone()], ends: 'gone' }),
  },
  {
    ...leaves,
    id: 'spi/2.6/jumps-behind-the-acknowledgement',
    requirement: 'The jump comes when the host has acknowledged the ACK of the address.',
    covers: ['spi-2.6-9'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) => ({
      steps: [
        goCommand(part),
        step(
          'address, not acknowledged',
          [{ send: packet(be32(scratch(part))) }, { pollMs: 1000 }],
          { bytes: [0x79] },
        ),
        step('its ACK is still there', [{ pauseMs: 50 }, { exchange: [0x00] }], { bytes: [0x79] }),
        step('the acknowledgement', [{ send: [0x79] }], SILENCE),
        isGone(),
      ],
      ends: 'gone',
    }),
  },
  {
    ...stays,
    id: 'spi/2.6/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused, and the bootloader is not left.',
    covers: ['spi-2.6-2', 'spi-2.1-1'],
    entries: WAITING,
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => go(part, part.pages[0]!.start, [NACK], wrong)),
      })),
  },
  {
    ...stays,
    id: 'spi/2.6/no-memory-there',
    requirement:
      'An address at which there is no memory is refused, and the bootloader is not left.',
    covers: ['spi-2.6-3'],
    entries: WAITING,
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((to) => ({ steps: go(part, to, [NACK]) })),
  },
  {
    ...stays,
    id: 'spi/2.6/system-memory',
    requirement: 'Go to system memory is refused.',
    covers: ['spi-2.6-4'],
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) =>
      fc.constantFrom(...part.device.systemMemory).map(({ start }) => ({
        steps: go(part, start, [NACK]),
      })),
  },
  {
    ...stays,
    id: 'spi/2.6/option-bytes',
    requirement: 'Go to the option bytes is refused.',
    covers: ['spi-2.6-4'],
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      part.device.options?.areas[0] === undefined ? 'their address is not known' : undefined,
    script: (part) => ({ steps: go(part, part.device.options!.areas[0]!.start, [NACK]) }),
  },
  {
    ...stays,
    id: 'spi/2.6/bootloader-ram',
    requirement: 'Go to RAM that the bootloader uses is refused.',
    covers: ['spi-2.6-5'],
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      part.bootloader.ramUsed.length === 0
        ? 'the RAM that the bootloader uses is not known'
        : undefined,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: go(part, start, [NACK]),
      })),
  },
  {
    ...stays,
    id: 'spi/2.6/protected',
    requirement: 'Under readout protection Go is refused at the command.',
    covers: ['spi-2.6-6'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('go', NACK)] }),
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
  {
    ...stays,
    id: 'spi/2.6/address-waits',
    requirement: 'An address that breaks off is waited for without a time-out.',
    covers: ['spi-1-13'],
    strength: 'observed',
    entries: ['synchronised'],
    script: (part) =>
      fc.integer({ min: 1, max: 4 }).map((at) => {
        const sent = packet(be32(nowhere(part)[0]!));
        return {
          steps: [
            goCommand(part),
            step(
              'an address, its rest a second later',
              [
                { send: sent.slice(0, at) },
                { pauseMs: 1000 },
                { send: sent.slice(at) },
                ...getAck(),
              ],
              NACK,
            ),
          ],
        };
      }),
  },
];

export default scenarios;
