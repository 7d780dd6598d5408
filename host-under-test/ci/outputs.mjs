// Prints the outputs of action.yml, made of the JSON report of vstm32 judge; where there is none nothing was judged.
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [report] = process.argv.slice(2);
const tools = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).tools : [];
const runs = tools.flatMap((tool) => tool.runs);
const unexpected = runs.filter((run) => run.unexpected).length;
const judged = tools.length > 0 && tools.every(({ trouble }) => trouble === undefined);

const counts = {};
for (const { verdict } of runs) counts[verdict] = (counts[verdict] ?? 0) + 1;
const failed = unexpected > 0 ? 'fail' : 'pass';

console.log(`verdict=${judged ? failed : 'not-judged'}`);
console.log(`scenarios=${runs.length}`);
console.log(`unexpected=${unexpected}`);
console.log(`counts=${JSON.stringify(counts)}`);
console.log(`reports=${dirname(report)}`);
