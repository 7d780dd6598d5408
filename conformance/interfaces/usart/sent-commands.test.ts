import fc from 'fast-check';
import { expect, test } from 'vitest';
import { be32, packet } from './host.ts';
import { SentCommands } from './sent-commands.ts';

/** A follower whose findings are lines of text. */
function follower(): { commands: SentCommands; log: string[] } {
  const log: string[] = [];
  const commands = new SentCommands({
    command: (opcode) => log.push(`command ${opcode.toString(16)}`),
    write: (address, byte) => log.push(`write ${address.toString(16)} ${byte}`),
    erase: (pages) => log.push(`erase ${String(pages)}`),
    go: (address) => log.push(`go ${address.toString(16)}`),
    special: (code) => log.push(`special ${code.toString(16)}`),
    astray: (opcode) => log.push(`astray ${opcode.toString(16)}`),
  });
  return { commands, log };
}

/** What is found in bursts behind a greeting, each answered by one byte; none where that is undefined. */
function found(...bursts: readonly (readonly [readonly number[], number?])[]): readonly string[] {
  const { commands, log } = follower();
  for (const [bytes, answer] of [[[0x7f], 0x79] as const, ...bursts]) {
    commands.sent(bytes);
    if (answer !== undefined) commands.heard(answer);
  }
  return log;
}

const acknowledged = (...bursts: readonly (readonly number[])[]): readonly string[] =>
  found(...bursts.map((bytes) => [bytes, 0x79] as const));

const WRITE = [0x31, 0xce];
const RAM = packet(be32(0x2000_4000));

test('a write tells each byte with its address', () => {
  expect(acknowledged(WRITE, packet(be32(0x0800_0100)), packet([1, 10, 11]))).toEqual([
    'command 31',
    'write 8000100 10',
    'write 8000101 11',
  ]);
});

test('erases tell their pages, or all', () => {
  expect(acknowledged([0x43, 0xbc], packet([1, 3, 4]))).toEqual(['command 43', 'erase 3,4']);
  expect(acknowledged([0x43, 0xbc], [0xff, 0x00])).toEqual(['command 43', 'erase all']);
  expect(acknowledged([0x44, 0xbb], packet([0, 1, 1, 2, 0, 9]))).toEqual([
    'command 44',
    'erase 258,9',
  ]);
  expect(acknowledged([0x44, 0xbb], packet([0xff, 0xfe]))).toEqual(['command 44', 'erase all']);
});

test('a Go counts only with its right checksum', () => {
  const go = packet(be32(0x0800_0000));
  expect(acknowledged([0x21, 0xde], go)).toEqual(['command 21', 'go 8000000']);
  expect(acknowledged([0x21, 0xde], [...go.slice(0, 4), go[4]! ^ 1])).toEqual(['command 21']);
});

test('a sub-operation is told before its data', () => {
  expect(acknowledged([0x50, 0xaf], [0x00, 0x01])).toEqual(['command 50', 'special 1']);
});

test('opcodes in a block that comes whole where one is awaited are data', () => {
  const block = packet([3, 0x82, 0x7d, 0x31, 0xce]);
  expect(acknowledged(WRITE, RAM, block)).toHaveLength(5);
  expect(acknowledged(WRITE, RAM, block.with(-1, 0))).toContain('astray 82');
  expect(acknowledged(WRITE, RAM, packet([4, 0x82, 0x7d, 0x31, 0xce, 0]))).toContain('astray 82');
  expect(found([WRITE, 0x79], [RAM], [block, 0x79])).toContain('astray 82');
});

test('a refused address ends the command', () => {
  const refused = [packet(be32(0x6000_0000)), 0x1f] as const;
  expect(found([WRITE, 0x79], refused, [[0x82, 0x7d]])).toEqual(['command 31', 'command 82']);
});

test('a NACK in the middle of a packet ends what is sure', () => {
  const special = [[[0x50, 0xaf], 0x79] as const, [packet([0, 2]), 0x79] as const];
  expect(found(...special, [[0xff, 0xff], 0x1f], [[0x44, 0xbb]])).toContain('astray 44');
});

test('behind a NACK an opcode may begin with a byte that was sent before it', () => {
  expect(found([[0x31, 0xce, 0x82], 0x1f], [[0x7d, 0x00]])).toContain('astray 82');
});

test('a device that did not answer may take any two bytes for an opcode, until it is reset', () => {
  const { commands, log } = follower();
  for (const bytes of [[0x7f], [0x00, 0xff], [0x82], [0x00], [0x7d]]) commands.sent(bytes);
  expect(log).toContain('astray 82');
  log.length = 0;
  commands.restarted();
  commands.sent([0x7f]);
  commands.heard(0x79);
  commands.sent([0x00, 0xff]);
  expect(log).toEqual(['command 0']);
});

test('a command is found behind any bytes that nothing answered', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xff), { maxLength: 40 }), (noise) => {
      const { commands, log } = follower();
      commands.sent([...noise, 0x00, 0x82, 0x7d]);
      expect(log.at(-1)).toMatch(/^(astray|command) 82$/);
    }),
  );
});
