import { isBad, reasonLine, stepLine } from './matrix.ts';
import type { Cell, Matrix } from './matrix.ts';

/** TAP version 13: `prove` and its like read it. */
export function toTap({ subjects }: Matrix): string {
  const all = subjects.flatMap(({ name, cells }) => cells.map((cell) => ({ name, cell })));
  const tests = all.flatMap(({ name, cell }, at) =>
    test(cell, `${at + 1} - ${name} ${cell.title}`),
  );
  const troubles = subjects.flatMap(({ name, trouble }) =>
    trouble === undefined ? [] : [oneLine(`${name} ${trouble.says}`)],
  );
  const bad = troubles.map((trouble, at) => `not ok ${all.length + at + 1} - ${trouble}`);
  const bailed = subjects.flatMap(({ name, bailedOut }) =>
    bailedOut === undefined ? [] : [`Bail out! ${oneLine(`${name}: ${bailedOut}`)}`],
  );
  const plan = `1..${all.length + bad.length}`;
  return ['TAP version 13', plan, ...tests, ...bad, ...bailed, ''].join('\n');
}

function test(cell: Cell, name: string): readonly string[] {
  const { outcome, says, rule, notes, steps, again } = cell;
  const title = `${isBad(cell) ? 'not ok' : 'ok'} ${oneLine(name)}`;
  if (outcome === 'skipped') return [`${title} # SKIP ${oneLine(says)}`];
  if (outcome === 'pass') return [title];
  return [
    title,
    `# ${oneLine(reasonLine(cell))}`,
    ...[rule.asks, ...notes].map((line) => `#   ${oneLine(line)}`),
    ...steps.map((step) => `#     ${oneLine(stepLine(step))}`),
    ...(again === undefined ? [] : [`#   ${oneLine(again)}`]),
  ];
}

/** A # would begin a directive. */
function oneLine(text: string): string {
  return text.replace(/[\n#\\]/g, ' ');
}
