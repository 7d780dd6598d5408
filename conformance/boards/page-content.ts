import { blank, blockUnit } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import { joined } from './script-reach.ts';
import type { Loader } from '../interfaces/loader.ts';
import type { Piece } from './option-image.ts';

/** One program unit and what is to be in it; undefined bytes may be anything. */
interface Unit {
  readonly start: number;
  readonly wanted: readonly (number | undefined)[];
}

/** Gives parts of a page some content, at the smallest cost: nothing, programming, or an erase before it. */
export async function preparePage(
  loader: Loader,
  page: Page,
  wanted: readonly Piece[],
): Promise<void> {
  const units = unitsOf(loader.part, page, wanted);
  const wrong = await unitsThatDiffer(loader, units);
  if (wrong.length === 0) return;
  if (wrong.every(({ isBlank }) => isBlank)) {
    await programUnits(
      loader,
      wrong.map(({ unit }) => unit),
    );
    return;
  }
  await loader.erase([page]);
  await programUnits(loader, units);
}

/** Whether the parts hold what is wanted. */
export async function isPrepared(
  loader: Loader,
  page: Page,
  wanted: readonly Piece[],
): Promise<boolean> {
  return (await unitsThatDiffer(loader, unitsOf(loader.part, page, wanted))).length === 0;
}

function unitsOf(part: Part, page: Page, wanted: readonly Piece[]): readonly Unit[] {
  const length = blockUnit(part);
  const units = new Map<number, (number | undefined)[]>();
  for (const { address, bytes } of wanted) {
    const end = Math.min(address + bytes.length, page.end);
    for (let at = Math.max(address, page.start); at < end; at++) {
      const offset = (at - page.start) % length;
      const unit = units.get(at - offset) ?? Array.from({ length }, () => undefined);
      unit[offset] = bytes[at - address]!;
      units.set(at - offset, unit);
    }
  }
  return [...units]
    .map(([start, bytes]) => ({ start, wanted: bytes }))
    .toSorted((one, other) => one.start - other.start);
}

async function unitsThatDiffer(
  loader: Loader,
  units: readonly Unit[],
): Promise<readonly { readonly unit: Unit; readonly isBlank: boolean }[]> {
  const length = blockUnit(loader.part);
  const ranges = joined(units.map(({ start }) => ({ start, end: start + length })));
  const wrong: { unit: Unit; isBlank: boolean }[] = [];
  for (const { start, end } of ranges) {
    const bytes = await loader.read(start, end - start);
    for (const unit of units.filter((each) => each.start >= start && each.start < end)) {
      const now = bytes.subarray(unit.start - start, unit.start - start + length);
      if (unit.wanted.every((byte, at) => byte === undefined || byte === now[at])) continue;
      wrong.push({ unit, isBlank: now.every((byte) => byte === blank(loader.part)) });
    }
  }
  return wrong;
}

async function programUnits(loader: Loader, units: readonly Unit[]): Promise<void> {
  const length = blockUnit(loader.part);
  for (const { start, end } of joined(
    units.map((unit) => ({ start: unit.start, end: unit.start + length })),
  )) {
    const bytes = new Uint8Array(end - start).fill(blank(loader.part));
    for (const unit of units.filter((each) => each.start >= start && each.start < end)) {
      unit.wanted.forEach((byte, at) => {
        if (byte !== undefined) bytes[unit.start - start + at] = byte;
      });
    }
    await loader.program(start, bytes);
  }
}
