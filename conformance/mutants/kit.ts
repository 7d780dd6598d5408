import type { DfuChip, DfuDevice, Replace } from '../../emulator/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { WrongPins } from '../interfaces/wrong-pins.ts';

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

/** Interfaces whose requests are bytes, and those whose requests are frames. */
export const BYTES = ['usart', 'i2c', 'spi', 'i3c'] as const;
export const FRAMES = ['can', 'fdcan'] as const;
/** Interfaces that have commands, and all. */
export const COMMANDS = [...BYTES, ...FRAMES] as const;
export const EVERY = [...COMMANDS, 'usb'] as const;

type Over = InterfaceName | readonly InterfaceName[];

/** Where kinds of mutants stand: on each of these interfaces, made of this part. */
interface Place {
  readonly over: Over;
  readonly part?: Mutant['part'];
}

/** The mutants that are wrong in these ways there; they are named after interfaces other than USART. */
export function on(
  where: Over | Place,
  kinds: readonly (Mutant | MemoryFault)[],
): readonly Mutant[] {
  const { over, part }: Place =
    typeof where === 'object' && 'over' in where ? where : { over: where };
  return [over].flat().flatMap((each) =>
    kinds.map((kind) => ({
      ...('change' in kind ? withMemory(kind, each) : kind),
      ...(each === 'usart'
        ? {}
        : { name: `${each === 'usb' ? 'dfu' : each}-${kind.name}`, interface: each }),
      ...(part === undefined ? {} : { part }),
    })),
  );
}

function withMemory({ name, wrong, change, command }: MemoryFault, over: InterfaceName): Mutant {
  // one for each start, so that what a fault counts goes on from request to request
  let last: { readonly right: Memory; readonly wrong: Memory } | undefined;
  const faulty = (right: Memory, rom: Rom): Memory => {
    if (last?.right !== right) last = { right, wrong: overlay(right, change(right, rom)) };
    return last.wrong;
  };
  if (over === 'usb') {
    const chipOf = (chip: DfuChip): DfuChip => ({ ...chip, memory: faulty(chip.memory, chip.rom) });
    return dfuMutant(name, wrong, (device) => ({
      plan(chip, block, pointer) {
        return device.plan.call(this, chipOf(chip), block, pointer);
      },
      read: (chip, address, length) => device.read(chipOf(chip), address, length),
    }));
  }
  if (command === undefined) return { name, wrong, replace: { memory: faulty } };
  return surrounded(name, wrong, command, ({ memory, rom }) => ({ memory: faulty(memory, rom) }));
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
export function surrounded(
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

/** A mutant of the DFU device; `change` gets the right one. */
export function dfuMutant(
  name: string,
  wrong: string,
  change: (device: DfuDevice) => Partial<DfuDevice>,
): Mutant {
  return { name, wrong, replace: { dfu: (device) => ({ ...device, ...change(device) }) } };
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
