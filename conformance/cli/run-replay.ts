import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { verdictOf } from '../attempt.ts';
import { ConformanceError } from '../errors.ts';
import { identify } from '../identify.ts';
import { playSession } from '../model/fuzz.ts';
import { parseCase, partOfCase, storedCase } from '../model/stored-case.ts';
import type { StoredCase } from '../model/stored-case.ts';
import type { Session } from '../model/move.ts';
import { exchangeLines } from '../report/words.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { mutantNamed } from './mutant-named.ts';
import { partByName } from './part-by-name.ts';
import type { ReplayArguments } from './replay.ts';
import { reportingErrors } from './select-cases.ts';

/** Plays sessions and returns the exit code: 0 all pass, 1 one fails, 2 usage, 3 environment. */
export async function runReplay(argv: ReplayArguments): Promise<number> {
  return reportingErrors('replay', async () => {
    const stored =
      argv.session === undefined ? await readCases(argv.cases ?? []) : [printedCase(argv)];
    if (stored.length === 0)
      throw new ConformanceError('name a file or folder of cases, or --device and --session');
    return (await playCases(stored, argv.mutant)) ? 0 : 1;
  });
}

/** Plays stored sessions and says what came of each; true when all pass. */
export async function playCases(stored: readonly StoredCase[], mutant?: string): Promise<boolean> {
  let fine = true;
  for (const each of stored) {
    const target = new EmulatedTarget(partOfCase(each), mutantNamed(mutant));
    await identify(target);
    const done = await playSession(target, each.session);
    const verdict = verdictOf(done);
    const name = each.session.moves.map((move) => move.do).join(', ');
    if (verdict === 'pass' || verdict === 'non-strict') {
      console.error(`${verdict} ${target.name}: ${name}`);
      continue;
    }
    fine = false;
    const finding = done.answered.verdict === 'pass' ? done.left : done.answered;
    console.error(`${pc.red(verdict)} ${target.name}: ${finding.says}`);
    for (const line of exchangeLines(done)) console.error(`    ${line}`);
  }
  return fine;
}

/** Cases of files, and of the .json files of folders, in the order of their names. */
export async function readCases(paths: readonly string[]): Promise<readonly StoredCase[]> {
  const stored: StoredCase[] = [];
  for (const path of paths) {
    try {
      const folder = (await stat(path)).isDirectory();
      const names = folder
        ? (await readdir(path)).filter((name) => name.endsWith('.json')).toSorted()
        : [];
      const files = folder ? names.map((name) => join(path, name)) : [path];
      for (const file of files) stored.push(parseCase(await readFile(file, 'utf8'), file));
    } catch (cause) {
      if (cause instanceof ConformanceError) throw cause;
      throw new ConformanceError(`${path} cannot be read`, { exitCode: 3, cause });
    }
  }
  return stored;
}

function printedCase({ device, bootloader, session }: ReplayArguments): StoredCase {
  if (device === undefined)
    throw new ConformanceError('--session belongs to a part: --device STM32F405');
  const part = partByName(device, bootloader === undefined ? {} : { version: bootloader });
  let value: unknown;
  try {
    value = JSON.parse(session!);
  } catch {
    throw new ConformanceError('--session takes the JSON that vstm32 fuzz printed');
  }
  return parseCase(JSON.stringify(storedCase(part, value as Session, '')), '--session');
}
