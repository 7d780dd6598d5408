import * as fc from 'fast-check';
import { blank, nowhere, scratchPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { anyBytes } from '../run/script.ts';
import type { FramedHost, PacketHost } from './kit/framed-host.ts';
import { filled, spoils } from './kit/inputs.ts';
import { ramUsed } from './kit/ram.ts';
import { regionsRead } from './kit/regions.ts';
import { noReadoutProtection, ramNotKnown } from './kit/replies.ts';
import { content, scratch } from './kit/scratch.ts';
import { shared } from './kit/shared.ts';

const refusing = { strength: 'must', destroys: 'nothing', commands: ['read-memory'] } as const;
const base = { ...refusing, setUp: (part: Part) => ({ flash: filled(part) }) } as const;

const whole = (part: Part): string | undefined =>
  content(part).bytes.length < 256 ? 'a page of this line is shorter' : undefined;

const blankStart = (part: Part): number => scratchPages(part).at(-1)!.start;

const blanks = (part: Part): readonly number[] => Array<number>(70).fill(blank(part));

/** What Read Memory must do over every framed interface. */
export const reads = shared((host: FramedHost) => {
  const { connected, leastRead, moves, waiting } = host;
  const reading = [...waiting, 'write-protected'] as const;
  const regions = regionsRead({
    read: host.read,
    unjudged: (from, count) => host.read(from, anyBytes(count)),
    least: leastRead,
  });
  return {
    flash: {
      ...base,
      requirement: 'Read Memory answers the N + 1 bytes that lie at the address.',
      entries: reading,
      script: (part) => {
        const { start, bytes } = content(part);
        return fc
          .tuple(fc.nat(bytes.length - leastRead), fc.integer({ min: leastRead, max: 256 }))
          .map(([at, count]) => ({ steps: host.read(start + at, bytes.slice(at, at + count)) }));
      },
    },
    'one-byte': {
      ...base,
      requirement: 'The shortest read is one byte, with N = 0.',
      entries: waiting,
      script: (part) => {
        const { start, bytes } = content(part);
        return { steps: host.read(start, bytes.slice(0, 1)) };
      },
    },
    '256-bytes': {
      ...base,
      requirement: 'The longest read is 256 bytes, with N = 255.',
      entries: waiting,
      unsupported: whole,
      script: (part) => {
        const { start, bytes } = content(part);
        return { steps: host.read(start, bytes.slice(0, 256)) };
      },
    },
    'no-ack-behind-data': {
      ...base,
      requirement: 'No ACK follows the data: the next command can be sent at once.',
      entries: waiting,
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
    'last-bytes-of-flash': {
      ...base,
      ...regions.lastBytes,
      entries: [connected, waiting[1]!],
    },
    'blank-flash': {
      ...base,
      requirement: 'Erased flash reads as the erase value of the series.',
      entries: [connected],
      setUp: (part) => ({
        flash: [{ address: blankStart(part), bytes: Uint8Array.from(blanks(part)) }],
      }),
      script: (part) => ({
        steps: host.read(blankStart(part), blanks(part)),
      }),
    },
    ram: {
      ...refusing,
      ...regions.ram,
      entries: [connected],
    },
    'system-memory': {
      ...refusing,
      ...regions.systemMemory,
      entries: [connected],
    },
    'bootloader-id': {
      ...refusing,
      ...regions.bootloaderId,
      entries: [connected],
    },
    'option-bytes': {
      ...refusing,
      ...regions.optionBytes,
      entries: [connected, 'write-protected'],
    },
    otp: {
      ...refusing,
      ...regions.otp,
      strength: 'should',
      entries: [connected],
    },
    'no-memory-there': {
      ...refusing,
      requirement: 'An address at which there is no memory is refused and ends the command.',
      entries: reading,
      script: (part) =>
        fc
          .constantFrom(...nowhere(part))
          .map((at) => ({ steps: moves.readRefused(part, at, 'address') })),
    },
    'bootloader-ram': {
      ...refusing,
      requirement: 'RAM that the bootloader uses is refused.',
      entries: [connected, waiting[1]!],
      unsupported: ramNotKnown,
      script: (part) =>
        fc
          .constantFrom(...ramUsed(part))
          .map((start) => ({ steps: moves.readRefused(part, start, 'address') })),
    },
    protected: {
      ...refusing,
      requirement: 'Under readout protection Read Memory is refused, and tells no byte.',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: (part) =>
        fc
          .constantFrom(part.pages[0]!.start, scratch(part), part.pages.at(-1)!.end - 4)
          .map((from) => ({ steps: moves.readRefused(part, from, 'protection') })),
      sharesKills: 'the protection shows again after Readout Protect',
    },
  };
});

/** What Read Memory must do where addresses and counts are packets of their own. */
export const readPackets = shared((host: PacketHost) => {
  const { NACK, address, command, connected, count, waiting } = host;
  const reading = [...waiting, 'write-protected'] as const;
  return {
    'wrong-address-checksum': {
      ...refusing,
      requirement: 'An address with a wrong checksum is refused and ends the command.',
      entries: reading,
      script: (part) =>
        fc.tuple(fc.constantFrom(...part.pages.slice(0, 4)), spoils).map(([{ start }, all]) => ({
          steps: all.flatMap((wrong) => [command('read-memory'), address(start, [NACK], wrong)]),
        })),
    },
    'wrong-length-complement': {
      ...refusing,
      requirement:
        'A length that is not followed by its complement is refused and ends the command.',
      entries: reading,
      script: (part) =>
        fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([number, all]) => ({
          steps: all.flatMap((wrong) => [
            command('read-memory'),
            address(part.pages[0]!.start),
            count('bytes', number, [NACK], wrong),
          ]),
        })),
    },
    'reading-changes-nothing': {
      ...base,
      requirement: 'Reading leaves the memory as it was.',
      entries: [connected, 'write-protected'],
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
  };
});
