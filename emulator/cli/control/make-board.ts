import { createHash } from 'node:crypto';
import { nearest } from '../../../families/find/nearest.ts';
import { isBus, parseLink } from '../../connect/link-choices.ts';
import type { Bus } from '../../connect/link-choices.ts';
import { EmulatorError } from '../../errors.ts';
import { isLoopback } from '../../links/address.ts';
import { optionNames, readBoardOptions } from '../board-options.ts';
import type { BoardArguments } from '../board-options.ts';
import { openSession } from '../session.ts';
import type { BoardSession } from '../session.ts';
import type { LogMemory } from './api/log-memory.ts';
import { ServedBoard } from './api/served-board.ts';
import { TraceLog } from './api/trace-log.ts';

/** Options that name something of this machine's file system. */
const FILES: ReadonlySet<string> = new Set(['load', 'save', 'state', 'trace', 'pcapng']);

/** Options whose value is a number; of another's, which is a text, a number may have lost zeros. */
const NUMBERS: ReadonlySet<string> = new Set(['flash-size', 'rdp', 'boot0', 'boot1', 'speed']);

/** A board with the words of the command line as keys: `{usart: 'tcp', rdp: 1, fault: ['flash:lie:1']}`. */
export type BoardWords = Readonly<Record<string, unknown>>;

/** Makes a board by words that a client sent, which name no file and open no port to other machines. @throws EmulatorError for what is none of them */
export async function makeRemoteBoard(
  id: string,
  device: string,
  words: BoardWords,
  memory?: LogMemory,
): Promise<ServedBoard> {
  const file = Object.keys(words).find((name) => FILES.has(name));
  if (file !== undefined) {
    throw new EmulatorError(`${file}: a client names no file of the server; send its bytes`);
  }
  for (const [name, value] of Object.entries(words)) {
    if (!isBus(name)) continue;
    for (const text of [value].flat().map(String)) refusePlace(name, text);
  }
  return await makeBoard(id, device, words, memory);
}

/** @throws EmulatorError for a link that is a file of the server, or that other machines reach, which no token keeps */
function refusePlace(bus: Bus, text: string): void {
  const { path, at } = parseLink(bus, text);
  if (path !== undefined) {
    throw new EmulatorError(
      `${bus} ${text}: a client names no file of the server; leave the path out`,
    );
  }
  if (at !== undefined && !isLoopback(at.host)) {
    throw new EmulatorError(
      `${bus} ${text}: a client opens no port to other machines; listen on 127.0.0.1, or name the board in the file of vstm32 serve`,
    );
  }
}

/** Makes a board by words of a file. @throws EmulatorError for what is none of them */
export async function makeBoard(
  id: string,
  device: string,
  words: BoardWords,
  memory?: LogMemory,
): Promise<ServedBoard> {
  const log = new TraceLog(memory);
  // chips of one bench are told apart by their serial numbers; that of a state folder has its own
  const uid = words['state'] === undefined ? { uid: uidOf(id) } : {};
  let session: BoardSession;
  try {
    session = await openSession(
      readBoardOptions(argumentsOf(device, { ...uid, ...words })),
      (event) => log.add(event),
    );
  } catch (error) {
    log.close();
    throw error;
  }
  const close = async (): Promise<void> => await session[Symbol.asyncDispose]();
  return new ServedBoard(id, session.board, log, close, session.startedAt);
}

/** What a client that errs may have meant. */
const offered = [...optionNames.keys()].filter((name) => !FILES.has(name));

/** A unique ID for each name, 24 hex digits. */
function uidOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 24);
}

function argumentsOf(device: string, words: BoardWords): BoardArguments {
  const given = Object.entries(words).map(([name, value]) => {
    const option = optionNames.get(name);
    if (option === undefined) {
      const near = nearest(name, offered).join(', ');
      const instead = near === '' ? '' : `; did you mean ${near}?`;
      throw new EmulatorError(`no option of a board is called ${name}${instead}`);
    }
    if (typeof value === 'number' && !NUMBERS.has(name)) {
      throw new EmulatorError(
        `${name} is a text: write "${value}", with all its digits, in quotes instead of the number ${value}`,
      );
    }
    const texts = [value].flat().map(String);
    if (option.repeatable) return [name, texts] as const;
    if (texts.length === 1) return [name, texts[0]!] as const;
    throw new EmulatorError(`${name} is one value, not a list`);
  });
  return { device, ...Object.fromEntries(given) } as BoardArguments;
}
