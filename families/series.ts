import type {
  Bootloader,
  Device,
  Flash,
  Interface,
  OptionArea,
  OptionBytes,
  OptionField,
  OptionWord,
} from './family.ts';

/**
 * What differs from a default. Objects merge key by key; arrays and everything else are said whole;
 * `undefined` takes a default away, and is itself the fact in what may be unknown.
 */
export type Differences<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Differences<T[K]> | undefined }
    : T;

/** Facts that are one figure, or tables whose rows belong together: a difference says them whole too. */
export const saidWhole: ReadonlySet<string> = new Set([
  'us',
  'massErase',
  'bankErase',
  'alternative',
  'ramBySize',
  'eeprom',
  'usbStrings',
  'usbSerial',
]);

/** Facts that every line states and that may be unknown: there `undefined` says so. */
export const mayBeUnknown: ReadonlySet<string> = new Set([
  'id',
  'overwrite',
  'bootloaderIdAddress',
  'startupMs',
  'autobaud',
  'i2cAddress',
  'address',
  'identity',
  'flashSizeRegister',
  'uid',
  'factory',
  'rdp',
  'writeProtection',
]);

type Nameless<T> = T extends unknown ? Omit<T, 'name'> : never;

/** An area of the option bytes, its words by name. */
export interface AreaOfRow extends Omit<OptionArea, 'words'> {
  readonly words: Readonly<Record<string, Omit<OptionWord, 'name'>>>;
}

/** The option bytes, their parts by name. */
export interface OptionsOfRow extends Omit<OptionBytes, 'areas' | 'fields'> {
  /** `bank1`, and `bank2` where the second bank has an area of its own. */
  readonly areas: Readonly<Record<string, AreaOfRow>>;
  /** A field whose word the line does not have falls away; so does an area of write protection without its fields. */
  readonly fields: Readonly<Record<string, Omit<OptionField, 'name'>>>;
}

/** What a version row may leave to its line: everything but what tells it from the others. */
type VersionDefaults = Omit<Bootloader, 'version' | 'id'>;

/** A version of the bootloader, and what it has its own; without `interfaces` it has all of the line. */
export type VersionOfRow = Pick<Bootloader, 'version' | 'id'> & Differences<VersionDefaults>;

/** The facts of a line as a series file says them: what `Device` lists stands here under its name. */
export interface Row extends Omit<Device, 'flash' | 'interfaces' | 'bootloaders' | 'options'> {
  /** Every layout that parts of the series have; `flashKiB` picks those of the line. */
  readonly flash: Flash;
  /** Flash sizes in KiB that the line is made in; without it, all of `flash.layouts`. */
  readonly flashKiB?: readonly number[];
  /** The pins of every interface that lines of the series have, but those that the line `lacks`. */
  readonly interfaces: Readonly<Record<string, Nameless<Interface>>>;
  /** Interfaces of the series that the line has not, by name. */
  readonly lacks?: readonly string[];
  /** 7-bit target address of all its I2C interfaces that have no other. */
  readonly i2cAddress?: number | undefined;
  /** What the versions have alike; of `protocols` a version takes those that its interfaces speak. */
  readonly bootloader: VersionDefaults;
  readonly bootloaders: readonly VersionOfRow[];
  readonly options?: OptionsOfRow;
}

/** A line: what tells it from all others, and its differences from the defaults of the series or from another line. */
export type LineOfSeries = Pick<Device, 'id' | 'parts' | 'productId'> & {
  /** The id of a line that stands before it, whose differences are its own too, but for the notes. */
  readonly like?: string;
} & Differences<Omit<Row, 'id' | 'parts' | 'productId'>>;

/** A series as its file says it: its defaults, and the differences of its lines. */
export interface Series {
  readonly series: string;
  readonly defaults: Differences<Omit<Row, 'id' | 'parts' | 'productId'>>;
  readonly lines: readonly LineOfSeries[];
}

/** The base with the differences in their place; neither is changed. */
export function merged(base: object, differences: object): object {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(differences)) {
    const before = result[key];
    if (value === undefined && !mayBeUnknown.has(key)) delete result[key];
    else result[key] = mergeable(key, before, value) ? merged(before, value) : value;
  }
  return result;
}

/** Both are objects, of which the second says the differences; of a union, both must be of one kind. */
function mergeable(key: string, before: unknown, value: unknown): before is object {
  if (saidWhole.has(key) || !isRecord(before) || !isRecord(value)) return false;
  return before['kind'] === value['kind'] || value['kind'] === undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line in full. */
export function wholeLine(file: Series, line: LineOfSeries): Device {
  const { notes = [] } = line;
  // a test holds every row against the schema of a whole one
  return deviceOf({ ...rowOf(file, line), id: line.id, parts: line.parts, notes } as Row);
}

/** The row of a line without its notes, which are its own. */
function rowOf(file: Series, line: LineOfSeries): object {
  const { defaults, lines } = file;
  const { like, notes: _, ...differences } = line;
  if (like === undefined) return merged(merged({}, defaults), differences);
  const before = lines.slice(
    0,
    lines.findIndex(({ id }) => id === line.id),
  );
  const other = before.find(({ id }) => id === like);
  if (other === undefined) {
    throw new Error(`unreachable: ${line.id} is like ${like}, which no line before it is`);
  }
  return merged(rowOf(file, other), differences);
}

function deviceOf(row: Row): Device {
  const { flash, flashKiB, interfaces, lacks, bootloader, bootloaders, i2cAddress, ...facts } = row;
  const ofI2c = 'i2cAddress' in row ? { address: i2cAddress } : {};
  const unknown = lacks?.find((name) => !(name in interfaces));
  if (unknown !== undefined) throw new Error(`a line lacks ${unknown}, which its series has not`);
  const names = Object.keys(interfaces).filter((name) => lacks?.includes(name) !== true);
  const own = names.map((name): Interface => {
    const port = interfaces[name] as Nameless<Interface>;
    return {
      name,
      ...(port.protocol === 'I2C' ? ofI2c : {}),
      ...port,
    } as Interface;
  });
  return {
    ...facts,
    flash: { ...flash, layouts: layoutsOf(flash, flashKiB) },
    interfaces: own,
    bootloaders: bootloaders.map((version) => bootloaderOf(merged(bootloader, version), own)),
    options: row.options && optionsOf(row.options),
    timing: timingOf(row.timing),
  };
}

function layoutsOf({ layouts }: Flash, flashKiB?: readonly number[]): Flash['layouts'] {
  if (flashKiB === undefined) return layouts;
  return Object.fromEntries(flashKiB.map((KiB) => [KiB, layouts[KiB]!]));
}

function bootloaderOf(version: object, own: readonly Interface[]): Bootloader {
  const row: Bootloader = {
    interfaces: own.map(({ name }) => name),
    ...(version as Omit<Bootloader, 'interfaces'>),
  };
  // where it is not known yet which interfaces a line has, its protocols stand for themselves
  const spoken = own.filter(({ name }) => row.interfaces.includes(name));
  const protocols = Object.entries(row.protocols).filter(
    ([name]) => own.length === 0 || spoken.some(({ protocol }) => protocol === name),
  );
  return { ...row, protocols: Object.fromEntries(protocols) };
}

function optionsOf({ areas, fields, ...rest }: OptionsOfRow): OptionBytes {
  const own = Object.values(areas).map((area) => ({ ...area, words: named(area.words) }));
  for (const { words } of own) words.sort((a, b) => a.offset - b.offset);
  const order = own.flatMap(({ words }) => words.map(({ name }) => name));
  const present = named(fields).filter(({ word }) => order.includes(word));
  present.sort((a, b) => order.indexOf(a.word) - order.indexOf(b.word) || a.bit - b.bit);
  const options = { ...rest, areas: own, fields: present };
  if (rest.writeProtection?.kind !== 'areas') return options;
  const has = (field: string): boolean => present.some(({ name }) => name === field);
  const protectable = rest.writeProtection.areas.filter(({ start, end }) => has(start) && has(end));
  return { ...options, writeProtection: { kind: 'areas', areas: protectable } };
}

function named<T extends object>(byName: Readonly<Record<string, T>>): ({ name: string } & T)[] {
  return Object.entries(byName).map(([name, what]) => ({ name, ...what }));
}

/** Where the times depend on the program parallelism, the bootloader has those of x8 after reset (AN2606). */
function timingOf(timing: Row['timing']): Row['timing'] {
  const { byParallelism } = timing;
  return byParallelism === undefined ? timing : { ...timing, operations: byParallelism[8] };
}
