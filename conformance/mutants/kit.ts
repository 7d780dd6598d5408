import type { Replace } from '../../emulator/index.ts';
import type { Device } from '../../families/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { WrongPins } from '../interfaces/wrong-pins.ts';
import type { Part } from '../part/part.ts';

/** What the device's parts are called where they are replaced. */
export type Memory = Parameters<NonNullable<Replace['memory']>>[0];
export type Rom = Parameters<NonNullable<Replace['memory']>>[1];
export type Wire = Parameters<NonNullable<Replace['wire']>>[0];
export type Why = Parameters<Wire['refuse']>[0];
export type At = Parameters<Wire['refuse']>[1];
export type Commands = Parameters<NonNullable<Replace['commands']>>[0];
export type Command = Commands[number];
export type Environment = Parameters<Command['run']>[0];
export type Result = ReturnType<Memory['write']>;
export type Operation = Exclude<Result, { readonly refused: unknown }>;

/** A device that is wrong in one way. */
export interface Mutant extends WrongPins {
  /** Permanent name. */
  readonly name: string;
  /** What is wrong with it. */
  readonly wrong: string;
  readonly replace?: Replace;
  /** Interface on which it shows; default USART. */
  readonly interface?: InterfaceName;
  /** The part it is made of, where the first of the matrix does not show it. */
  readonly part?:
    | 'erase'
    | 'checksum'
    | 'special'
    | 'extended-special'
    | 'two-banks'
    | 'stretch-only'
    | 'start-frame'
    | 'generation-b'
    | 'connectivity';
}

/** What a chip can make wrong of any protocol's requests. */
export interface MemoryFault {
  readonly name: string;
  readonly wrong: string;
  readonly change: (memory: Memory, rom: Rom) => Partial<Memory>;
  /** It is wrong while this command is under way; default always. */
  readonly command?: Command['name'];
}

/** A way to be wrong, whichever the interface. */
export type Kind = Omit<Mutant, 'interface'> | (MemoryFault & Pick<Mutant, 'part'>);

/** Whose kinds they are: of interfaces with commands, with no second form of one; by what requests are made of. */
export type Group =
  'every' | 'commands' | 'oneForm' | 'bytes' | 'bytesInOneForm' | 'frames' | 'packets';

/** Kinds, by who has them. */
export type Kinds = Readonly<Partial<Record<Group, readonly Kind[]>>>;

/** The wrong devices of an interface. */
export interface Planting {
  readonly groups: readonly Group[];
  /** Names of kinds of those groups that do not stand here. */
  readonly without?: readonly string[];
  /** What such kinds are called here, where it is something else. */
  readonly called?: Readonly<Record<string, string>>;
  /** What it alone has, or has otherwise: it stands in place of a kind of its name. */
  readonly own: readonly Kind[];
  /** Lines that mutants are made of, and those of what the usual one does not have. */
  readonly lines: { readonly usual: string } & Readonly<
    Partial<Record<NonNullable<Mutant['part']>, string>>
  >;
  /** The part that is made of a line, where the tables have none like it. */
  readonly made?: (device: Device, part: Mutant['part']) => Part;
  /** The device whose memory is wrong, where no command reaches it. */
  readonly withMemory?: (fault: MemoryFault) => Mutant;
}

/** The kinds, on the part that shows them. */
export const madeOf = (part: Mutant['part'] & string, kinds: readonly Kind[]): readonly Kind[] =>
  kinds.map((kind) => ({ ...kind, part }));

/** The memory that is wrong, of the right one. */
export function faultyMemory({ change }: MemoryFault): (right: Memory, rom: Rom) => Memory {
  // one for each start, so that what a fault counts goes on from request to request
  let last: { readonly right: Memory; readonly wrong: Memory } | undefined;
  return (right, rom) => {
    if (last?.right !== right) last = { right, wrong: overlay(right, change(right, rom)) };
    return last.wrong;
  };
}

/** A device whose memory is wrong, always or while a command is under way. */
export function withMemory(fault: MemoryFault): Mutant {
  const { name, wrong, command } = fault;
  const memory = faultyMemory(fault);
  if (command === undefined) return { name, wrong, replace: { memory } };
  return surrounded(name, wrong, command, (right) => ({ memory: memory(right.memory, right.rom) }));
}

/** The memory with changes. Getters of the right memory stay getters: its protection level moves. */
export function overlay(memory: Memory, change: Partial<Memory>): Memory {
  return Object.create(memory, Object.getOwnPropertyDescriptors(change)) as Memory;
}

/** A mutant of the protocol on the bus; `change` gets the right one. */
export function wireMutant(
  name: string,
  wrong: string,
  change: (wire: Wire) => Partial<Wire>,
): Mutant {
  return { name, wrong, replace: { wire: (wire) => ({ ...wire, ...change(wire) }) } };
}

/** A mutant of the list of commands. */
export function commandsMutant(
  name: string,
  wrong: string,
  change: (commands: Commands) => Commands,
): Mutant {
  return { name, wrong, replace: { commands: change } };
}

/** A mutant one of whose commands is another; `change` gets the right one. */
export function commandMutant(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (right: Command) => Partial<Command>,
): Mutant {
  return commandsMutant(name, wrong, (all) =>
    all.map((each) => (each.name === command ? { ...each, ...change(each) } : each)),
  );
}

/** A mutant one of whose commands runs in other surroundings. */
function surrounded(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (environment: Environment) => Partial<Environment>,
): Mutant {
  return commandMutant(name, wrong, command, ({ run }) => ({
    run: (environment) => run({ ...environment, ...change(environment) }),
  }));
}

/** A mutant one of whose commands speaks through another wire. */
export function speaks(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (wire: Wire, environment: Environment) => Partial<Wire>,
): Mutant {
  return surrounded(name, wrong, command, (environment) => ({
    wire: { ...environment.wire, ...change(environment.wire, environment) },
  }));
}

/** An operation that takes as long and does something else. */
export function instead(operation: Operation, act: () => void): Operation {
  return { ...operation, commit: act };
}

export function isOperation(result: Result): result is Operation {
  return !('refused' in result);
}

/** The operation takes as long, and changes nothing. */
export function nothing(result: Result): Result {
  return isOperation(result) ? instead(result, () => {}) : result;
}

/** The operation, and then each of what `more` begins. */
export function andThen(result: Result, more: () => readonly Result[]): Result {
  if (!isOperation(result)) return result;
  return instead(result, () => {
    result.commit();
    for (const next of more()) if (isOperation(next)) next.commit();
  });
}
