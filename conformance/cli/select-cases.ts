import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import { ConformanceError } from '../errors.ts';
import { protocolNamed, protocols } from '../interfaces/index.ts';
import { casesOf, isCaseOf, nameOf } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import { Interrupted } from '../boards/backup/interrupted.ts';
import { scenarios } from '../scenarios/index.ts';
import { say } from './progress.ts';

/** Every case there is. */
export const allCases = (): readonly Case[] => casesOf(scenarios);

/** Cases that some prefixes name; all without any. @throws ConformanceError for a prefix that names none. */
export function selectCases(prefixes: readonly string[] = ['']): readonly Case[] {
  const all = allCases();
  const idle = prefixes.find((prefix) => !all.some((each) => fits(nameOf(each), prefix)));
  if (idle !== undefined) {
    throw new ConformanceError(`no case is called ${idle}: vstm32 conform --list names them`);
  }
  return all.filter((each) => prefixes.some((prefix) => fits(nameOf(each), prefix)));
}

/** Cases that `--only` names, of the protocol on the interface that is named; of a bench file any. */
export function casesOn(argv: {
  readonly interface?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly bench?: string | undefined;
}): readonly Case[] {
  const over = protocols.find((each) => each.interface === (argv.interface ?? DEFAULT_INTERFACE));
  const chosen = selectCases(argv.only);
  if (argv.bench !== undefined || over === undefined) return chosen;
  return chosen.filter((each) => isCaseOf(each, over.interface));
}

/**
 * Arguments with the interface that they mean: the one of the cases that they name, where they name none
 * themselves. @throws ConformanceError for cases of several protocols
 */
export function withInterface<
  T extends {
    readonly interface?: string | undefined;
    readonly only?: readonly string[] | undefined;
    readonly bench?: string | undefined;
  },
>(argv: T): T {
  if (argv.interface !== undefined || argv.bench !== undefined) return argv;
  const named = new Set(
    (argv.only ?? []).flatMap((prefix) => protocolNamed(prefix)?.interface ?? []),
  );
  if (named.size > 1) {
    throw new ConformanceError('--only names cases of several protocols: examine one at a time');
  }
  const [over] = named;
  return over === undefined || over === DEFAULT_INTERFACE ? argv : { ...argv, interface: over };
}

/** A prefix ends where a part of the name ends: usart/3.1 is not usart/3.10. */
function fits(name: string, prefix: string): boolean {
  if (prefix === '' || name === prefix) return true;
  return name.startsWith(prefix) && (/[/@]$/.test(prefix) || '/@'.includes(name[prefix.length]!));
}

/** A whole number that was given as text. @throws ConformanceError */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new ConformanceError(`--${option} takes a whole number, not ${text}`);
}

/** Runs a command; what the user did wrong becomes one line and an exit code. */
export async function reportingErrors(name: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ConformanceError || error instanceof Interrupted)) throw error;
    say(`vstm32 ${name}: ${error.message}`);
    return error.exitCode;
  }
}
