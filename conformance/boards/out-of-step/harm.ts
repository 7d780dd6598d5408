import type { Range } from '../../../families/index.ts';
import { hex8 } from '../../hex.ts';
import type { Part } from '../../part/part.ts';
import { partByName } from '../../part/part-by-name.ts';
import { NoJudgement } from '../../run/target.ts';
import type { SetUp } from '../../run/target.ts';
import { connectLoader } from '../../interfaces/index.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { LoaderRefused } from '../../interfaces/loader.ts';
import { GuardedChannel } from '../guard.ts';
import { Ledger } from '../ledger.ts';
import { optionAreas, writeProtectionBits } from '../option-image.ts';
import type { Piece } from '../option-image.ts';
import type { Sequence } from './sequences.ts';

/** Most pages that one burst may change where only one at a time may be: a block can lie across the end of one. */
const MOST_AT_ONCE = 2;

/** What became of a sequence. */
export interface Outcome {
  /** What was done to the board that is not permitted; undefined for nothing. */
  readonly harm: string | undefined;
  /** Bursts that were not sent. */
  readonly withheld: number;
  readonly sent: number;
}

/** Plays a sequence to an emulated board with content, through the guard or without one, and tells what it did to that. */
export async function harmOf(
  sequence: Sequence,
  how: 'guarded' | 'unguarded' = 'guarded',
): Promise<Outcome> {
  const { over, device, flashKiB, allow } = sequence;
  const part = partByName(device, { flashKiB, interface: over });
  const target = new EmulatedTarget(part);
  const line = await target.boot({ flash: contentOf(part) });
  const options = optionAreas(part).map(({ start, length }) => ({
    address: start,
    bytes: Uint8Array.from(target.look(start, length)!),
  }));
  const board = { part, allow, options, ledger: new Ledger() };
  const guard = new GuardedChannel(line, board);
  const channel = how === 'guarded' ? guard : line;
  const restart = async (): Promise<void> => {
    await target.restart();
    guard.restarted();
  };
  let [sent, withheld] = [0, 0];
  let before = 0;
  for (const { send, hear, restart: resets } of sequence.turns) {
    if (resets) await restart();
    try {
      await channel.send(Uint8Array.from(send));
      sent++;
      if (hear) while ((await channel.next(0)) !== undefined);
    } catch (error) {
      if (!(error instanceof NoJudgement)) throw error;
      withheld++;
      await restart();
    }
    const changed = target.changed();
    const pages = pagesIn(part, changed).size;
    const harm = forbidden(target, sequence, options, changed, pages - before);
    if (harm !== undefined) return { harm, withheld, sent };
    before = pages;
  }
  const harm = allow === 'options' ? await protectionOf(target) : undefined;
  return { harm, withheld, sent };
}

function forbidden(
  target: EmulatedTarget,
  { allow }: Sequence,
  options: readonly Piece[],
  changed: readonly Range[],
  pages: number,
): string | undefined {
  if (target.state() === 'application') return 'it runs an application';
  const [first] = changed;
  if (first === undefined) return undefined;
  const where = `${hex8(first.start)} to ${hex8(first.end)} changed`;
  if (allow === 'nothing') return where;
  if (allow === 'page' && pages > MOST_AT_ONCE) return `${pages} pages changed at once`;
  const { part } = target;
  for (const { start, end } of changed) {
    for (let at = start; at < end; at++) {
      if (part.pages.some((page) => at >= page.start && at < page.end)) continue;
      if (allow !== 'options' || !isWriteProtection(target, options, at)) {
        return `what is no flash changed, at ${hex8(at)}`;
      }
    }
  }
  return undefined;
}

/** Only the bits of write protection are others than before; where option bytes lie in registers, they may be. */
function isWriteProtection(target: EmulatedTarget, options: readonly Piece[], at: number): boolean {
  const { part } = target;
  const areas = part.device.options?.areas ?? [];
  if (!areas.some(({ start, length }) => at >= start && at < start + length)) return false;
  const piece = options.find(({ address, bytes }) => at >= address && at < address + bytes.length);
  if (piece === undefined) return true;
  const bits = piece.bytes[at - piece.address]! ^ target.look(at, 1)![0]!;
  return (bits & ~(writeProtectionBits(part).get(at) ?? 0)) === 0;
}

async function protectionOf(target: EmulatedTarget): Promise<string | undefined> {
  if (target.changed().length === 0) return undefined;
  try {
    const loader = await connectLoader(await target.restart(), target);
    return (await loader.isReadProtected()) ? 'it is read-protected' : undefined;
  } catch (error) {
    if (error instanceof LoaderRefused) return undefined; // flash that was written over hangs some ROMs
    throw error;
  }
}

/** Something in every page, and what looks like an application at the beginning. */
function contentOf(part: Part): NonNullable<SetUp['flash']> {
  const application = new Uint8Array(64).fill(0xa5);
  new DataView(application.buffer).setUint32(0, (part.ram?.start ?? 0x2000_0000) + 0x400, true);
  new DataView(application.buffer).setUint32(4, part.pages[0]!.start + 0x101, true);
  return part.pages.map(({ start }, at) => ({
    address: start,
    bytes: at === 0 ? application : new Uint8Array(16).fill(0x5a),
  }));
}

function pagesIn(part: Part, changed: readonly Range[]): ReadonlySet<number> {
  const pages = part.pages.filter((page) =>
    changed.some(({ start, end }) => start < page.end && end > page.start),
  );
  return new Set(pages.map(({ start }) => start));
}
