import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EmulatorError } from '../../emulator/index.ts';
import {
  baselineOf,
  isExpected,
  isToolFinding,
  parsedAs,
  TOOL_VERDICTS,
  withoutReason,
  type ToolVerdict,
} from '../../conformance/reports/index.ts';

const expectedFile = z.object({
  /** The tool and its version that the file was made with. */
  tool: z.string().default(''),
  /** By scenario: the verdict that is known and accepted, and why. */
  verdicts: baselineOf(TOOL_VERDICTS),
});

/** What is expected of one tool: every scenario that is not listed is expected to have no finding. */
export type ExpectedFile = z.infer<typeof expectedFile>;

/** A verdict that is not what was expected. */
export function isUnexpected(
  id: string,
  verdict: ToolVerdict,
  expected: ExpectedFile | undefined,
): boolean {
  return !isExpected(id, verdict, expected?.verdicts ?? {}, isToolFinding);
}

/** @throws EmulatorError for a file that cannot be read, ConformanceError for one that is none of ours */
export function readExpected(path: string): ExpectedFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EmulatorError(`cannot read the expected verdicts in ${path}`, { cause });
  }
  const kind = 'a file of known verdicts, each with its reason';
  const expected = parsedAs(expectedFile, text, path, kind);
  const silent = withoutReason(expected.verdicts);
  if (silent === undefined) return expected;
  throw new EmulatorError(`${path}: write the reason why ${silent} deviates`);
}
