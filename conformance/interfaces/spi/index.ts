import { eraseCodes } from '../../../families/index.ts';
import { lacksCommand } from '../lacks-command.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Entry } from '../../run/entry.ts';
import { hear, send } from '../../run/exchange.ts';
import {
  ACK_BYTE,
  DUMMY,
  NACK,
  OPCODES,
  SILENCE,
  address,
  ask,
  block,
  command,
  count,
  done,
  erase,
  fetching,
  frame,
  getAck,
  goCommand,
  isGone,
  readMemory,
  resetting,
  resync,
  specialErase,
  step,
  sync,
  writeMemory,
} from './host.ts';
import { burst } from './exchanges.ts';
import type { Piece } from './exchanges.ts';
import { answerWords, sentWords } from './words.ts';
import { isMapped, nowhere, scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import { addressRefused } from '../../scenarios/kit/replies.ts';
import type { Step } from '../../run/script.ts';
import type { Channel, Target } from '../../run/target.ts';

const moves: Moves = {
  lacks: (part, move) => lacksCommand(part, move),
  longestBlock: (part) => (part.quirks.has('128-byte-writes-only') ? 128 : 256),
  read: (_, from, expected) => readMemory(from, expected),
  readRefused: (part, from, why) =>
    why === 'protection'
      ? [command('read-memory', NACK)]
      : [
          command('read-memory'),
          address(
            from,
            addressRefused(part, part.bootloader.readRefusedAt, [count('bytes', 4, [NACK])]),
          ),
        ],
  write: writeMemory,
  writeOptions: (part, to, data) => [
    command('write-memory'),
    address(to),
    resetting(block(part, data)),
  ],
  writeRefused: (part, to, why) =>
    why === 'protection'
      ? [command('write-memory', NACK)]
      : [
          command('write-memory'),
          address(
            to,
            addressRefused(part, part.bootloader.writeRefusedAt, [
              block(part, [1, 2, 3, 4], [NACK]),
            ]),
          ),
        ],
  erase: (_, { number }) => erase([number]),
  eraseRefused: () => [command('extended-erase', NACK)],
  massErase: () => [command('extended-erase'), specialErase(eraseCodes.all)],
  unprotect: () => done('readout-unprotect'),
  go: (part, from) => [goCommand(part), address(from), isGone()],
};

/** AN4286: frames over a full-duplex bus, each acknowledged by both sides. */
export const spi: Protocol = {
  name: 'spi',
  interface: 'spi',
  connected: 'synchronised',
  waiting: [
    'synchronised',
    'after-nack',
    'aborted-write',
    'refused-go',
    'nss-low',
    'after-dummies',
  ],
  protectedStates: ['reset', 'synchronised', 'after-nack', 'nss-low', 'after-dummies', 'rdp-1'],
  connect: (_, then = []) => [resync(), ...then],
  entrySteps,
  async wake(channel, target) {
    await say(channel, target, sync().send);
  },
  probe: (channel, target) => say(channel, target, getId()),
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
    case 'synchronised':
    case 'write-protected':
    case 'rdp-1':
      return [sync()];
    case 'after-nack':
      return [sync(), ask('complement missing', frame(0x00, 0xff), [NACK])];
    case 'aborted-write': {
      const { start } = scratchPages(part)[0]!;
      return [
        sync(),
        command('write-memory'),
        address(start),
        block(part, [1, 2, 3, 4], [NACK], 0x01),
      ];
    }
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      return [sync(), goCommand(part), address(to, [NACK])];
    }
    case 'nss-low':
      return [step('NSS falls and stays low', [{ nss: 'low' }], SILENCE), sync()];
    case 'after-dummies': {
      const dummies = Array.from({ length: 40 }, () => DUMMY);
      return [sync(), step('dummies', [{ send: dummies }], SILENCE)];
    }
    default:
      return undefined;
  }
}

/** All of Get ID in one burst, which a device that does not acknowledge it leaves unfinished. */
function getId(): readonly number[] {
  const frames: Piece[] = [{ send: frame(OPCODES['get-id']) }, ...getAck()];
  return burst(...frames, ...fetching(3), ...getAck());
}

async function say(
  channel: Channel,
  target: Target,
  bytes: readonly number[],
): Promise<readonly number[]> {
  await send(channel, { send: bytes });
  return hear(channel, target);
}

/** Learns the list of Get: how many there are stands in its first byte. */
async function askForCommands(
  channel: Channel,
  target: Target,
): Promise<readonly UsartCommandName[]> {
  const [answer] = await say(channel, target, command('get').send);
  if (answer !== ACK_BYTE) return [];
  const [number = 0] = await say(channel, target, burst(...fetching(1)));
  const rest = Array.from({ length: number + 1 }, () => DUMMY);
  const [, ...opcodes] = await say(channel, target, burst({ exchange: rest }, ...getAck()));
  return opcodes.slice(0, number).flatMap((opcode) => {
    const names = Object.keys(OPCODES) as UsartCommandName[];
    return names.filter((name) => OPCODES[name] === opcode);
  });
}
