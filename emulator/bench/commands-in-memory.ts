import { createBoard } from '../index.ts';
import type { CommandRates } from './commands.ts';

/** Prints how many commands per second a board takes in memory. */
const ROUNDS = 25;
const BLOCK = 256;
const IMAGE = 256 * 1024;

const board = await createBoard('STM32F405');
const usart = board.usart();
let heard = 0;
usart.onTransmit((bytes) => (heard += bytes.length));

function send(bytes: Uint8Array): void {
  usart.receive(bytes);
  board.run();
}

function checked(...bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(
    ...bytes,
    bytes.reduce((sum, byte) => sum ^ byte, 0),
  );
}

/**
 * Commands per second of `round`, which sends `commands` of them and is answered with `answer` bytes.
 * The best round counts: what makes others slower is the rest of the machine.
 */
function rate(commands: number, answer: number, round: () => void): number {
  round(); // until the code is compiled and the memory allocated
  const rates = Array.from({ length: ROUNDS }, () => {
    heard = 0;
    const began = performance.now();
    round();
    const tookMs = performance.now() - began;
    if (heard !== answer) throw new Error(`${heard} bytes answered, not ${answer}`);
    return (commands / tookMs) * 1000;
  });
  return Math.max(...rates);
}

function getAll(count: number): void {
  const get = Uint8Array.of(0x00, 0xff);
  for (let sent = 0; sent < count; sent++) send(get);
}

function writeAndReadAll(): void {
  const data = checked(BLOCK - 1, ...Array.from({ length: BLOCK }, (_, index) => index));
  for (let at = 0; at < IMAGE; at += BLOCK) {
    const address = checked(0x08, at >> 16, (at >> 8) & 0xff, at & 0xff);
    send(Uint8Array.of(0x31, 0xce));
    send(address);
    send(data);
    send(Uint8Array.of(0x11, 0xee));
    send(address);
    send(Uint8Array.of(BLOCK - 1, (BLOCK - 1) ^ 0xff));
  }
}

send(Uint8Array.of(0x7f));
const count = 20_000;
const blocks = IMAGE / BLOCK;
const rates: CommandRates = {
  get: rate(count, count * 15, () => getAll(count)),
  blocks: rate(2 * blocks, blocks * (3 + 3 + BLOCK), writeAndReadAll),
};
console.log(JSON.stringify(rates));
