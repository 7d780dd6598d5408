import { extname } from 'node:path';
import { Server } from '../../clients/typescript/server.ts';
import type { Board, Level, ProtectionLevel } from '../../clients/typescript/board.ts';
import { EmulatorError } from '../../errors.ts';
import { parseFault } from '../text/fault-text.ts';
import type { Fault } from '../../clients/typescript/board.ts';
import { noSuchWords } from './words.ts';
import type { CtlArguments } from './words.ts';

/** What a command of `ctl` has come to: `text` for people, undefined where the answer itself is what was asked for. */
export interface Steered {
  readonly text?: string;
  readonly answer: unknown;
}

interface Files {
  readonly read: (file: string) => Uint8Array;
  readonly write: (file: string, bytes: Uint8Array) => void;
}

const LEVELS: ReadonlySet<string> = new Set(['0', '1', '2']);

/** Tells a running board what the words say. @throws EmulatorError for other words, and with what the board says */
export async function steer(
  { socket, words, board: id }: CtlArguments,
  files: Files,
): Promise<Steered> {
  await using server = Server.at(socket);
  const board = await boardOf(server, id);
  const [word = '', ...rest] = words;
  const argument = rest.join(' ');
  const none = rest.length === 0;
  switch (word) {
    case 'state':
      if (!none) break;
      return { answer: await board.state() };
    case 'reset': {
      if (!none) break;
      const answer = await board.reset();
      return { text: `reset: the chip is ${answer.state}`, answer };
    }
    case 'boot0': {
      if (argument !== '0' && argument !== '1') break;
      const answer = await board.drive('BOOT0', Number(argument) as Level);
      return { text: `BOOT0 is ${argument} from the next reset on`, answer };
    }
    case 'power': {
      if (argument !== 'on' && argument !== 'off') break;
      const answer = await board.power(argument === 'on');
      const text = argument === 'on' ? `power is on: the chip is ${answer.state}` : 'power is off';
      return { text, answer };
    }
    case 'protect': {
      if (!LEVELS.has(argument)) break;
      const answer = await board.protect(Number(argument) as ProtectionLevel);
      return { text: `readout protection level ${answer.protection}`, answer };
    }
    case 'load': {
      if (argument === '') break;
      return { text: `loaded ${argument}`, answer: await board.load(files.read(argument)) };
    }
    case 'save': {
      if (argument === '') throw new EmulatorError('save: name a file, as in save flash.bin');
      const isHex = extname(argument).toLowerCase() === '.hex';
      files.write(argument, isHex ? Buffer.from(await board.hex()) : await board.flash());
      return { text: `saved ${argument}`, answer: { file: argument } };
    }
    case 'fault': {
      if (argument === '') break;
      const answer = await board.arm(parseFault(argument) as Fault);
      return { text: `fault ${answer.id} is armed`, answer };
    }
    case 'faults':
      if (!none) break;
      return { answer: await board.faults() };
    case 'clear':
      if (!none) break;
      await board.disarm();
      return { text: 'no fault is armed', answer: [] };
    case 'snapshot': {
      const name = await board.snapshot(none ? undefined : argument);
      return { text: `kept as ${name}`, answer: { name } };
    }
    case 'restore': {
      if (argument === '') break;
      return { text: `restored ${argument}`, answer: await board.restore(argument) };
    }
    case 'wait': {
      if (argument === '') break;
      return { answer: await board.waitFor(argument) };
    }
    default:
  }
  throw noSuchWords(words);
}

async function boardOf(server: Server, id: string | undefined): Promise<Board> {
  if (id !== undefined) return await server.board(id);
  const boards = await server.boards();
  if (boards.length < 2) return await server.board();
  const names = boards.map((each) => each.id).join(', ');
  throw new EmulatorError(`there are several boards: name one with --board (${names})`);
}
