import { createHash } from 'node:crypto';
import { nearest } from '../../../families/find/nearest.ts';
import { EmulatorError } from '../../errors.ts';
import { optionNames, readBoardOptions } from '../board-options.ts';
import type { BoardArguments } from '../board-options.ts';
import { openSession } from '../session.ts';
import type { BoardSession } from '../session.ts';
import { ServedBoard } from './api/served-board.ts';
import { TraceLog } from './api/trace-log.ts';

/** Options that name something of this machine's file system, or serve another API. */
const FILES: ReadonlySet<string> = new Set(['load', 'save', 'state', 'trace', 'pcapng']);
/** A link with a place of its own in the file system. */
const PLACED_LINK = /(^|=)(pty|buspirate|slcan):./;
const OF_THE_SERVER: ReadonlySet<string> = new Set(['control', 'http', 'token']);

/** A board with the words of the command line as keys: `{usart: 'tcp', rdp: 1, fault: ['flash:lie:1']}`. */
export type BoardWords = Readonly<Record<string, unknown>>;

/** Makes a board by words that a client sent, which name no file. @throws EmulatorError for what is none of them */
export async function makeRemoteBoard(
  id: string,
  device: string,
  words: BoardWords,
): Promise<ServedBoard> {
  const file = Object.keys(words).find((name) => FILES.has(name));
  if (file !== undefined) {
    throw new EmulatorError(`${file}: a client names no file of the server; send its bytes`);
  }
  const link = Object.entries(words).find(([, value]) =>
    [value].flat().some((text) => typeof text === 'string' && PLACED_LINK.test(text)),
  );
  if (link !== undefined) {
    const [name, value] = link;
    throw new EmulatorError(
      `${name} ${String(value)}: a client names no file of the server; leave the path out`,
    );
  }
  return await makeBoard(id, device, words);
}

/** Makes a board by words of a file. @throws EmulatorError for what is none of them */
export async function makeBoard(
  id: string,
  device: string,
  words: BoardWords,
): Promise<ServedBoard> {
  const log = new TraceLog();
  // chips of one bench are told apart by their serial numbers; that of a state folder has its own
  const uid = words['state'] === undefined ? { uid: uidOf(id) } : {};
  const session: BoardSession = await openSession(
    readBoardOptions(argumentsOf(device, { ...uid, ...words })),
    (event) => log.add(event),
  );
  return new ServedBoard(id, session.board, log, async () => await session[Symbol.asyncDispose]());
}

/** A unique ID for each name, 24 hex digits. */
function uidOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 24);
}

function argumentsOf(device: string, words: BoardWords): BoardArguments {
  const given = Object.entries(words).map(([name, value]) => {
    const option = optionNames.get(name);
    if (option === undefined || OF_THE_SERVER.has(name)) {
      const near = nearest(name, [...optionNames.keys()]).join(', ');
      const instead = near === '' ? '' : `; did you mean ${near}?`;
      throw new EmulatorError(`no option of a board is called ${name}${instead}`);
    }
    const texts = [value].flat().map(String);
    if (option.repeatable) return [name, texts] as const;
    if (texts.length === 1) return [name, texts[0]!] as const;
    throw new EmulatorError(`${name} is one value, not a list`);
  });
  return { device, ...Object.fromEntries(given) } as BoardArguments;
}
