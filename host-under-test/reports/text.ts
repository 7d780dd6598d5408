import pc from 'picocolors';
import { interfaces } from '../../families/index.ts';
import type { Transport } from '../scenario.ts';
import { TOOL_VERDICTS, type ToolVerdict } from '../../conformance/reports/index.ts';
import type { ReportedRun, ToolReport } from './report.ts';

const COLOURS: Readonly<Record<ToolVerdict, (text: string) => string>> = {
  pass: pc.green,
  unsupported: pc.dim,
  'non-strict': pc.cyan,
  'cause-not-named': pc.yellow,
  inconclusive: pc.yellow,
  'gave-up': pc.yellow,
  'wrong-exit': pc.red,
  hang: pc.red,
  damage: pc.magenta,
  'silent-corruption': pc.magenta,
  error: pc.red,
};

/** What the rules of a transport are from. */
const NOTES: Readonly<Record<Transport, string>> = {
  USART: interfaces.USART.note,
  DFU: `${interfaces.USB.note} and DFU 1.1`,
  I2C: interfaces.I2C.note,
  SPI: interfaces.SPI.note,
  CAN: interfaces.CAN.note,
  FDCAN: interfaces.FDCAN.note,
};

/** The matrix of one tool for a terminal: a line for each run, what the notes forbid, and the sums. */
export function formatMatrix({ tool, runs, trouble }: ToolReport): string {
  return [
    tool,
    ...runs.map(formatRun),
    ...formatLint(runs),
    ...(runs.length === 1 ? formatEvidence(runs[0]!) : []),
    '',
    formatSums(tool, runs),
    ...(trouble === undefined ? [] : [`${tool}: ${trouble}`]),
    ...(trouble === undefined || runs.some((run) => run.unexpected) ? formatUnexpected(runs) : []),
  ].join('\n');
}

function formatRun(run: ReportedRun): string {
  const verdict = COLOURS[run.verdict](run.verdict.padEnd(18));
  const known = run.reason !== undefined && !run.unexpected ? ` (known: ${run.reason})` : '';
  const detail = run.verdict === 'pass' ? '' : `\n${' '.repeat(27)}${run.says}${known}`;
  return `  ${run.id.padEnd(6)} ${verdict} ${run.symptom}${detail}`;
}

/** What the tool said and what happened on the wire: for a person who repeats one run. */
function formatEvidence({ command, output, octets, flash }: ReportedRun): string[] {
  if (command === undefined) return [];
  const said = (output ?? '').trimEnd().split('\n');
  return [
    '',
    `$ ${command}`,
    ...said.map((line) => `  ${line}`),
    '',
    'The last on the wire and in the chip:',
    ...(octets ?? []).map((line) => `  ${line}`),
    ...(flash === undefined ? [] : [`Flash against the job: ${flash}`]),
  ];
}

function formatLint(runs: readonly ReportedRun[]): string[] {
  const all = runs.flatMap(({ id, lint }) => lint.map((finding) => ({ id, ...finding })));
  if (all.length === 0) return [];
  const rules = [...new Set(all.map(({ rule }) => rule))];
  const transports = [...new Set(runs.map(({ transport }) => transport))];
  const notes = transports.map((transport) => NOTES[transport]).join(' and ');
  return [
    '',
    `On the wire, against ${notes}:`,
    ...rules.map((rule) => {
      const these = all.filter((finding) => finding.rule === rule);
      const { says, octets } = these[0]!;
      const where = these.map(({ id }) => id).join(' ');
      return `  ${rule} in ${where}\n        ${says}: ${octets}`;
    }),
  ];
}

function formatSums(tool: string, runs: readonly ReportedRun[]): string {
  const sums = TOOL_VERDICTS.toReversed().flatMap((verdict) => {
    const count = runs.filter((run) => run.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `${tool}: ${runs.length} scenarios, ${sums.join(', ')}`;
}

function formatUnexpected(runs: readonly ReportedRun[]): string[] {
  const unexpected = runs.filter((run) => run.unexpected);
  if (unexpected.length === 0) return ['Nothing unexpected.'];
  const ids = unexpected.map(({ id }) => id).join(' ');
  return [`Unexpected: ${ids}`, `Repeat one: ${unexpected[0]!.repeat}`];
}
