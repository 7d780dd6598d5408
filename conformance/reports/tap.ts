import { caseName } from '../run/run.ts';
import { replayLine, troubleOf } from './results.ts';
import type { Report } from './results.ts';
import { isUnexpected } from './verdict.ts';
import { exchangeLines, reasonOf } from './words.ts';

/** The report as TAP version 13: `prove` and its like read it. */
export function toTap(report: Report): string {
  const lines = report.targets.flatMap((target) =>
    target.results.map((result) => ({ target, result })),
  );
  const tests = lines.flatMap(({ target, result }, at) => {
    const { verdict } = result;
    const ok = isUnexpected(verdict) ? 'not ok' : 'ok';
    const skipped = verdict === 'unsupported' || verdict === 'skipped';
    const directive = skipped ? ` # SKIP ${oneLine(reasonOf(result))}` : '';
    const title = `${ok} ${at + 1} - ${oneLine(`${target.target} ${caseName(result)}`)}${directive}`;
    if (verdict === 'pass' || skipped) return [title];
    return [
      title,
      `# ${verdict}: ${oneLine(reasonOf(result))}`,
      `#   ${oneLine(result.requirement)}`,
      ...exchangeLines(result).map((line) => `#     ${oneLine(line)}`),
      `#   ${replayLine(target, result)}`,
    ];
  });
  const troubles = report.targets.flatMap((target) => {
    const trouble = troubleOf(target);
    return trouble === undefined ? [] : [oneLine(`${target.target} ${trouble}`)];
  });
  if (report.targets.length === 0) troubles.push('nothing was examined');
  const bad = troubles.map((trouble, at) => `not ok ${lines.length + at + 1} - ${trouble}`);
  const insane = report.targets.flatMap(({ target, insane: why }) =>
    why === undefined ? [] : [`Bail out! ${oneLine(`${target}: ${why}`)}`],
  );
  const plan = `1..${lines.length + bad.length}`;
  return ['TAP version 13', plan, ...tests, ...bad, ...insane, ''].join('\n');
}

/** A # would begin a directive. */
function oneLine(text: string): string {
  return text.replace(/[\n#\\]/g, ' ');
}
