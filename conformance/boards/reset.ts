import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ConformanceError } from '../errors.ts';
import type { Line } from './lines/line.ts';
import type { ResetBy } from '../targets/spec.ts';
import { ResetWiring } from './wiring.ts';

/** Wall time for which NRST is held, and which a level gets to settle, in ms: a capacitor at NRST takes about one. */
const HOLD_MS = 10;

/** The terminal of the person, whatever standard input is: a worker of a test runner has none. */
const TERMINAL = process.platform === 'win32' ? '\\\\.\\CON' : '/dev/tty';

/** What can be done to a board by its reset and boot pins. */
export interface Resetter {
  /** Resets it into its bootloader; where the wiring can, BOOT0 stays there for resets of its own. */
  enterBootloader(): Promise<void>;
  /** Lets it run what is in its flash, where the wiring can. */
  leave(): Promise<void>;
}

/** The way to reset the board at the end of a line. @throws ConformanceError where the line has none. */
export function resetterOf(by: ResetBy, line: Line, name: string): Resetter {
  switch (by.by) {
    case 'command':
      return { enterBootloader: () => runShell(by.command), leave: async () => {} };
    case 'person':
      return { enterBootloader: () => askPerson(name), leave: async () => {} };
    case 'wiring':
      return wired(new ResetWiring(by.wire), line, name);
  }
}

function wired(wiring: ResetWiring, line: Line, name: string): Resetter {
  const set = async (...active: readonly ('NRST' | 'BOOT0')[]): Promise<void> => {
    if (line.setLines === undefined) {
      throw new ConformanceError(`${name} has no DTR and RTS: use --reset-command or --ask`);
    }
    await line.setLines(wiring.lines(...active));
    await wait(HOLD_MS);
  };
  return {
    async enterBootloader() {
      await set('NRST');
      await set('NRST', 'BOOT0'); // sampled when NRST rises
      await set('BOOT0');
    },
    async leave() {
      await set('NRST');
      await set();
    },
  };
}

async function runShell(command: string): Promise<void> {
  const shell = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(shell, 'exit')) as [number | null];
  if (code === 0) return;
  throw new ConformanceError(`the reset command ended with ${code ?? 'a signal'}: ${command}`, {
    exitCode: 3,
  });
}

async function askPerson(name: string): Promise<void> {
  try {
    await using terminal = await open(TERMINAL, 'r+');
    await terminal.write(`Reset ${name} into its bootloader, then press Enter: `);
    for await (const _ of terminal.readLines()) return;
  } catch (cause) {
    throw new ConformanceError('--ask: there is no terminal to ask at', { exitCode: 3, cause });
  }
}
