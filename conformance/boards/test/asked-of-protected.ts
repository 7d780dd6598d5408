import type { CommandName } from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import { caseName, casesOf, isCaseOf, nameOf, runCase } from '../../run/run.ts';
import type { Case, CaseResult } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import type { Change } from '../../run/target.ts';
import { isUnexpected } from '../../reports/verdict.ts';
import { ProtectedChip, protectedBoard } from './protected-board.ts';

/** What a protected chip answers as any other; what it refuses anyway is not examined by its refusal. */
const ANSWERED = new Set<CommandName>([
  'get',
  'get-version',
  'get-id',
  'special',
  'extended-special',
]);

/** Scenarios of commands that name none, and what the notes leave open. */
const REFUSED_ANYWAY: readonly RegExp[] = [
  /^\w+\/common\/(read|write)-nowhere@/,
  /^can\/3\.(4|6|7)\//,
  /^dfu\/4\.1\//, // uploads
  /^dfu\/5\.2\/bootloader-ram@/, // a download
  /^dfu\/2\/detach@/, // ends in an upload
  /^\w+\/(3\.14|special|extended-special)\//, // no note says what protection makes of Special
];

/** What a read-protected board was asked. */
export interface Asked {
  /** What came of every case that was not skipped, and that the part has. */
  readonly results: readonly CaseResult[];
  readonly skipped: readonly CaseResult[];
  /** Memory that changed. */
  readonly changed: readonly Change[];
  readonly state: string;
}

/** Examines a read-protected board over the interface of a part, as far as it allows. */
export async function askedOfProtected(part: Part, inputs: number): Promise<Asked> {
  const { chip, board } = await protectedBoard(part);
  const results: CaseResult[] = [];
  const skipped: CaseResult[] = [];
  for (const each of casesOver(part)) {
    const result = await runCase(board, each, { seed: 1, inputs, allow: 'nothing' });
    if (result.verdict === 'skipped') skipped.push(result);
    else if (result.verdict !== 'unsupported') results.push(result);
  }
  return { results, skipped, changed: chip.changed(), state: chip.state() };
}

/** Cases that were skipped although a read-protected chip answers them as they ask: they need no memory. */
export async function skippedInVain(
  part: Part,
  skipped: readonly CaseResult[],
): Promise<readonly string[]> {
  const chip = new ProtectedChip(part);
  const protectedFrom = skipped.filter(({ answered }) => answered.says.includes('read-protected'));
  const names = new Set(protectedFrom.map(caseName));
  const inVain: string[] = [];
  for (const each of casesOver(part).filter((one) => names.has(nameOf(one)))) {
    const { scenario, entry } = each;
    if (scenario.destroys !== 'nothing' || scenario.setUp !== undefined) continue;
    if (entry === 'write-protected' || !(scenario.commands ?? []).every(isAnswered)) continue;
    const { verdict } = await runCase(chip, each, { seed: 1, inputs: 4 });
    if (!isUnexpected(verdict) && verdict !== 'unsupported') inVain.push(nameOf(each));
  }
  return inVain.filter((name) => !REFUSED_ANYWAY.some((pattern) => pattern.test(name)));
}

function isAnswered(command: CommandName): boolean {
  return ANSWERED.has(command);
}

function casesOver(part: Part): readonly Case[] {
  return casesOf(scenarios).filter((each) => isCaseOf(each, part.interface));
}
