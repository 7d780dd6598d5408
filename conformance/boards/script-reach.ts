import type { Range } from '../../families/index.ts';
import type { Page, Part } from '../part/part.ts';
import type { Script } from '../run/script.ts';
import { followerOf } from '../interfaces/index.ts';

/** What a script would do to flash. */
export interface Reach {
  /** Stretches of flash that it writes to. */
  readonly writes: readonly Range[];
  /** Pages that it erases one by one. */
  readonly erases: readonly Page[];
  /** It also erases all of flash, or all of a bank. */
  readonly erasesAll: boolean;
}

/** What a script asks for, if the device takes all of it. */
export function reachOf(script: Script, part: Part): Reach {
  const addresses: number[] = [];
  const numbers = new Set<number>();
  let erasesAll = false;
  const follower = followerOf(part, {
    command() {},
    write: (address) => addresses.push(address),
    erase: (pages) => {
      if (pages === 'all') erasesAll = true;
      else for (const page of pages) numbers.add(page);
    },
    go() {},
    special() {},
  });
  follower.found(); // where the state in which the script begins leaves the device
  for (const step of script.steps) {
    if (step.restart) follower.restarted();
    let from = 0;
    for (const count of step.bursts ?? [step.send.length]) {
      follower.sent(Uint8Array.from(step.send.slice(from, from + count)));
      from += count;
    }
    for (const byte of step.replies[0]?.bytes ?? []) follower.heard(byte);
  }
  const inFlash = addresses.filter((at) =>
    part.pages.some(({ start, end }) => at >= start && at < end),
  );
  return {
    writes: joined(inFlash.map((start) => ({ start, end: start + 1 }))),
    erases: part.pages.filter((page) => numbers.has(page.number)),
    erasesAll,
  };
}

/** The same addresses in as few ranges as possible, in their order. */
export function joined(ranges: readonly Range[]): readonly Range[] {
  const all: Range[] = [];
  for (const { start, end } of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = all.at(-1);
    if (last !== undefined && start <= last.end) {
      all[all.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    } else if (end > start) all.push({ start, end });
  }
  return all;
}
