import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { campaignOf, playBatch } from '../fuzz/campaign.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { conformMatrix } from '../results/conform-matrix.ts';
import { aboutOf, reportOf } from '../results/results.ts';
import type { Report } from '../results/results.ts';
import { casesOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';
import { isUnexpected } from './verdict.ts';
import { fuzzMatrix, fuzzReport } from '../results/fuzz.ts';
import type { FuzzReport } from '../results/fuzz.ts';
import { toHtml } from './html.ts';
import { toJunit } from './junit.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';

const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
/** The schema of SARIF 2.1.0 as Microsoft's matchers carry it. */
const sarifSchema = resolved('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

let folder = '';
let report: Report;
let campaign: FuzzReport;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-readers-'));
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const options = { seed: 1, inputs: 1 };
  const targets = [];
  for (const name of [undefined, 'read-shifted']) {
    const wrong = mutants.find((each) => each.name === name);
    targets.push(await examined(new EmulatedTarget(part, wrong), casesOf(scenarios), options));
  }
  const evil = { ...targets[0]!, target: '<b title="x">&\u0001]]>', insane: 'gone' };
  report = reportOf([...targets, evil]);
  const target = new EmulatedTarget(
    part,
    mutants.find(({ name }) => name === 'erase-one-too-many'),
  );
  const plan = { seed: 1, batch: 100, kinds: ['moves'] } as const;
  const played = campaignOf([await playBatch(target, plan, 0, () => false)]);
  campaign = fuzzReport(aboutOf(target), plan.seed, played);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

const failed = (): number =>
  report.targets.flatMap(({ results }) => results).filter(({ verdict }) => isUnexpected(verdict))
    .length;

test('there are failures to be read', () => {
  expect(failed()).toBeGreaterThan(10);
  expect(campaign.failures).toHaveLength(1);
});

test.skipIf(!has('xmllint'))('JUnit is what its schema says', () => {
  const file = written('junit.xml', toJunit(conformMatrix(report)));
  const schema = join(import.meta.dirname, '../test/junit.xsd');
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, file], {
    encoding: 'utf8',
  });
  expect(stderr.trim()).toMatch(/junit\.xml validates$/);
  expect(status).toBe(0);
});

test.skipIf(sarifSchema === undefined)('SARIF is what its schema says', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  // draft 04 in form, with nothing in it that later drafts read otherwise
  const {
    $schema: _,
    id: __,
    ...schema
  } = JSON.parse(readFileSync(sarifSchema!, 'utf8')) as {
    $schema: string;
    id: string;
  };
  const validate = ajv.compile(schema);
  validate(JSON.parse(toSarif(conformMatrix(report))));
  expect(validate.errors).toBeNull();
  expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
});

/** What a code host demands beyond the schema, or it shows nothing: GitHub's "SARIF support for code scanning". */
const HOSTED = {
  required: ['runs'],
  properties: {
    runs: {
      minItems: 1,
      maxItems: 20,
      items: {
        required: ['tool', 'results'],
        properties: {
          results: {
            maxItems: 5000,
            items: {
              required: ['ruleId', 'message', 'locations', 'partialFingerprints'],
              properties: {
                locations: {
                  minItems: 1,
                  items: {
                    required: ['physicalLocation'],
                    properties: {
                      physicalLocation: {
                        required: ['artifactLocation', 'region'],
                        properties: {
                          artifactLocation: {
                            required: ['uri'],
                            properties: { uri: { pattern: '^(?!/)[^ \\\\]+$' } },
                          },
                          region: { required: ['startLine'] },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
          tool: {
            properties: {
              driver: {
                required: ['name', 'rules'],
                properties: {
                  rules: {
                    items: { required: ['id', 'shortDescription', 'fullDescription', 'help'] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

test.each(['report.sarif', '/some where/bench.yaml'])(
  'SARIF has what a code host demands beyond the schema: findings at %s',
  (at) => {
    const validate = new Ajv({ allErrors: true, strict: false }).compile(HOSTED);
    validate(JSON.parse(toSarif(conformMatrix(report), at)));
    expect(validate.errors).toBeNull();
    expect(validate({ runs: [{ results: [{ ruleId: 'x', message: {} }] }] })).toBe(false);
  },
);

test.skipIf(!has('prove'))('prove reads the TAP and counts what failed', () => {
  const whole = reportOf(report.targets.slice(0, 2));
  const all = whole.targets.flatMap(({ results }) => results);
  const bad = all.filter(({ verdict }) => isUnexpected(verdict));
  const file = written('run.tap', toTap(conformMatrix(whole)));
  const { stdout, status } = spawnSync('prove', ['-e', 'cat', file], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stdout).toContain(`Failed ${bad.length}/${all.length}`);
});

test.skipIf(!has('prove'))('prove takes a device that died for a run that was given up', () => {
  const file = written('dead.tap', toTap(conformMatrix(report)));
  const { stdout, stderr } = spawnSync('prove', ['-e', 'cat', file], { encoding: 'utf8' });
  expect(stdout + stderr).toContain('Bailout called');
});

test.skipIf(!has('chromium')).each([
  { of: 'a run', page: () => toHtml(conformMatrix(report)) },
  { of: 'a campaign', page: () => toHtml(fuzzMatrix(campaign)) },
])('the page of $of with every fold open fits a width of 390 px', ({ page }) => {
  written('page.html', page().replaceAll('<details', '<details open'));
  const frame = written(
    'frame.html',
    `<iframe src="page.html" width="390" height="800" style="border:0"></iframe><p id="out"></p>
<script>onload=()=>{const {documentElement:it}=document.querySelector('iframe').contentDocument;
document.querySelector('#out').textContent='width '+it.scrollWidth+' of '+it.clientWidth}</script>`,
  );
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--allow-file-access-from-files'];
  const dom = execFileSync('chromium', [...options, '--dump-dom', `file://${frame}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, width, space] = /width (\d+) of (\d+)/.exec(dom)!;
  expect(Number(space)).toBeGreaterThan(300);
  expect(Number(width)).toBeLessThanOrEqual(Number(space));
});

function written(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function resolved(path: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return undefined;
  }
}
