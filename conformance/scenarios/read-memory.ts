import * as fc from 'fast-check';
import { blank, nowhere, scratchPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import { anyBytes } from '../run/script.ts';
import type { FramedHost, PacketHost } from './kit/framed-host.ts';
import { filled, spoils } from './kit/inputs.ts';
import { ramUsed } from './kit/ram.ts';
import { regionsRead } from './kit/regions.ts';
import { noReadoutProtection, ramNotKnown, ramNotReserved } from './kit/replies.ts';
import { content, scratch } from './kit/scratch.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

const refusing = { strength: 'must', destroys: 'nothing', commands: ['read-memory'] } as const;
const base = { ...refusing, setUp: (part: Part) => ({ flash: filled(part) }) } as const;

const whole = (part: Part): string | undefined =>
  content(part).bytes.length < 256 ? 'a page of this line is shorter' : undefined;

const blankStart = (part: Part): number => scratchPages(part).at(-1)!.start;

const blanks = (part: Part): readonly number[] => Array<number>(70).fill(blank(part));

/** What Read Memory must do over every framed interface. */
export function readMemoryScenarios(host: FramedHost): readonly Scenario[] {
  const { connected, leastRead, moves, waiting } = host;
  const reading = [...waiting, 'write-protected'] as const;
  const regions = regionsRead({
    read: host.read,
    unjudged: (from, count) => host.read(from, anyBytes(count)),
    least: leastRead,
  });
  const shared: readonly Shared[] = [
    {
      ...base,
      name: 'flash',
      requirement: 'Read Memory answers the N + 1 bytes that lie at the address.',
      entries: reading,
      on: {
        usart: [1, 6, 7],
        i2c: [1, 7],
        spi: [1, '2.1-3'],
        can: { covers: [1, 2], entries: waiting },
        fdcan: [1, 2],
      },
      script: (part) => {
        const { start, bytes } = content(part);
        return fc
          .tuple(fc.nat(bytes.length - leastRead), fc.integer({ min: leastRead, max: 256 }))
          .map(([at, count]) => ({ steps: host.read(start + at, bytes.slice(at, at + count)) }));
      },
    },
    {
      ...base,
      name: 'one-byte',
      requirement: 'The shortest read is one byte, with N = 0.',
      entries: waiting,
      on: { usart: [1], i2c: [1], spi: [1], fdcan: [1] },
      script: (part) => {
        const { start, bytes } = content(part);
        return { steps: host.read(start, bytes.slice(0, 1)) };
      },
    },
    {
      ...base,
      name: '256-bytes',
      requirement: 'The longest read is 256 bytes, with N = 255.',
      entries: waiting,
      on: { usart: [1], i2c: [1], spi: [1], can: [1], fdcan: [1, 3] },
      unsupported: whole,
      script: (part) => {
        const { start, bytes } = content(part);
        return { steps: host.read(start, bytes.slice(0, 256)) };
      },
    },
    {
      ...base,
      name: 'no-ack-behind-data',
      requirement: 'No ACK follows the data: the next command can be sent at once.',
      entries: waiting,
      on: { usart: [5], i2c: [5], spi: [5] },
      script: (part) => {
        const { start, bytes } = content(part);
        return {
          steps: [
            ...host.read(start, bytes.slice(0, 8)),
            ...host.read(start + 8, bytes.slice(8, 12)),
          ],
        };
      },
      sharesKills: 'an ACK too many shows in every section that reads',
    },
    {
      ...base,
      ...regions.lastBytes,
      name: 'last-bytes-of-flash',
      entries: [connected, waiting[1]!],
      on: {
        usart: [6],
        i2c: [6],
        spi: [6],
        can: { covers: [5], entries: [connected, 'faster'] },
        fdcan: [2],
      },
    },
    {
      ...base,
      name: 'blank-flash',
      requirement: 'Erased flash reads as the erase value of the series.',
      entries: [connected],
      setUp: (part) => ({
        flash: [{ address: blankStart(part), bytes: Uint8Array.from(blanks(part)) }],
      }),
      on: { usart: [6], spi: [6], fdcan: [2] },
      script: (part) => ({
        steps: host.read(blankStart(part), blanks(part)),
      }),
    },
    {
      ...refusing,
      ...regions.ram,
      name: 'ram',
      entries: [connected],
      on: {
        usart: { covers: [6], entries: [connected, 'after-nack', 'aborted-write'] },
        i2c: { covers: [6], entries: [connected, 'after-nack', 'aborted-write'] },
        spi: { covers: [6], entries: [connected, 'after-nack', 'aborted-write'] },
        can: [5],
        fdcan: { covers: [2], entries: [connected, 'spoilt-frame'] },
      },
    },
    {
      ...refusing,
      ...regions.systemMemory,
      name: 'system-memory',
      entries: [connected],
      on: { usart: [6], i2c: [6], spi: [6], can: [5], fdcan: [2] },
    },
    {
      ...refusing,
      ...regions.bootloaderId,
      name: 'bootloader-id',
      entries: [connected],
      on: { usart: [14], i2c: [9], spi: [11], can: [6], fdcan: [6] },
    },
    {
      ...refusing,
      ...regions.optionBytes,
      name: 'option-bytes',
      entries: [connected, 'write-protected'],
      on: { usart: [6], i2c: [6], spi: [6], can: [5], fdcan: [2] },
    },
    {
      ...refusing,
      ...regions.otp,
      name: 'otp',
      strength: 'should',
      entries: [connected],
      on: { usart: [6], spi: [6] },
    },
    {
      ...refusing,
      name: 'no-memory-there',
      requirement: 'An address at which there is no memory is refused and ends the command.',
      entries: reading,
      on: {
        usart: [3, '4-2'],
        i2c: [3],
        spi: [3],
        can: { covers: [7], entries: waiting },
        fdcan: [7],
      },
      script: (part) =>
        fc
          .constantFrom(...nowhere(part))
          .map((at) => ({ steps: moves.readRefused(part, at, 'address') })),
    },
    {
      ...refusing,
      name: 'bootloader-ram',
      requirement: 'RAM that the bootloader uses is refused.',
      entries: [connected, waiting[1]!],
      on: {
        usart: {
          covers: [8, '4-1'],
          requirement: 'From protocol 2.2 on RAM that the bootloader uses is refused.',
          entries: [connected, 'after-nack', 'half-command'],
          unsupported: ramNotReserved,
        },
        spi: [7],
        fdcan: [7],
      },
      unsupported: ramNotKnown,
      script: (part) =>
        fc
          .constantFrom(...ramUsed(part))
          .map((start) => ({ steps: moves.readRefused(part, start, 'address') })),
    },
    {
      ...refusing,
      name: 'protected',
      requirement: 'Under readout protection Read Memory is refused, and tells no byte.',
      entries: ['rdp-1'],
      on: {
        usart: ['3-6', 10],
        i2c: ['3-9', 10],
        spi: [9],
        can: ['3-2', 11],
        fdcan: [11, 'command-set-4'],
      },
      unsupported: noReadoutProtection,
      script: (part) =>
        fc
          .constantFrom(part.pages[0]!.start, scratch(part), part.pages.at(-1)!.end - 4)
          .map((from) => ({ steps: moves.readRefused(part, from, 'protection') })),
      sharesKills: 'the protection shows again after Readout Protect',
    },
  ];
  return scenariosOf(host.over, host.sections['read-memory'], shared);
}

/** What Read Memory must do where addresses and counts are packets of their own. */
export function readPacketScenarios(host: PacketHost): readonly Scenario[] {
  const { NACK, address, command, connected, count, waiting } = host;
  const reading = [...waiting, 'write-protected'] as const;
  const shared: readonly Shared[] = [
    {
      ...refusing,
      name: 'wrong-address-checksum',
      requirement: 'An address with a wrong checksum is refused and ends the command.',
      entries: reading,
      on: { usart: [2], i2c: [2], spi: [2, '2.1-1'] },
      script: (part) =>
        fc.tuple(fc.constantFrom(...part.pages.slice(0, 4)), spoils).map(([{ start }, all]) => ({
          steps: all.flatMap((wrong) => [command('read-memory'), address(start, [NACK], wrong)]),
        })),
    },
    {
      ...refusing,
      name: 'wrong-length-complement',
      requirement:
        'A length that is not followed by its complement is refused and ends the command.',
      entries: reading,
      on: { usart: [4], i2c: [4], spi: [4, '2.1-2'] },
      script: (part) =>
        fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([number, all]) => ({
          steps: all.flatMap((wrong) => [
            command('read-memory'),
            address(part.pages[0]!.start),
            count('bytes', number, [NACK], wrong),
          ]),
        })),
    },
    {
      ...base,
      name: 'reading-changes-nothing',
      requirement: 'Reading leaves the memory as it was.',
      entries: [connected, 'write-protected'],
      on: { usart: [11], i2c: [11], spi: [10] },
      script: (part) => {
        const { start, bytes } = content(part);
        return {
          steps: [
            ...host.read(start, bytes.slice(0, 32)),
            command('read-memory'),
            address(start),
            count('bytes', 1, [NACK], 0x80),
            ...host.read(start, bytes.slice(0, 32)),
          ],
        };
      },
    },
  ];
  return scenariosOf(host.over, host.sections['read-memory'], shared);
}
