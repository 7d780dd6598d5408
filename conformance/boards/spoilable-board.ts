import type { Range } from '../../families/index.ts';
import { rangesThatDiffer } from '../run/differences.ts';
import { ConformanceError } from '../errors.ts';
import { blank } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Destroys } from '../run/destroys.ts';
import type { Script } from '../run/script.ts';
import { NoJudgement } from '../run/target.ts';
import type { Change, Channel, ProtectionLevel, SetUp } from '../run/target.ts';
import type { Finding } from '../reports/verdict.ts';
import type { SavedImage } from './backup/saved-image.ts';
import { BoardTarget, skipped } from './board.ts';
import type { BoardLine } from './board-line.ts';
import { connectLoader } from '../interfaces/index.ts';
import type { Loader } from '../interfaces/loader.ts';
import { protectingNothing, withFields } from './option-image.ts';
import type { Piece } from './option-image.ts';
import { isPrepared, preparePage } from './page-content.ts';
import { joined, reachOf } from './script-reach.ts';
import type { BoardSpec } from '../targets/spec.ts';

/** Bytes around what a script reaches in which a stray change is looked for. */
const MARGIN = 64;

/** Erases of one page that a run may cost where nobody says how many: 1 % of what ST's data sheets promise. */
const WEAR_BUDGET = 100;

/**
 * A board whose content was saved, so that it may be spoilt: it is given content and option bytes, and
 * looked into, through its bootloader.
 */
export class SpoilableBoard extends BoardTarget {
  readonly #image: SavedImage;
  /** The saved option bytes without write protection. */
  readonly #unprotected: readonly Piece[];
  readonly #wearBudget: number;
  #before: readonly Piece[] = [];
  #after: readonly Piece[] = [];
  /** What the board was prepared for last and may still be. */
  #prepared: { readonly setUp: SetUp; readonly script: Script | undefined } | undefined;

  constructor(spec: BoardSpec, part: Part, line: BoardLine, image: SavedImage) {
    super(spec, part, line, { allow: permitted(spec.allow, image), options: image.options });
    this.#image = image;
    this.#unprotected = withFields(part, image.options, protectingNothing(part));
    this.#wearBudget = spec.wearBudget ?? WEAR_BUDGET;
  }

  override refuses(
    setUp: SetUp,
    spoils: Destroys,
    levels?: readonly ProtectionLevel[],
  ): Finding | undefined {
    const refused = super.refuses(setUp, spoils, levels);
    if (refused !== undefined) return refused;
    if (spoils === 'nothing' && Object.keys(setUp).length === 0) return undefined;
    if (
      this.allow !== 'options' &&
      this.#image.options.some((piece, at) => differs(piece, this.#unprotected[at]!))
    ) {
      return skipped('its flash is write-protected: --allow options lifts that for the run');
    }
    if (this.ledger.mostErases < this.#wearBudget) return undefined;
    return skipped(`the wear budget of ${this.#wearBudget} erases of a page is used up`);
  }

  override async boot(setUp: SetUp, script?: Script): Promise<Channel> {
    const asked = script !== undefined || Object.keys(setUp).length > 0;
    if (asked && (this.#prepared?.setUp !== setUp || this.#prepared.script !== script)) {
      await unlessJudged('it could not be prepared', () => this.#prepare(setUp, script));
      this.#prepared = { setUp, script };
    }
    return this.restart();
  }

  async recall(script: Script): Promise<void> {
    this.#prepared = undefined;
    const asked = (script.left ?? []).flatMap(({ areas }) =>
      areas.filter((area) => (area.bytes ?? area.value ?? area.between) !== undefined),
    );
    const watched = this.#before.map(({ address, bytes }) => ({
      start: address,
      end: address + bytes.length,
    }));
    await unlessJudged('its memory could not be read after the case', async () => {
      const loader = await this.#connect();
      this.#after = await readAll(loader, joined([...watched, ...asked]));
    });
  }

  look(address: number, length: number): Uint8Array | undefined {
    const piece = this.#after.find(
      (each) => address >= each.address && address + length <= each.address + each.bytes.length,
    );
    return piece?.bytes.subarray(address - piece.address, address - piece.address + length);
  }

  changed(): readonly Change[] {
    return this.#before.flatMap(({ address, bytes }) =>
      rangesThatDiffer(bytes, this.look(address, bytes.length)!).map(({ start, end }) => ({
        start: address + start,
        end: address + end,
        was: bytes.slice(start, end),
      })),
    );
  }

  async #connect(): Promise<Loader> {
    return connectLoader(await this.restart(), this);
  }

  async #prepare(setUp: SetUp, script: Script | undefined): Promise<void> {
    let loader = await this.#connect();
    const { flash = [] } = setUp;
    const { writes, erases } = reachOf(script ?? { steps: [] }, this.part);
    const wanted = [
      // what the script writes to is blank first, unless it is set up to be something else
      ...writes.map(({ start, end }) => ({
        address: start,
        bytes: new Uint8Array(end - start).fill(blank(this.part)),
      })),
      ...flash,
    ];
    const pages = this.part.pages.filter(({ start, end }) =>
      wanted.some(({ address, bytes }) => address < end && address + bytes.length > start),
    );
    for (const page of pages) {
      if (await isPrepared(loader, page, wanted)) continue;
      loader = await this.#giveOptions(loader, {}); // a protected page could not be changed
      await preparePage(loader, page, wanted);
      if (!(await isPrepared(loader, page, wanted))) {
        const says = `page ${page.number} does not take the content of the case`;
        throw new NoJudgement('inconclusive', says);
      }
    }
    loader = await this.#giveOptions(loader, setUp.options ?? {});
    const near = ({ start, end }: Range): Range[] =>
      this.part.pages
        .filter((page) => page.start < end + MARGIN && page.end > start - MARGIN)
        .map((page) => ({
          start: Math.max(page.start, start - MARGIN),
          end: Math.min(page.end, end + MARGIN),
        }));
    const watched = [
      ...flash.map(({ address, bytes }) => ({ start: address, end: address + bytes.length })),
      ...writes.flatMap(near),
      ...erases.flatMap(({ start, end }) => [
        ...near({ start, end: start }),
        ...near({ start: end, end }),
      ]),
      ...this.#image.options.map(({ address, bytes }) => ({
        start: address,
        end: address + bytes.length,
      })),
    ];
    this.#before = await readAll(loader, joined(watched));
  }

  /** Puts the saved option bytes there, with no write protection but in these fields; where they may not be spoilt they are as saved. */
  async #giveOptions(loader: Loader, fields: Readonly<Record<string, number>>): Promise<Loader> {
    if (this.allow !== 'options') return loader;
    let connected = loader;
    for (const { address, bytes } of withFields(this.part, this.#unprotected, fields)) {
      const now = await connected.read(address, bytes.length);
      if (Buffer.compare(now, bytes) === 0) continue;
      await connected.writeOptions(address, bytes);
      connected = await this.#connect(); // it reset itself
      if (Buffer.compare(await connected.read(address, bytes.length), bytes) !== 0) {
        throw new NoJudgement('inconclusive', 'it does not take the option bytes of the case');
      }
    }
    return connected;
  }
}

function differs(one: Piece, other: Piece): boolean {
  return Buffer.compare(one.bytes, other.bytes) !== 0;
}

/** Option bytes that could not be saved are not spoilt. */
function permitted(allow: Destroys, { options }: SavedImage): Destroys {
  return allow === 'options' && options.length === 0 ? 'flash' : allow;
}

async function readAll(loader: Loader, ranges: readonly Range[]): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for (const { start, end } of ranges) {
    pieces.push({ address: start, bytes: await loader.read(start, end - start) });
  }
  return pieces;
}

/** What a device refuses here says nothing about the case. */
async function unlessJudged(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ConformanceError) || error instanceof NoJudgement) throw error;
    throw new NoJudgement('inconclusive', `${what}: ${error.message}`, { cause: error });
  }
}
