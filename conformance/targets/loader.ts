import { ConformanceError } from '../errors.ts';
import { exchange } from '../exchange.ts';
import { text } from '../hex.ts';
import {
  answer,
  address,
  block,
  command,
  extendedPageList,
  length,
  pageList,
  sync,
} from '../host/usart.ts';
import { blank, blockUnit, has } from '../part.ts';
import type { Page, Part } from '../part.ts';
import { ANY } from '../script.ts';
import type { Step } from '../script.ts';
import type { Channel, Target } from '../target.ts';

/** Most bytes of Read Memory and Write Memory (AN3155 §3.4, §3.6). */
const MOST = 256;

/** Erase units of one command: a slow sector takes two seconds, and hosts wait for 35. */
const PAGES_AT_ONCE = 16;

/** A device did not do what its content is read or written with. */
export class LoaderRefused extends ConformanceError {
  /** What was answered in place of what was asked for; nothing for silence. */
  readonly got: readonly number[];

  constructor(what: string, got: readonly number[]) {
    super(`${what} was answered ${text(got)}`, { exitCode: 3 });
    this.name = 'LoaderRefused';
    this.got = got;
  }
}

/** A host that reads and writes memory through the bootloader of a device that was just reset. */
export class Loader {
  readonly #channel: Channel;
  readonly #target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>;

  private constructor(channel: Channel, target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>) {
    this.#channel = channel;
    this.#target = target;
  }

  /** @throws LoaderRefused for a device that does not acknowledge 0x7F. */
  static async connect(
    channel: Channel,
    target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>,
  ): Promise<Loader> {
    const loader = new Loader(channel, target);
    await loader.#do(sync(target.part));
    return loader;
  }

  /** The product ID that Get ID answers, in two bytes from protocol 2.1 on. */
  async productId(): Promise<number> {
    const [, , high = 0, low = 0] = await this.#do(command('get-id', answer(1, ANY, ANY, 0x79)));
    return high * 256 + low;
  }

  /** @throws LoaderRefused for memory that cannot be read. */
  async read(from: number, count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += MOST) {
      const chunk = Math.min(MOST, count - at);
      const anything = Array.from({ length: chunk }, () => ANY);
      await this.#do(command('read-memory'));
      await this.#do(address(from + at));
      const got = await this.#do(length(chunk, [answer(...anything)]));
      bytes.set(got.slice(1), at);
    }
    return bytes;
  }

  /** Programs blank flash, from and to the units that the bootloader asks for; blank units are left out. */
  async program(start: number, bytes: Uint8Array): Promise<void> {
    const unit = blockUnit(this.part);
    const most = MOST - (MOST % unit);
    for (let at = 0; at < bytes.length; at += most) {
      const chunk = bytes.subarray(at, at + most);
      if (chunk.every((byte) => byte === blank(this.part))) continue;
      await this.write(start + at, chunk);
    }
  }

  /** One block of at most 256 bytes. */
  async write(start: number, bytes: Uint8Array): Promise<void> {
    await this.#do(command('write-memory'));
    await this.#do(address(start));
    await this.#do(block([...bytes]));
  }

  async erase(pages: readonly Page[]): Promise<void> {
    const extended = has(this.part, 'extended-erase');
    for (let at = 0; at < pages.length; at += PAGES_AT_ONCE) {
      const numbers = pages.slice(at, at + PAGES_AT_ONCE).map((page) => page.number);
      await this.#do(command(extended ? 'extended-erase' : 'erase'));
      await this.#do(extended ? extendedPageList(numbers) : pageList(numbers));
    }
  }

  /** Lifts the write protection; the device resets itself then. */
  async unprotectWrites(): Promise<void> {
    await this.#do({ ...command('write-unprotect', answer(0x79)), withinMs: 10_000 });
  }

  /** Lifts the readout protection, which erases the flash; the device resets itself then. */
  async unprotectReadout(): Promise<void> {
    await this.#do({ ...command('readout-unprotect', answer(0x79)), withinMs: 60_000 });
  }

  /** Whether Read Memory is refused, as it is under readout protection. */
  async isReadProtected(): Promise<boolean> {
    const { got } = await exchange(this.#channel, this.#target, command('read-memory'));
    return got[0] === 0x1f;
  }

  get part(): Part {
    return this.#target.part;
  }

  async #do(each: Step): Promise<readonly number[]> {
    const { reply, got } = await exchange(this.#channel, this.#target, each);
    if (reply === undefined) throw new LoaderRefused(each.name, got);
    return got;
  }
}
