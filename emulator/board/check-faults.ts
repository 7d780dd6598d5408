import { EmulatorError } from '../errors.ts';
import { refusedCommands } from '../faults.ts';
import type { Fault } from '../faults.ts';

type Rule = readonly [fits: (value: unknown) => boolean, words: string];

const isWhole = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
const oneOf = (...words: readonly string[]): Rule => [
  (value) => words.some((word) => word === value),
  words.join(', '),
];
const COUNT: Rule = [(value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER), 'a number from 1 on'];
const BYTE: Rule = [(value) => isWhole(value, 0, 0xff), 'a byte'];

/** Fields of the faults by their place; those with a question mark may be left out. */
const FIELDS: Readonly<Record<Fault['at'], Readonly<Record<string, Rule>>>> = {
  flash: {
    do: oneOf('power-cut', 'reset', 'lie', 'slow'),
    operation: COUNT,
    'done?': [(value) => typeof value === 'number' && value >= 0 && value <= 1, '0 to 1'],
    'mask?': [
      (value) => Array.isArray(value) && value.length > 0 && value.every((each) => BYTE[0](each)),
      'a list of bytes',
    ],
    'by?': [(value) => isWhole(value, 0, Number.MAX_SAFE_INTEGER), 'a number of µs'],
  },
  link: {
    do: oneOf('drop', 'corrupt', 'duplicate', 'insert'),
    direction: oneOf('to-chip', 'to-host'),
    nth: COUNT,
    'value?': BYTE,
  },
  reply: {
    do: oneOf('refuse'),
    'command?': oneOf(...refusedCommands),
    'address?': [(value) => isWhole(value, 0, 0xffff_ffff), 'an address'],
    'nth?': COUNT,
  },
};

/** Refuses what is no fault, as programs without types may give it. @throws EmulatorError that names the field */
export function checkFault(fault: Fault): void {
  const wrong = wrongIn((fault ?? {}) as unknown as Readonly<Record<string, unknown>>);
  if (wrong === undefined) return;
  throw new EmulatorError(`faults: ${JSON.stringify(fault)} is no fault: ${wrong}`);
}

function wrongIn(fault: Readonly<Record<string, unknown>>): string | undefined {
  const { at, ...given } = fault;
  if (at !== 'flash' && at !== 'link' && at !== 'reply') return 'at is flash, link or reply';
  const fields = FIELDS[at];
  for (const [key, [fits, words]] of Object.entries(fields)) {
    const name = key.replace('?', '');
    const value = given[name];
    if (value === undefined ? key === name : !fits(value)) return `${name} is ${words}`;
  }
  const stray = Object.keys(given).find(
    (name) => !Object.hasOwn(fields, name) && !Object.hasOwn(fields, `${name}?`),
  );
  if (stray !== undefined) return `it does not take ${stray}`;
  return given['do'] === 'slow' && given['by'] === undefined ? 'slow needs by' : undefined;
}
