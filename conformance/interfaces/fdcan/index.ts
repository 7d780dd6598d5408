import { eraseCodes } from '../../../families/index.ts';
import { lacksCommand } from '../lacks-command.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Entry } from '../../run/entry.ts';
import { hear, send as transmit } from '../../run/exchange.ts';
import { LOST, itemsOf } from '../can/frames.ts';
import { answerWords, sentWords } from '../can/words.ts';
import {
  erase,
  getId,
  go,
  isGone,
  nack,
  protection,
  read,
  readHeader,
  specialErase,
  spoilt,
  startFrame,
  unknownCommand,
  write,
  writeHeader,
  command,
} from './host.ts';
import { OPCODES } from '../usart/host.ts';
import { blockUnit, isMapped, nowhere, since } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import { protectedReadReplies } from './scenarios/replies.ts';
import type { Step } from '../../run/script.ts';
import type { Channel, Target } from '../../run/target.ts';

const moves: Moves = {
  lacks: (part, move) => lacksCommand(part, move),
  longestBlock(part) {
    if (!part.quirks.has('fdcan-long-write-fails')) return 256;
    return 63 - (63 % blockUnit(part)); // AN2606, H74x V9.0
  },
  read: (_, from, expected) => read(from, expected),
  readRefused: (part, from, why) => [
    readHeader(
      from,
      4,
      ...(why === 'address' ? [nack('read-memory')] : protectedReadReplies(part)),
    ),
  ],
  write: (_, to, data) => write(to, data),
  writeOptions: (_, to, data) => write(to, data),
  writeRefused: (_, to) => [writeHeader(to, 4, nack('write-memory'))],
  erase: (part, { number }) => erase(part, [number]),
  eraseRefused: () => [command('extended-erase', [0, 1], nack('extended-erase'))],
  massErase: () => [specialErase(eraseCodes.all)],
  unprotect: (part) => [
    protection(part, 'readout-unprotect'),
    // AN2606, L5: option bytes take effect when power comes back
    ...(part.quirks.has('fdcan-options-after-power-on')
      ? [{ ...getId(), restart: true } as const]
      : []),
  ],
  go: (_, from) => [go(from), isGone()],
};

/** AN5405: frames of CAN FD, whose identifier is the command. */
export const fdcan: Protocol = {
  name: 'fdcan',
  interface: 'fdcan',
  connected: 'connected',
  waiting: ['connected', 'unknown-command', 'refused-go', 'spoilt-frame'],
  protectedStates: ['reset', 'connected', 'unknown-command', 'spoilt-frame', 'refused-go', 'rdp-1'],
  connect: (part, then = []) => [{ ...hello(part), afterReset: true }, ...then],
  entrySteps,
  async wake(channel, target) {
    await ask(channel, target, hello(target.part));
  },
  async probe(channel, target) {
    const got = await ask(channel, target, getId());
    return got[0] === LOST ? [] : got;
  },
  probeName: 'Get ID',
  probeWords: (got) => answerWords([], got),
  async identify(target) {
    const channel = await target.boot({});
    await this.wake(channel, target);
    const [, count, , ...rest] = await dataOf(channel, target, command('get'));
    if (count === undefined) return false;
    // AN5405, version table: from protocol 2.0 on the number of commands varies
    if (target.part.commands === undefined) {
      const opcodes = rest.slice(0, count[0]).map(([opcode]) => opcode);
      target.part = { ...target.part, commands: opcodes.flatMap(namesOf) };
    }
    return true;
  },
  moves,
  words: { sent: sentWords, answer: answerWords },
};

/** What begins a session: from 2.2 on the start frame, up to 2.1 any frame, which is a command as well. */
function hello(part: Part): Step {
  return since(part, '2.2') ? startFrame() : getId();
}

function entrySteps(entry: Entry, part: Part): readonly Step[] | undefined {
  switch (entry) {
    case 'reset':
      return [];
    case 'connected':
    case 'write-protected':
    case 'rdp-1':
      return [hello(part)];
    case 'unknown-command':
      return [hello(part), unknownCommand()];
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      return [hello(part), go(to, nack('go'))];
    }
    case 'spoilt-frame':
      return [hello(part), spoilt(part)];
    default:
      return undefined;
  }
}

async function ask(channel: Channel, target: Target, step: Step): Promise<readonly number[]> {
  await transmit(channel, step);
  return hear(channel, target);
}

/** The data of each frame of the answer. */
async function dataOf(
  channel: Channel,
  target: Target,
  step: Step,
): Promise<readonly (readonly number[])[]> {
  const items = itemsOf([...(await ask(channel, target, step))]);
  return items.flatMap((item) => (typeof item === 'object' && 'id' in item ? [item.data] : []));
}

function namesOf(opcode: number | undefined): UsartCommandName[] {
  return (Object.keys(OPCODES) as UsartCommandName[]).filter((name) => OPCODES[name] === opcode);
}
