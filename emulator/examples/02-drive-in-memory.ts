// npx tsx emulator/examples/02-drive-in-memory.ts
import { createBoard } from '../index.ts'; // outside this repository: from 'vstm32'

await using board = await createBoard('STM32F405');
const usart = board.usart();
usart.onTransmit((bytes) => console.log(`      chip ${Buffer.from(bytes).toString('hex')}`));

const dialogue = [
  ['synchronise', '7f'],
  ['Get ID', '02fd'],
  ['Write Memory', '31ce'],
  ['  its address', '0800000008'],
  ['  four bytes', '0301020304 07'],
  ['Read Memory', '11ee 0800000008 03fc'],
] as const;

for (const [what, hex] of dialogue) {
  console.log(`${what}\n      host ${hex}`);
  usart.receive(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  board.run(); // until the chip waits for the host again
}
console.log(`virtual time: ${board.clock.now} µs`);
