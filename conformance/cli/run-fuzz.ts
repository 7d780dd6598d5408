import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { ConformanceError } from '../errors.ts';
import { identify } from '../identify.ts';
import { fuzz } from '../model/fuzz.ts';
import type { Campaign, Failure } from '../model/fuzz.ts';
import { storedCase } from '../model/stored-case.ts';
import { exchangeLines } from '../report/words.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import type { FuzzArguments } from './fuzz.ts';
import { mutantNamed } from './mutant-named.ts';
import { partByName } from './part-by-name.ts';
import { reportingErrors, wholeNumber } from './select-cases.ts';

const BATCH = 100;

/** Runs a campaign and returns the exit code: 0 nothing found, 1 failures, 2 usage, 3 environment, 4 no answer. */
export async function runFuzz(argv: FuzzArguments): Promise<number> {
  return reportingErrors('fuzz', async () => {
    const part = partByName(
      argv.device,
      argv.bootloader === undefined ? {} : { version: argv.bootloader },
    );
    const target = new EmulatedTarget(part, mutantNamed(argv.mutant));
    if (!(await identify(target))) {
      console.error(`vstm32 fuzz: ${target.name} does not answer 0x7F and Get`);
      return 4;
    }
    const seed = wholeNumber('seed', argv.seed ?? '1');
    const campaign = await fuzz(target, { seed, batch: BATCH }, enough(argv));
    for (const failure of campaign.failures) await tell(target, failure, argv);
    printCoverage(campaign);
    console.error(
      `${campaign.sessions} sessions from seed ${seed}, ${campaign.failures.length} different failures`,
    );
    return campaign.failures.length === 0 ? 0 : 1;
  });
}

function enough({ time, sessions }: FuzzArguments): (done: number) => boolean {
  if (time === undefined) {
    const wanted = wholeNumber('sessions', sessions ?? '1000');
    return (done) => done >= wanted;
  }
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(time) ?? [];
  if (count === undefined) throw new ConformanceError(`--time takes 30s, 10m or 2h, not ${time}`);
  const seconds = { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  const end = performance.now() + Number(count) * seconds * 1000;
  return () => performance.now() >= end;
}

async function tell(target: EmulatedTarget, failure: Failure, argv: FuzzArguments): Promise<void> {
  const { finding, session, transcript } = failure;
  console.error(`${pc.red('fail')}: ${finding.says}`);
  for (const line of exchangeLines({ transcript })) console.error(`    ${line}`);
  const { name, bootloader } = target.part;
  const wrong = argv.mutant === undefined ? '' : ` --mutant ${argv.mutant}`;
  console.error(
    `  vstm32 replay --device ${name} --bootloader ${bootloader.version}${wrong} --session '${JSON.stringify(session)}'`,
  );
  if (argv.save === undefined) return;
  const shape =
    session.moves
      .map((move) => move.do)
      .join('-')
      .slice(0, 80) || 'nothing';
  const path = join(argv.save, `${name}-${bootloader.version}-${shape}.json`);
  const content = JSON.stringify(storedCase(target.part, session, finding.says), null, 2);
  try {
    await mkdir(argv.save, { recursive: true });
    await writeFile(path, `${content}\n`);
  } catch (cause) {
    throw new ConformanceError(`${path} cannot be written`, { exitCode: 3, cause });
  }
  console.error(`  kept as ${path}`);
}

/** In which states what was sent, and how often. */
function printCoverage({ coverage }: Campaign): void {
  for (const [key, count] of [...coverage].toSorted(([one], [other]) => one.localeCompare(other)))
    console.log(`${String(count).padStart(8)}  ${key}`);
}
