import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, type Figure } from './figure.ts';
import { start, timeOf } from './processes.ts';

const ROUNDS = 5;
const RESPONDER = fileURLToPath(new URL('responder.c', import.meta.url));

/** Wall time of stm32flash writing and verifying 1 MiB over our pty, and over that of a C program that only answers. */
export async function measurePty(
  folder: string,
  vstm32: readonly string[],
  progress: (text: string) => void,
): Promise<Figure> {
  const image = join(folder, 'image.bin');
  await writeFile(image, randomBytes(1024 * 1024));
  const responder = join(folder, 'responder');
  await timeOf('cc', ['-O2', '-o', responder, RESPONDER]);
  const flash = async (port: string): Promise<number> =>
    (await timeOf('stm32flash', ['-m', '8n1', '-w', image, '-v', port])) / 1000;

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    {
      await using c = await start(responder, []);
      theirs.push(await flash(c.line));
    }
    {
      await using board = await start(process.execPath, [...vstm32, '--json']);
      const { ports } = JSON.parse(board.line) as { ports: { usart: { path: string } } };
      ours.push(await flash(ports.usart.path));
    }
    const [us, them] = [ours.at(-1)!, theirs.at(-1)!];
    progress(`pty, round ${round} of ${ROUNDS}: ${us.toFixed(2)} s against ${them.toFixed(2)} s`);
  }
  return {
    name: 'pty',
    what: 'stm32flash writes and verifies 1 MiB over a pty',
    ours: median(ours),
    against: { what: 'C responder', value: median(theirs) },
    unit: 's',
    bound: { most: 1.15 },
  };
}
