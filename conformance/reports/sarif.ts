import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertions } from './assertions.ts';
import { caseName } from '../run/run.ts';
import type { CaseResult } from '../run/run.ts';
import { replayLine, troubleOf } from './results.ts';
import type { Report, TargetReport } from './results.ts';
import type { Verdict } from './verdict.ts';
import { exchangeLines, reasonOf } from './words.ts';

const LEVELS: Readonly<Partial<Record<Verdict, 'error' | 'warning' | 'note'>>> = {
  fail: 'error',
  error: 'error',
  inconclusive: 'warning',
  'non-strict': 'warning',
  informational: 'note',
};

/**
 * The report as SARIF 2.1.0: each scenario is a rule, each deviation a result, as code hosts show them. `at` is
 * the path of the file to which results belong, since code hosts take none that belong to no file.
 */
export function toSarif(report: Report, at = 'vstm32.sarif'): string {
  const runs = report.targets.map((target) => {
    const trouble = troubleOf(target);
    const rules = rulesOf(target.results);
    if (trouble !== undefined) rules.push(EXAMINED);
    const version = report.vstm32 === undefined ? {} : { version: report.vstm32 };
    return {
      tool: { driver: { name: 'vstm32 conform', ...version, rules } },
      automationDetails: { id: `vstm32 conform/${target.target}/` },
      invocations: [
        {
          executionSuccessful: trouble === undefined,
          ...(report.date === undefined ? {} : { endTimeUtc: report.date }),
        },
      ],
      results: [
        ...target.results.flatMap((result) => resultOf(target, result, rules, at)),
        ...(trouble === undefined ? [] : [troubleResult(target, trouble, rules.length - 1, at)]),
      ],
    };
  });
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: runs.length > 0 ? runs : [nothingExamined(at)],
    },
    null,
    2,
  )}\n`;
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
}

const EXAMINED: Rule = {
  id: 'examined',
  shortDescription: { text: 'Every device is examined to the end.' },
  fullDescription: { text: 'A device that was not examined, or not to the end, has not passed.' },
  help: { text: 'Look at how the device is connected and reset into its bootloader.' },
};

function nothingExamined(at: string): object {
  const driver = { name: 'vstm32 conform', rules: [EXAMINED] };
  const said = { target: 'vstm32 conform', device: '' };
  return {
    tool: { driver },
    invocations: [{ executionSuccessful: false }],
    results: [troubleResult(said, 'nothing was examined', 0, at)],
  };
}

function troubleResult(
  { target, device }: Pick<TargetReport, 'target' | 'device'>,
  trouble: string,
  ruleIndex: number,
  at: string,
): object {
  return {
    ruleId: EXAMINED.id,
    ruleIndex,
    level: 'error',
    message: { text: `${target}: ${trouble}` },
    locations: [locationOf(at, target)],
    partialFingerprints: { 'vstm32Case/v1': `${device} ${EXAMINED.id}` },
  };
}

/** The first line of a file, and what in it is meant. */
function locationOf(at: string, fullyQualifiedName: string): object {
  const uri = isAbsolute(at) ? pathToFileURL(at).href : encodeURI(at.replaceAll('\\', '/'));
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [{ fullyQualifiedName, kind: 'function' }],
  };
}

function rulesOf(results: readonly CaseResult[]): Rule[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return [...byId.values()].map(({ id, requirement, covers }) => ({
    id,
    shortDescription: { text: requirement },
    fullDescription: {
      text: covers
        .flatMap((number) => assertions.find((each) => each.number === number) ?? [])
        .map(({ text, source }) => `${source}: ${text}`)
        .join(' '),
    },
    help: { text: `vstm32 conform --explain ${id}` },
  }));
}

function resultOf(
  target: TargetReport,
  result: CaseResult,
  rules: readonly Rule[],
  at: string,
): object[] {
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
      locations: [locationOf(at, caseName(result))],
      partialFingerprints: { 'vstm32Case/v1': `${target.device} ${caseName(result)}` },
    },
  ];
}
