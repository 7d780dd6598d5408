import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Verdict } from '../verdict/verdict.ts';
import type { Report, ReportedRun, ToolReport } from './report.ts';

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

const JUDGED = {
  id: 'judged',
  shortDescription: { text: 'Every tool is judged to the end.' },
  fullDescription: { text: 'A tool that was not judged, or not to the end, has not passed.' },
};

/**
 * SARIF 2.1.0: a run for each tool, a result for each verdict below pass and for each lint finding. Results
 * belong to the file that describes the tool, else to `at`: code hosts take none that belong to no file.
 */
export function formatSarif({ tools, vstm32, date }: Report, at = 'vstm32.sarif'): string {
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: tools.map(({ tool, runs, file, trouble, version, path }) => ({
        tool: {
          driver: {
            name: 'vstm32 judge',
            ...(vstm32 === undefined ? {} : { version: vstm32 }),
            rules: [
              ...runs.map(({ id, symptom, source }) => ({
                id,
                shortDescription: { text: symptom },
                fullDescription: { text: `${symptom} (${source})` },
              })),
              ...lintRules(runs),
              ...(trouble === undefined ? [] : [JUDGED]),
            ],
          },
        },
        automationDetails: { id: `vstm32 judge/${tool}/` },
        invocations: [
          {
            executionSuccessful: trouble === undefined,
            ...(date === undefined ? {} : { endTimeUtc: date }),
          },
        ],
        properties: { tool, version, path },
        results: [
          ...runs.flatMap((run) => resultsOf(tool, run, file ?? at)),
          ...(trouble === undefined ? [] : [notJudged(tool, trouble, file ?? at)]),
        ],
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

function notJudged(tool: ToolReport['tool'], trouble: string, at: string): object {
  return {
    ruleId: JUDGED.id,
    level: 'error',
    message: { text: `${tool}: ${trouble}` },
    locations: [locationOf(at, tool, tool)],
  };
}

/** The first line of a file, and what in it is meant. */
function locationOf(at: string, name: string, fullyQualifiedName: string): object {
  const uri = isAbsolute(at) ? pathToFileURL(at).href : encodeURI(at.replaceAll('\\', '/'));
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [{ name, fullyQualifiedName }],
  };
}

function resultsOf(tool: string, run: ReportedRun, at: string): object[] {
  const locations = [locationOf(at, tool, `${tool}/${run.id}`)];
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
