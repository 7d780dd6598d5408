import { aptGet, GROUPS, TESTS, type Finding } from './finding.ts';

/** What was found, for a terminal: grouped by feature, and at the end what installs all that is missing. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const groups = GROUPS.flatMap((group) => {
    const there = findings.filter((each) => each.group === group);
    return there.length === 0 ? [] : [[group, ...there.map((each) => lineOf(each, width))]];
  });
  return [...groups.map((lines) => `${lines.join('\n')}\n`), ...allMissing(findings)].join('\n');
}

function lineOf({ name, ok, detail, feature, install, needed }: Finding, width: number): string {
  const state = ok ? 'ok     ' : needed ? 'MISSING' : 'missing';
  const line = `  ${state}  ${name.padEnd(width)}  ${detail}  (${feature})`;
  return ok || install === undefined ? line : `${line}\n${' '.repeat(11 + width)}  -> ${install}`;
}

/** One command for all that is missing, of each that installs something. */
function allMissing(findings: readonly Finding[]): readonly string[] {
  const missing = findings.filter(({ ok }) => !ok);
  const [tests, used] = [true, false].map((ofTests) => [
    ...new Set(
      missing
        .filter(({ group }) => (group === TESTS) === ofTests)
        .flatMap(({ packages = [] }) => packages),
    ),
  ]) as [string[], string[]];
  const npm = missing.flatMap(({ install = '' }) => /^npm install (\S+)$/.exec(install)?.[1] ?? []);
  return [
    used.length === 0
      ? 'Nothing is missing that Debian has.'
      : `All that is missing and that Debian has: ${aptGet(used)}`,
    ...(npm.length === 0
      ? []
      : [`All that is missing and that npm has: npm install ${npm.join(' ')}`]),
    ...(tests.length === 0 ? [] : [`For the tests of a clone too: ${aptGet(tests)}`]),
  ];
}
