// Prints what the runs whose JSON reports are named came to: what was skipped and where each file skips, then the sums.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const runs = process.argv.slice(2).map((name) => JSON.parse(readFileSync(name, 'utf8')));
const sum = (name) => runs.reduce((total, run) => total + run[name], 0);

for (const { name, assertionResults } of runs.flatMap(({ testResults }) => testResults)) {
  const skipped = assertionResults.filter(({ status }) => /^(skipped|pending|todo)$/.test(status));
  if (skipped.length === 0) continue;
  const conditions = readFileSync(name, 'utf8').matchAll(/\.skipIf\(((?:[^()]|\([^()]*\))*)\)/g);
  const reasons = [...new Set([...conditions].map(([, condition]) => condition.trim()))];
  console.log(`skipped in ${relative('.', name)}, where ${reasons.join(', or ') || 'it says so'}:`);
  for (const { fullName } of skipped) console.log(`  ${fullName}`);
}
console.log(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed`);
