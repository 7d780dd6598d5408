import { extname } from 'node:path';
import { z } from 'zod';
import { EmulatorError } from '../../errors.ts';
import { parseFault } from '../fault-text.ts';
import { ControlClient } from './api/client.ts';
import { armedFault, boardState, numberedEvent } from './api/schemas.ts';
import type { BoardState } from './api/schemas.ts';
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
  { socket, words, board }: CtlArguments,
  files: Files,
): Promise<Steered> {
  const client = new ControlClient(socket);
  const [word = '', ...rest] = words;
  const argument = rest.join(' ');
  const on = `/boards/${encodeURIComponent(board ?? (await onlyBoard(client)))}`;
  const stateOf = (method: string, path: string, body?: unknown): Promise<BoardState> =>
    client.call(method, `${on}${path}`, boardState, body);
  const none = rest.length === 0;
  switch (word) {
    case 'state':
      if (!none) break;
      return { answer: await stateOf('GET', '') };
    case 'reset': {
      if (!none) break;
      const answer = await stateOf('POST', '/reset');
      return { text: `reset: the chip is ${answer.state}`, answer };
    }
    case 'boot0': {
      if (argument !== '0' && argument !== '1') break;
      const answer = await stateOf('PUT', '/pins/BOOT0', { level: Number(argument) });
      return { text: `BOOT0 is ${argument} from the next reset on`, answer };
    }
    case 'power': {
      if (argument !== 'on' && argument !== 'off') break;
      const answer = await stateOf('PUT', '/power', { on: argument === 'on' });
      const text = argument === 'on' ? `power is on: the chip is ${answer.state}` : 'power is off';
      return { text, answer };
    }
    case 'protect': {
      if (!LEVELS.has(argument)) break;
      const answer = await stateOf('PUT', '/protection', { level: Number(argument) });
      return { text: `readout protection level ${answer.protection}`, answer };
    }
    case 'load': {
      if (argument === '') break;
      const image = await client.bytes('PUT', `${on}/image`, files.read(argument));
      return { text: `loaded ${argument}`, answer: boardState.parse(JSON.parse(image.toString())) };
    }
    case 'save': {
      if (argument === '') throw new EmulatorError('save: name a file, as in save flash.bin');
      const format = extname(argument).toLowerCase() === '.hex' ? 'hex' : 'bin';
      files.write(argument, await client.bytes('GET', `${on}/image?format=${format}`));
      return { text: `saved ${argument}`, answer: { file: argument } };
    }
    case 'fault': {
      if (argument === '') break;
      const fault = parseFault(argument);
      const answer = await client.call('POST', `${on}/faults`, armedFault, fault);
      return { text: `fault ${answer.id} is armed`, answer };
    }
    case 'faults':
      if (!none) break;
      return { answer: await client.call('GET', `${on}/faults`, z.array(armedFault)) };
    case 'clear':
      if (!none) break;
      await client.bytes('DELETE', `${on}/faults`);
      return { text: 'no fault is armed', answer: [] };
    case 'snapshot': {
      const body = none ? {} : { name: argument };
      const schema = z.object({ name: z.string() });
      const answer = await client.call('POST', `${on}/snapshots`, schema, body);
      return { text: `kept as ${answer.name}`, answer };
    }
    case 'restore': {
      if (argument === '') break;
      const path = `/snapshots/${encodeURIComponent(argument)}/restore`;
      return { text: `restored ${argument}`, answer: await stateOf('POST', path) };
    }
    case 'wait': {
      if (argument === '') break;
      const body = { kind: argument };
      return { answer: await client.call('POST', `${on}/wait`, numberedEvent, body) };
    }
    default:
  }
  throw noSuchWords(words);
}

async function onlyBoard(client: ControlClient): Promise<string> {
  const [first, ...others] = await client.call('GET', '/boards', z.array(boardState));
  if (first === undefined) throw new EmulatorError('this server has no board');
  if (others.length === 0) return first.id;
  const names = [first, ...others].map(({ id }) => id).join(', ');
  throw new EmulatorError(`there are several boards: name one with --board (${names})`);
}
