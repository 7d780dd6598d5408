import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { devices, families } from '../devices.ts';
import clonesSeries from '../series/clones.ts';
import f1Series from '../series/f1.ts';
import { merged, saidWhole, type Series, wholeLine } from '../series.ts';
import { deviceSchema, seriesSchema } from './schema.ts';

const folder = new URL('../series/', import.meta.url);
const files = readdirSync(folder).filter((name) => /^([a-z]{1,3}\d?|clones)\.ts$/.test(name));
const loaded = await Promise.all(
  files.map(async (file) => {
    const module = (await import(new URL(file, folder).href)) as { default: Series };
    return [file, module.default] as const;
  }),
);

const clones: Series = clonesSeries;
const f1: Series = f1Series;

/** Where a fact stands in a file: the keys that lead to it. */
type Path = readonly string[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The places of all facts that differences say: what does not merge is one fact. */
function factsOf(value: unknown, path: Path = []): Path[] {
  const key = path.at(-1);
  if (key === 'bootloaders' && Array.isArray(value)) {
    return value.flatMap((version, index) => factsOf(version, [...path, String(index)]));
  }
  if (!isObject(value) || (key !== undefined && saidWhole.has(key))) return [path];
  return Object.entries(value).flatMap(([name, part]) => factsOf(part, [...path, name]));
}

/** A copy without the fact. */
function without<T>(value: T, [key, ...rest]: Path): T {
  if (Array.isArray(value)) {
    return value.map((part, index) => (String(index) === key ? without(part, rest) : part)) as T;
  }
  const copy = { ...value } as Record<string, unknown>;
  if (rest.length === 0) delete copy[key!];
  else copy[key!] = without(copy[key!], rest);
  return copy as T;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}

/** The fact as text; undefined where it is not said, unlike one that is said to be undefined. */
function said(value: unknown, path: Path): string | undefined {
  const parent = at(value, path.slice(0, -1));
  const key = path.at(-1)!;
  return isObject(parent) && key in parent
    ? (JSON.stringify(parent[key]) ?? 'undefined')
    : undefined;
}

/** The line in full as text; undefined where it misses a fact that nothing can be made without. */
function textOf(series: Series, line: Series['lines'][number]): string | undefined {
  try {
    return JSON.stringify(wholeLine(series, line), (_, part: unknown) => part ?? null);
  } catch {
    return undefined;
  }
}

const IDENTITY = new Set(['id', 'parts', 'productId', 'like', 'version']);

/** Facts of lines that would be the same if they were not said. */
function saidTwice(series: Series): string[] {
  return series.lines.flatMap((line) => {
    const whole = textOf(series, line);
    return factsOf(line)
      .filter((path) => !IDENTITY.has(path.at(-1)!))
      .filter((path) => textOf(series, without(line, path)) === whole)
      .map((path) => `${line.id} ${path.join('.')}`);
  });
}

/** Defaults that hold for one line or none, and so belong to the line; of pins and layouts one is enough. */
function defaultsOfFew(series: Series): string[] {
  const whole = series.lines.map((line) => textOf(series, line));
  const few = (path: Path): boolean => {
    const bare = { ...series, defaults: without(series.defaults, path) };
    const catalogue = /^(interfaces|flash\.layouts|bootloader\.protocols)\./.test(path.join('.'));
    let missing = catalogue ? 1 : 2;
    for (const [index, line] of series.lines.entries()) {
      if (textOf(bare, line) !== whole[index]) missing--;
      if (missing === 0) return false;
    }
    return true;
  };
  return factsOf(series.defaults)
    .filter((path) => !borrowed(series, path) && few(path))
    .map((path) => path.join('.'));
}

/** Facts that every line says alike, and that are so defaults of the series. */
function saidByAll({ lines }: Series): string[] {
  if (lines.length < 2) return [];
  const [first, ...others] = lines.filter(({ like }) => like === undefined);
  return factsOf(first)
    .filter((path) => !IDENTITY.has(path.at(-1)!) && path[0] !== 'bootloaders')
    .filter((path) => {
      return others.length > 0 && others.every((line) => said(line, path) === said(first, path));
    })
    .map((path) => path.join('.'));
}

/** Defaults that clones take from F1 as they are. */
function borrowed({ defaults }: Series, path: Path): boolean {
  return defaults === clones.defaults && said(f1.defaults, path) === said(defaults, path);
}

describe.each(loaded)('%s', (_, series) => {
  test('says what a series file may say', () => {
    expect(seriesSchema.safeParse(series).error?.issues ?? []).toEqual([]);
  });

  test('says nothing twice', () => {
    expect(saidTwice(series)).toEqual([]);
  });

  test('has as defaults what at least two lines share', () => {
    if (series.lines.length === 1) expect(series.defaults).toEqual({});
    else expect(defaultsOfFew(series)).toEqual([]);
  });

  test('has no line say what all of them say', () => {
    expect(saidByAll(series)).toEqual([]);
  });
});

test.each(devices.map((device) => [device.id, device] as const))('%s is a whole row', (_, row) => {
  expect(deviceSchema.safeParse(row).error?.issues ?? []).toEqual([]);
});

test('every file of a series is in the table', () => {
  expect(files.length).toBeGreaterThanOrEqual(22);
  expect(loaded.map(([, { series }]) => series).toSorted()).toEqual(
    families.map(({ series }) => series).toSorted(),
  );
});

describe('what is planted is found', () => {
  const [first, second, ...rest] = f1.lines;
  const planted = (differences: object): Series => ({
    ...f1,
    lines: [merged(first!, differences) as typeof first & object, second!, ...rest],
  });

  test.each([
    ['a default', { massErase: true }, 'massErase'],
    ['a part of one', { flash: { programUnit: 2 } }, 'flash.programUnit'],
    ['a pin', { interfaces: { USART1: { rx: 'PA10' } } }, 'interfaces.USART1.rx'],
    ['what all versions have', { bootloader: { startupMs: 1.227 } }, 'bootloader.startupMs'],
    ['taking away what is not there', { otp: undefined }, 'otp'],
  ])('%s, said again', (_, differences, path) => {
    const line = { ...first, ...differences };
    const series = { ...f1, lines: [line, second, ...rest] } as Series;
    expect(saidTwice(series)).toContain(`${first!.id} ${path}`);
  });

  test('a default that holds for one line', () => {
    const series = {
      ...f1,
      defaults: { ...f1.defaults, secondVectorTable: 0x1fff_f000 },
    } as Series;
    expect(defaultsOfFew(series)).toEqual([]);
    const lines = f1.lines.map((line, index) =>
      index === 0 ? line : { ...line, secondVectorTable: undefined },
    ) as Series['lines'];
    expect(defaultsOfFew({ ...series, lines })).toContain('secondVectorTable');
  });

  test.each([
    ['an unknown fact', { flash: { programUnits: 2 } }],
    ['an impossible value', { flash: { programUnit: 3 } }],
    ['a fact that is said whole, in part', { timing: { operations: { massErase: { typ: 1 } } } }],
    ['a source that is not listed', { sources: { boot: ['the manual'] } }],
    ['a wrong pin', { interfaces: { USART1: { rx: 'A10' } } }],
  ])('%s', (_, differences) => {
    expect(seriesSchema.safeParse(planted(differences)).success).toBe(false);
  });

  test('a row that misses a fact', () => {
    const { connection: _, ...row } = devices[0]!;
    expect(deviceSchema.safeParse(row).success).toBe(true);
    const { productId: __, ...broken } = devices[0]!;
    expect(deviceSchema.safeParse(broken).success).toBe(false);
  });

  test('a line like one that is not before it', () => {
    const lines = [{ ...first!, like: 'STM32F10x_HD' }, second!, ...rest];
    expect(() => wholeLine({ ...f1, lines }, lines[0]!)).toThrow(
      'STM32F10x_LD is like STM32F10x_HD, which no line before it is',
    );
  });
});

describe('differences', () => {
  test('objects merge, arrays and what is said whole replace', () => {
    const base = { flash: { unit: 'page', writeAlign: 4 }, ram: [1], us: { typ: 1, max: 2 } };
    const line = { flash: { writeAlign: 8 }, ram: [2], us: { typ: 3 } };
    expect(merged(base, line)).toEqual({
      flash: { unit: 'page', writeAlign: 8 },
      ram: [2],
      us: { typ: 3 },
    });
  });

  test('of another kind replaces', () => {
    const base = { writeProtection: { kind: 'bits', fields: ['WRP0'] } };
    expect(merged(base, { writeProtection: { kind: 'areas', areas: [] } })).toEqual({
      writeProtection: { kind: 'areas', areas: [] },
    });
  });

  test('undefined takes away, and stays where a fact may be unknown', () => {
    expect(
      merged({ otp: {}, startupMs: 5 }, { otp: undefined, startupMs: undefined }),
    ).toStrictEqual({ startupMs: undefined });
  });
});
