import type { Bootloader, Device, Range } from '../../families/index.ts';
import { dfuGenerations } from '../../families/index.ts';
import { commandsOf } from './commands.ts';
import type { CommandName } from '../../families/index.ts';
import { ConformanceError } from '../errors.ts';
import { DEFAULT_INTERFACE, INTERFACES } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';

/** One erase unit of main flash; `end` is the first address behind it. */
export interface Page extends Range {
  readonly number: number;
  readonly bank: number;
}

/** The part that a target is examined as: what the tables say of its line, flash size and bootloader version. */
export interface Part {
  readonly name: string;
  readonly device: Device;
  readonly flashKiB: number;
  readonly bootloader: Bootloader;
  /** Interface that it is examined over. */
  readonly interface: InterfaceName;
  /** Protocol version on that interface, as `3.1`. */
  readonly protocol: string;
  readonly quirks: ReadonlySet<string>;
  /**
   * Commands in the order of Get's list; undefined where only the device can tell; none on an interface
   * whose protocol has no such commands.
   */
  readonly commands: readonly CommandName[] | undefined;
  /** Erase units in the order of their addresses. */
  readonly pages: readonly Page[];
  readonly banks: number;
  /** RAM that a host may read and write; undefined where the bootloader leaves none. */
  readonly ram: Range | undefined;
  /** Every range in which something answers, main flash included. */
  readonly mapped: readonly Range[];
}

/** What is chosen of a line; what is not is the largest flash and the newest bootloader. */
export interface PartChoice {
  readonly flashKiB?: number;
  readonly version?: string;
  /** Default USART. */
  readonly interface?: InterfaceName;
  /** Protocol version in place of the ROM's own, for an emulated device; on USART. */
  readonly protocol?: string;
  /** Quirks switched on or off against what the ROM version has. */
  readonly quirks?: Readonly<Record<string, boolean>>;
}

/** The part of that line and choice. @throws ConformanceError naming what there is. */
export function partOf(device: Device, choice: PartChoice = {}): Part {
  const { flashKiB = Math.max(...sizesOf(device)), version } = choice;
  const bootloader =
    version === undefined
      ? device.bootloaders.at(-1)
      : device.bootloaders.find((each) => each.version === version.replace(/^v/i, ''));
  if (bootloader === undefined) {
    const there = device.bootloaders.map((each) => each.version).join(', ');
    throw new ConformanceError(`${device.id} has no bootloader ${version}: use one of ${there}`);
  }
  const over = choice.interface ?? DEFAULT_INTERFACE;
  const protocol = protocolVersion(device, bootloader, over, choice.protocol);
  const pages = pagesAt(device, flashKiB);
  const quirks = new Set(ownQuirks(device, bootloader));
  for (const [name, on] of Object.entries(choice.quirks ?? {})) {
    if (on) quirks.add(name);
    else quirks.delete(name);
  }
  return {
    name: device.id,
    device,
    flashKiB,
    bootloader,
    interface: over,
    protocol,
    quirks,
    commands: commandsOf(over, bootloader, protocol),
    pages,
    banks: new Set(pages.map((page) => page.bank)).size,
    ram: usableRam(device, flashKiB, bootloader),
    mapped: mappedRanges(device, flashKiB, pages),
  };
}

/** Quirks that a ROM version has of itself: those that AN2606 prints for it, and those of its USB generation. */
export function ownQuirks(device: Device, bootloader: Bootloader): readonly string[] {
  const hasUsb = bootloader.interfaces.includes('USB') && device.dfuGeneration !== undefined;
  return [...(hasUsb ? dfuGenerations[device.dfuGeneration].quirks : []), ...bootloader.quirks];
}

/** Version of the protocol on an interface. @throws ConformanceError where the ROM does not listen there. */
function protocolVersion(
  device: Device,
  bootloader: Bootloader,
  over: InterfaceName,
  chosen: string | undefined,
): string {
  const name = INTERFACES[over];
  if (device.incomplete !== undefined) {
    throw new ConformanceError(
      `${device.id} cannot be examined over ${name}: its data is incomplete`,
    );
  }
  const own = bootloader.protocols[name];
  if (over === DEFAULT_INTERFACE && chosen !== undefined) return chosen;
  if (own === undefined) {
    throw new ConformanceError(
      `bootloader ${bootloader.version} of ${device.id} does not listen on ${name}`,
    );
  }
  if (chosen === undefined || chosen === own) return own;
  throw new ConformanceError(
    `only USART can be had in another protocol version: ${device.id} has ${own} on ${name}`,
  );
}

/** The protocol version is `version` or newer. */
export function since(part: Part, version: string): boolean {
  return Number.parseFloat(part.protocol) >= Number.parseFloat(version);
}

export function has(part: Part, command: CommandName): boolean {
  return part.commands?.includes(command) === true;
}

/** Erase units that can be used as scratch memory: not the first, which holds the vector table. */
export function scratchPages(part: Part): readonly Page[] {
  return part.pages.length > 1 ? part.pages.slice(1) : part.pages;
}

/** Pages that stand for all: the first and last ones, and those on both sides of a bank's end. */
export function shownPages(part: Part): readonly Page[] {
  const { pages } = part;
  if (pages.length <= 48) return pages;
  const middle = Math.max(
    pages.findIndex((each) => each.bank === 1),
    24,
  );
  return [...pages.slice(0, 16), ...pages.slice(middle - 8, middle + 8), ...pages.slice(-16)];
}

/** Smallest block, in bytes, that is written as it is: aligned as the bootloader asks and filling the program unit. */
export function blockUnit(part: Part): number {
  const { writeAlign, programUnit } = part.device.flash;
  return Math.max(4, writeAlign, programUnit);
}

/** The value of a blank flash byte. */
export function blank(part: Part): number {
  return part.device.flash.eraseValue;
}

/** Something answers at the address. */
export function isMapped(part: Part, address: number): boolean {
  return part.mapped.some((range) => address >= range.start && address < range.end);
}

/** Every range in which something answers on some chip of the line: a board may hold more than it is called. */
export function mappedOnLine({ device, mapped }: Part): readonly Range[] {
  const largest = sizesOf(device).map((size) => mappedRanges(device, size, pagesAt(device, size)));
  return [...mapped, ...largest.flat()];
}

/**
 * Addresses at which no chip of the line has memory that the bootloader serves: external memories, and the
 * end of flash where nothing follows, in the largest chip either.
 */
export function nowhere(part: Part): readonly number[] {
  const candidates = [0x6000_0000, 0xa000_0000, 0xc000_0000, part.pages.at(-1)!.end];
  const mapped = mappedOnLine(part);
  return candidates.filter(
    (address) => !mapped.some(({ start, end }) => address >= start && address < end),
  );
}

/** Option fields that write-protect the erase unit `page`; undefined where the line has no write protection. */
export function protectingOptions(part: Part, page: Page): Record<string, number> | undefined {
  const table = part.device.options;
  const rule = table?.writeProtection;
  if (table === undefined || rule === undefined) return undefined;
  if (rule.kind === 'areas') {
    const area = rule.areas.find((each) => each.bank === page.bank);
    if (area === undefined) return undefined;
    return { [area.start]: page.number, [area.end]: page.number };
  }
  let bit = Math.floor(page.number / rule.pagesPerBit);
  for (const name of rule.fields) {
    const field = table.fields.find((each) => each.name === name)!;
    if (bit < field.width) {
      const open = rule.protects === 0 ? 2 ** field.width - 1 : 0;
      return { [name]: rule.protects === 0 ? open - 2 ** bit : open + 2 ** bit };
    }
    bit -= field.width;
  }
  return undefined;
}

/**
 * Option fields that let BOOT0 = 1 select the bootloader whatever flash holds (AN2606 table 2); empty
 * where the factory values do.
 */
export function bootOptions(part: Part): Readonly<Record<string, number>> {
  const { device } = part;
  const row = device.boot.table.find(
    ({ boots, when }) =>
      boots === 'system-memory' &&
      when['BOOT0'] === 1 &&
      when['BOOT1'] !== 1 &&
      !('FLASH_EMPTY' in when),
  );
  const wanted = Object.entries(row?.when ?? {}).filter(([name]) => !/^BOOT[01]$/.test(name));
  return Object.fromEntries(wanted.filter(([name, value]) => factoryValue(device, name) !== value));
}

function pagesAt(device: Device, flashKiB: number): readonly Page[] {
  const { layouts, alternative } = device.flash;
  const usual = layouts[flashKiB];
  if (usual === undefined) {
    const sizes = sizesOf(device).join(', ');
    throw new ConformanceError(`${device.id} has no ${flashKiB} KiB part: use ${sizes}`);
  }
  const other =
    alternative !== undefined && factoryValue(device, alternative.field) === alternative.value
      ? alternative.layouts[flashKiB]
      : undefined;
  return (other ?? usual).flatMap((bank, index) => {
    let at = bank.start;
    const pages: Page[] = [];
    for (const run of bank.pages) {
      const [count, size] = run.split('*') as [string, string];
      const length = Number.parseInt(size, 10) * (size.endsWith('K') ? 1024 : 1);
      for (let left = Number(count); left > 0; left--, at += length) {
        const number = bank.first + pages.length;
        pages.push({ number, bank: index, start: at, end: at + length });
      }
    }
    return pages;
  });
}

/** Flash sizes that the line is made with, in KiB, smallest first. */
export function sizesOf({ flash }: Device): readonly number[] {
  return Object.keys(flash.layouts).map(Number);
}

/** Value of an option field as the part leaves the factory. */
export function factoryValue(device: Device, name: string): number | undefined {
  const field = device.options?.fields.find((each) => each.name === name);
  const word = device.options?.areas
    .flatMap((area) => area.words)
    .find((each) => each.name === field?.word);
  if (field === undefined || word === undefined) return undefined;
  const ones = 2 ** word.width - 1;
  const value = word.factory ?? ones;
  if (value === ones && field.erased !== undefined) return field.erased;
  return Math.floor(value / 2 ** field.bit) % 2 ** field.width;
}

function usableRam(device: Device, flashKiB: number, bootloader: Bootloader): Range | undefined {
  const open = bootloader.ramAccessible;
  let pieces: Range[] = ramRanges(device, flashKiB).filter((range) => range.end > range.start);
  for (const used of bootloader.ramUsed) pieces = pieces.flatMap((range) => without(range, used));
  if (open !== undefined) {
    pieces = pieces.flatMap((range) =>
      open.map((each) => ({
        start: Math.max(range.start, each.start),
        end: Math.min(range.end, each.end),
      })),
    );
  }
  return pieces
    .filter((range) => range.end - range.start >= 1024)
    .sort((one, other) => other.end - other.start - (one.end - one.start))[0];
}

function without(range: Range, cut: Range): Range[] {
  return [
    { start: range.start, end: Math.min(range.end, cut.start) },
    { start: Math.max(range.start, cut.end), end: range.end },
  ].filter((each) => each.end > each.start);
}

function ramRanges(device: Device, flashKiB: number): Range[] {
  let left = (device.ramBySize?.[flashKiB] ?? Infinity) * 1024;
  return device.ram.map((ram) => {
    const length = Math.min(ram.length, left);
    left -= length;
    return { start: ram.start, end: ram.start + length };
  });
}

function mappedRanges(device: Device, flashKiB: number, pages: readonly Page[]): readonly Range[] {
  const at = (start: number, length: number): Range => ({ start, end: start + length });
  const row = (address: number): Range => at(address - (address % 256), 256);
  const eeprom = device.eeprom?.length[flashKiB];
  return [
    ...pages,
    ...device.ram.flatMap((ram) => [
      at(ram.start, ram.length),
      ...(ram.alias === undefined ? [] : [at(ram.alias, ram.length)]),
    ]),
    ...device.systemMemory,
    ...(device.aliases ?? []),
    ...(device.options?.areas ?? []).map((area) => at(area.start, area.length)),
    ...(device.otp === undefined ? [] : [at(device.otp.start, device.otp.length + 64)]),
    ...(eeprom === undefined ? [] : [at(device.eeprom!.start, eeprom + 64 * 1024)]),
    ...(device.supplyRegister === undefined ? [] : [at(device.supplyRegister, 4)]),
    ...(device.uid ?? []).map(row),
    ...(device.flashSizeRegister === undefined ? [] : [row(device.flashSizeRegister.address)]),
  ];
}
