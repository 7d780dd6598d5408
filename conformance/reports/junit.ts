import { escaped } from './escaped.ts';
import { detailLines, reasonLine } from './matrix.ts';
import type { Cell, Matrix } from './matrix.ts';

/** JUnit XML, as CI servers show it: what was not examined to its end is a failed entry too. */
export function toJunit({ by, date, subjects }: Matrix): string {
  const suites = new Map<string, Cell[]>();
  for (const { cells, trouble } of subjects) {
    for (const cell of trouble === undefined ? cells : [...cells, trouble]) {
      const suite = suites.get(cell.suite);
      if (suite === undefined) suites.set(cell.suite, [cell]);
      else suite.push(cell);
    }
  }
  const when = date === undefined ? '' : ` timestamp="${date.replace(/\.\d+Z$/, '')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${by}" ${counts([...suites.values()].flat())}>`,
    ...[...suites].flatMap(([name, cells]) => [
      `  <testsuite name="${escaped(name)}" ${counts(cells)} skipped="${numberOf(cells, 'skipped')}"${when}>`,
      ...cells.map(testcase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function testcase(cell: Cell): string {
  const { classname, title, outcome, verdict, type = verdict, tookMs } = cell;
  const open = `    <testcase classname="${escaped(classname)}" name="${escaped(title)}" time="${seconds(tookMs)}"`;
  if (outcome === 'pass') return `${open}/>`;
  const reason = escaped(reasonLine(cell));
  return `${open}>\n      ${told(outcome, reason, type, () => escaped(detailLines(cell).join('\n')))}\n    </testcase>`;
}

function told(
  outcome: Exclude<Cell['outcome'], 'pass'>,
  reason: string,
  type: string,
  detail: () => string,
): string {
  switch (outcome) {
    case 'skipped':
      return `<skipped message="${reason}"/>`;
    case 'noted':
      return `<system-out>${reason}\n${detail()}</system-out>`;
    case 'failure':
    case 'error':
      return `<${outcome} type="${type}" message="${reason}">${detail()}</${outcome}>`;
  }
}

function counts(cells: readonly Cell[]): string {
  const time = seconds(cells.reduce((sum, { tookMs }) => sum + tookMs, 0));
  return `tests="${cells.length}" failures="${numberOf(cells, 'failure')}" errors="${numberOf(cells, 'error')}" time="${time}"`;
}

function numberOf(cells: readonly Cell[], outcome: Cell['outcome']): number {
  return cells.filter((cell) => cell.outcome === outcome).length;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
