import fs from 'node:fs';
import path from 'node:path';
import { pagesOf, type Device, type Range } from '../../families/index.ts';
import type { Cells } from '../chip/cells.ts';
import { EmulatorError } from '../errors.ts';
import { looksLikeElf, readElf, type Segment } from './elf.ts';
import { loadMemoryMap } from './intel-hex.ts';

const hexNames = ['.hex', '.ihex', '.ihx'];
const elfNames = ['.elf', '.axf', '.out'];
/** Data bytes of one line of a saved .hex, and what is left out where all of them are erased. */
const ROW = 16;

/** Reads one `--load`: FILE.bin[@ADDR], FILE.hex or FILE.elf; a .bin without address goes to `start`. */
export async function loadImage(text: string, start: number): Promise<readonly Segment[]> {
  const at = /^(.+)@(0x[0-9a-f]+|\d+)$/i.exec(text);
  const file = at?.[1] ?? text;
  const content = readFile(file);
  const kind = path.extname(file).toLowerCase();
  const isElf = looksLikeElf(content);
  if (at !== null && (isElf || kind !== '.bin')) {
    throw new EmulatorError(`--load ${text}: only a .bin takes an address, drop @${at[2]}`);
  }
  if (isElf) return parsed(file, () => readElf(content));
  if (elfNames.includes(kind)) throw new EmulatorError(`--load ${file}: not an ELF file`);
  if (hexNames.includes(kind)) {
    const MemoryMap = await loadMemoryMap();
    // The parser takes the end of the last record for the end of the file.
    const records = content
      .toString('latin1')
      .trim()
      .replaceAll(/\s*\n\s*/g, '\n');
    const map = parsed(file, () => MemoryMap.fromHex(records));
    return [...map].map(([address, bytes]) => ({ address, bytes }));
  }
  if (kind !== '.bin') {
    throw new EmulatorError(`--load ${file}: the name must end in .bin, .hex or .elf`);
  }
  return [{ address: at === null ? start : Number(at[2]), bytes: content }];
}

/** Main flash of a part, by bank. */
export function flashRanges(device: Device, flashKiB: number): readonly Range[] {
  return device.flash.layouts[flashKiB]!.map((bank) => {
    const length = pagesOf(bank).reduce((sum, page) => sum + page, 0);
    return { start: bank.start, end: bank.start + length };
  });
}

/** Refuses content outside main flash, naming the range. */
export function checkInside(
  text: string,
  segments: readonly Segment[],
  flash: readonly Range[],
): void {
  for (const { address, bytes } of segments) {
    const end = address + bytes.length;
    for (let at = address; at < end;) {
      const range = flash.find((each) => at >= each.start && at < each.end);
      if (range === undefined) {
        throw new EmulatorError(
          `--load ${text}: content at ${span({ start: address, end })} is outside main flash (${flash.map(span).join(' and ')}): link or convert it for this part`,
        );
      }
      at = range.end;
    }
  }
}

/** Refuses a `--save` name that could not be written when the time comes. */
export function checkSaveName(file: string): void {
  const kind = path.extname(file).toLowerCase();
  if (kind !== '.bin' && kind !== '.hex') {
    throw new EmulatorError(`--save ${file}: the name must end in .bin or .hex`);
  }
  try {
    fs.accessSync(path.dirname(path.resolve(file)), fs.constants.W_OK);
    if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('a directory');
  } catch (cause) {
    throw new EmulatorError(`--save ${file}: cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Writes main flash: .bin from first to last address, .hex what is not erased. */
export async function saveImage(
  file: string,
  image: () => Uint8Array,
  flash: readonly Cells[],
): Promise<void> {
  checkSaveName(file);
  const isHex = path.extname(file).toLowerCase() === '.hex';
  const content = isHex ? await hexOf(flash) : image();
  try {
    writeWhole(file, content);
  } catch (cause) {
    throw new EmulatorError(`--save ${file}: ${messageOf(cause)}`, { exitCode: 3, cause });
  }
}

async function hexOf(flash: readonly Cells[]): Promise<string> {
  const MemoryMap = await loadMemoryMap();
  const map = new MemoryMap();
  for (const cells of flash) {
    for (let offset = 0; offset < cells.length; offset += ROW) {
      const row = cells.read(offset, ROW);
      if (row.some((byte) => byte !== cells.blank)) map.set(cells.start + offset, row);
    }
  }
  return `${map.asHexString(ROW)}\n`;
}

/** Writes beside the file and renames, so that nobody ever sees half of it. */
function writeWhole(file: string, content: string | Uint8Array): void {
  const present = fs.statSync(file, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) {
    fs.writeFileSync(file, content); // a pipe or a device
    return;
  }
  const target = present === undefined ? file : fs.realpathSync(file);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(fresh, content, present === undefined ? {} : { mode: present.mode });
    fs.renameSync(fresh, target);
  } catch (error) {
    fs.rmSync(fresh, { force: true });
    throw error;
  }
}

function readFile(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    throw new EmulatorError(`--load ${file}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new EmulatorError(`--load ${file}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function span({ start, end }: Range): string {
  return `${hex(start)} to ${hex(end - 1)}`;
}

function hex(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
}
