import { devices, flashSizes, pagesOf } from '../../../families/index.ts';
import type { Bank, Device } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import type { EraseUnit } from '../../chip/erase-units.ts';
import { ACK, UsartHost } from '../hosts/usart-host.ts';

/** Every line that can be run. */
export const runnable: readonly Device[] = devices.filter((each) => each.incomplete === undefined);

/** Every line with each of its flash sizes, as a test's title and arguments. */
export const parts: readonly (readonly [id: string, flashKiB: number, device: Device])[] =
  runnable.flatMap((device) =>
    flashSizes(device).map((flashKiB) => [device.id, flashKiB, device] as const),
  );

/** The largest part of a line. */
export function largest(device: Device): number {
  return flashSizes(device).at(-1)!;
}

/** Bytes of a bank. */
export function bankLength(bank: Bank): number {
  return pagesOf(bank).reduce((sum, length) => sum + length, 0);
}

/** From the factory the BOOT0 pin of G0, C0 and U0 counts for nothing: this setting gives it its say. */
export function pinDecides(device: Device): Record<string, number> {
  const listens = device.options?.fields.some(({ name }) => name === 'nBOOT_SEL');
  return listens === true ? { nBOOT_SEL: 0 } : {};
}

/** A host in memory that speaks the line's protocol version. */
export class LineHost extends UsartHost {
  readonly device: Device;

  constructor(device: Device, flashKiB: number = largest(device), options: BoardOptions = {}) {
    const set = { ...pinDecides(device), ...options.options };
    super(new Board(device, flashKiB, { ...options, options: set }));
    this.device = device;
  }

  /** Synchronises; false where nothing answers. */
  connect(): boolean {
    return this.sync()[0] === ACK;
  }

  /** Resets the chip, lets it boot and synchronises again. */
  reconnect(): boolean {
    this.board.reset();
    this.board.run();
    this.heard();
    return this.connect();
  }

  get oldErase(): boolean {
    return Number.parseFloat(this.board.bootloader.protocols.USART!) < 3;
  }

  /** Erase or Extended Erase of pages by number: acknowledged. */
  erasePages(...pages: readonly number[]): boolean {
    if (!this.oldErase) return this.erase(...pages)[0] === ACK;
    return this.command(0x43)[0] === ACK && this.packet(pages.length - 1, ...pages)[0] === ACK;
  }

  eraseAll(): boolean {
    if (!this.oldErase) return this.massErase()[0] === ACK;
    return this.command(0x43)[0] === ACK && this.send(0xff, 0x00)[0] === ACK;
  }

  /** Write Protect of these sector codes: acknowledged, which resets the chip. */
  protect(codes: readonly number[]): boolean {
    return this.command(0x63)[0] === ACK && this.packet(codes.length - 1, ...codes)[0] === ACK;
  }

  /** A range of any length, in blocks; undefined where it is refused. */
  readAll(address: number, length: number): number[] | undefined {
    const bytes: number[] = [];
    while (bytes.length < length) {
      const part = this.read(address + bytes.length, Math.min(256, length - bytes.length));
      if (typeof part === 'string') return undefined;
      bytes.push(...part);
    }
    return bytes;
  }

  /** Reads the option area that holds a field, changes the field alone, writes it back, and resets. */
  changeOption(name: string, value: number): boolean {
    const { areas, fields } = this.device.options!;
    const field = fields.find((each) => each.name === name)!;
    const area = areas.find(({ words }) => words.some((word) => word.name === field.word))!;
    const word = area.words.find((each) => each.name === field.word)!;
    const written = word.offset + (area.writtenAt ?? 0);
    const bytes = this.readAll(area.start, area.length)!;
    const mask = (2n ** BigInt(field.width) - 1n) << BigInt(field.bit);
    const bit = (index: number): number => (area.complement === 'bytes' ? 2 : 1) * index;
    let data = 0n;
    for (let at = 0; at < word.width / 8; at++) {
      data |= BigInt(bytes[word.offset + bit(at)]!) << BigInt(8 * at);
    }
    data = (data & ~mask) | (BigInt(value) << BigInt(field.bit));
    for (let at = 0; at < word.width / 8; at++) {
      bytes[written + bit(at)] = Number((data >> BigInt(8 * at)) & 0xffn);
    }
    // a block holds 256 bytes: of longer areas, which are registers, the word alone is written
    const whole = area.length <= 256;
    const answer = whole
      ? this.write(area.start, padded(bytes))
      : this.write(area.start + written, bytes.slice(written, written + 4));
    this.board.reset();
    this.board.run();
    this.heard();
    return answer === 'ack';
  }
}

function padded(bytes: readonly number[]): number[] {
  return [...bytes, ...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 0xff)];
}

/** A byte that no erased cell holds. */
export const USED = 0x5a;

/** One block of data. */
export const pattern = Array.from({ length: 256 }, (_, index) => (index * 31 + 7) & 0xff);

/** Runnable lines as a test's title and argument. */
export const titles = runnable.map((device) => [device.id, device] as const);

/** A runnable line by its id. */
export function lineOf(id: string): Device {
  return runnable.find((each) => each.id === id)!;
}

/** Main flash full of something, so that an erase shows. */
export function used(device: Device, flashKiB: number): { address: number; bytes: Uint8Array }[] {
  return device.flash.layouts[flashKiB]!.map((bank) => ({
    address: bank.start,
    bytes: new Uint8Array(bankLength(bank)).fill(USED),
  }));
}

export function filled(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

/** Every byte of main flash is `value`. */
export function holdsOnly({ board }: LineHost, value: number): boolean {
  const { cells } = board.chip.flash;
  const all = cells.read(0, cells.length);
  return Buffer.compare(all, new Uint8Array(all.length).fill(value)) === 0;
}

/** The first and the last erase unit, and one between them where there is one. */
export function ends(host: Pick<LineHost, 'board'>): {
  first: EraseUnit;
  last: EraseUnit;
  middle?: EraseUnit;
} {
  const { units } = host.board.chip.flash;
  const middle = units[Math.floor(units.length / 2)]!;
  const [first, last] = [units[0]!, units.at(-1)!];
  return middle === first || middle === last ? { first, last } : { first, last, middle };
}
