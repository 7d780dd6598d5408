import { exchange } from '../../run/exchange.ts';
import {
  answer,
  address,
  block,
  command,
  extendedPageList,
  length,
  pageList,
  sync,
} from './host.ts';
import { blank, blockUnit, has, since } from '../../part/part.ts';
import type { Page, Part } from '../../part/part.ts';
import { ANY } from '../../run/script.ts';
import type { Step } from '../../run/script.ts';
import type { Channel, Target } from '../../run/target.ts';
import { LoaderRefused } from '../loader.ts';
import type { Loader } from '../loader.ts';

/** Most bytes of Read Memory and Write Memory (AN3155 §3.4, §3.6). */
const MOST = 256;

/** Erase units of one command: a slow sector takes two seconds, and hosts wait for 35. */
const PAGES_AT_ONCE = 16;

/** Over AN3155. */
export class UsartLoader implements Loader {
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
  ): Promise<UsartLoader> {
    const loader = new UsartLoader(channel, target);
    await loader.#do(sync(target.part));
    return loader;
  }

  async productId(): Promise<number> {
    if (!since(this.part, '2.1')) return this.part.device.productId; // it tells one byte, which says nothing
    const [, , high = 0, low = 0] = await this.#do(command('get-id', answer(1, ANY, ANY, 0x79)));
    return high * 256 + low;
  }

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

  async program(start: number, bytes: Uint8Array): Promise<void> {
    const unit = blockUnit(this.part);
    const most = MOST - (MOST % unit);
    for (let at = 0; at < bytes.length; at += most) {
      const chunk = bytes.subarray(at, at + most);
      if (chunk.every((byte) => byte === blank(this.part))) continue;
      await this.#write(start + at, chunk);
    }
  }

  async writeOptions(start: number, bytes: Uint8Array): Promise<void> {
    await this.#write(start, bytes);
  }

  /** One block of at most 256 bytes. */
  async #write(start: number, bytes: Uint8Array): Promise<void> {
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

  async unprotectWrites(): Promise<void> {
    if (!has(this.part, 'write-unprotect')) return;
    await this.#do({ ...command('write-unprotect', answer(0x79)), withinMs: 10_000 });
  }

  async unprotectReadout(): Promise<void> {
    await this.#do({ ...command('readout-unprotect', answer(0x79)), withinMs: 60_000 });
  }

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
