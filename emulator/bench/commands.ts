import type { Figure } from './figure.ts';
import { start } from './processes.ts';

/** What the program commands-in-memory.ts prints: commands per second. */
export interface CommandRates {
  readonly get: number;
  readonly blocks: number;
}

/** Commands per second of a board that is driven in memory, in a process of its own. */
export async function measureCommands(
  built: string,
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  await using program = await start(process.execPath, [`${built}/commands-in-memory.js`]);
  const rates = JSON.parse(program.line) as CommandRates;
  progress('commands in memory: done');
  const common = { unit: 'commands/s', bound: { least: 100_000 } } as const;
  return [
    { name: 'get', what: 'Get in memory', ours: rates.get, ...common },
    {
      name: 'blocks',
      what: 'Write Memory and Read Memory of 256 bytes in memory',
      ours: rates.blocks,
      ...common,
    },
  ];
}
