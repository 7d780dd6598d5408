import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EmulatorError } from '../../emulator/index.ts';
import { isFinding, VERDICTS, type Verdict } from './verdict.ts';

const expectedFile = z.object({
  /** The tool and its version that the file was made with. */
  tool: z.string().default(''),
  /** By scenario: the verdict that is known and accepted, and why, with a link where there is one. */
  verdicts: z.record(
    z.string(),
    z.object({ verdict: z.enum(VERDICTS), reason: z.string().min(1) }).readonly(),
  ),
});

/** What is expected of one tool: every scenario that is not listed is expected to have no finding. */
export type ExpectedFile = z.infer<typeof expectedFile>;

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
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EmulatorError(`cannot read the expected verdicts in ${path}`, { cause });
  }
  const checked = expectedFile.safeParse(json);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0]!;
  const id = issue.path[0] === 'verdicts' ? issue.path[1] : undefined;
  throw new EmulatorError(
    id === undefined
      ? `${path}: "verdicts" must list verdicts by scenario (${issue.message})`
      : `${path}: ${String(id)} needs a "verdict" (${VERDICTS.join(', ')}) and a "reason"`,
  );
}
