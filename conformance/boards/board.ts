import type { Part } from '../part/part.ts';
import { DESTROYS } from '../run/destroys.ts';
import type { Destroys } from '../run/destroys.ts';
import type { Script } from '../run/script.ts';
import type { Channel, ProtectionLevel, SetUp, Target } from '../run/target.ts';
import type { Finding } from '../reports/verdict.ts';
import type { BoardLine } from './board-line.ts';
import { GuardedChannel } from './guard.ts';
import { Ledger } from './ledger.ts';
import { connectLoader } from '../interfaces/index.ts';
import { refuseLarger } from './flash-size.ts';
import { LoaderRefused } from '../interfaces/loader.ts';
import type { Loader } from '../interfaces/loader.ts';
import type { Piece } from './option-image.ts';
import { addressOf, againOf } from '../targets/spec.ts';
import type { BoardSpec } from '../targets/spec.ts';

/** A board at the end of a line, of which nothing is spoilt: it is reset and talked to. */
export class BoardTarget implements Target {
  readonly name: string;
  readonly again?: string;
  part: Part;
  readonly quietMs = 60;
  readonly replyMs = 1000;
  protected readonly allow: Destroys;
  protected readonly ledger: Ledger;
  readonly #line: BoardLine;
  readonly #channel: GuardedChannel;
  readonly #timeBudgetMs: number | undefined;
  #readProtected = false;

  constructor(
    spec: BoardSpec,
    part: Part,
    line: BoardLine,
    { allow = 'nothing', options = [] }: { allow?: Destroys; options?: readonly Piece[] } = {},
  ) {
    this.name = spec.name ?? `${part.name} at ${addressOf(spec)}`;
    const again = againOf(spec);
    if (again !== undefined) this.again = again;
    this.part = part;
    this.allow = allow;
    this.ledger = new Ledger(spec.ledger);
    this.#line = line;
    const now = performance.now.bind(performance);
    this.#channel = new GuardedChannel(line.line, {
      part,
      allow,
      options,
      ledger: this.ledger,
      now,
    });
    this.#timeBudgetMs = spec.timeBudgetMs;
  }

  refuses(
    setUp: SetUp,
    spoils: Destroys,
    levels: readonly ProtectionLevel[] = [setUp.rdp ?? 0],
  ): Finding | undefined {
    if (this.#timeBudgetMs !== undefined && this.ledger.runMs >= this.#timeBudgetMs) {
      return skipped(`the time budget of ${Math.round(this.#timeBudgetMs / 1000)} s is used up`);
    }
    if (spoils === 'chip') {
      return skipped('a board is not asked for what it may not come back from');
    }
    if (!levels.includes(this.#readProtected ? 1 : 0)) {
      return skipped(
        this.#readProtected
          ? 'the board is read-protected, and stays so: this needs access to its memory'
          : 'the board is not read-protected, and is not made so',
      );
    }
    if (this.#readProtected && spoils !== 'nothing') {
      return skipped('the board is read-protected: what this may spoil cannot be saved');
    }
    if (setUp.cutAt !== undefined) {
      return skipped('the power of a board cannot be cut in the middle of an operation');
    }
    for (const [level, why] of [
      [spoils, `it may spoil ${spoils}`] as const,
      ...needs(setUp, this.part),
    ]) {
      if (DESTROYS.indexOf(level) <= DESTROYS.indexOf(this.allow)) continue;
      return skipped(`${why}: --allow ${level} runs it`);
    }
    return undefined;
  }

  async boot(_setUp: SetUp, _script?: Script): Promise<Channel> {
    return this.restart();
  }

  async restart(): Promise<Channel> {
    await this.#line.restart(this.part);
    this.#channel.restarted();
    return this.#channel;
  }

  async awaitStart(): Promise<void> {
    await this.#line.awaitStart(this.part);
  }

  /**
   * Finds out whether the board is read-protected: then it is only asked what that state allows.
   * @throws ConformanceError for a board that is larger than it is called
   */
  async findProtection(): Promise<void> {
    const connect = async (): Promise<Loader> => connectLoader(await this.restart(), this);
    try {
      this.#readProtected = await (await connect()).isReadProtected();
      if (!this.#readProtected) await refuseLarger(connect, this.part);
    } catch (error) {
      if (!(error instanceof LoaderRefused)) throw error; // one that does not answer is found by `identify`
    }
  }

  /** Lets the board run what it holds, where its wiring can, and gives the line back. */
  close(): Promise<void> {
    return this.#line.close();
  }
}

export function skipped(says: string): Finding {
  return { verdict: 'skipped', says };
}

/** What must be allowed so that a board can be brought into a state, and why. */
function needs(setUp: SetUp, part: Part): readonly (readonly [Destroys, string])[] {
  const { flash = [], options } = setUp;
  const pages = part.pages.filter(({ start, end }) =>
    flash.some(({ address, bytes }) => address < end && address + bytes.length > start),
  );
  const level = pages.length > 1 ? 'flash' : pages.length === 1 ? 'page' : 'nothing';
  return [
    [level, `it needs content of its own in ${pages.length} pages`],
    [options === undefined ? 'nothing' : 'options', 'it needs option bytes of its own'],
  ];
}
