import { families } from '../devices.ts';
import type { Device, Family, OptionBytes } from '../family.ts';
import { table } from './table.ts';

/** A fact and its value as a reader sees them. */
type Fact = readonly [name: string, value: string];

/** Names of numbers that documents print in hexadecimal. */
const HEXADECIMAL =
  /^(start|end|address|alias|\w+Address|secondVectorTable|supplyRegister|productId|id|uid|factory|level\w*|written|value|codes|bcdDevice|eraseValue|specials|unit|provisionedId|bcr|dcr)$/;

/** A value on one line still reads well up to so many characters; versions are compared best with a line each. */
const ONE_LINE = 120;
const ONE_VERSION = 1000;

/** What a reader looks for first; the rest follows as it comes. */
const FIRST = ['parts', 'productId', 'incomplete', 'flash', 'ram', 'bootloaders', 'interfaces'];

/** The pages that show each line of a series in full, by their file: `pages/lines/STM32F1.md`. */
export const linePages: Readonly<Record<string, () => string>> = Object.fromEntries(
  families.map((family) => {
    const name = family.series.split(' ')[0];
    return [`pages/lines/${name}.md`, () => linePage(family)];
  }),
);

function linePage({ series, devices }: Family): string {
  const sections = devices.map((device) => `## ${device.id}\n\n${rowOf(device)}\n`);
  return `# ${series}: every line in full

Written by \`npx tsx families/readme.ts\` from \`families/series/\`: the defaults of the series with the differences of
each line. Ranges are half-open; a fact that is not here is not known, or not there.

${sections.join('\n')}`;
}

function rowOf(device: Device): string {
  const { id: _, sources, notes, options, ...others } = device;
  const facts = {
    ...others,
    ...(options && {
      options: {
        ...options,
        fields: Object.entries(byWord(options)).map(([name, has]) => ({ name, has })),
      },
    }),
  };
  const rows = ordered(facts).flatMap(([key, value]) =>
    factsOf(key, key, value).map(([fact, text], index) => [
      fact,
      text,
      index === 0 ? (sources[key] ?? []).join(', ') : '',
    ]),
  );
  const elsewhere = Object.entries(sources).filter(([key]) => !(key in facts));
  return table(
    ['Fact', 'Value', 'Source'],
    [
      ...rows,
      ...notes.map((note) => ['note', note, '']),
      ...elsewhere.map(([key, named]) => [key, '', named.join(', ')]),
    ],
  );
}

function ordered(facts: object): [string, unknown][] {
  const place = ([key]: [string, unknown]): number =>
    FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length;
  return Object.entries(facts).sort((a, b) => place(a) - place(b));
}

/** The fields of each word: `RDP 7:0, nRST_STOP 9`. */
function byWord({ fields }: OptionBytes): Readonly<Record<string, string>> {
  const words: Record<string, string> = {};
  for (const { name, word, bit, width, erased } of fields) {
    const bits = width === 1 ? String(bit) : `${bit + width - 1}:${bit}`;
    const blank = erased === undefined ? '' : ` (erased ${erased})`;
    words[word] = `${words[word] === undefined ? '' : `${words[word]}, `}${name} ${bits}${blank}`;
  }
  return words;
}

/** The facts within a value; `key` is the last name on the way to it. */
function factsOf(path: string, key: string, value: unknown): readonly Fact[] {
  if (value === undefined) return [[path, 'not known']];
  const line = textOf(key, value);
  const most = path.startsWith('bootloaders ') ? ONE_VERSION : ONE_LINE;
  const list = Array.isArray(value) && value.some((part) => typeof part === 'object');
  if (typeof value !== 'object' || value === null || (!list && line.length <= most)) {
    return [[path, line]];
  }
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([name, part]) => factsOf(`${path}.${name}`, name, part));
  }
  if (!list) {
    return [[path, line]];
  }
  const parts = value as { readonly name?: string; readonly version?: string }[];
  return parts.flatMap(({ name, version, ...part }) => {
    const own = name ?? version;
    return factsOf(own === undefined ? path : `${path} ${own}`, key, part);
  });
}

/** A value on one line: `start 0x2000_0000, length 8 KiB`. */
function textOf(key: string, value: unknown): string {
  if (typeof value === 'number') return numberOf(key, value);
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((part) => textOf(key, part)).join(', ');
  }
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? 'not known' : String(value as string | boolean);
  }
  return Object.entries(value)
    .map(([name, part]) => {
      const text = textOf(name, part);
      return `${name} ${typeof part === 'object' && part !== null ? `(${text})` : text}`;
    })
    .join(', ');
}

function numberOf(key: string, value: number): string {
  if (HEXADECIMAL.test(key)) {
    const hex = value.toString(16);
    const groups = hex.padStart(Math.ceil(hex.length / 4) * 4, '0').match(/.{4}/g)!;
    return `0x${hex.length > 4 ? groups.join('_') : hex.padStart(2, '0')}`;
  }
  return key === 'length' && value % 1024 === 0 ? `${value / 1024} KiB` : String(value);
}
