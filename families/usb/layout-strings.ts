import type { Bank, Device, Range } from '../family.ts';

/** The memory layout string of one alternate setting (ST UM0424). */
export interface UsbString {
  /** What the descriptor says: `@Internal Flash  /0x08000000/04*016Kg,…`. */
  readonly text: string;
  /** Made here in the format of the generation; no log of a real part shows it. */
  readonly composed: boolean;
}

/** A run of equal units in a layout string: `04*016Kg`. */
const RUN = /(\d+)\*(\d+)([ KMB]?)([a-g])/g;

/** So many units of so many bytes as a string prints them; `like` is a captured run to take the style from. */
type RunStyle = (count: number, bytes: number) => string;

/**
 * The layout strings of a part with so much flash, in the order of the alternate settings: as captured
 * where a log shows this flash size, in the captured style for another size, else composed.
 */
export function usbStrings(device: Device, flashKiB: number): readonly UsbString[] {
  const [captured, ...rest] = device.usbStrings?.strings ?? [];
  const flash = flashString(device, flashKiB, captured);
  // all alternates of some ROMs carry the string of the flash: that is a quirk of theirs
  const others = rest.filter((text) => text !== captured);
  if (others.length === 0) return [flash, ...composedAlternates(device, flashKiB)];
  const eeprom = device.eeprom?.length[flashKiB];
  return [
    flash,
    ...others.map((text) => {
      const stale = text.startsWith('@DATA') && totalOf(text) !== eeprom;
      const fresh = stale && eepromString(device, flashKiB);
      return fresh === false || fresh === undefined ? { text, composed: false } : fresh;
    }),
  ];
}

function flashString(device: Device, flashKiB: number, captured?: string): UsbString {
  if (captured !== undefined && totalOf(captured) === flashKiB * 1024) {
    return { text: captured, composed: false };
  }
  const regions = regionsOf(device.flash.layouts[flashKiB] ?? []);
  const uniform = new Set(regions.flatMap(({ runs }) => runs.map(([, bytes]) => bytes)));
  const fallback = runStyle(device, uniform.size === 1);
  const style = captured === undefined ? fallback : styleOf(captured, fallback);
  const areas = regions.map(({ start, runs }) => ({
    start,
    runs: runs.map(([count, bytes]) => style(count, bytes)).join(','),
  }));
  return { text: layout(device, 'Internal Flash', areas), composed: true };
}

/** What comes behind the flash on a line that no log shows. */
function composedAlternates(device: Device, flashKiB: number): UsbString[] {
  const alternates: UsbString[] = [];
  const add = (name: Name, areas: readonly Area[]): void => {
    alternates.push({ text: layout(device, name, areas), composed: true });
  };
  const { options, otp, dfuGeneration: generation } = device;
  if (options !== undefined) {
    const areas = options.areas.map(({ start, length }) => ({
      start,
      runs: `01*${generation === 'A' ? padded(length, 3) : length} e`,
    }));
    add('Option Bytes', areas);
  }
  if (otp !== undefined) {
    const { start, length, lockBytes } = otp;
    const lock = lockBytes === undefined ? '' : `,01*${padded(lockBytes, 3)} e`;
    const inKiB = generation === 'A' && lockBytes === undefined && length % 1024 === 0;
    const data = inKiB ? `01*${padded(length / 1024, 4)}Ke` : `01*${length} e`;
    add('OTP Memory', [{ start, runs: data + lock }]);
  }
  const eeprom = eepromString(device, flashKiB);
  if (eeprom !== undefined) alternates.push(eeprom);
  if (hasDeviceFeature(device)) add('Device Feature', [{ start: 0xffff_0000, runs: '01*004 e' }]);
  return alternates;
}

/** Logs show it on F4 and F7, whose supply register it is, and on L43x and L45x but not on L4R. */
function hasDeviceFeature({ supplyRegister, dfuGeneration, options }: Device): boolean {
  const asOnL43 = dfuGeneration === 'A' && options?.areas[0]?.start === 0x1fff_7800;
  return supplyRegister !== undefined || asOnL43;
}

/** Units of 3 KiB on L0, of 4 KiB on L1. */
function eepromString(device: Device, flashKiB: number): UsbString | undefined {
  const length = device.eeprom?.length[flashKiB];
  if (device.eeprom === undefined || length === undefined) return undefined;
  const start = device.eeprom.startBySize?.[flashKiB] ?? device.eeprom.start;
  const KiB = length / 1024;
  const runs = KiB % 4 === 0 ? `${padded(KiB / 4, 2)}*004Ke` : `${KiB / 3}*3Ke`;
  return { text: layout(device, 'DATA Memory', [{ start, runs }]), composed: true };
}

type Name = 'Internal Flash' | 'Option Bytes' | 'OTP Memory' | 'DATA Memory' | 'Device Feature';

interface Area {
  readonly start: number;
  readonly runs: string;
}

/** Blanks behind the name: generation B has three, A two, one or none. */
const BLANKS_A: Readonly<Record<Name, number>> = {
  'Internal Flash': 2,
  'Option Bytes': 2,
  'OTP Memory': 1,
  'DATA Memory': 1,
  'Device Feature': 0,
};

function layout(device: Device, name: Name, areas: readonly Area[]): string {
  const blanks = device.dfuGeneration === 'B' ? 3 : BLANKS_A[name];
  const places = areas.map(({ start, runs }) => {
    const hex = start.toString(16).toUpperCase().padStart(8, '0');
    return `/0x${hex}/${runs}`;
  });
  return `@${name}${' '.repeat(blanks)}${places.join('')}`;
}

/** How a line without a log prints its pages; `uniform`: they all have one size. */
function runStyle(device: Device, uniform: boolean): RunStyle {
  return (count, bytes) => {
    const KiB = bytes / 1024;
    if (KiB < 1) return `${count}*${bytes} g`;
    if (device.dfuGeneration === 'B') return `${count}*${padded(KiB, 2)}Kg`;
    return uniform ? `${padded(count, 3)}*${padded(KiB, 4)}Kg` : `0${count}*${padded(KiB, 3)}Kg`;
  };
}

/** Prints a run as the captured string prints one of the same unit size; a count that led with 0 does again. */
function styleOf(captured: string, fallback: RunStyle): RunStyle {
  const runs = [...captured.matchAll(RUN)];
  return (count, bytes) => {
    const like = runs.find((run) => unitBytes(run) === bytes);
    if (like === undefined) return fallback(count, bytes);
    const [, printed, size, unit, type] = like;
    const lead = printed!.startsWith('0') ? '0' : '';
    return `${lead}${count}*${size}${unit}${type}`;
  };
}

/** Runs of equal erase units in the order of addresses; banks that follow each other are one region. */
function regionsOf(
  banks: readonly Bank[],
): readonly { readonly start: number; readonly runs: readonly (readonly [number, number])[] }[] {
  const regions: { start: number; end: number; runs: [number, number][] }[] = [];
  for (const bank of banks) {
    let region = regions.at(-1);
    if (region?.end !== bank.start) {
      region = { start: bank.start, end: bank.start, runs: [] };
      regions.push(region);
    }
    for (const run of bank.pages) {
      const [, count, size, unit] = /^(\d+)\*(\d+)(K?)$/.exec(run)!;
      const bytes = Number(size) * (unit === 'K' ? 1024 : 1);
      const last = region.runs.at(-1);
      if (last?.[1] === bytes) last[0] += Number(count);
      else region.runs.push([Number(count), bytes]);
      region.end += Number(count) * bytes;
    }
  }
  return regions;
}

/** The address ranges that a layout string describes. */
export function layoutRanges(text: string): readonly Range[] {
  const [, ...parts] = text.split('/');
  const ranges: Range[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const start = Number(parts[at]);
    ranges.push({ start, end: start + totalOf(parts[at + 1]!) });
  }
  return ranges;
}

/** Bytes that a layout string describes. */
function totalOf(text: string): number {
  return [...text.matchAll(RUN)].reduce((sum, run) => sum + Number(run[1]) * unitBytes(run), 0);
}

function unitBytes([, , size, unit]: RegExpMatchArray): number {
  return Number(size) * (unit === 'K' ? 1024 : unit === 'M' ? 1024 * 1024 : 1);
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
