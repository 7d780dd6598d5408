import { families, lines } from '../devices.ts';
import type { Device } from '../family.ts';
import { flashSizes } from '../sizes.ts';
import { likeAmong } from './like-device.ts';

/** What a name given by a user means. */
export interface Found {
  /** The lines the name fits, with the RAM of the part: none for an unknown name, several for one that is not clear. */
  readonly devices: readonly Device[];
  /** Flash size in KiB when the name tells it, as in STM32F405RG. */
  readonly flashKiB?: number;
  /** Lines that fit but for the flash size, when nothing fits. */
  readonly near: readonly Device[];
}

/** Flash size in KiB by the letter of the part number behind the pin count. */
const flashLetters: Readonly<Record<string, number>> = {
  3: 8,
  4: 16,
  6: 32,
  8: 64,
  B: 128,
  Y: 640,
  Z: 192,
  C: 256,
  D: 384,
  E: 512,
  F: 768,
  G: 1024,
  H: 1536,
  I: 2048,
  J: 4096,
};

/** Finds lines by part number, with or without STM32, by line id or by product id (`0x413`, `413`). */
export function findDevice(name: string): Found {
  const wanted = name.trim().toUpperCase();
  const byId = lines.filter(({ id }) => id.toUpperCase() === wanted);
  if (byId.length > 0) return { devices: byId.map(({ device }) => device()), near: [] };
  if (/^(0X)?4[0-9A-F]{2}$/.test(wanted)) {
    const productId = Number.parseInt(wanted.replace('0X', ''), 16);
    const having = lines.filter((line) => line.genuine && line.productId === productId);
    if (having.length > 0) return { devices: having.map(({ device }) => device()), near: [] };
  }
  const named = /^[A-Z]{2,3}32/.test(wanted) ? wanted : `STM32${wanted}`;
  // STM32L151CB-A is short for STM32L151CBT6A: package and temperature are left open
  const part = named.replace(/-(?=[A-Z]$)/, '??');
  const fitting = bestFits(part).map((device) => withRamOf(device, part));
  const flashKiB = flashSizeOf(part, fitting);
  if (flashKiB === undefined) return { devices: fitting, near: [] };
  const ofThatSize = fitting.filter((device) => flashSizes(device).includes(flashKiB));
  if (ofThatSize.length === 0) return { devices: [], near: fitting };
  return { devices: ofThatSize, flashKiB, near: [] };
}

/** The line with the RAM that the part has, where that is less than the rest of the line has. */
function withRamOf(device: Device, part: string): Device {
  const own = device.ramOfParts?.find(({ parts }) => parts.some((each) => fit(part, each) > 1));
  return own === undefined ? device : { ...device, ...own, parts: device.parts };
}

/** What a message adds to a name that `findDevice` does not find: `; did you mean STM32F405?`, or nothing. */
export function likeDevice(name: string): string {
  return likeAmong(families, name.trim());
}

/** The lines that a part number, perhaps cut short, fits best. */
function bestFits(part: string): readonly Device[] {
  // Without at least the line (F405, WB55) the name means a series, not a part.
  if (part.length < 'STM32F405'.length) return [];
  const scored = lines.map(({ parts, device }) => ({
    device,
    score: Math.max(0, ...parts.map((pattern) => fit(part, pattern))),
  }));
  const best = Math.max(...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === best && score > 0).map(({ device }) => device());
}

/**
 * 0 where the part does not fit the pattern (`?` is one character of either, `*` any rest), 1 where it ends
 * before it is clear, and more the longer a pattern it fits in full.
 */
function fit(part: string, pattern: string): number {
  for (let index = 0; index < pattern.length; index++) {
    const wanted = pattern[index]!;
    if (wanted === '*') return 1 + index;
    if (index >= part.length) return 1;
    const open = wanted === '?' || part[index] === '?';
    if (!open && wanted.toUpperCase() !== part[index]) return 0;
  }
  return part.length > pattern.length ? 0 : 1 + pattern.length;
}

/** Flash size by the part number: STM32, line, pin count, size. WBA lines have five characters. */
function flashSizeOf(part: string, fitting: readonly Device[]): number | undefined {
  const letter = /^[A-Z]{2,3}32(?:WBA..|[A-Z].{3}).(.)/.exec(part)?.[1];
  if (letter === undefined) return undefined;
  const own = fitting.map((device) => device.flashLetters?.[letter]);
  return own.find((size) => size !== undefined) ?? flashLetters[letter];
}
