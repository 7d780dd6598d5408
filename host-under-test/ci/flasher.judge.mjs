// vitest: each scenario is a test. Name it *.test.mjs in your project; TOOL and ONLY choose what is judged.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const { TOOL = 'my-flasher.yaml', ONLY = '' } = process.env;

function judged() {
  const folder = mkdtempSync(join(tmpdir(), 'judged-'));
  try {
    const report = join(folder, 'judged.json');
    const only = ONLY.split(' ')
      .filter(Boolean)
      .flatMap((prefix) => ['--only', prefix]);
    const args = ['vstm32', 'judge', '--tool', TOOL, ...only, '--json', report];
    const { status, stderr } = spawnSync('npx', args, { encoding: 'utf8' });
    if (status === null || status > 1) throw new Error(stderr);
    return JSON.parse(readFileSync(report, 'utf8')).tools.flatMap(({ runs }) => runs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const { id, symptom, verdict, says, unexpected, repeat } of judged()) {
  test.skipIf(verdict === 'unsupported')(`${id} ${symptom}`, () => {
    expect(unexpected, `${verdict}: ${says}\n${repeat}`).toBe(false);
  });
}
