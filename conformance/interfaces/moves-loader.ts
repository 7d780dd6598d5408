import { exchange } from '../run/exchange.ts';
import { blank, blockUnit } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Protocol } from './protocol.ts';
import { ANY } from '../run/script.ts';
import type { Reply, Step } from '../run/script.ts';
import type { Channel, Target } from '../run/target.ts';
import { LoaderRefused } from './loader.ts';
import type { Loader } from './loader.ts';
import { optionAreas, protectingNothing, withFields } from '../boards/option-image.ts';
import type { Piece } from '../boards/option-image.ts';

/** A step is sent so often to a device that says it is not done yet. */
const MOST_TIMES = 1000;

/** In replies, below `ANY`: the place of a byte that is read; the further down, the further from its beginning. */
const FIRST_PLACE = ANY - 1;

type Times = Pick<Target, 'part' | 'quietMs' | 'replyMs'>;

/** Over any protocol, by the moves that it has. */
export abstract class MovesLoader implements Loader {
  readonly #channel: Channel;
  readonly #target: Times;
  protected readonly protocol: Protocol;

  constructor(channel: Channel, target: Times, protocol: Protocol) {
    this.#channel = channel;
    this.#target = target;
    this.protocol = protocol;
  }

  abstract productId(): Promise<number>;

  get part(): Part {
    return this.#target.part;
  }

  /** @throws LoaderRefused for a device that does not answer as it should. */
  async connect(): Promise<this> {
    await this.play(this.protocol.connect(this.part));
    return this;
  }

  async read(from: number, count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    const most = this.protocol.moves.longestBlock(this.part);
    for (let at = 0; at < count; at += most) {
      const chunk = Math.min(most, count - at);
      const steps = this.protocol.moves.read(this.part, from + at, placesFrom(chunk));
      await this.play(steps, (place, byte) => {
        bytes[at + place] = byte;
      });
    }
    return bytes;
  }

  async program(start: number, bytes: Uint8Array): Promise<void> {
    const unit = blockUnit(this.part);
    const longest = this.protocol.moves.longestBlock(this.part);
    const most = longest - (longest % unit);
    for (let at = 0; at < bytes.length; at += most) {
      const chunk = bytes.subarray(at, at + most);
      if (chunk.every((byte) => byte === blank(this.part))) continue;
      await this.play(this.protocol.moves.write(this.part, start + at, [...chunk]));
    }
  }

  async erase(pages: readonly Page[]): Promise<void> {
    for (const page of pages) await this.play(this.protocol.moves.erase(this.part, page));
  }

  async writeOptions(start: number, bytes: Uint8Array): Promise<void> {
    await this.play(this.protocol.moves.write(this.part, start, [...bytes]));
  }

  /** By the option bytes, where they lie in memory. */
  async unprotectWrites(): Promise<void> {
    const now: Piece[] = [];
    for (const { start, length } of optionAreas(this.part)) {
      now.push({ address: start, bytes: await this.read(start, length) });
    }
    const open = withFields(this.part, now, protectingNothing(this.part));
    const wrong = open.find(({ bytes }, at) => Buffer.compare(bytes, now[at]!.bytes) !== 0);
    // one area holds all of it on every line
    if (wrong !== undefined) await this.writeOptions(wrong.address, wrong.bytes);
  }

  async unprotectReadout(): Promise<void> {
    await this.play(this.protocol.moves.unprotect(this.part));
  }

  async isReadProtected(): Promise<boolean> {
    const { start } = this.part.pages[0]!;
    try {
      await this.play(this.protocol.moves.readRefused(this.part, start, 'protection'));
      return true;
    } catch (error) {
      if (error instanceof LoaderRefused && error.got.length > 0) return false;
      throw error;
    }
  }

  /** Plays steps as a script does; `read` hears of the bytes that stand at places. @throws LoaderRefused */
  protected async play(
    all: readonly Step[],
    read: (place: number, byte: number) => void = () => {},
  ): Promise<void> {
    let steps = all;
    let times = 1;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at]!;
      const open = step.replies.map((reply) => ({ ...reply, bytes: reply.bytes.map(toAny) }));
      const { reply, got } = await exchange(this.#channel, this.#target, {
        ...step,
        replies: open,
      });
      const fitting = step.replies[open.findIndex((each) => each === reply)];
      if (reply === undefined || fitting === undefined || times === MOST_TIMES) {
        throw new LoaderRefused(step.name, got);
      }
      tell(fitting, got, read);
      times = reply.again === true ? times + 1 : 1;
      if (reply.again === true) at--;
      if (reply.goOn === undefined) continue;
      steps = reply.goOn;
      at = -1;
    }
  }
}

/** So many places of bytes that are read, to stand in a reply. */
export function placesFrom(count: number): number[] {
  return Array.from({ length: count }, (_, place) => FIRST_PLACE - place);
}

function toAny(byte: number): number {
  return Math.max(byte, ANY);
}

function tell(
  { bytes }: Reply,
  got: readonly number[],
  read: (place: number, byte: number) => void,
): void {
  bytes.forEach((byte, at) => {
    if (byte <= FIRST_PLACE) read(FIRST_PLACE - byte, got[at]!);
  });
}
