import { APPEARANCE } from './appearance.ts';
import { escaped } from './escaped.ts';
import { isBad, reasonLine } from './matrix.ts';
import type { Matrix, Subject } from './matrix.ts';
import { countVerdicts } from './verdict.ts';

/** A page in GitHub's Markdown, for the summary of a job or a comment: how many have which verdict, and what is unexpected. */
export function toMarkdown(matrix: Matrix): string {
  const sections = matrix.subjects.map((subject) => sectionOf(matrix, subject));
  return [`## ${text(matrix.title)}`, ...sections, ''].join('\n\n');
}

function sectionOf({ verdicts }: Matrix, { name, about, cells, trouble }: Subject): string {
  const counts = countVerdicts(cells);
  const counted = verdicts
    .filter((verdict) => counts.has(verdict))
    .map((verdict) => `${counts.get(verdict)!} ${APPEARANCE[verdict].sign} ${verdict}`);
  const bad = (trouble === undefined ? cells : [...cells, trouble]).filter(isBad);
  return [
    `### ${text(name)}`,
    text(about),
    ...(counted.length === 0 ? [] : [`**${counted.join(', ')}**`]),
    bad.length === 0
      ? 'Nothing unexpected.'
      : [
          '| unexpected | why | again |',
          '| --- | --- | --- |',
          ...bad.map((cell) => {
            const again = cell.again === undefined ? '' : `<code>${text(cell.again)}</code>`;
            return `| ${text(cell.title)} | ${text(reasonLine(cell))} | ${again} |`;
          }),
        ].join('\n'),
  ].join('\n\n');
}

/** Text as text, in one line: what a device or a tool says makes neither markup nor another cell. */
function text(said: string): string {
  return escaped(said)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|~@:-]/g, (character) => `&#${character.codePointAt(0)!};`);
}
