import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A command that cannot be run, with the exit code that a shell gives for it. */
export interface NotRunnable {
  /** 127: there is no such file; 126: there is, but it is not a program that this user may run. */
  readonly exitCode: 126 | 127;
  readonly message: string;
}

/** The file that `command` runs, looked up as execvp(3) does. */
export function findTool(
  command: string,
  searchPath = '/usr/local/bin:/usr/bin:/bin',
): string | NotRunnable {
  const candidates = command.includes('/')
    ? [command]
    : searchPath.split(delimiter).map((folder) => join(folder === '' ? '.' : folder, command));
  const there = candidates.filter((candidate) => command !== '' && isFile(candidate));
  const found = there.find(isExecutable);
  if (found !== undefined) return found;
  const [forbidden] = there;
  if (forbidden !== undefined) {
    return { exitCode: 126, message: `${forbidden} is not executable: chmod +x it` };
  }
  if (command.includes('/') && statSync(command, { throwIfNoEntry: false })?.isDirectory()) {
    return { exitCode: 126, message: `${command} is a folder: name a program in it` };
  }
  const message = command.includes('/')
    ? `there is no file ${command}: give the path of a program`
    : `there is no program ${command} in PATH: install it or give its path`;
  return { exitCode: 127, message };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // not there, or behind a folder that may not be entered
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
