// npx tsx emulator/examples/03-power-cut.ts
import { createBoard } from '../index.ts'; // outside this repository: from 'vstm32'

const sector = 16 * 1024;
const load = [{ address: 0x0800_0000, bytes: new Uint8Array(2 * sector) }];
await using board = await createBoard('STM32F405', { load });

const usart = board.usart();
for (const hex of ['7f', '44bb', '0000000000']) {
  usart.receive(Buffer.from(hex, 'hex')); // synchronise, Extended Erase, sector 0
}
board.clock.advanceTo(board.clock.now + 100_000); // µs: it would take 250 000
board.power(false);

for (const number of [0, 1]) {
  const bytes = board.flashImage().subarray(number * sector, (number + 1) * sector);
  const counts = [0x00, 0xff].map((value) => bytes.filter((byte) => byte === value).length);
  const [old = 0, erased = 0] = counts;
  console.log(
    `sector ${number}: ${old} bytes old, ${erased} erased, ${sector - old - erased} neither`,
  );
}

board.power(true);
board.run();
console.log(`after power-on: ${board.state}`);
