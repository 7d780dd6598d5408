import { ACK_BYTE, NACK_BYTE, OPCODES } from '../host/usart.ts';
import { itemsOf } from '../host/can-frames.ts';
import type { Frame } from '../host/can-frames.ts';
import type { Asked } from './sent-commands.ts';

/** What a frame that belongs to a command brings; `true`: the command takes more. */
type More = (data: readonly number[]) => boolean;

/** A command that is under way. */
interface UnderWay {
  readonly more: More;
  /** The device has acknowledged what came before. */
  acknowledged: boolean;
}

/** How CAN FD differs (AN5405): erase counts pages in two bytes, and data comes under the opcode. */
export interface FrameDialect {
  readonly fd: boolean;
  /** Page numbers have their low byte first (AN2606, L5). */
  readonly lowByteFirst: boolean;
}

/**
 * Follows the frames that are sent to a device on CAN (AN3154 §3) or CAN FD (AN5405 §3), and tells what they
 * ask of its memory. A device that has not acknowledged may be anywhere: then a frame is also read as a command.
 */
export class SentFrames {
  readonly #asked: Asked;
  readonly #dialect: FrameDialect;
  #underWay: UnderWay[] = [];
  /** What was heard and is no whole frame yet. */
  #heard: number[] = [];

  constructor(asked: Asked, dialect: FrameDialect) {
    this.#asked = asked;
    this.#dialect = dialect;
  }

  sent(bytes: Uint8Array): void {
    for (const item of itemsOf([...bytes])) {
      if (item !== 'lost' && 'data' in item) this.#frame(item);
    }
  }

  heard(byte: number): void {
    this.#heard.push(byte);
    const [item] = itemsOf(this.#heard);
    if (item === undefined || (typeof item === 'object' && 'rest' in item)) return;
    this.#heard = [];
    if (item === 'lost' || !('data' in item)) return;
    const [answer] = item.data;
    if (answer === ACK_BYTE) for (const each of this.#underWay) each.acknowledged = true;
    else if (answer === NACK_BYTE) this.#underWay = [];
  }

  /** The device was reset. */
  restarted(): void {
    this.#underWay = [];
    this.#heard = [];
  }

  #frame({ id, data }: Frame): void {
    const sure = this.#underWay.some((each) => each.acknowledged);
    this.#underWay = this.#underWay.filter(({ more }) => more(data));
    if (sure || !Object.values(OPCODES).includes(id)) return;
    this.#asked.command(id);
    const more = this.#command(id, data);
    if (more !== undefined) this.#underWay.push({ more, acknowledged: false });
  }

  /** What the frame of a command asks for at once, and what the frames behind it bring. */
  #command(opcode: number, data: readonly number[]): More | undefined {
    const asked = this.#asked;
    const address = number(data.slice(0, 4));
    switch (opcode) {
      case OPCODES.go:
        asked.go(address);
        return undefined;
      case OPCODES.special:
      case OPCODES['extended-special']:
        asked.special(number(data.slice(0, 2)));
        return undefined;
      case OPCODES['write-memory']:
        return this.#write(address, (data[4] ?? 0xff) + 1);
      case OPCODES.erase:
      case OPCODES['extended-erase']:
        return this.#erase(data);
      default:
        return undefined;
    }
  }

  #write(address: number, length: number): More {
    let at = 0;
    return (data) => {
      for (const byte of data.slice(0, length - at)) this.#asked.write(address + at++, byte);
      return at < length;
    };
  }

  #erase(data: readonly number[]): More | undefined {
    const { fd, lowByteFirst } = this.#dialect;
    const count = fd ? number(data.slice(0, 2)) : (data[0] ?? 0xff);
    if (count >= (fd ? 0xfff0 : 0xff)) {
      this.#asked.erase('all');
      return undefined;
    }
    let left = fd ? count : count + 1;
    return (list) => {
      const pages: number[] = [];
      for (let at = 0; at < list.length && left > 0; at += fd ? 2 : 1, left--) {
        const page = fd ? list.slice(at, at + 2) : list.slice(at, at + 1);
        pages.push(number(lowByteFirst ? page.toReversed() : page));
      }
      this.#asked.erase(pages);
      return left > 0;
    };
  }
}

function number(bytes: readonly number[]): number {
  return bytes.reduce((all, byte) => all * 256 + byte, 0);
}
