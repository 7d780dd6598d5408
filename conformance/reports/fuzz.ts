import type { Campaign, Failure } from '../fuzz/campaign.ts';
import type { About, Made } from './results.ts';

/** What a campaign came to, as `vstm32 fuzz --json` writes it; fields are only added. */
export interface FuzzReport extends About, Campaign, Partial<Made> {
  readonly format: 'vstm32-fuzz';
  readonly version: 1;
  /** Seed of the first batch. */
  readonly seed: number;
}

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
    const holes = events.filter(({ count }) => count === 0).map(({ event }) => event);
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
