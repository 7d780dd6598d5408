import type { Scenario } from '../../run/scenario.ts';

/**
 * The interfaces whose bootloader speaks in commands, ACK and NACK. I2C has the commands that take work in a second
 * form, `no-stretch` (AN4221 §3.12).
 */
export type FramedName = 'usart' | 'i2c' | 'no-stretch' | 'spi' | 'can' | 'fdcan';

/** Assertions of one note that a scenario examines: a number is one of the scenario's own section. */
export type Covers = readonly (number | string)[];

/** How a scenario stands in one note: what it examines there, and in what it differs from the others. */
export type Own =
  | Covers
  | ({
      readonly covers: Covers;
      /** Last part of its id, where it is another. */
      readonly name?: string;
    } & Partial<Omit<Scenario, 'id' | 'covers'>>);

/** A requirement that several interfaces have, before it is made a scenario of one of them. */
export interface Shared extends Omit<Scenario, 'id' | 'covers' | 'sharesKills'> {
  /** Permanent: last part of the ids. */
  readonly name: string;
  /** The interfaces that have it; with a section where several sections have the same requirement. */
  readonly on: Readonly<Partial<Record<FramedName | `${FramedName}/${string}`, Own>>>;
  /** Why no mutant is killed by its section alone; with the section that kills, where it is named. */
  readonly sharesKills?: string;
}

/** The scenarios of one interface, in a section of its note. */
export function scenariosOf(
  over: FramedName,
  section: string,
  all: readonly Shared[],
): readonly Scenario[] {
  return all.flatMap(({ name: usual, on, ...rest }) => {
    const said = on[`${over}/${section}`] ?? on[over];
    if (said === undefined) return [];
    const { covers, name = usual, ...own } = 'covers' in said ? said : { covers: said };
    return [
      {
        ...rest,
        ...own,
        id: `${noteOf(over)}/${section}/${name}`,
        covers: covers.map((each) => assertionId(over, section, each)),
      },
    ];
  });
}

/** What stands before the names and the titles of commands that take work. */
export function prefixesOf(over: FramedName): {
  readonly form: '' | 'no-stretch-';
  readonly title: '' | 'No-Stretch ';
} {
  return over === 'no-stretch'
    ? { form: 'no-stretch-', title: 'No-Stretch ' }
    : { form: '', title: '' };
}

function noteOf(over: FramedName): Exclude<FramedName, 'no-stretch'> {
  return over === 'no-stretch' ? 'i2c' : over;
}

/** Assertions of AN3155 are named by their section alone. */
function assertionId(over: FramedName, section: string, said: number | string): string {
  const name = typeof said === 'number' ? `${section}-${said}` : said;
  return over === 'usart' ? name : `${noteOf(over)}-${name}`;
}
