import type { Evidence } from './evidence.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { Scenario } from '../scenario.ts';

/** Why a run says nothing of the trouble that its scenario is about. */
export interface NotMet {
  readonly says: string;
  /** Nor can it pass; else it is only not to be blamed, since a good tool may end before. */
  readonly strict: boolean;
}

/** Conditions that show themselves to every tool that says anything; the other rules strike only one that does wrong. */
const SHOWN: ReadonlySet<string> = new Set([
  'echo',
  'stray',
  'bit-errors',
  'miso',
  'deaf-at-first',
  'wrong-rate',
  'stuck-bit',
]);

/** What of the scenario's trouble the run never met; undefined where it met all of it. */
export function whyNotMet(
  scenario: Scenario,
  evidence: Evidence,
  success: readonly number[],
): NotMet | undefined {
  return (
    inTheFirstRun(scenario, evidence, success) ??
    neverStruck(scenario, evidence) ??
    neverAsked(scenario, evidence)
  );
}

/** Two runs: the second shows nothing where the first did not end as it should. */
function inTheFirstRun(
  { first, faults = [] }: Scenario,
  { first: ended }: Evidence,
  success: readonly number[],
): NotMet | undefined {
  if (first === undefined || ended === undefined) return undefined;
  if (first.interrupt !== undefined) {
    if (ended.interrupted) return undefined;
    const { step, nth } = first.interrupt;
    return {
      strict: true,
      says: `the first run never came to ${step} (${nth}), where Ctrl-C comes`,
    };
  }
  if (ended.started) {
    const says = 'the first run has started the application: the bootloader is not there any more';
    return { strict: true, says };
  }
  if (faults.length > 0 || (ended.exitCode !== undefined && success.includes(ended.exitCode))) {
    return undefined;
  }
  return { strict: true, says: `the first run failed (exit ${ended.exitCode ?? 'none'})` };
}

/** Of faults that differ only in their place one is enough: a tool goes one way of several. */
function neverStruck({ faults = [] }: Scenario, { struck }: Evidence): NotMet | undefined {
  const met = new Set([...struck].map(kindOf));
  const missed = faults.find((fault) => mustStrike(fault) !== 'never' && !met.has(kindOf(fault)));
  if (missed === undefined) return undefined;
  const where = 'step' in missed && missed.step !== undefined ? ` at ${missed.step}` : '';
  const says = `the fault never struck (${'do' in missed ? missed.do : `answer of ${missed.of}`}${where})`;
  return { strict: mustStrike(missed) === 'always', says };
}

function mustStrike(fault: ScenarioFault): 'always' | 'to-be-blamed' | 'never' {
  if ('nth' in fault || 'operation' in fault || fault.at === 'answer') return 'always';
  if (fault.do === 'drops-parity') return 'to-be-blamed'; // the best tools see it before they send
  return SHOWN.has(fault.do) ? 'always' : 'never';
}

function kindOf(fault: ScenarioFault): string {
  return JSON.stringify({ ...fault, step: undefined, nth: undefined, operation: undefined });
}

function neverAsked({ meets }: Scenario, { trace }: Evidence): NotMet | undefined {
  if (meets === undefined) return undefined;
  const asked = trace.some((event) => event.kind === 'command' && event.name.includes(meets));
  return asked ? undefined : { strict: false, says: `the chip was never asked to ${meets}` };
}
