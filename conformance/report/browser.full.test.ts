import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part.ts';
import { casesOf } from '../run.ts';
import { scenarios } from '../scenarios/index.ts';
import { runSession } from '../session.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { toHtml } from './html.ts';
import { toTap } from './tap.ts';

const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;

async function reportOf(mutant: string) {
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const wrong = mutants.find(({ name }) => name === mutant)!;
  const options = { seed: 1, inputs: 1 };
  const session = await runSession(new EmulatedTarget(part, wrong), casesOf(scenarios), options);
  return { format: 'vstm32-conformance', version: 1, targets: [session, session] } as const;
}

test.skipIf(!has('chromium'))('the page with every fold open fits a width of 390 px', async () => {
  const page = toHtml(await reportOf('read-shifted')).replaceAll('<details ', '<details open ');
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-page-'));
  try {
    writeFileSync(join(folder, 'page.html'), page);
    writeFileSync(
      join(folder, 'frame.html'),
      `<iframe src="page.html" width="390" height="800" style="border:0"></iframe><p id="out"></p>
<script>onload=()=>{const {documentElement:it}=document.querySelector('iframe').contentDocument;
document.querySelector('#out').textContent='width '+it.scrollWidth+' of '+it.clientWidth}</script>`,
    );
    const dom = execFileSync(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--allow-file-access-from-files',
        '--dump-dom',
        `file://${join(folder, 'frame.html')}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [, width, space] = /width (\d+) of (\d+)/.exec(dom)!;
    expect(Number(space)).toBeGreaterThan(300);
    expect(Number(width)).toBeLessThanOrEqual(Number(space));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(!has('prove'))(
  'prove reads the TAP of a failing run and counts what failed',
  async () => {
    const report = await reportOf('get-version-wrong');
    const folder = mkdtempSync(join(tmpdir(), 'vstm32-tap-'));
    try {
      writeFileSync(join(folder, 'run.tap'), toTap(report));
      const { stdout, status } = spawnSync('prove', ['-e', 'cat', join(folder, 'run.tap')], {
        encoding: 'utf8',
      });
      const all = report.targets.flatMap(({ results }) => results);
      const failed = all.filter(({ verdict }) =>
        ['fail', 'error', 'inconclusive'].includes(verdict),
      );
      expect(status).not.toBe(0);
      expect(stdout).toContain(`Failed ${failed.length}/${all.length}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
