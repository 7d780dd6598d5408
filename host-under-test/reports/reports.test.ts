import { expect, test } from 'vitest';
import { toGithub } from '../../conformance/reports/github.ts';
import { toHtml } from '../../conformance/reports/html.ts';
import { toJunit } from '../../conformance/reports/junit.ts';
import { toSarif } from '../../conformance/reports/sarif.ts';
import { toTap } from '../../conformance/reports/tap.ts';
import type { Result } from '../run.ts';
import { usart } from '../scenarios/define.ts';
import type { ToolVerdict } from '../../conformance/reports/index.ts';
import { judgeMatrix } from './judge-matrix.ts';
import { reportSchema, toolReport, type Report } from './report.ts';
import { formatMatrix } from './text.ts';

function result(id: string, verdict: ToolVerdict, says = ''): Result {
  const board = { device: 'STM32F405RG' };
  const scenario = usart(id, {
    symptom: `a <symptom> & "more"`,
    source: 'somewhere',
    board,
    job: { do: 'detect' },
    expect: [],
  });
  const lint = [
    { rule: 'no-wait-for-ack', time: 1, says: 'it does not wait', octets: '31 CE 08' },
    { rule: 'no-wait-for-ack', time: 2, says: 'nor here', octets: '11 EE 08' },
  ] as const;
  return {
    scenario,
    verdict,
    says,
    lint: id === 'A01' ? lint : [],
    steps: { replies: 0, operations: 0 },
  };
}

const expected = {
  tool: 'x',
  verdicts: {
    A02: { verdict: 'hang', reason: 'a known defect' },
    A04: { verdict: 'hang', reason: 'a defect that is gone' },
  },
} as const;

const results = [
  result('A01', 'wrong-exit', 'exit 0\u0000'),
  result('A02', 'hang'),
  result('A03', 'unsupported'),
  result('A04', 'pass'),
  result('A05', 'non-strict'),
];
const tool = toolReport('my <tool>', results, (id) => `vstm32 judge mine --only ${id}`, expected);
const report: Report = { format: 'vstm32-judge', version: 1, tools: [tool] };

test('unexpected is a finding that is not listed, and a listed one that has gone', () => {
  const unexpected = tool.runs.filter((run) => run.unexpected).map(({ id }) => id);
  expect(unexpected).toEqual(['A01', 'A04']);
});

test('the matrix says what was found, what is known and how to repeat it', () => {
  const text = formatMatrix(tool);
  expect(text).toContain('no-wait-for-ack in A01');
  expect(text).toContain('(known: a known defect)');
  expect(text).toContain('Unexpected: A01 A04');
  expect(text).toContain('vstm32 judge mine --only A01');
  expect(text).toMatch(/5 scenarios, 1 hang, 1 wrong-exit, 1 non-strict, 1 unsupported, 1 pass/);
});

test('of a single run the terminal shows the evidence too', () => {
  const evidence = {
    command: ['my', 'tool'],
    exitCode: 3,
    output: 'its last words',
    tookMs: 5,
    chipMs: 5,
    leftBehind: 0,
    trace: [{ time: 0, kind: 'rx', port: 'USART1', bytes: Uint8Array.of(0x7f) }],
    before: { start: 0, bytes: new Uint8Array(), pages: [], blank: 0xff },
    after: { start: 0, bytes: new Uint8Array(), pages: [], blank: 0xff },
    pins: { NRST: 1, BOOT0: 1, idleBOOT0: 1 },
    runs: false,
    struck: new Set<never>(),
  } as const;
  const text = formatMatrix(
    toolReport('t', [{ ...result('A01', 'wrong-exit'), evidence }], (id) => id),
  );
  expect(text).toMatch(/\$ my tool\n[^]*its last words\n[^]*7F/);
});

test('JUnit has a failure for each unexpected verdict, a skip for what is not offered, and no raw markup', () => {
  const xml = toJunit(judgeMatrix(report));
  expect(xml).toMatch(
    /<testsuite name="my &lt;tool&gt;" tests="5" failures="2" errors="0" [^>]*skipped="1"/,
  );
  expect(xml.match(/<failure /g)).toHaveLength(2);
  expect(xml).toContain('a &lt;symptom&gt; &amp; &quot;more&quot;');
  expect(xml).not.toContain('\u0000');
});

test('SARIF grades results by their verdicts, and lint findings are results of their own', () => {
  const [run] = (JSON.parse(toSarif(judgeMatrix(report))) as { runs: [{ results: object[] }] })
    .runs;
  const physicalLocation = { artifactLocation: { uri: 'vstm32.sarif' }, region: { startLine: 1 } };
  for (const each of run.results) expect(each).toMatchObject({ locations: [{ physicalLocation }] });
  expect(run.results).toMatchObject([
    { ruleId: 'A01', level: 'error' },
    { ruleId: 'no-wait-for-ack', level: 'warning' },
    { ruleId: 'A02', level: 'note' },
    { ruleId: 'A05', level: 'note' },
  ]);
});

test('GitHub is told errors at the file of the tool, and what lint found once for each rule', () => {
  const file = 'my,tool: 100%.yaml';
  const of = toGithub(judgeMatrix({ ...report, tools: [{ ...tool, file }] }));
  const at = 'file=my%2Ctool%3A 100%25.yaml,line=1';
  expect(of.trimEnd().split('\n')).toEqual([
    expect.stringContaining(
      `::error ${at},title=my <tool>%3A A01 a <symptom> & "more"::wrong-exit: exit 0`,
    ),
    expect.stringContaining(`::error ${at},title=my <tool>%3A A04 `),
    expect.stringMatching(/^::warning .*no-wait-for-ack::A01: it does not wait: 31 CE 08$/),
  ]);
});

test('TAP has a line for each scenario, not ok where the verdict is unexpected', () => {
  const lines = toTap(judgeMatrix(report)).split('\n');
  expect(
    lines.filter((line) => /^(not )?ok /.test(line)).map((line) => line.split(' - ')[0]),
  ).toEqual(['not ok 1', 'ok 2', 'ok 3', 'not ok 4', 'ok 5']);
  expect(lines).toContainEqual(expect.stringMatching(/^ok 3 - .* # SKIP/));
});

test('JSON is what its schema says', () => {
  expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(reportSchema.safeParse({ ...report, tools: [{ runs: [] }] }).success).toBe(false);
});

test('the page has a row for each scenario, a mark for each tool, and text as text', () => {
  const html = toHtml(judgeMatrix({ ...report, tools: [tool, { tool: 'other', runs: [] }] }));
  expect(html.match(/<details id=/g)).toHaveLength(5);
  expect(html.match(/<section class="target">/g)).toHaveLength(2);
  expect(html).toContain('my &lt;tool&gt;');
  expect(html).toContain('<meta name="viewport"');
  expect(html).toContain('color-scheme:light dark');
  expect(html).toMatch(/<b>1<\/b> hang<\/li>/);
  expect(html).not.toContain('<symptom>');
  expect(html).toMatch(/<details id="A01" open [^>]*data-bad>/); // unexpected
  expect(html).toMatch(/<details id="A02" data-is="hang">/); // known
});

test('a run that was broken off before its first result is green in no report', () => {
  const trouble = 'broken off: 0 of 5 scenarios were run';
  const ended: Report = {
    format: 'vstm32-judge',
    version: 1,
    tools: [{ tool: 'mine', runs: [], trouble }],
  };
  expect(formatMatrix(ended.tools[0]!)).not.toContain('Nothing unexpected');
  expect(formatMatrix(ended.tools[0]!)).toContain(`mine: ${trouble}`);
  expect(toJunit(judgeMatrix(ended))).toContain(`<error type="not-judged" message="${trouble}">`);
  expect(toSarif(judgeMatrix(ended))).toContain('"executionSuccessful": false');
  expect(toHtml(judgeMatrix(ended))).toContain(trouble);
});

test('of an erase that is done the evidence finds nothing wrong', () => {
  const page = { address: 0x0800_0000, length: 4 };
  const flash = (byte: number) => ({
    start: page.address,
    bytes: new Uint8Array(4).fill(byte),
    pages: [page],
    blank: 0xff,
  });
  const after = (byte: number): string | undefined => {
    const ended = {
      command: ['t'],
      exitCode: 0,
      output: '',
      tookMs: 5,
      chipMs: 5,
      leftBehind: 0,
      trace: [],
      before: flash(0xa5),
      after: flash(byte),
      pins: { NRST: 1, BOOT0: 1, idleBOOT0: 1 },
      runs: false,
      struck: new Set<never>(),
    } as const;
    const base = result('C02', 'pass');
    const erase: Result = { ...base, scenario: { ...base.scenario, job: { do: 'erase' } } };
    return toolReport('t', [{ ...erase, evidence: ended }], (id) => id).runs[0]!.flash;
  };
  expect(after(0xff)).toBeUndefined();
  expect(after(0xa5)).toBe('0x08000000: expected FF, found A5');
});
