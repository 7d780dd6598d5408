import { assertions } from '../assertions.ts';
import { caseName } from '../run.ts';
import type { CaseResult } from '../run.ts';
import { replayLine } from '../results.ts';
import type { Report, TargetReport } from '../results.ts';
import type { Verdict } from '../verdict.ts';
import { exchangeLines, reasonOf } from './words.ts';

const LEVELS: Readonly<Partial<Record<Verdict, 'error' | 'warning' | 'note'>>> = {
  fail: 'error',
  error: 'error',
  inconclusive: 'warning',
  'non-strict': 'warning',
  informational: 'note',
};

/** The report as SARIF 2.1.0: each scenario is a rule, each deviation a result, as code hosts show them. */
export function toSarif(report: Report): string {
  const runs = report.targets.map((target) => {
    const rules = rulesOf(target.results);
    return {
      tool: { driver: { name: 'vstm32 conform', rules } },
      automationDetails: { id: `${target.target}/` },
      invocations: [{ executionSuccessful: target.insane === undefined }],
      results: target.results.flatMap((result) => resultOf(target, result, rules)),
    };
  });
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs,
    },
    null,
    2,
  )}\n`;
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
}

function rulesOf(results: readonly CaseResult[]): Rule[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return [...byId.values()].map(({ id, requirement, covers }) => ({
    id,
    shortDescription: { text: requirement },
    fullDescription: {
      text: covers
        .map((number) => assertions.find((each) => each.number === number)!)
        .map(({ text, source }) => `${source}: ${text}`)
        .join(' '),
    },
  }));
}

function resultOf(target: TargetReport, result: CaseResult, rules: readonly Rule[]): object[] {
  const level = LEVELS[result.verdict];
  if (level === undefined) return [];
  const lines = [
    `${reasonOf(result)}.`,
    result.requirement,
    ...exchangeLines(result),
    replayLine(target, result),
  ];
  return [
    {
      ruleId: result.id,
      ruleIndex: rules.findIndex(({ id }) => id === result.id),
      level,
      message: { text: lines.join('\n') },
      locations: [
        { logicalLocations: [{ fullyQualifiedName: caseName(result), kind: 'function' }] },
      ],
      partialFingerprints: { 'vstm32Case/v1': `${target.device} ${caseName(result)}` },
    },
  ];
}
