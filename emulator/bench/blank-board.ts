import type { Figure } from './figure.ts';
import { start } from './processes.ts';

/** Memory of a blank board, in KiB: what 1 000 of them add to a process, shared out. */
export async function measureBlankBoard(
  built: string,
  progress: (text: string) => void,
): Promise<Figure> {
  const args = ['--expose-gc', `${built}/blank-boards.js`];
  await using program = await start(process.execPath, args);
  progress('memory of blank boards: done');
  return {
    name: 'blankBoard',
    what: 'memory of a blank board, one of 1 000',
    ours: Number(program.line) / 1024,
    unit: 'KiB',
    bound: { most: 100 },
  };
}
