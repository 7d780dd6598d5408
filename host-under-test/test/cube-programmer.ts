import type { Board, Line } from '../../emulator/index.ts';

export const ACK = 0x79;
const NACK = 0x1f;

/** Releases that differ in what they send. */
export type Release = '2.3.0' | '2.5.0' | '2.9.0' | '2.13.0';

/** What the tool prints, as far as it tells one end from another. */
export class Gone extends Error {}

/**
 * Behaves on a UART as STM32CubeProgrammer does, from logs that its users published: the order of its
 * commands, its second sync byte, its three attempts, and the erase lists that some releases get wrong.
 */
export class CubeProgrammer {
  readonly #board: Board;
  readonly #release: Release;
  #heard: number[] = [];
  #line: Line = { baud: 115_200, dataBits: 8, parity: 'even', stopBits: 1 };
  #commands: readonly number[] = [];

  constructor(board: Board, release: Release = '2.5.0') {
    this.#board = board;
    this.#release = release;
    board.usart().onTransmit((bytes) => this.#heard.push(...bytes));
  }

  /** Activates the device and finds out what it is; returns the product ID. */
  connect(): number {
    this.#activate();
    const id = this.getId();
    this.#attempts('Get', () => {
      const reply = this.#exchange(0x00, 0xff);
      this.#commands = reply.slice(3, -1);
      return reply[0] === ACK && reply.length === reply[1]! + 4 && reply.at(-1) === ACK;
    });
    this.#probe();
    this.getId();
    this.#probe();
    this.#probe();
    if (this.#release === '2.3.0') this.read(0x1fff_f7cc, 4); // where no F405 has it
    return id;
  }

  /** Four bytes are taken in one go behind the ACK: count, ID, closing ACK. */
  getId(): number {
    let id = 0;
    this.#attempts('Get ID', () => {
      const [ack, count, high, low, closing] = this.#exchange(0x02, 0xfd);
      id = (high! << 8) | low!;
      return ack === ACK && count === 1 && closing === ACK;
    });
    return id;
  }

  /** The port goes to another rate and back, without a byte, around a burst of Get ID (one per sector and more). */
  openProgrammingTab(): readonly number[] {
    this.#setBaud(9600);
    this.#setBaud(115_200);
    const ids = Array.from({ length: 513 }, () => this.getId());
    this.#setBaud(9600);
    this.#setBaud(115_200);
    return ids;
  }

  read(address: number, length: number): Uint8Array {
    this.#accepted('Read', 0x11, 0xee);
    this.#accepted('Read address', ...addressed(address));
    const reply = this.#exchange(length - 1, (length - 1) ^ 0xff);
    if (reply[0] !== ACK || reply.length !== length + 1) throw new Gone('Read length');
    return Uint8Array.from(reply.slice(1));
  }

  /** Erases pages as the release does, mistakes and all; returns the list it has sent. */
  erase(pages: readonly number[]): readonly number[] {
    const extended = this.#commands.includes(0x44);
    const list = extended ? this.#extendedList(pages) : this.#list(pages);
    this.#accepted('Erase', ...(extended ? [0x44, 0xbb] : [0x43, 0xbc]));
    this.#accepted('Erase list', ...list);
    return list;
  }

  eraseAll(): void {
    const extended = this.#commands.includes(0x44);
    this.#accepted('Erase', ...(extended ? [0x44, 0xbb] : [0x43, 0xbc]));
    this.#accepted('Erase all', ...(extended ? [0xff, 0xff, 0x00] : [0xff, 0x00]));
  }

  /** Writes in blocks of 256 bytes, the last filled up to a word, then reads everything back. */
  download(address: number, image: Uint8Array): void {
    this.#probe();
    const padded = [...image, ...Array<number>(-image.length & 3).fill(0xff)];
    for (let at = 0; at < padded.length; at += 256) {
      const block = padded.slice(at, at + 256);
      this.#accepted('Write Command not acknowledged', 0x31, 0xce);
      this.#accepted('Write address', ...addressed(address + at));
      this.#accepted('Write data', ...summed([block.length - 1, ...block]));
    }
    for (let at = 0; at < image.length; at += 256) {
      const length = Math.min(256, image.length - at);
      const wrong = this.read(address + at, length).some((byte, i) => byte !== image[at + i]);
      if (wrong) throw new Gone('Data mismatch found');
    }
  }

  /** Nothing is awaited behind the ACK of the address. */
  go(address: number): void {
    this.#accepted('Go', 0x21, 0xde);
    this.#accepted('Go address', ...addressed(address));
  }

  /** `-rdu`: two ACKs, then it activates the device anew. */
  readUnprotect(): void {
    const reply = this.#exchange(0x92, 0x6d);
    if (reply[0] !== ACK || reply[1] !== ACK)
      throw new Gone('Disabling memory Read Protection failed');
    this.#activate();
  }

  /** A sync byte, and a second one when nothing or something else came; there is no third. */
  #activate(): void {
    if (this.#exchange(0x7f).at(-1) === ACK) return;
    const answer = this.#exchange(0x7f).at(-1);
    if (answer !== ACK && answer !== NACK) throw new Gone('Activating device: KO');
  }

  /** One byte of flash tells whether the chip is read-protected. */
  #probe(): void {
    if (this.#exchange(0x11, 0xee)[0] === NACK) throw new Gone('RDP is set to level 1');
    this.#accepted('probe', ...addressed(0x0800_0000));
    if (this.#exchange(0x00, 0xff).length !== 2) throw new Gone('probe');
  }

  #attempts(what: string, attempt: () => boolean): void {
    for (let left = 3; left > 0; left--) if (attempt()) return;
    throw new Gone(what);
  }

  #list(pages: readonly number[]): number[] {
    // 2.13.0 counts one page more than there are, and sends whatever lies behind them
    return this.#release === '2.13.0'
      ? summed([pages.length, ...pages, 0x00])
      : summed([pages.length - 1, ...pages]);
  }

  #extendedList(pages: readonly number[]): number[] {
    const broken = this.#release === '2.9.0';
    // 2.9.0 drops the last sector, and a single one becomes a mass erase
    const sent = broken ? pages.slice(0, -1) : pages;
    if (sent.length === 0) return [0xff, 0xff, 0x00];
    return summed([sent.length - 1, ...sent].flatMap((each) => [each >> 8, each & 0xff]));
  }

  #setBaud(baud: number): void {
    this.#line = { ...this.#line, baud };
    this.#board.usart().setLine(this.#line);
  }

  #accepted(what: string, ...bytes: readonly number[]): void {
    if (this.#exchange(...bytes)[0] !== ACK) throw new Gone(what);
  }

  #exchange(...bytes: readonly number[]): number[] {
    this.#heard = [];
    this.#board.usart().receive(Uint8Array.from(bytes), this.#line);
    this.#board.run();
    return this.#heard;
  }
}

function addressed(address: number): number[] {
  return summed([24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff));
}

function summed(bytes: readonly number[]): number[] {
  return [...bytes, bytes.reduce((sum, byte) => sum ^ byte, 0)];
}
