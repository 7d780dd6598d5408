import type { Verdict } from '../verdict.ts';
import type { Report, ReportedRun } from './report.ts';

const LEVELS: Readonly<Record<Verdict, 'none' | 'note' | 'warning' | 'error'>> = {
  pass: 'none',
  unsupported: 'none',
  'non-strict': 'note',
  'cause-not-named': 'warning',
  inconclusive: 'warning',
  'gave-up': 'warning',
  'wrong-exit': 'error',
  hang: 'error',
  damage: 'error',
  'silent-corruption': 'error',
  error: 'error',
};

/** SARIF 2.1.0: a run for each tool, a result for each verdict below pass and for each lint finding. */
export function formatSarif({ tools }: Report): string {
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: tools.map(({ tool, runs }) => ({
        tool: {
          driver: {
            name: 'vstm32 judge',
            rules: [
              ...runs.map(({ id, symptom, source }) => ({
                id,
                shortDescription: { text: symptom },
                fullDescription: { text: `${symptom} (${source})` },
              })),
              ...lintRules(runs),
            ],
          },
        },
        results: runs.flatMap((run) => resultsOf(tool, run)),
      })),
    },
    null,
    2,
  )}\n`;
}

function lintRules(runs: readonly ReportedRun[]): object[] {
  const rules = new Set(runs.flatMap(({ lint }) => lint.map(({ rule }) => rule)));
  return [...rules].map((id) => ({ id, shortDescription: { text: id.replaceAll('-', ' ') } }));
}

function resultsOf(tool: string, run: ReportedRun): object[] {
  const locations = [
    { logicalLocations: [{ name: tool, fullyQualifiedName: `${tool}/${run.id}` }] },
  ];
  const level = LEVELS[run.verdict];
  return [
    ...(level === 'none'
      ? []
      : [
          {
            ruleId: run.id,
            level: run.unexpected ? level : 'note',
            message: { text: `${run.verdict}: ${run.says}. Repeat: ${run.repeat}` },
            locations,
          },
        ]),
    ...run.lint.map(({ rule, says, octets }) => ({
      ruleId: rule,
      level: 'warning',
      message: { text: `${run.id}: ${says}: ${octets}` },
      locations,
    })),
  ];
}
