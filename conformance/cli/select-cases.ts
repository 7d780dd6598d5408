import { ConformanceError } from '../errors.ts';
import { casesOf, caseName } from '../run.ts';
import type { Case } from '../run.ts';
import { scenarios } from '../scenarios/index.ts';

/** Every case there is. */
export const allCases = (): readonly Case[] => casesOf(scenarios);

export function nameOf({ scenario, entry }: Case): string {
  return caseName({ id: scenario.id, entry });
}

/** Cases that some prefixes name; all without any. @throws ConformanceError for a prefix that names none. */
export function selectCases(prefixes: readonly string[] = ['']): readonly Case[] {
  const all = allCases();
  const idle = prefixes.find((prefix) => !all.some((each) => fits(nameOf(each), prefix)));
  if (idle !== undefined) {
    throw new ConformanceError(`no case is called ${idle}: vstm32 conform --list names them`);
  }
  return all.filter((each) => prefixes.some((prefix) => fits(nameOf(each), prefix)));
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
    if (!(error instanceof ConformanceError)) throw error;
    console.error(`vstm32 ${name}: ${error.message}`);
    return error.exitCode;
  }
}
