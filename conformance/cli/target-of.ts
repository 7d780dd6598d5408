import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ConformanceError } from '../errors.ts';
import type { Part } from '../part.ts';
import type { Destroys } from '../scenario.ts';
import type { Target } from '../target.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import type { ConformArguments } from './conform.ts';
import { mutantNamed } from './mutant-named.ts';

/** What is examined, by `--target`. @throws ConformanceError */
export async function targetOf(
  part: Part,
  argv: ConformArguments,
  allow: Destroys,
): Promise<Target> {
  const { target = 'memory', mutant } = argv;
  if (target !== 'memory' && mutant !== undefined) {
    throw new ConformanceError('--mutant belongs to --target memory');
  }
  if (target === 'memory') return new EmulatedTarget(part, mutantNamed(mutant));
  if (target === 'pty') {
    const { PtyTarget } = await import('../targets/pty.ts');
    return new PtyTarget(part);
  }
  const [, path] = /^serial:(.+)$/.exec(target) ?? [];
  if (path === undefined) {
    throw new ConformanceError(`--target takes memory, pty or serial:/path/of/port, not ${target}`);
  }
  if (allow !== 'nothing') {
    throw new ConformanceError(
      'a board on a serial port is only examined with --allow nothing: its content is not saved',
    );
  }
  const command = argv['reset-command'];
  if (command === undefined) {
    throw new ConformanceError(
      'say how the board is reset into its bootloader: --reset-command COMMAND',
    );
  }
  const { SerialBoardTarget } = await import('../targets/serial-board.ts');
  return new SerialBoardTarget(part, {
    path,
    reset: () => runShell(command),
    again: `--target ${target} --reset-command '${command}'`,
  });
}

async function runShell(command: string): Promise<void> {
  const shell = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(shell, 'exit')) as [number | null];
  if (code === 0) return;
  throw new ConformanceError(`the reset command ended with ${code ?? 'a signal'}: ${command}`, {
    exitCode: 3,
  });
}
