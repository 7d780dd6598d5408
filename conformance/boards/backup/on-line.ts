import { ConformanceError } from '../../errors.ts';
import { identify } from '../../run/identify.ts';
import { bootOptions } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Channel, Target } from '../../run/target.ts';
import { BoardLine } from '../board-line.ts';
import { connectLoader } from '../../interfaces/index.ts';
import { LoaderRefused } from '../../interfaces/loader.ts';
import type { Loader } from '../../interfaces/loader.ts';
import { partOfSpec } from '../../targets/open.ts';
import { addressOf } from '../../targets/spec.ts';
import type { BoardSpec } from '../../targets/spec.ts';

/** Times that fit the slowest of lines: what is read here is read once. */
const TIMES = { quietMs: 100, replyMs: 2_000 };

/** How often a board that does not answer is reset again. */
const TRIES = 3;

/** Opens the line to a board, works with its bootloader and closes the line. @throws ConformanceError for a board that does not answer. */
export async function onLine<T>(
  spec: BoardSpec,
  work: (connect: () => Promise<Loader>) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const board = await BoardLine.open(spec);
  const channel: Channel = {
    send(bytes) {
      signal?.throwIfAborted();
      return board.line.send(bytes);
    },
    next: (withinMs) => board.line.next(withinMs),
  };
  const restart = async (): Promise<Channel> => {
    await board.restart(target.part);
    return channel;
  };
  const close = (): Promise<void> => board.close();
  const target: Target = {
    name: addressOf(spec),
    part: partOfSpec(spec),
    ...TIMES,
    boot: restart,
    restart,
    awaitStart: () => board.awaitStart(target.part),
    close,
  };
  const connect = async (): Promise<Loader> => {
    for (let tried = 1; ; tried++) {
      try {
        return await connectLoader(await restart(), target);
      } catch (cause) {
        if (!(cause instanceof LoaderRefused)) throw cause;
        if (tried < TRIES) continue;
        const what = `${addressOf(spec)} does not answer as a bootloader after a reset (${cause.message})`;
        throw new ConformanceError(`${what}: check its wiring and BOOT0${bootHint(target.part)}`, {
          exitCode: 3,
          cause,
        });
      }
    }
  };
  try {
    // the newest protocols leave it to the device to say which commands it has
    if (target.part.commands === undefined) await identify(target);
    return await work(connect);
  } finally {
    await close();
  }
}

/** On some lines the factory values of the option bytes leave BOOT0 unread (AN2606 table 2). */
function bootHint(part: Part): string {
  const fields = Object.entries(bootOptions(part)).map(([name, value]) => `${name}=${value}`);
  return fields.length === 0
    ? ''
    : `, which ${part.name} reads only with ${fields.join(', ')} in its option bytes`;
}
