import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { SYNC, be16, be32, packet } from '../interfaces/usart/host.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Destroys } from '../run/destroys.ts';
import type { Channel } from '../run/target.ts';
import { GuardedChannel } from './guard.ts';
import { Ledger } from './ledger.ts';

const f103 = partOf(findDevice('STM32F103x8').devices[0]!, { flashKiB: 64 });
const h563 = partOf(findDevice('STM32H563').devices[0]!);
/** Unprotected, with complements (RM0008 §3.3). */
const OPTIONS = Uint8Array.of(
  0xa5,
  0x5a,
  0xff,
  0,
  0xff,
  0,
  0xff,
  0,
  0xff,
  0,
  0xff,
  0,
  0xff,
  0,
  0xff,
  0,
);

/** A line that acknowledges each burst, and keeps what it was sent. */
class Acknowledging implements Channel {
  readonly bursts: number[][] = [];
  #answers = 0;

  async send(bytes: Uint8Array): Promise<void> {
    this.bursts.push([...bytes]);
    this.#answers++;
  }

  async next(): Promise<number | undefined> {
    return this.#answers-- > 0 ? 0x79 : undefined;
  }
}

/** Greets the device and sends packets, each acknowledged, until one is withheld. */
async function withheld(
  packets: readonly (readonly number[])[],
  { part = f103, allow = 'options' as Destroys }: { part?: Part; allow?: Destroys } = {},
): Promise<string | undefined> {
  const line = new Acknowledging();
  const options = [{ address: 0x1fff_f800, bytes: OPTIONS }];
  const channel = new GuardedChannel(line, { part, allow, options, ledger: new Ledger() });
  for (const [at, bytes] of [[SYNC], ...packets].entries()) {
    try {
      await channel.send(Uint8Array.from(bytes));
    } catch (error) {
      expect(line.bursts).toHaveLength(at); // nothing of the burst went out
      return (error as Error).message;
    }
    await channel.next(0);
  }
  return undefined;
}

const write = (address: number, data: readonly number[]): number[][] => [
  [0x31, 0xce],
  packet(be32(address)),
  packet([data.length - 1, ...data]),
];

const withByte = (at: number, value: number): number[] =>
  [...OPTIONS].map((byte, index) => (index === at ? value : byte));

test.each([
  ['level 2 of readout protection', write(0x1fff_f800, withByte(0, 0xcc))],
  ['level 1 of readout protection', write(0x1fff_f800, withByte(0, 0x00))],
  ['user options other than they were', write(0x1fff_f800, withByte(2, 0xfe))],
  ['Readout Protect', [[0x82, 0x7d]]],
  ['Readout Unprotect', [[0x92, 0x6d]]],
  ['a Go into flash', [[0x21, 0xde], packet(be32(0x0800_0000))]],
  ['a Go into RAM that the bootloader uses', [[0x21, 0xde], packet(be32(0x2000_0000))]],
  ['a write to system memory', write(0x1fff_f000, [1, 2, 3, 4])],
  ['a write behind the flash that it is called', write(0x0801_0000, [1, 2, 3, 4])],
  ['some of the option bytes', write(0x1fff_f800, [...OPTIONS].slice(0, 4))],
])('%s is never sent to a board', async (_, packets) => {
  expect(await withheld(packets)).toMatch(/^not sent: /);
});

test('a product state is never sent to a board', async () => {
  const packets = [[0x50, 0xaf], packet(be16(0x0001)), packet([0, 1, 0x17])];
  expect(await withheld(packets, { part: h563 })).toMatch(/Special/);
  const reset = [[0x50, 0xaf], packet(be16(0x0002)), packet([0, 1, 0])];
  expect(await withheld(reset, { part: h563 })).toBeUndefined();
});

test('write protection may be changed where options may be', async () => {
  const packets = write(
    0x1fff_f800,
    withByte(8, 0xfe).map((byte, at) => (at === 9 ? 0x01 : byte)),
  );
  expect(await withheld(packets)).toBeUndefined();
  expect(await withheld(packets, { allow: 'flash' })).toMatch(/--allow options/);
  expect(await withheld([[0x63, 0x9c]], { allow: 'flash' })).toMatch(/--allow options/);
});

test('what is not allowed is not sent', async () => {
  const flash = write(0x0800_0400, [1, 2, 3, 4]);
  expect(await withheld(flash, { allow: 'nothing' })).toMatch(/--allow page/);
  expect(await withheld(flash, { allow: 'page' })).toBeUndefined();
  const all = [
    [0x43, 0xbc],
    [0xff, 0x00],
  ];
  expect(await withheld(all, { allow: 'page' })).toMatch(/--allow flash/);
  expect(await withheld(all, { allow: 'flash' })).toBeUndefined();
  expect(await withheld(write(0x2000_1000, [1, 2, 3, 4]), { allow: 'nothing' })).toBeUndefined();
});

test('behind what was withheld nothing is sent until the board is reset', async () => {
  const line = new Acknowledging();
  const board = { part: f103, allow: 'nothing' as const, options: [], ledger: new Ledger() };
  const channel = new GuardedChannel(line, board);
  await expect(channel.send(Uint8Array.of(0x43, 0xbc, 0xff, 0x00))).rejects.toThrow('not sent');
  await expect(channel.send(Uint8Array.of(0x00, 0xff))).rejects.toThrow('not sent');
  channel.restarted();
  await channel.send(Uint8Array.of(SYNC));
  expect(line.bursts).toEqual([[SYNC]]);
});

test('erases and programs are counted by page', async () => {
  const ledger = new Ledger();
  const channel = new GuardedChannel(new Acknowledging(), {
    part: f103,
    allow: 'flash',
    options: [],
    ledger,
  });
  for (const bytes of [
    [SYNC],
    [0x43, 0xbc],
    packet([1, 3, 3]),
    ...write(0x0800_0400, [1, 2, 3, 4]),
  ]) {
    await channel.send(Uint8Array.from(bytes));
    await channel.next(0);
  }
  expect(ledger.mostErases).toBe(2);
  expect(ledger.allErases).toBe(2);
});
