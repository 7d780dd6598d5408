import { protocolNamed, protocolOf } from '../interfaces/index.ts';
import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import type { CaseResult } from '../run/run.ts';
import { ANY } from '../run/script.ts';
import { stepLine } from '../reports/matrix.ts';
import type { Said } from '../reports/matrix.ts';
import { worst } from '../reports/verdict.ts';

/** Why a case has its verdict: what was answered, or what was left, whichever weighs more. */
export function reasonOf({ answered, left }: CaseResult): string {
  const heavier = worst([answered.verdict, left.verdict]);
  return answered.verdict === heavier || answered.verdict !== 'pass' ? answered.says : left.says;
}

/** The exchange line by line: what was sent under which name, and what came back. */
export function exchangeLines(result: Transcribed): readonly string[] {
  return exchangeWords(result).map(stepLine);
}

/** A case with what was said; without an id it was said on USART. */
type Transcribed = Pick<CaseResult, 'transcript'> & { readonly id?: string };

/** Most bytes of a step that are told. */
const MOST = 300;

/** The exchange in the words of its protocol; `wanted` where the answer was not acceptable. */
export function exchangeWords({ transcript, id }: Transcribed): readonly Said[] {
  const { words } = protocolNamed(id ?? '') ?? protocolOf({ interface: DEFAULT_INTERFACE });
  return transcript.map(({ name, sent, got, accepted, reply }) => {
    const said = { name, sent: words.sent(sent, MOST), got: words.answer(sent, got, MOST) };
    if (reply !== undefined) return said;
    const inWords = (bytes: readonly number[]): string => words.answer(sent, bytes, MOST);
    return { ...said, wanted: accepted.map((each) => acceptable(each, inWords)).join(' or ') };
  });
}

/** An acceptable answer, which results keep in hex with `..` for any byte; anything else is in words already. */
function acceptable(text: string, inWords: (bytes: readonly number[]) => string): string {
  if (!/^(([0-9a-f]{2}|\.\.)( |$))*$/.test(text)) return text;
  const bytes = text === '' ? [] : text.split(' ');
  return inWords(bytes.map((each) => (each === '..' ? ANY : Number.parseInt(each, 16))));
}
