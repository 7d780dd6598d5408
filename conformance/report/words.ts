import { text } from '../hex.ts';
import type { CaseResult } from '../run.ts';
import { worst } from '../verdict.ts';

/** Why a case has its verdict: what was answered, or what was left, whichever weighs more. */
export function reasonOf({ answered, left }: CaseResult): string {
  const heavier = worst([answered.verdict, left.verdict]);
  return answered.verdict === heavier || answered.verdict !== 'pass' ? answered.says : left.says;
}

/** The exchange line by line: what was sent under which name, and what came back. */
export function exchangeLines({ transcript }: Pick<CaseResult, 'transcript'>): readonly string[] {
  return transcript.map(({ name, sent, got, accepted, reply }) => {
    const wanted = reply === undefined ? `, accepted: ${accepted.map(quiet).join(' or ')}` : '';
    return `${name}: ${text(sent, 300)} -> ${text(got, 300)}${wanted}`;
  });
}

function quiet(bytes: string): string {
  return bytes === '' ? 'silence' : bytes;
}
