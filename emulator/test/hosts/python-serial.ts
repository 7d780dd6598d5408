import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A Python that has pyserial: Debian's own, which python3-serial is for, or the one in PATH. */
export const pythonWithSerial: string | undefined = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import serial']).status === 0,
);

/** Runs a Python program; gives what it printed, and fails with its stderr when it fails. */
export async function runPython(
  python: string,
  program: string,
  args: readonly string[],
): Promise<string> {
  const child = spawn(python, ['-', ...args], { stdio: 'pipe' });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  child.stdin.end(program);
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`python: exit ${child.exitCode}\n${errors}`);
  return output;
}
