import { eraseCodes } from '../../../families/index.ts';
import { lacksCommand } from '../lacks-command.ts';
import type { Entry } from '../../run/entry.ts';
import { hear, send } from '../../run/exchange.ts';
import {
  NACK,
  OPCODES,
  address,
  ask,
  block,
  comesBack,
  command,
  count,
  erase,
  fetch,
  formOf,
  isGone,
  isReset,
  outlasts,
  protection,
  read,
  readMemory,
  restarted,
  specialErase,
  writeMemory,
} from './host.ts';
import type { Form } from './host.ts';
import { noAddress } from './part.ts';
import { OUTCOME } from './transactions.ts';
import { answerWords, sentWords } from './words.ts';
import { isMapped, nowhere, scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import { addressRefused } from './scenarios/replies.ts';
import { ANY } from '../../run/script.ts';
import type { Step } from '../../run/script.ts';
import type { Channel, Target } from '../../run/target.ts';

/** The address is asked for so often before a device that does not acknowledge it is given up. */
const TRIES = 50;

/** What a host does by the commands of one form. */
export const movesIn = (form: Form): Moves => ({
  lacks: (part, move) => noAddress(part) ?? lacksCommand(part, move),
  longestBlock: (part) => (part.quirks.has('128-byte-writes-only') ? 128 : 256),
  read: (_, from, expected) => readMemory(from, expected),
  readRefused: (part, from, why) =>
    why === 'protection'
      ? [command('read-memory', NACK)]
      : [
          command('read-memory'),
          address(from, addressRefused(part.bootloader.readRefusedAt, [count('bytes', 4, [NACK])])),
        ],
  write: (_, to, data) => writeMemory(to, data, form),
  writeOptions: (_, to, data) => [...writeMemory(to, data, form), ...isReset()],
  writeRefused: (part, to, why) =>
    why === 'protection'
      ? [command(formOf('write-memory', form), NACK)]
      : [
          command(formOf('write-memory', form)),
          address(
            to,
            addressRefused(part.bootloader.writeRefusedAt, block([1, 2, 3, 4], form, [NACK])),
          ),
        ],
  erase: (_, { number }) => erase([number], form),
  eraseRefused: () => [command(formOf('extended-erase', form), NACK)],
  massErase: () => [command(formOf('extended-erase', form)), ...specialErase(eraseCodes.all, form)],
  unprotect: () => protection('readout-unprotect', form),
  go: (_, from) => [command('go'), address(from), isGone()],
});

/** AN4221: each step a transfer of its own, its answer fetched by another. */
export const i2c: Protocol = {
  name: 'i2c',
  interface: 'i2c',
  connected: 'connected',
  waiting: ['connected', 'after-nack', 'aborted-write', 'refused-go', 'timed-out'],
  protectedStates: ['reset', 'connected', 'after-nack', 'rdp-1'],
  connect: (_, then = []) => [...restarted(), ...then],
  entrySteps,
  // the first command is what selects the port
  wake: async () => {},
  probe,
  probeName: 'Get ID',
  probeWords: (got) =>
    answerWords(
      comesBack().flatMap((each) => each.send),
      got,
    ),
  async identify(target) {
    if (noAddress(target.part) !== undefined) return true; // nothing is asked of it
    const answer = await this.probe(await target.boot({}), target);
    if (answer.at(-1) === undefined || answer.length === 1) return false;
    if (target.part.commands === undefined) await askForCommands(target);
    return true;
  },
  moves: movesIn('stretch'),
  words: { sent: sentWords, answer: answerWords },
};

function entrySteps(entry: Entry, part: Part): readonly Step[] | undefined {
  const { start } = scratchPages(part)[0]!;
  switch (entry) {
    case 'reset':
      return [];
    case 'connected':
    case 'write-protected':
    case 'rdp-1':
      return comesBack();
    case 'after-nack':
      return [...comesBack(), ask('complement missing', [0x00, 0x00], NACK)];
    case 'aborted-write':
      return [
        ...comesBack(),
        command('write-memory'),
        address(start),
        ...block([1, 2, 3, 4], 'stretch', [NACK], 0x01),
      ];
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      return [...comesBack(), command('go'), address(to, [NACK])];
    }
    case 'timed-out':
      return [...comesBack(), command('read-memory'), ...outlasts(part)];
    default:
      return undefined;
  }
}

/** Get ID, asked again of a device that is still in reset. */
async function probe(channel: Channel, target: Target): Promise<readonly number[]> {
  const [first, rest] = comesBack();
  let answer: readonly number[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    answer = await say(channel, target, first!);
    if (answer[0] === OUTCOME.done) break;
  }
  if (answer[0] !== OUTCOME.done) return [];
  return [...answer, ...(await say(channel, target, rest!))];
}

async function say(channel: Channel, target: Target, step: Step): Promise<readonly number[]> {
  await send(channel, step);
  return hear(channel, target);
}

/**
 * Learns the list of Get. How long it is stands in its first byte, and an answer must be read whole: the
 * device is asked for that byte, restarted, and asked for all.
 */
async function askForCommands(target: Target): Promise<void> {
  const ends = read(ANY);
  const opcode = command('get');
  let channel = await target.restart();
  await say(channel, target, opcode);
  const [, length] = await say(channel, target, fetch('length', 1, [ends]));
  channel = await target.restart();
  await say(channel, target, opcode);
  if (length === undefined) return;
  const [, , , ...opcodes] = await say(channel, target, fetch('list', length + 2, [ends]));
  const offered = Object.entries(OPCODES).filter(
    ([name, value]) => opcodes.includes(value) && name !== 'get-checksum',
  );
  const places = offered.sort(
    ([, one], [, other]) => opcodes.indexOf(one) - opcodes.indexOf(other),
  );
  target.part = {
    ...target.part,
    commands: places.map(([name]) => name as Exclude<keyof typeof OPCODES, 'get-checksum'>),
  };
}
