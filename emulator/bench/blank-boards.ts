import { createBoard, type Board } from '../index.ts';

/** Prints what one of 1 000 blank boards in this process occupies, in bytes; run with --expose-gc. */
const COUNT = 1000;

function residentBytes(): number {
  globalThis.gc!();
  return process.memoryUsage().rss;
}

const boards: Board[] = [await createBoard('STM32F405')]; // the first also loads what all share
const before = residentBytes();
while (boards.length <= COUNT) boards.push(await createBoard('STM32F405'));
console.log((residentBytes() - before) / COUNT);
if (boards.some((board) => board.state !== 'bootloader')) throw new Error('not all have booted');
