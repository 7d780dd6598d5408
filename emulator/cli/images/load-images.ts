import fs from 'node:fs';
import path from 'node:path';
import { pagesOf, type Device, type Range } from '../../../families/index.ts';
import { EmulatorError } from '../../errors.ts';
import { joined, type Segment } from '../../board/segments.ts';
import { looksLikeElf, readElf } from './elf.ts';
import { looksLikeHex, readHex } from './intel-hex.ts';
import { say } from '../stderr.ts';

/** Names for files that hold something else than bytes; what they hold tells what they are. */
const KINDS: Readonly<Record<string, string>> = {
  '.elf': 'an ELF file',
  '.axf': 'an ELF file',
  '.out': 'an ELF file',
  '.hex': 'Intel HEX',
  '.ihex': 'Intel HEX',
  '.ihx': 'Intel HEX',
};

/** Bytes of a file: far more than an ELF file with all that a debugger wants to know. */
const LARGEST = 256 * 1024 * 1024;
const CHUNK = 1024 * 1024;

/** What begins with these is no image of a flash, and is not taken for bytes either. */
const OTHERS: readonly (readonly [begins: RegExp, what: string])[] = [
  [/^UF2\n/, 'UF2'],
  [/^DfuSe/, 'DfuSe'],
  [/^\s*S[0-3][0-9a-f]{8,}\s/i, 'S-records'],
];

/** Reads all that `--load` names for a part. @throws EmulatorError for what is not whole, does not fit, or contradicts itself */
export async function loadImages(
  texts: readonly string[],
  device: Device,
  flashKiB: number,
): Promise<readonly Segment[]> {
  const flash = flashRanges(device, flashKiB);
  const images = await Promise.all(
    texts.map(async (text) => {
      const segments = await loadImage(text, flash[0]!.start);
      checkInside(text, segments, flash);
      return segments.map((segment) => ({ ...segment, from: text }));
    }),
  );
  return parsed(`--load ${texts.join(', ')}`, () => joined(images.flat()));
}

/** Reads one `--load`: FILE.bin[@ADDRESS], FILE.hex or FILE.elf; a .bin without address goes to `start`. */
export async function loadImage(text: string, start: number): Promise<readonly Segment[]> {
  const split = fs.existsSync(text) ? null : /^(.+)@([0-9a-fx]+)$/i.exec(text);
  const [, file = text, at] = split ?? [];
  const content = readFile(file);
  const isBin = path.extname(file).toLowerCase() === '.bin';
  const segments = segmentsOf(`--load ${file}`, file, content, isBin);
  if (at !== undefined && (segments !== undefined || !isBin)) {
    throw new EmulatorError(`--load ${text}: only a .bin takes an address, drop @${at}`);
  }
  if (segments !== undefined) return segments;
  if (!isBin) throw new EmulatorError(`--load ${file}: the name must end in .bin, .hex or .elf`);
  if (content.length === 0) throw new EmulatorError(`--load ${file}: the file is empty`);
  return [{ address: at === undefined ? start : parseAddress(text, at), bytes: content }];
}

/**
 * What a file holds that brings its addresses along, whatever it is called; undefined for bytes. `what` is how
 * messages begin. @throws EmulatorError for what is damaged, or no image of a flash
 */
export function segmentsOf(
  what: string,
  file: string,
  content: Buffer,
  isBin: boolean,
): readonly Segment[] | undefined {
  const { text, encoding } = decoded(content);
  const named = KINDS[path.extname(file).toLowerCase()];
  if (looksLikeElf(content)) {
    const segments = parsed(what, () => joined(readElf(content)));
    if (segments.length > 0) return segments;
    throw new EmulatorError(`${what}: no section of it holds anything to load`);
  }
  if (looksLikeHex(text)) {
    if (encoding !== undefined) {
      throw new EmulatorError(
        `${what}: ${encoding}, which no flashing tool reads: save it as plain ASCII`,
      );
    }
    const segments = parsed(what, () => readHex(content.toString('latin1')));
    if (segments.length === 0) say(`vstm32: ${what}: it holds no data`);
    return segments;
  }
  const other = OTHERS.find(([begins]) => begins.test(text))?.[1];
  if (other !== undefined) {
    throw new EmulatorError(`${what}: it holds ${other}: convert it to .bin, .hex or .elf first`);
  }
  if (named === undefined || isBin) return undefined;
  throw new EmulatorError(
    content.length === 0 ? `${what}: the file is empty` : `${what}: it does not hold ${named}`,
  );
}

/** How a file begins, as text: enough to tell what it is. */
function decoded(content: Buffer): { readonly text: string; readonly encoding?: string } {
  const head = content.subarray(0, 1024);
  if (head[0] === 0xff && head[1] === 0xfe) {
    return { text: new TextDecoder('utf-16le').decode(head), encoding: 'it is UTF-16 text' };
  }
  if (head[0] === 0xfe && head[1] === 0xff) {
    return { text: new TextDecoder('utf-16be').decode(head), encoding: 'it is UTF-16 text' };
  }
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return {
      text: new TextDecoder().decode(head),
      encoding: 'it begins with a byte order mark',
    };
  }
  return { text: head.toString('latin1') };
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

function parseAddress(text: string, at: string): number {
  if (/^0x[0-9a-f]{1,8}$/i.test(at)) return Number(at);
  const meant = /^[0-9a-f]{1,8}$/i.test(at) ? `0x${at}` : '0x08004000';
  throw new EmulatorError(`--load ${text}: write the address in hexadecimal with 0x, as @${meant}`);
}

/** Content of a file or a pipe; a device has no end. */
function readFile(file: string): Buffer {
  try {
    const stat = fs.statSync(file);
    if (stat.isDirectory()) throw new EmulatorError(`--load ${file}: it is a folder: name a file`);
    if (!stat.isFile() && !stat.isFIFO()) {
      throw new EmulatorError(`--load ${file}: it is a device or a socket: name a file`);
    }
    return readBounded(file);
  } catch (cause) {
    if (cause instanceof EmulatorError) throw cause;
    throw new EmulatorError(`--load ${file}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function readBounded(file: string): Buffer {
  const opened = fs.openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const read = fs.readSync(opened, chunk);
      if (read === 0) return Buffer.concat(chunks);
      length += read;
      if (length > LARGEST) {
        throw new EmulatorError(
          `--load ${file}: more than ${LARGEST >> 20} MiB: it is no image of a flash`,
        );
      }
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    fs.closeSync(opened);
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new EmulatorError(`${what}: ${messageOf(cause)}`, { cause });
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
