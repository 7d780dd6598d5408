import { z } from 'zod';
import type { Campaign, Failure } from '../fuzz/campaign.ts';
import { shapeOf } from '../fuzz/session.ts';
import { sessionSchema } from '../fuzz/stored-case.ts';
import { escaped } from '../reports/escaped.ts';
import { made } from '../reports/made.ts';
import { memoryDiffers } from '../reports/memory.ts';
import type { PerhapsMade } from '../reports/made.ts';
import type { Cell, Matrix } from '../reports/matrix.ts';
import type { About } from './results.ts';
import { about as aboutSchema, exchange, finding } from './schema.ts';
import { exchangeWords } from './words.ts';

/** What a campaign came to, as `vstm32 fuzz --json` writes it; fields are only added. */
export interface FuzzReport extends About, Campaign, PerhapsMade {
  readonly format: 'vstm32-fuzz';
  readonly version: 1;
  /** Seed of the first batch. */
  readonly seed: number;
}

/** The same as a schema. */
export const fuzzSchema: z.ZodType<FuzzReport> = aboutSchema.extend({
  format: z.literal('vstm32-fuzz'),
  version: z.literal(1),
  ...made,
  seed: z.int(),
  sessions: z.int().nonnegative(),
  failures: z
    .array(
      z.looseObject({
        session: sessionSchema,
        finding,
        transcript: z.array(exchange).readonly(),
        memory: memoryDiffers.exactOptional(),
        seed: z.int(),
      }),
    )
    .readonly(),
  coverage: z
    .array(z.object({ state: z.string(), event: z.string(), count: z.int().nonnegative() }))
    .readonly(),
  over: z.string().exactOptional(),
});

/** One state of the dialogue, with how often each event happened in it; 0 is a hole. */
export interface StateRow {
  readonly state: string;
  readonly events: readonly { readonly event: string; readonly count: number }[];
}

export function fuzzReport(about: About, seed: number, campaign: Campaign): FuzzReport {
  return { format: 'vstm32-fuzz', version: 1, ...about, seed, ...campaign };
}

/** States and events that were seen, as a table without gaps: states by name, events most frequent first. */
export function stateTable({ coverage }: Pick<Campaign, 'coverage'>): readonly StateRow[] {
  const totals = new Map<string, number>();
  for (const { event, count } of coverage) totals.set(event, (totals.get(event) ?? 0) + count);
  const events = [...totals.keys()].toSorted(
    (one, other) => totals.get(other)! - totals.get(one)! || one.localeCompare(other),
  );
  const states = [...new Set(coverage.map(({ state }) => state))].toSorted();
  return states.map((state) => {
    const here = new Map(
      coverage.filter((each) => each.state === state).map(({ event, count }) => [event, count]),
    );
    return { state, events: events.map((event) => ({ event, count: here.get(event) ?? 0 })) };
  });
}

/** The table in lines of text: a state, what happened in it, and what never did. */
export function stateLines(campaign: Pick<Campaign, 'coverage'>): readonly string[] {
  return stateTable(campaign).flatMap(({ state, events }) => {
    const seen = events.filter(({ count }) => count > 0);
    const holes = holesOf({ state, events });
    return [
      `${state}: ${seen.map(({ event, count }) => `${event} ×${count}`).join(', ')}`,
      ...(holes.length === 0 ? [] : [`    never: ${holes.join(', ')}`]),
    ];
  });
}

/** The command that plays a failure again. */
export function fuzzReplayLine(
  { device, flashKiB, bootloader, protocol, again }: About,
  { session }: Pick<Failure, 'session'>,
): string {
  const target = again === undefined ? '' : ` ${again}`;
  return `vstm32 replay --device ${device} --bootloader ${bootloader} --flash-size ${flashKiB} --protocol ${protocol}${target} --session '${JSON.stringify(session)}'`;
}

/** A report of `vstm32 fuzz` as every form but JSON is made of it. */
export function fuzzMatrix(report: FuzzReport): Matrix {
  const { target: name, device, flashKiB, bootloader, protocol, sessions, failures, over } = report;
  const { seed, vstm32, date, tookMs = 0 } = report;
  const cells = failures.map((failure) => cellOf(report, failure));
  const ended = over === undefined ? '' : ` Ended early: ${over}.`;
  return {
    by: 'vstm32 fuzz',
    title: 'Random sessions',
    vstm32,
    date,
    tookMs,
    verdicts: ['pass', 'fail'],
    subjects: [
      {
        name,
        kind: device,
        identity: { target: name, device, flashKiB, bootloader, protocol, seed },
        about: `${device}, ${flashKiB} KiB, bootloader ${bootloader}, protocol ${protocol}. ${sessions} sessions from seed ${seed}.${ended}`,
        cells: cells.length > 0 ? cells : [cellOf(report)],
      },
    ],
    annex: statesHtml(report),
  };
}

/** A session that failed; or that none did, since a campaign that found nothing has passed. */
function cellOf(report: FuzzReport, failure?: Failure): Cell {
  const { target, sessions, seed, tookMs = 0 } = report;
  const name =
    failure === undefined ? `${sessions} sessions from seed ${seed}` : shapeOf(failure.session);
  const asks = 'No session makes the device do what the model, or the protocol, rules out.';
  const help = 'vstm32 replay plays a session again';
  const id = failure === undefined ? 'fuzz' : `fuzz/${name}`;
  const base = {
    rule: { id, section: 'Sessions', name, asks, source: 'fuzz', full: asks, help },
    key: id,
    place: target,
    suite: target,
    classname: 'vstm32.fuzz',
    title: name,
    texts: [],
    warnings: [],
  };
  if (failure === undefined) {
    const passed = { verdict: 'pass', outcome: 'pass', says: 'nothing failed' } as const;
    return { ...base, ...passed, notes: [], steps: [], tookMs };
  }
  return {
    ...base,
    verdict: failure.finding.verdict,
    outcome: 'failure',
    says: failure.finding.says,
    notes: [`Found from seed ${failure.seed}.`],
    steps: exchangeWords(failure),
    ...(failure.memory === undefined ? {} : { memory: failure.memory }),
    again: fuzzReplayLine(report, failure),
    tookMs: 0,
  };
}

function statesHtml(report: FuzzReport): string {
  const rows = stateTable(report);
  const cells = rows.reduce((sum, { events }) => sum + events.length, 0);
  const holes = rows.reduce((sum, row) => sum + holesOf(row).length, 0);
  return `<h2>States and events</h2>
<p>${rows.length} states of the dialogue; ${cells - holes} of ${cells} pairs of a state and an event were seen.</p>
<div class="folds">${rows.map(stateHtml).join('\n')}</div>`;
}

function stateHtml(row: StateRow): string {
  const seen = row.events.filter(({ count }) => count > 0);
  const holes = holesOf(row);
  return `<details><summary><span class="name">${escaped(row.state)}</span> <small>${seen.length} events, ${holes.length} holes</small></summary>
<ul class="counts">${seen.map(({ event, count }) => `<li>${escaped(event)} <b>${count}</b></li>`).join('')}</ul>
${holes.length === 0 ? '' : `<p><small>Never: ${escaped(holes.join(', '))}.</small></p>`}
</details>`;
}

function holesOf({ events }: StateRow): readonly string[] {
  return events.filter(({ count }) => count === 0).map(({ event }) => event);
}
