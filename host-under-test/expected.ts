import { readFileSync } from 'node:fs';
import { EmulatorError } from '../emulator/index.ts';
import { isFinding, VERDICTS, type Verdict } from './verdict.ts';

/** The verdict that is known and accepted for one scenario. */
export interface ExpectedVerdict {
  readonly verdict: Verdict;
  /** Why it is accepted, with a link where there is one. */
  readonly reason: string;
}

/** What is expected of one tool: every scenario that is not listed is expected to have no finding. */
export interface ExpectedFile {
  /** The tool and its version that the file was made with. */
  readonly tool: string;
  readonly verdicts: Readonly<Record<string, ExpectedVerdict>>;
}

/** A verdict that is not what was expected. */
export function isUnexpected(
  id: string,
  verdict: Verdict,
  expected: ExpectedFile | undefined,
): boolean {
  const listed = expected?.verdicts[id];
  return listed === undefined ? isFinding(verdict) : listed.verdict !== verdict;
}

/** @throws EmulatorError where the file is not one of ours */
export function readExpected(path: string): ExpectedFile {
  let file: Partial<ExpectedFile>;
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as Partial<ExpectedFile>;
  } catch (cause) {
    throw new EmulatorError(`cannot read the expected verdicts in ${path}`, { cause });
  }
  for (const [id, entry] of Object.entries(file.verdicts ?? {})) {
    if (!VERDICTS.includes(entry.verdict) || typeof entry.reason !== 'string') {
      throw new EmulatorError(
        `${path}: ${id} needs a "verdict" (${VERDICTS.join(', ')}) and a "reason"`,
      );
    }
  }
  return { tool: file.tool ?? '', verdicts: file.verdicts ?? {} };
}
