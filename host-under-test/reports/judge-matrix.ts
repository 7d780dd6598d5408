import {
  TOOL_VERDICTS,
  troubleCell,
  type Cell,
  type Matrix,
  type Rule,
  type Subject,
} from '../../conformance/reports/index.ts';
import type { Report, ReportedRun, ToolReport } from './report.ts';

/** A report of `vstm32 judge` as every form but JSON is made of it. */
export function judgeMatrix({ tools, vstm32, date, tookMs }: Report): Matrix {
  return {
    by: 'vstm32 judge',
    title: 'Flashing tools judged',
    intro:
      'Each row is a failure that users of real tools reported; each cell is what a tool did in it. Open a row for the tool’s output, the octets and the flash.',
    vstm32,
    date,
    tookMs,
    verdicts: TOOL_VERDICTS,
    subjects: tools.map(subjectOf),
  };
}

const JUDGED: Rule = {
  id: 'judged',
  section: '',
  name: 'judged',
  asks: 'Every tool is judged to the end.',
  source: '',
  full: 'A tool that was not judged, or not to the end, has not passed.',
  help: 'Run the tool by hand under vstm32 exec.',
};

function subjectOf({ tool, version, path, file, tookMs, trouble, runs }: ToolReport): Subject {
  const passed = runs.filter(({ verdict }) => verdict === 'pass').length;
  const unexpected = runs.filter((run) => run.unexpected).length;
  const about = [
    version,
    path,
    tookMs === undefined ? undefined : `${(tookMs / 1000).toFixed(1)} s`,
    `${passed} of ${runs.length} pass, ${unexpected} unexpected`,
  ];
  const title = 'it is judged to the end';
  return {
    name: tool,
    kind: tool,
    identity: { tool, version, path },
    about: `${about.filter((each) => each !== undefined).join(', ')}.`,
    cells: runs.map((run) => cellOf(tool, run)),
    ...(file === undefined ? {} : { file }),
    ...(trouble === undefined
      ? {}
      : {
          trouble: troubleCell(
            JUDGED,
            { type: 'not-judged', says: trouble, suite: tool, title },
            tool,
          ),
        }),
  };
}

function cellOf(tool: string, run: ReportedRun): Cell {
  const { id, symptom, job, transport, verdict, says, unexpected, repeat, tookMs = 0 } = run;
  const { command, output, octets, flash, memory, reason, lint } = run;
  const texts: readonly (readonly [string, string | undefined])[] = [
    ['Command', command],
    ['Output', output],
    ['Wire and chip', octets?.join('\n')],
  ];
  return {
    rule: ruleOf(run),
    key: id,
    place: `${tool}/${id}`,
    suite: tool,
    classname: tool,
    title: `${id} ${symptom}`,
    state: { name: transport, is: job },
    verdict,
    outcome: outcomeOf(run),
    known: !unexpected,
    says,
    notes: [
      ...(reason === undefined ? [] : [`Known: ${reason}.`]),
      ...(flash === undefined ? [] : [`Flash against the job: ${flash}.`]),
    ],
    steps: [],
    ...(memory === undefined ? {} : { memory }),
    texts: texts.flatMap(([title, text]) => (text === undefined ? [] : [[title, text] as const])),
    again: repeat,
    tookMs,
    warnings: lint.map(({ rule, says: why, octets: at }) => ({ rule, says: `${why}: ${at}` })),
  };
}

function outcomeOf({ verdict, unexpected }: ReportedRun): Cell['outcome'] {
  if (unexpected) return 'failure';
  if (verdict === 'pass') return 'pass';
  return verdict === 'unsupported' ? 'skipped' : 'noted';
}

function ruleOf({ id, symptom, source }: ReportedRun): Rule {
  return {
    id,
    section: `Group ${id[0]!}`,
    name: `${id} ${symptom}`,
    asks: symptom,
    source,
    full: `${symptom} (${source})`,
    help: `vstm32 judge --explain ${id}`,
  };
}
