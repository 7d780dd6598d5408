import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Board, BoardOptions } from '../index.ts';
import { boardOf } from '../test/boards.ts';

const MiB = 1 << 20;
const SENT = 64 * MiB;
/** What a port may keep of it: far less than was sent, and more than anything that must be kept. */
const MOST = 8 * MiB;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in buffers that somebody still has, and in some of which V8 has not got rid yet: it does so in the background. */
function buffered(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** Sends 64 MiB and returns what the board was surprised by. Fails when they are kept. */
async function flood(board: Board, send: (bytes: Uint8Array) => void): Promise<readonly string[]> {
  const surprises: string[] = [];
  board.trace.listen((event) => {
    if (event.kind === 'surprise') surprises.push(event.text);
  });
  const before = buffered();
  for (let sent = 0; sent < SENT; sent += MiB) send(new Uint8Array(MiB).fill(0x55));
  await expect.poll(() => buffered() - before).toBeLessThan(MOST);
  return surprises;
}

/** A silent application in flash: a vector table with a stack in RAM and an entry in flash. */
const APPLICATION: BoardOptions = {
  boot0: 0,
  load: [{ address: 0x0800_0000, bytes: Uint8Array.of(0, 0x10, 0, 0x20, 0x01, 0x01, 0, 0x08) }],
};

test.each([
  ['a wrong first byte', {}, 'USART1', (board: Board) => board.usart().receive(Uint8Array.of(1))],
  [
    'another port selected',
    {},
    'USART3',
    (board: Board) => board.usart().receive(Uint8Array.of(0x7f)),
  ],
  ['an application that does not listen', APPLICATION, 'USART1', () => {}],
  ['a core that is locked up', { boot0: 0 } as const, 'USART1', () => {}],
  ['power off', {}, 'USART1', (board: Board) => board.power(false)],
] as const)(
  'a USART that is deaf by %s keeps nothing of what it is sent',
  async (_, options, port, deafen) => {
    const board = boardOf('STM32F405RG', options);
    board.run();
    deafen(board);
    board.run();
    await flood(board, (bytes) => {
      board.usart(port).receive(bytes);
      board.run();
    });
  },
);

test('a chip that is busy keeps a mebibyte of what a host sends meanwhile, and says that it loses the rest', async () => {
  const board = boardOf('STM32F405RG');
  board.run();
  const usart = board.usart();
  for (const bytes of [[0x7f], [0x44, 0xbb], [0xff, 0xff, 0x00]]) {
    usart.receive(Uint8Array.from(bytes)); // mass erase
    if (bytes.length < 3) board.run();
  }
  const surprises = await flood(board, (bytes) => usart.receive(bytes));
  expect(surprises).toEqual(['USART1: the host does not wait for the chip: what it sends is lost']);
});

test('a host that is faster than its line loses what the line does not carry, and is told so', async () => {
  const board = boardOf('STM32F405RG');
  board.run();
  const usart = board.usart();
  usart.receive(Uint8Array.of(0x7f), { baud: 9600 });
  const surprises = await flood(board, (bytes) => usart.receive(bytes));
  expect(surprises).toEqual(['USART1: the host is faster than its line: bytes are lost']);
});
