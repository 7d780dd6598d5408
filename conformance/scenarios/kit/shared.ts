import type { Scenario } from '../../run/scenario.ts';
import type { FramedHost } from './framed-host.ts';

/** Assertions of one note that a scenario examines: a number is one of the scenario's own section. */
export type Covers = readonly (number | string)[];

/**
 * How a scenario stands in one note: what it examines there, and in what it differs from the others; its `unsupported`
 * is asked behind the common one.
 */
export type Own =
  | Covers
  | ({
      readonly covers: Covers;
      /** Last part of its id, where it is another. */
      readonly name?: string;
    } & Partial<Omit<Scenario, 'id' | 'covers'>>);

/** A requirement that several interfaces have, before it is made a scenario of one of them. */
export type Shared = Omit<Scenario, 'id' | 'covers'>;

/** The requirements that an interface has, by name. */
export type Rows<Name extends string> = Readonly<Partial<Record<Name, Own>>>;

/** Makes the scenarios of an interface that stand in a section of its note. */
type Play<Host, How extends readonly unknown[], Name extends string> = (
  host: Host,
  section: string,
  rows: Rows<Name>,
  ...how: How
) => readonly Scenario[];

/** Requirements as any host plays them, by name: the last part of the ids, permanent. */
export function shared<
  Host extends FramedHost,
  How extends readonly unknown[],
  Name extends string,
>(played: (host: Host, ...how: How) => Readonly<Record<Name, Shared>>): Play<Host, How, Name> {
  return (host, section, rows, ...how) => {
    const all = Object.entries<Shared>(played(host, ...how)) as [Name, Shared][];
    return all.flatMap(([usual, common]) => {
      const said = rows[usual];
      if (said === undefined) return [];
      const own: Exclude<Own, Covers> = 'covers' in said ? said : { covers: said };
      const { covers, name = usual, unsupported, ...rest } = own;
      const number = (each: number | string): string =>
        `${host.assertions}${typeof each === 'number' ? `${section}-${each}` : each}`;
      return {
        ...common,
        ...rest,
        id: `${host.name}/${section}/${name}`,
        covers: covers.map(number),
        unsupported: (part) => common.unsupported?.(part) ?? unsupported?.(part),
      };
    });
  };
}

/** What stands before the names and the titles of commands that take work. */
export function prefixesOf({ form }: FramedHost): {
  readonly form: '' | 'no-stretch-';
  readonly title: '' | 'No-Stretch ';
} {
  return form === undefined ? { form: '', title: '' } : { form, title: 'No-Stretch ' };
}
