import { lacksCommand } from '../lacks-command.ts';
import type { Entry } from '../../run/entry.ts';
import { hear, send } from '../../run/exchange.ts';
import { CAN_RATE, LOST, rate } from './frames.ts';
import {
  NOT_TAKEN,
  OPCODES,
  SILENCE,
  command,
  done,
  erase,
  getId,
  hello,
  helloAgain,
  massErase,
  nack,
  read,
  readCommand,
  sent,
  speed,
  spoilt,
  write,
  writeHeader,
} from './host.ts';
import { answerWords, sentWords } from './words.ts';
import { be32 } from '../usart/host.ts';
import { isMapped, nowhere } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import type { Step } from '../../run/script.ts';

/** Code of Speed in the state `faster`. */
const FASTER = 3;

const moves: Moves = {
  lacks: (part, move) => lacksCommand(part, move, 'erase'),
  longestBlock: () => 256,
  read: (_, from, expected) => [read(from, expected)],
  readRefused: (_, from) => [readCommand(from, 4, nack(OPCODES['read-memory']))],
  write: (_, to, data) => write(to, data),
  writeOptions: (_, to, data) => write(to, data),
  writeRefused: (_, to) => [writeHeader(to, 4, nack(OPCODES['write-memory']))],
  erase: (_, { number }) => erase([number]),
  eraseRefused: () => [command('erase', [0], nack(OPCODES.erase))],
  massErase: () => [massErase()],
  unprotect: () => [done('readout-unprotect')],
  go: (part, from) => [command('go', be32(from)), isGone(part)],
};

/** AN3154: frames of classic CAN, whose identifier is the command. */
export const can: Protocol = {
  name: 'can',
  interface: 'can',
  connected: 'connected',
  waiting: ['connected', 'unknown-command', 'refused-go', 'spoilt-frame', 'faster'],
  protectedStates: ['reset', 'connected', 'unknown-command', 'spoilt-frame', 'refused-go', 'rdp-1'],
  connect: (_, then = []) => [helloAgain(), ...then],
  entrySteps,
  async wake(channel, target) {
    // behind a reset the chip is at its first rate again
    await send(channel, { send: [...rate(CAN_RATE), ...hello().send] });
    await hear(channel, target);
  },
  async probe(channel, target) {
    await send(channel, command('get-id'));
    const got = await hear(channel, target);
    return got[0] === LOST ? [] : got;
  },
  probeName: 'Get ID',
  probeWords: (got) => answerWords([], got),
  async identify(target) {
    const channel = await target.boot({});
    await this.wake(channel, target);
    return (await this.probe(channel, target)).length > 0;
  },
  moves,
  words: { sent: sentWords, answer: answerWords },
};

/** The bootloader was left: its controller is off, or an application has it that acknowledges what it hears. */
export function isGone(part: Part): Step {
  const { send: asked } = getId(part);
  return { name: 'Get ID is not answered any more', send: asked, replies: [NOT_TAKEN, SILENCE] };
}

function entrySteps(entry: Entry, part: Part): readonly Step[] | undefined {
  switch (entry) {
    case 'reset':
      return [];
    case 'connected':
    case 'write-protected':
    case 'rdp-1':
      return [hello()];
    case 'unknown-command':
      return [hello(), sent('no command', { id: 0x7f, data: [] }, nack(0x7f))];
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      return [hello(), command('go', be32(to), nack(OPCODES.go))];
    }
    case 'spoilt-frame':
      return [hello(), spoilt('Get ID', { id: OPCODES['get-id'], data: [] })];
    case 'faster':
      return [hello(), ...speed(FASTER)];
    default:
      return undefined;
  }
}
