import type { Argv } from 'yargs';

/** Arguments that say which cases are run, and with which inputs, as yargs hands them over. */
export interface CaseArguments {
  readonly only?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly inputs?: string | undefined;
}

/** Adds the options that say which cases are run to a command; `otherwise` is what is taken where a number is not given. */
export function caseOptions<T>(yargs: Argv<T>, otherwise = ''): Argv<T & CaseArguments> {
  return yargs
    .option('only', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'PREFIX  Cases to run, as usart/3.6 or usart/3.1/list@rdp-1',
    })
    .option('seed', {
      type: 'string',
      requiresArg: true,
      describe: `N  Seed of the inputs; default 1${otherwise}`,
    })
    .option('inputs', {
      type: 'string',
      requiresArg: true,
      describe: `N  Inputs for each case that has several; default 4${otherwise}`,
    });
}
