import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Pacer } from '../pacer.ts';
import { openTcp } from './tcp.ts';
import { boardOf } from '../../test/boards.ts';

const BOARDS = 100;
/** Child processes at a time: each is a whole Node. */
const AT_ONCE = 16;

/** A flashing tool: the port is its argument, the image its standard input. */
const TOOL = `
import { buffer } from 'node:stream/consumers';
import { connect } from 'node:net';

const image = await buffer(process.stdin);
const socket = connect({ port: Number(process.argv[1]), host: '127.0.0.1', noDelay: true });
const replies = socket[Symbol.asyncIterator]();

async function acknowledged(...bytes) {
  socket.write(Uint8Array.from(bytes));
  const { value } = await replies.next();
  if (value?.length !== 1 || value[0] !== 0x79) throw new Error('no ACK but ' + value?.toString('hex'));
}
const xor = (bytes) => bytes.reduce((sum, byte) => sum ^ byte, 0);

await acknowledged(0x7f);
await acknowledged(0x44, 0xbb);
await acknowledged(0xff, 0xff, 0x00);
for (let at = 0; at < image.length; at += 256) {
  const block = image.subarray(at, at + 256);
  const address = [0x08, at >> 16, (at >> 8) & 0xff, at & 0xff];
  await acknowledged(0x31, 0xce);
  await acknowledged(...address, xor(address));
  await acknowledged(block.length - 1, ...block, xor(block) ^ (block.length - 1));
}
socket.end();
`;

/** An image of its own for each board, 4 KiB to 64 KiB, with every byte value in it. */
function imageOf(index: number): Buffer {
  const parts = Array.from({ length: 128 + ((index * 37) % 1920) }, (_, part) =>
    createHash('sha256').update(`${index} ${part}`).digest(),
  );
  return Buffer.concat(parts);
}

async function flash(port: number, image: Buffer): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', TOOL, '--', String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  child.stdin.end(image);
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`the tool on port ${port} failed: ${errors}`);
}

test('100 boards in one process are flashed over tcp, each by a process of its own', async () => {
  const boards = await Promise.all(
    Array.from({ length: BOARDS }, async (_, index) => {
      const board = boardOf('STM32F405RG');
      const pacer = new Pacer(board.clock, 'instant');
      const address = { host: '127.0.0.1', port: 0 };
      const link = await openTcp(board.usart(), pacer, board.trace, address);
      return { board, pacer, link, image: imageOf(index) };
    }),
  );
  const waiting = [...boards];
  const work = Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await flash(next.link.port, next.image);
    }
  });
  await Promise.all(work);
  const wrong = boards.filter(({ board, image }) => {
    const flashed = Buffer.from(board.flashImage());
    const blank = flashed.subarray(image.length).every((byte) => byte === 0xff);
    return !blank || !flashed.subarray(0, image.length).equals(image);
  });
  expect(wrong.map(({ link }) => link.port)).toEqual([]);
  for (const { link, pacer } of boards) {
    await link.close();
    pacer.close();
  }
});
