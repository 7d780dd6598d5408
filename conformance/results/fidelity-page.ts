import { protocolNamed } from '../interfaces/index.ts';
import type { Answer } from '../record/play.ts';
import { escaped } from '../reports/escaped.ts';
import type { Compared } from '../reports/compared.ts';
import type { Made } from '../reports/made.ts';
import { isSameAnswer, scores } from './compare.ts';
import type { Comparison, Fidelity } from './compare.ts';
import { headingOf } from './conform-matrix.ts';
import type { About } from './results.ts';

/** Two devices as the page of a comparison shows them. */
export function fidelityCompared(
  fidelity: Fidelity,
  both: readonly [About, About],
  made: Made,
): Compared {
  const { comparisons, notAsked } = fidelity;
  return {
    ...made,
    title: 'Two bootloaders compared',
    intro:
      'Both were sent the same bytes. Nothing is judged: what is told is where their answers, or the memory that they left, differ.',
    sides: [sideOf(both[0]), sideOf(both[1])],
    sums: [...scoreLines(fidelity), `${notAsked.length} cases cannot be asked of both`],
    kinds: [
      { name: 'different', sign: '≠', colour: 'bad' },
      { name: 'other time', sign: '~', colour: 'warn' },
      { name: 'alike', sign: '=', colour: 'good' },
    ],
    rows: comparisons.map(rowOf),
    ...(notAsked.length === 0 ? {} : { annex: notAskedHtml(notAsked) }),
  };
}

/** How many cases are alike, a line for each strength and one for all. */
export function scoreLines(fidelity: Fidelity): readonly string[] {
  return scores(fidelity).map(({ of, matching, asked }) => {
    const share = asked === 0 ? '' : ` (${((100 * matching) / asked).toFixed(1)} %)`;
    return `${of}: ${matching} of ${asked} cases alike${share}`;
  });
}

/** An answer in the words of its protocol. */
export function answerWords({ sent, got, hidden, ms }: Answer, caseName: string): string {
  const more = hidden === undefined ? '' : ` and ${hidden.length} bytes that are not shown`;
  const took = ms === undefined ? '' : ` (${ms} ms)`;
  return `${protocolNamed(caseName)!.words.answer(sent, got)}${more}${took}`;
}

function sideOf({ target, device, flashKiB, bootloader, protocol }: About): Compared['sides'][0] {
  return {
    name: target,
    about: `${device}, ${flashKiB} KiB, bootloader ${bootloader}, protocol ${protocol}.`,
  };
}

function rowOf(comparison: Comparison): Compared['rows'][number] {
  const { name, requirement, strength, difference, timing, one, other } = comparison;
  const [, section = '', ...rest] = name.split('/');
  const { words } = protocolNamed(name)!;
  return {
    id: name,
    name: rest.join('/'),
    rule: { section: headingOf(name, section), asks: requirement, source: strength },
    kind: difference !== undefined ? 'different' : timing.length > 0 ? 'other time' : 'alike',
    unexpected: difference !== undefined,
    says: [
      ...(difference === undefined ? [] : [`${capital(difference)}.`]),
      ...timing.map((line) => `Takes another time: ${line}.`),
    ],
    signs: [],
    content: {
      steps: one.map((answer, at) => ({
        name: answer.name,
        sent: words.sent(answer.sent),
        got: [answerWords(answer, name), answerWords(other[at]!, name)],
        differs: !isSameAnswer(answer, other[at]!),
      })),
    },
  };
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

function notAskedHtml(names: readonly string[]): string {
  return `<h2>Not asked</h2>
<div class="folds"><details><summary><span class="name">${names.length} cases cannot be asked of both</span></summary>
<ul>${names.map((name) => `<li><code>${escaped(name)}</code></li>`).join('')}</ul>
</details></div>`;
}
