import { median, type Figure } from './figure.ts';
import { start, timeOf } from './processes.ts';

const ROUNDS = 11;

/** Wall time from the start of `vstm32 run` to the line that names its port, and of a Node that does nothing. */
export async function measureStartUp(
  vstm32: readonly string[],
  progress: (text: string) => void,
): Promise<Figure> {
  const ours: number[] = [];
  const node: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    node.push(await timeOf(process.execPath, ['-e', '0']));
    await using board = await start(process.execPath, vstm32);
    ours.push(board.tookMs);
  }
  progress(`start-up: ${ROUNDS} rounds done`);
  return {
    name: 'startUp',
    what: 'vstm32 run STM32F405 to its ready line',
    ours: median(ours),
    against: { what: 'node -e 0', value: median(node) },
    unit: 'ms',
    bound: { most: 2.5 },
  };
}
