import type { Device, Family } from './family.ts';
import { wholeLine, type Series } from './series.ts';
import c0 from './series/c0.ts';
import cloneSeries from './series/clones.ts';
import f0 from './series/f0.ts';
import f1 from './series/f1.ts';
import f2 from './series/f2.ts';
import f3 from './series/f3.ts';
import f4 from './series/f4.ts';
import f7 from './series/f7.ts';
import g0 from './series/g0.ts';
import g4 from './series/g4.ts';
import h5 from './series/h5.ts';
import h7 from './series/h7.ts';
import l0 from './series/l0.ts';
import l1 from './series/l1.ts';
import l4 from './series/l4.ts';
import l5 from './series/l5.ts';
import u0 from './series/u0.ts';
import u3 from './series/u3.ts';
import u5 from './series/u5.ts';
import wb from './series/wb.ts';
import wba from './series/wba.ts';
import wl from './series/wl.ts';

const files: readonly Series[] = [
  f0,
  f1,
  f2,
  f3,
  f4,
  f7,
  g0,
  g4,
  h5,
  h7,
  l0,
  l1,
  l4,
  l5,
  c0,
  u0,
  u3,
  u5,
  wb,
  wba,
  wl,
  cloneSeries,
];

/** What tells a line from the others, and the line in full, made when it is asked for: a start needs one of them. */
interface Line extends Pick<Device, 'id' | 'parts' | 'productId'> {
  /** False of a clone: its product ID is that of another line. */
  readonly genuine: boolean;
  readonly device: () => Device;
}

function linesOf(file: Series): readonly Line[] {
  return file.lines.map((line) => {
    const { id, parts, productId } = line;
    let made: Device | undefined;
    const device = (): Device => (made ??= wholeLine(file, line));
    return { id, parts, productId, genuine: file !== cloneSeries, device };
  });
}

const bySeries = files.map((file) => ({ series: file.series, lines: linesOf(file) }));

/** Every product line, in the order of the series. */
export const lines: readonly Line[] = bySeries.flatMap((each) => each.lines);

/** Every series of the table. */
export const families: readonly Family[] = bySeries.map(({ series, lines: own }) => ({
  series,
  get devices() {
    return own.map(({ device }) => device());
  },
}));

/** Parts that report the product ID of a line without being it. */
export const clones: Family = families.at(-1)!;

/** Every product line in full, in the order of the series: an array that is made when it is looked at. */
export const devices: readonly Device[] = new Proxy<Device[]>([], {
  get: (made, key) => Reflect.get(filled(made), key) as unknown,
  has: (made, key) => Reflect.has(filled(made), key),
  ownKeys: (made) => Reflect.ownKeys(filled(made)),
  getOwnPropertyDescriptor: (made, key) => Reflect.getOwnPropertyDescriptor(filled(made), key),
});

function filled(made: Device[]): Device[] {
  if (made.length === 0) made.push(...lines.map(({ device }) => device()));
  return made;
}
