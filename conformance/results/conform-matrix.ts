import { interfaces } from '../../families/index.ts';
import { ENTRIES } from '../run/entry.ts';
import { caseName } from '../run/run.ts';
import type { CaseResult } from '../run/run.ts';
import { protocolNamed } from '../interfaces/index.ts';
import { INTERFACES } from '../interfaces/names.ts';
import { assertions } from './assertions.ts';
import { troubleCell } from '../reports/matrix.ts';
import type { Cell, Matrix, Rule, Subject } from '../reports/matrix.ts';
import { replayLine, troubleOf } from './results.ts';
import type { Report, TargetReport } from './results.ts';
import { VERDICTS } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';
import { exchangeWords, reasonOf } from './words.ts';

const BY = 'vstm32 conform';

/** A report of `vstm32 conform` as every form but JSON is made of it. */
export function conformMatrix({ targets, vstm32, date, tookMs }: Report): Matrix {
  return {
    by: BY,
    title: 'Bootloader conformance',
    vstm32,
    date,
    tookMs,
    verdicts: VERDICTS,
    subjects: targets.length > 0 ? targets.map(subjectOf) : [NOTHING],
  };
}

const EXAMINED: Rule = {
  id: 'examined',
  section: '',
  name: 'examined',
  asks: 'Every device is examined to the end.',
  source: '',
  full: 'A device that was not examined, or not to the end, has not passed.',
  help: 'Look at how the device is connected and reset into its bootloader.',
};

const NOTHING: Subject = {
  name: BY,
  kind: '',
  identity: {},
  about: '',
  cells: [],
  trouble: notExamined(BY, 'nothing was examined'),
};

function notExamined(name: string, says: string): Cell {
  const title = `${name} is examined to the end`;
  const about = { type: 'not-examined', says, suite: name, title };
  return troubleCell(EXAMINED, about, 'vstm32.conform');
}

function subjectOf(target: TargetReport): Subject {
  const { target: name, device, flashKiB, bootloader, protocol, results, insane } = target;
  const { seed, inputs, tookMs } = target;
  const trouble = troubleOf(target);
  return {
    name,
    kind: device,
    identity: { target: name, device, flashKiB, bootloader, protocol, seed },
    about: `${device}, ${flashKiB} KiB, bootloader ${bootloader}, protocol ${protocol}. ${results.length} cases, seed ${seed}, up to ${inputs} inputs each, ${(tookMs / 1000).toFixed(1)} s.`,
    cells: results.map((result) => cellOf(target, result)),
    ...(insane === undefined ? {} : { bailedOut: insane }),
    ...(trouble === undefined ? {} : { trouble: notExamined(name, trouble) }),
  };
}

function cellOf(target: TargetReport, result: CaseResult): Cell {
  const { id, entry, section, verdict, answered, left, memory } = result;
  const [protocol = ''] = id.split('/');
  const name = caseName(result);
  const why = left.verdict === 'pass' ? '' : ` (${left.says})`;
  return {
    rule: ruleOf(result),
    key: name,
    place: name,
    suite: `${target.target}: ${protocol}/${section}`,
    classname: id.split('/').slice(0, 2).join('.'),
    title: name,
    state: { name: entry, is: ENTRIES[entry] },
    verdict,
    outcome: OUTCOMES[verdict],
    says: reasonOf(result),
    notes: [`Answered: ${answered.verdict}; left: ${left.verdict}${why}.`],
    steps: exchangeWords(result),
    ...(memory === undefined ? {} : { memory }),
    texts: [],
    again: replayLine(target, result),
    tookMs: result.tookMs,
    warnings: [],
  };
}

const OUTCOMES: Readonly<Record<Verdict, Cell['outcome']>> = {
  pass: 'pass',
  unsupported: 'skipped',
  skipped: 'skipped',
  informational: 'noted',
  'non-strict': 'noted',
  inconclusive: 'error',
  error: 'error',
  fail: 'failure',
};

function ruleOf({ id, section, requirement, strength, destroys, covers }: CaseResult): Rule {
  const [, , ...rest] = id.split('/');
  return {
    id,
    section: headingOf(id, section),
    name: rest.join('/'),
    asks: requirement,
    source: `${strength}; may spoil ${destroys}; assertions ${covers.join(', ')}`,
    full: covers
      .flatMap((number) => assertions.find((each) => each.number === number) ?? [])
      .map(({ text, source }) => `${source}: ${text}`)
      .join(' '),
    help: `vstm32 conform --explain ${id}`,
  };
}

/** The heading of a section of the note of a case's protocol, with its title: `AN3155 §3.6 Write Memory command`. */
export function headingOf(id: string, section: string): string {
  const protocol = protocolNamed(id);
  if (section === 'common') return `What every protocol offers, over ${id.split('/')[0]!}`;
  if (protocol === undefined) return `§${section}`;
  const { note, sections } = interfaces[INTERFACES[protocol.interface]];
  const title = (sections as Readonly<Record<string, string>>)[section];
  const number = /^\d/.test(section) ? `${note} §${section}` : `${note},`;
  return title === undefined ? `${note} §${section}` : `${number} ${title}`;
}
