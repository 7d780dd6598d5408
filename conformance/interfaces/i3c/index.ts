import { lacksCommand } from '../lacks-command.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Entry } from '../../run/entry.ts';
import { hear, send } from '../../run/exchange.ts';
import {
  LONGEST_CHUNK,
  NACK,
  OPCODES,
  address,
  ask,
  assign,
  begins,
  beginsAgain,
  command,
  data,
  done,
  erase,
  fetch,
  fetchAcknowledged,
  isGone,
  readMemory,
  size,
  specialErase,
  sync,
  writeMemory,
} from './host.ts';
import { parseAnswer } from './frames.ts';
import { answerWords, sentWords } from './words.ts';
import { isMapped, nowhere, scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import { ANY, anyBytes } from '../../run/script.ts';
import type { Step } from '../../run/script.ts';
import type { Channel, Target } from '../../run/target.ts';

/** A device without an address is offered one so often before it is given up. */
const TRIES = 50;

const moves: Moves = {
  lacks: (part, move) => lacksCommand(part, move),
  longestBlock: () => LONGEST_CHUNK,
  read: (_, from, expected) => readMemory(from, expected),
  readRefused: (_, from, why) =>
    why === 'protection'
      ? [command('read-memory', NACK)]
      : [command('read-memory'), address(from, [NACK])],
  write: (_, to, bytes) => writeMemory(to, bytes),
  writeOptions: (_, to, bytes) => writeMemory(to, bytes),
  writeRefused: (_, to, why) =>
    why === 'protection'
      ? [command('write-memory', NACK)]
      : [command('write-memory'), address(to, [NACK])],
  erase: (_, { number }) => erase([number]),
  eraseRefused: () => [command('extended-erase', NACK)],
  massErase: () => [command('extended-erase'), specialErase(0xffff)],
  unprotect: () => [done('readout-unprotect')],
  go: (_, from) => [command('go'), address(from), isGone()],
};

/** AN5927: private writes, each answered by an in-band interrupt, and private reads of what the device offers. */
export const i3c: Protocol = {
  name: 'i3c',
  interface: 'i3c',
  connected: 'connected',
  waiting: ['connected', 'after-nack', 'aborted-write', 'refused-go'],
  protectedStates: ['reset', 'connected', 'after-nack', 'rdp-1'],
  connect: (_, then = []) => [...beginsAgain(), ...then],
  entrySteps,
  async wake(channel, target) {
    for (let tries = 0; tries < TRIES; tries++) {
      const { outcomes } = parseAnswer(await say(channel, target, assign()));
      if (outcomes[0]?.kind !== 'nobody') break;
    }
    await say(channel, target, sync());
  },
  probe,
  probeName: 'Get ID',
  probeWords: (got) => answerWords([], got),
  async identify(target) {
    const channel = await target.boot({});
    await this.wake(channel, target);
    if ((await this.probe(channel, target)).length === 0) return false;
    if (target.part.commands === undefined) {
      target.part = { ...target.part, commands: await askForCommands(channel, target) };
    }
    return true;
  },
  moves,
  words: { sent: sentWords, answer: answerWords },
};

function entrySteps(entry: Entry, part: Part): readonly Step[] | undefined {
  switch (entry) {
    case 'reset':
      return [];
    case 'connected':
    case 'write-protected':
    case 'rdp-1':
      return begins();
    case 'after-nack':
      return [...begins(), ask('complement missing', [0x00, 0x00], NACK)];
    case 'aborted-write': {
      const { start } = scratchPages(part)[0]!;
      return [
        ...begins(),
        command('write-memory'),
        address(start),
        size(4, 'more'),
        data([1, 2, 3, 4], [NACK], 0x01),
      ];
    }
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      return [...begins(), command('go'), address(to, [NACK])];
    }
    default:
      return undefined;
  }
}

/** Get ID; nothing where nobody has the address. */
async function probe(channel: Channel, target: Target): Promise<readonly number[]> {
  const answer = await say(channel, target, command('get-id'));
  if (parseAnswer(answer).outcomes[0]?.kind !== 'taken') return [];
  const id = await say(channel, target, fetchAcknowledged('the ID', [ANY], [ANY, ANY]));
  return [...answer, ...id];
}

async function say(channel: Channel, target: Target, step: Step): Promise<readonly number[]> {
  await send(channel, step);
  return hear(channel, target);
}

/** Learns the list of Get: how many there are stands in its first byte. */
async function askForCommands(
  channel: Channel,
  target: Target,
): Promise<readonly UsartCommandName[]> {
  const ask = async (count: number): Promise<readonly number[]> => {
    const answer = await say(channel, target, fetch('of the list', anyBytes(count)));
    const [first] = parseAnswer(answer).outcomes;
    return first?.kind === 'data' ? first.data : [];
  };
  await say(channel, target, command('get'));
  const [number = 0] = await ask(1);
  await ask(1); // the version
  const opcodes = await ask(number);
  const names = Object.keys(OPCODES) as UsartCommandName[];
  return opcodes.flatMap((opcode) => names.filter((name) => OPCODES[name] === opcode));
}
