import fc from 'fast-check';
import { expect, test } from 'vitest';
import { be32, packet } from '../host/usart.ts';
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
  });
  return { commands, log };
}

/** What is found in bytes of which each packet is acknowledged. */
function found(...packets: readonly (readonly number[])[]): readonly string[] {
  const { commands, log } = follower();
  for (const bytes of packets) {
    for (const byte of bytes) commands.sent(byte);
    commands.heard(0x79);
  }
  return log;
}

const WRITE = [0x31, 0xce];

test('a write tells each byte with its address', () => {
  expect(found([0x7f], WRITE, packet(be32(0x0800_0100)), packet([1, 10, 11]))).toEqual([
    'command 31',
    'write 8000100 10',
    'write 8000101 11',
  ]);
});

test('erases tell their pages, or all', () => {
  expect(found([0x43, 0xbc], packet([1, 3, 4]))).toEqual(['command 43', 'erase 3,4']);
  expect(found([0x43, 0xbc], [0xff, 0x00])).toEqual(['command 43', 'erase all']);
  expect(found([0x44, 0xbb], packet([0, 1, 1, 2, 0, 9]))).toEqual(['command 44', 'erase 258,9']);
  expect(found([0x44, 0xbb], packet([0xff, 0xfe]))).toEqual(['command 44', 'erase all']);
});

test('a Go counts only with its right checksum', () => {
  const go = packet(be32(0x0800_0000));
  expect(found([0x21, 0xde], go)).toEqual(['command 21', 'go 8000000']);
  expect(found([0x21, 0xde], [...go.slice(0, 4), go[4]! ^ 1])).toEqual(['command 21']);
});

test('a sub-operation is told before its data', () => {
  const { commands, log } = follower();
  for (const byte of [0x50, 0xaf, 0x00, 0x01]) commands.sent(byte);
  expect(log).toEqual(['command 50', 'special 1']);
});

test('opcodes among acknowledged data are data', () => {
  const data = [0x82, 0x7d, 0x31, 0xce];
  expect(found(WRITE, packet(be32(0x0800_0000)), packet([3, ...data]))).toHaveLength(5);
});

test('a refused address ends the command', () => {
  const { commands, log } = follower();
  for (const byte of WRITE) commands.sent(byte);
  commands.heard(0x79);
  for (const byte of packet(be32(0x6000_0000))) commands.sent(byte);
  commands.heard(0x1f);
  for (const byte of [0x82, 0x7d]) commands.sent(byte);
  expect(log).toEqual(['command 31', 'command 82']);
});

test('while nothing is acknowledged every pair may be a command', () => {
  const { commands, log } = follower();
  for (const byte of [...WRITE, ...packet(be32(0x0800_0000)), 0x82, 0x7d]) commands.sent(byte);
  expect(log).toContain('command 82');
});

test('a command is found behind any bytes that nothing answered', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xff), { maxLength: 40 }), (noise) => {
      const { commands, log } = follower();
      for (const byte of [...noise, 0x00, 0x82, 0x7d]) commands.sent(byte);
      expect(log.at(-1)).toBe('command 82');
    }),
  );
});

test('a reset forgets what was begun', () => {
  const { commands, log } = follower();
  for (const byte of WRITE) commands.sent(byte);
  commands.heard(0x79);
  commands.restarted();
  for (const byte of [0x02, 0xfd]) commands.sent(byte);
  expect(log).toEqual(['command 31', 'command 2']);
});
