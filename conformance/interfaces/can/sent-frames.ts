import { eraseCodes } from '../../../families/index.ts';
import { LOST, itemsOf } from './frames.ts';
import type { Frame } from './frames.ts';
import { ACK_BYTE, NACK_BYTE, OPCODES } from '../usart/host.ts';
import { isDangerous } from '../asked.ts';
import type { Asked } from '../asked.ts';

/** Data bytes of a frame of CAN FD; shorter ones count as much (AN5405). */
const WIDTH = 64;

/** A command whose data comes in frames of its own. */
interface UnderWay {
  readonly opcode: number;
  readonly address?: number;
  /** What a frame that belongs to it brings; `true`: it takes more. */
  readonly more: (data: readonly number[]) => boolean;
}

/** How CAN FD differs (AN5405): erase counts pages in two bytes, and data comes under the opcode. */
export interface FrameDialect {
  readonly fd: boolean;
  /** Page numbers have their low byte first (AN2606, L5). */
  readonly lowByteFirst: boolean;
}

/**
 * Follows the frames that are sent to a device on CAN (AN3154 §3) or CAN FD (AN5405 §3), and tells what they
 * ask of its memory. Frames are data only where the device has just acknowledged what they belong to; a
 * device that did not answer as it can may take each of them for a command, until it is reset.
 */
export class SentFrames {
  readonly #asked: Asked;
  readonly #dialect: FrameDialect;
  #underWay: UnderWay | undefined;
  /** What was sent was dangerous, and needs an answer. */
  #answerDue = false;
  /** The first bytes of the frames that came since. */
  #answer: (number | undefined)[] = [];
  #lost = false;
  /** A command that was under way when the device got lost. */
  #open: UnderWay | undefined;
  /** What was heard and is no whole frame yet. */
  #heard: number[] = [];

  constructor(asked: Asked, dialect: FrameDialect) {
    this.#asked = asked;
    this.#dialect = dialect;
  }

  sent(bytes: Uint8Array): void {
    const frames = itemsOf([...bytes]).filter((item): item is Required<Frame> => {
      return item !== 'lost' && 'data' in item;
    });
    if (frames.length === 0) return;
    this.#settle();
    for (const each of frames) this.#frame(each);
  }

  heard(byte: number): void {
    this.#heard.push(byte);
    const [item] = itemsOf(this.#heard);
    if (item === undefined || (typeof item === 'object' && 'rest' in item)) return;
    this.#heard = [];
    if (item === 'lost') this.#answer.push(LOST);
    else if ('data' in item) this.#answer.push(item.data[0]);
  }

  found(): void {
    this.restarted();
  }

  /** The device was reset. */
  restarted(): void {
    this.#underWay = undefined;
    this.#answerDue = false;
    this.#answer = [];
    this.#lost = false;
    this.#open = undefined;
    this.#heard = [];
  }

  /** Makes of the answer to what was sent before where the device stands. */
  #settle(): void {
    const answer = this.#answer;
    this.#answer = [];
    const due = this.#answerDue;
    this.#answerDue = false;
    if (this.#lost || (!due && this.#underWay === undefined)) return;
    const acknowledged =
      answer.length > 0 && answer.slice(0, -1).every((each) => each === ACK_BYTE);
    if (acknowledged && answer.at(-1) === NACK_BYTE) this.#underWay = undefined;
    else if (!acknowledged || answer.at(-1) !== ACK_BYTE) this.#lose();
  }

  /** A frame may have been lost, so that what is under way may have more to come than it seems. */
  #lose(): void {
    this.#lost = true;
    this.#open ??= this.#underWay;
    this.#underWay = undefined;
  }

  #frame(sent: Frame): void {
    const { id, data, extended } = sent;
    if (extended === true && this.#underWay !== undefined) this.#lose(); // filters keep it away
    const underWay = this.#underWay;
    if (this.#open !== undefined) this.#asked.astray?.(this.#open.opcode, this.#open.address);
    if (underWay !== undefined && !this.#lost) {
      if (isOpcode(id, OPCODES.erase) || isOpcode(id, OPCODES['extended-erase'])) {
        // whoever takes it for a command finds no order to erase all in it
        if (this.#isAll(data)) this.#asked.astray?.(OPCODES['extended-erase']);
      } else if (isDangerous(id & 0xff) && id !== underWay.opcode) this.#asked.astray?.(id & 0xff);
      if (!underWay.more(data)) this.#underWay = undefined;
      this.#answerDue = true;
      return;
    }
    // some ROMs look at the low byte of an identifier only
    const opcode = id & 0xff;
    if (!isDangerous(opcode)) return;
    if (this.#answerDue) this.#lose(); // a command behind data in one burst
    if (
      this.#lost ||
      extended === true ||
      id !== opcode ||
      data.length < leastOf(opcode, this.#dialect)
    ) {
      this.#asked.astray?.(opcode);
    }
    this.#asked.command(opcode);
    this.#underWay = this.#command(opcode, data);
    this.#answerDue = true;
  }

  /** What the frame of a command asks for at once, and what the frames behind it bring. */
  #command(opcode: number, data: readonly number[]): UnderWay | undefined {
    const asked = this.#asked;
    switch (opcode) {
      case OPCODES.go:
        asked.go(number(data.slice(0, 4)));
        return undefined;
      case OPCODES.special:
      case OPCODES['extended-special']:
        asked.special(number(data.slice(0, 2)));
        return this.#special(opcode, opcode === OPCODES.special ? 1 : 2);
      case OPCODES['write-memory']:
        return this.#write(number(data.slice(0, 4)), (data[4] ?? 0xff) + 1);
      case OPCODES.erase:
      case OPCODES['extended-erase']:
        return this.#erase(opcode, data);
      case OPCODES['write-protect']:
        return this.#dialect.fd ? undefined : this.#list(opcode, (data[0] ?? 0xff) + 1, () => {});
      default:
        return undefined;
    }
  }

  #write(address: number, length: number): UnderWay {
    const { fd } = this.#dialect;
    this.#asked.block?.(address, length);
    let at = 0;
    return {
      opcode: OPCODES['write-memory'],
      address,
      more: (data) => {
        const [from, taken] = [at, fd ? WIDTH : data.length];
        at += taken;
        const end = Math.min(at, length);
        for (let to = from; to < end; to++)
          this.#asked.write(address + to, data[to - from] ?? 0xff);
        return at < length;
      },
    };
  }

  #erase(opcode: number, data: readonly number[]): UnderWay | undefined {
    const { fd, lowByteFirst } = this.#dialect;
    if (this.#isAll(data)) {
      this.#asked.erase('all');
      return undefined;
    }
    const size = fd ? 2 : 1;
    return this.#list(opcode, (fd ? number(data.slice(0, 2)) : data[0]! + 1) * size, (list) => {
      const pages: number[] = [];
      for (let at = 0; at < list.length; at += size) {
        const page = list.slice(at, at + size);
        pages.push(number(lowByteFirst ? page.toReversed() : page));
      }
      this.#asked.erase(pages);
    });
  }

  /** So many bytes, in frames; undefined for none. */
  #list(
    opcode: number,
    length: number,
    tell: (list: readonly number[]) => void,
  ): UnderWay | undefined {
    const { fd } = this.#dialect;
    let left = length;
    const more = (data: readonly number[]): boolean => {
      const taken = fd ? Array.from({ length: WIDTH }, (_, at) => data[at] ?? 0xff) : data;
      tell(taken.slice(0, left));
      left -= taken.length;
      return left > 0;
    };
    return length === 0 ? undefined : { opcode, more };
  }

  /** Sizes, each with as many frames of data as it says. */
  #special(opcode: number, sizes: number): UnderWay {
    let waiting = sizes;
    let left = 0;
    return {
      opcode,
      more: (data) => {
        if (left > 0) left -= WIDTH;
        else {
          waiting--;
          left = number(data.slice(0, 2));
        }
        return left > 0 || waiting > 0;
      },
    };
  }

  /** A frame of Erase that means all pages of the flash, or of a bank, in whatever order its bytes are read. */
  #isAll([first = 0xff, second = 0xff]: readonly number[]): boolean {
    if (!this.#dialect.fd) return first === 0xff;
    return (
      first * 256 + second >= eraseCodes.reserved || second * 256 + first >= eraseCodes.reserved
    );
  }
}

/** Bytes that the frame of a command has at least: what a shorter one lacks may be anything. */
function leastOf(opcode: number, { fd }: FrameDialect): number {
  const least: Partial<Record<number, number>> = {
    [OPCODES['write-memory']]: 5,
    [OPCODES.go]: 4,
    [OPCODES.special]: 2,
    [OPCODES['extended-special']]: 2,
    [OPCODES.erase]: 1,
    [OPCODES['extended-erase']]: fd ? 2 : 1,
    [OPCODES['write-protect']]: 1,
  };
  return least[opcode] ?? 0;
}

function isOpcode(id: number, opcode: number): boolean {
  return (id & 0xff) === opcode;
}

function number(bytes: readonly number[]): number {
  return bytes.reduce((all, byte) => all * 256 + byte, 0);
}
