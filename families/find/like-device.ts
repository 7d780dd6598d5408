import type { Device, Family } from '../family.ts';
import { nearest } from './nearest.ts';

/** Names that a message has room for. */
const SHOWN = 8;

/** Part numbers of a line as people type them: `STM32F405`, without the pattern's open ends. */
export function partsOf(device: Pick<Device, 'parts'>): readonly string[] {
  return device.parts.map((pattern) => pattern.replaceAll('?', 'x').replace(/x*\*$/, ''));
}

/**
 * What a message adds to a name that fits no device: names of the same series that are like it, or which
 * series there are; empty where it is like none.
 */
export function likeAmong(families: readonly Family[], name: string): string {
  if (/^(0x)?4?[0-9a-f]{3}$/i.test(name)) return '; no line has that product ID';
  const wanted = (/^(STM)?32/i.test(name) ? name : `STM32${name}`).toUpperCase();
  const [own] = families
    .filter(({ series }) => wanted.startsWith(series))
    .sort((a, b) => b.series.length - a.series.length);
  const named = (of: readonly Family[]): readonly string[] =>
    of.flatMap(({ devices }) => devices.flatMap((device) => [...partsOf(device), device.id]));
  const beginning = named(families).filter((each) => each.startsWith(wanted));
  const like = beginning.length > 0 ? beginning : own && nearest(wanted, named([own]));
  if (like !== undefined && like.length > 0) {
    return `; did you mean ${[...new Set(like)].slice(0, SHOWN).join(', ')}?`;
  }
  if (own !== undefined || !/^STM32[A-Z]{1,2}\d/.test(wanted)) return '';
  const series = families.map((each) => each.series).filter((each) => each.startsWith('STM32'));
  return `; the series are ${series.join(', ')}`;
}
