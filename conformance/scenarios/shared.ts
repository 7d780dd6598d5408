import type { Scenario } from '../run/scenario.ts';

/** The interfaces whose bootloader speaks in commands, ACK and NACK. */
export type FramedName = 'usart' | 'i2c' | 'spi' | 'can' | 'fdcan';

/** Assertions of one note that a scenario examines: a number is one of the scenario's own section. */
export type Covers = readonly (number | string)[];

/** How a scenario stands in one note: what it examines there, and in what it differs from the others. */
export type Own = Covers | ({ readonly covers: Covers } & Partial<Omit<Scenario, 'id' | 'covers'>>);

/** A requirement that several interfaces have, before it is made a scenario of one of them. */
export interface Shared extends Omit<Scenario, 'id' | 'covers' | 'sharesKills'> {
  /** Permanent: last part of the ids. */
  readonly name: string;
  /** The interfaces that have it. */
  readonly on: Readonly<Partial<Record<FramedName, Own>>>;
  /** Why no mutant is killed by its section alone; with the section that kills, where it is named. */
  readonly sharesKills?: string;
}

/** The scenarios of one interface, in a section of its note. */
export function scenariosOf(
  over: FramedName,
  section: string,
  all: readonly Shared[],
): readonly Scenario[] {
  return all.flatMap(({ name, on, ...rest }) => {
    const said = on[over];
    if (said === undefined) return [];
    const own = 'covers' in said ? said : { covers: said };
    return [
      {
        ...rest,
        ...own,
        id: `${over}/${section}/${name}`,
        covers: own.covers.map((each) => assertionId(over, section, each)),
      },
    ];
  });
}

/** Assertions of AN3155 are named by their section alone. */
function assertionId(over: FramedName, section: string, said: number | string): string {
  const name = typeof said === 'number' ? `${section}-${said}` : said;
  return over === 'usart' ? name : `${over}-${name}`;
}
