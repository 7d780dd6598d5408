import { eraseCodes } from '../../../families/index.ts';
import { lacksCommand } from '../lacks-command.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Entry } from '../../run/entry.ts';
import { hear } from '../../run/exchange.ts';
import { text } from '../../hex.ts';
import {
  ACK,
  ACK_BYTE,
  ERASE_MS,
  NACK,
  OPCODES,
  SILENCE,
  address,
  answer,
  block,
  command,
  extendedPageList,
  goCommand,
  length,
  pageList,
  read,
  resync,
  specialErase,
  step,
  sync,
  syncBytes,
  write,
} from './host.ts';
import { has, isMapped, nowhere, scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import { addressRefused, lengthRefused, protectedRefusal } from '../../scenarios/kit/replies.ts';
import type { Step } from '../../run/script.ts';

/** Get ID, which a bootloader answers in every state. */
const PROBE = Uint8Array.of(0x02, 0xfd);

const moves: Moves = {
  lacks: (part, move) =>
    (move === 'erase' || move === 'mass-erase') && has(part, 'erase')
      ? undefined
      : lacksCommand(part, move),
  longestBlock: (part) => (part.quirks.has('128-byte-writes-only') ? 128 : 256),
  read: (_, from, expected) => read(from, expected),
  readRefused: (part, from, why) =>
    why === 'protection'
      ? [command('read-memory', ...protectedRefusal(part, true))]
      : [
          command('read-memory'),
          address(
            from,
            addressRefused(part, part.bootloader.readRefusedAt, [length(4, lengthRefused(part))]),
          ),
        ],
  write: (_, to, data) => write(to, data),
  writeOptions: (_, to, data) => write(to, data),
  writeRefused: (part, to, why) =>
    why === 'protection'
      ? [command('write-memory', ...protectedRefusal(part, true))]
      : [
          command('write-memory'),
          address(
            to,
            addressRefused(part, part.bootloader.writeRefusedAt, [block([1, 2, 3, 4], [NACK])]),
          ),
        ],
  erase: (part, { number }) =>
    has(part, 'erase')
      ? [command('erase'), pageList([number])]
      : [command('extended-erase'), extendedPageList([number])],
  eraseRefused: (part) => [command(has(part, 'erase') ? 'erase' : 'extended-erase', NACK)],
  massErase: (part) =>
    has(part, 'erase')
      ? [command('erase'), { ...step('all pages', [0xff, 0x00], ACK), withinMs: ERASE_MS }]
      : [command('extended-erase'), specialErase(eraseCodes.all)],
  unprotect: () => [{ ...command('readout-unprotect', answer(ACK_BYTE)), withinMs: ERASE_MS }],
  go: (part, from) => [
    goCommand(part),
    address(from),
    step('Get ID is not answered any more', [...PROBE], SILENCE),
  ],
};

/** AN3155: bytes, each command acknowledged. */
export const usart: Protocol = {
  name: 'usart',
  interface: 'usart',
  connected: 'synchronised',
  waiting: ['synchronised', 'after-nack', 'half-command', 'aborted-write', 'refused-go'],
  protectedStates: ['reset', 'synchronised', 'after-nack', 'half-command', 'rdp-1'],
  connect: (part, then = []) => [resync(part), ...then],
  entrySteps,
  async wake(channel, target) {
    await channel.send(Uint8Array.from(syncBytes(target.part)));
    await hear(channel, target);
  },
  async probe(channel, target) {
    await channel.send(PROBE);
    return hear(channel, target);
  },
  probeName: 'Get ID',
  probeWords: (got) => text(got),
  async identify(target) {
    const channel = await target.boot({});
    await channel.send(Uint8Array.from(syncBytes(target.part)));
    const synced = await hear(channel, target);
    if (synced.length === 0) return false;
    await channel.send(Uint8Array.of(0x00, 0xff));
    const reply = await hear(channel, target);
    if (reply.length === 0) return false;
    // AN3155 §4: from protocol 4.0 on, use Get
    if (target.part.commands === undefined && reply[0] === ACK_BYTE) {
      const opcodes = reply.slice(3, 3 + (reply[1] ?? 0));
      target.part = { ...target.part, commands: opcodes.flatMap(namesOf) };
    }
    return true;
  },
  moves,
  words: { sent: text, answer: (_, got, most) => text(got, most) },
};

function entrySteps(entry: Entry, part: Part): readonly Step[] | undefined {
  switch (entry) {
    case 'reset':
      return [];
    case 'synchronised':
    case 'write-protected':
    case 'rdp-1':
      return [sync(part)];
    case 'after-nack':
      return [sync(part), step('complement missing', [0x00, 0x00], NACK)];
    case 'half-command':
      return [sync(part), step('opcode alone', [0x11], SILENCE), step('found back', [0xff], NACK)];
    case 'aborted-write': {
      const { start } = scratchPages(part)[0]!;
      return [
        sync(part),
        command('write-memory'),
        address(start),
        block([1, 2, 3, 4], [NACK], 0x01),
      ];
    }
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      return [sync(part), goCommand(part), address(to, [NACK])];
    }
    default:
      return undefined;
  }
}

function namesOf(opcode: number): UsartCommandName[] {
  return (Object.keys(OPCODES) as UsartCommandName[]).filter((name) => OPCODES[name] === opcode);
}
