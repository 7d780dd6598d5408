import * as fc from 'fast-check';
import type { Scenario } from '../../run/scenario.ts';
import type { Step } from '../../run/script.ts';
import { pattern } from './inputs.ts';
import { placeInRam } from './ram.ts';
import { noRam } from './replies.ts';

/** How Read Memory is asked over a protocol. */
interface Reading {
  /** Reads the bytes that are expected. */
  readonly read: (from: number, bytes: readonly number[]) => readonly Step[];
  /** Reads bytes whose values are not judged. */
  readonly unjudged: (from: number, count: number) => readonly Step[];
  /** Fewest bytes of a read whose answer is certain; default 1. */
  readonly least?: number;
}

/** What a scenario says and does, without its id, its requirements and its states. */
type Region = Pick<Scenario, 'requirement' | 'script'> &
  Partial<Pick<Scenario, 'setUp' | 'unsupported'>>;

type RegionName = 'lastBytes' | 'ram' | 'systemMemory' | 'bootloaderId' | 'optionBytes' | 'otp';

/** What Read Memory reads over every protocol that has the command. */
export function regionsRead({
  read,
  unjudged,
  least = 1,
}: Reading): Readonly<Record<RegionName, Region>> {
  const lastBytes: Region = {
    requirement: 'The last bytes of flash can be read.',
    setUp: (part) => ({
      flash: [{ address: part.pages.at(-1)!.end - 16, bytes: Uint8Array.from(pattern(16)) }],
    }),
    script: (part) =>
      fc.integer({ min: least, max: 16 }).map((count) => ({
        steps: read(part.pages.at(-1)!.end - count, pattern(16).slice(16 - count)),
      })),
  };
  const ram: Region = {
    requirement: 'RAM that the bootloader does not use can be read, up to its end.',
    unsupported: noRam,
    script: (part) =>
      fc
        .tuple(fc.integer({ min: least, max: 256 }), fc.integer({ min: least, max: 256 }))
        .chain(([count, last]) =>
          placeInRam(part, count, 1).map((from) => ({
            steps: [...unjudged(from, count), ...unjudged(part.ram!.end - last, last)],
          })),
        ),
  };
  const systemMemory: Region = {
    requirement: 'System memory can be read.',
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({
      steps: part.device.systemMemory.flatMap(({ start }) => unjudged(start, 16)),
    }),
  };
  const bootloaderId: Region = {
    requirement: 'The byte at the bootloader ID address is the ID of the ROM version.',
    unsupported: (part) =>
      part.bootloader.id === undefined || part.device.bootloaderIdAddress === undefined
        ? 'this ROM has no ID byte'
        : undefined,
    script: (part) => ({ steps: read(part.device.bootloaderIdAddress!, [part.bootloader.id!]) }),
  };
  const optionBytes: Region = {
    requirement: 'Option bytes can be read.',
    unsupported: (part) =>
      part.device.options?.areas[0] === undefined ? 'their address is not known' : undefined,
    script: (part) => ({
      steps: part.device.options!.areas.flatMap(({ start, length }) =>
        unjudged(start, Math.min(16, length)),
      ),
    }),
  };
  const otp: Region = {
    requirement: 'One-time programmable memory can be read where the line has it.',
    unsupported: (part) =>
      part.device.otp === undefined || part.quirks.has('otp-unsupported')
        ? 'this part has no OTP memory that the bootloader serves'
        : undefined,
    script: (part) => ({ steps: unjudged(part.device.otp!.start, 16) }),
  };
  return { lastBytes, ram, systemMemory, bootloaderId, optionBytes, otp };
}
