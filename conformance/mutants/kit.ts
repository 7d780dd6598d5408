import type { CanPins, DfuDevice, Replace, SpiPins, UsbPins } from '../../emulator/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { WrongPins } from '../targets/emulated-channel.ts';

/** What the device's parts are called where they are replaced. */
export type Memory = Parameters<NonNullable<Replace['memory']>>[0];
export type Rom = Parameters<NonNullable<Replace['memory']>>[1];
export type Wire = Parameters<NonNullable<Replace['wire']>>[0];
export type Commands = Parameters<NonNullable<Replace['commands']>>[0];
export type Command = Commands[number];
export type Operation = Exclude<ReturnType<Memory['write']>, { readonly refused: unknown }>;

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

/** A mutant of the chip's memory; `change` gets the right one. */
export function memoryMutant(
  name: string,
  wrong: string,
  change: (memory: Memory, rom: Rom) => Partial<Memory>,
  part?: Mutant['part'],
): Mutant {
  const replace: Replace = { memory: (memory, rom) => overlay(memory, change(memory, rom)) };
  return mutant(name, wrong, replace, part);
}

/** A mutant of the protocol on the bus. */
export function wireMutant(
  name: string,
  wrong: string,
  change: (wire: Wire) => Partial<Wire>,
  part?: Mutant['part'],
): Mutant {
  return mutant(name, wrong, { wire: (wire) => ({ ...wire, ...change(wire) }) }, part);
}

/** A mutant that refuses a Read Memory for its address and length. */
export function readsRefused(
  name: string,
  wrong: string,
  unfit: (address: number, length: number) => boolean,
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *readRequest(check) {
      return yield* wire.readRequest((address, length) =>
        length !== undefined && unfit(address, length)
          ? { refused: 'no-memory' }
          : check(address, length),
      );
    },
  }));
}

/** The SRAM of every line (Armv7-M, memory map). */
export function isInRam(address: number): boolean {
  return address >= 0x2000_0000 && address < 0x4000_0000;
}

/** A mutant of the list of commands. */
export function commandsMutant(
  name: string,
  wrong: string,
  change: (commands: Commands) => Commands,
  part?: Mutant['part'],
): Mutant {
  return mutant(name, wrong, { commands: change }, part);
}

/** A mutant of the DFU device; `change` gets the right one. */
export function dfuMutant(
  name: string,
  wrong: string,
  change: (device: DfuDevice) => Partial<DfuDevice>,
  part?: Mutant['part'],
): Mutant {
  const replace: Replace = { dfu: (device) => ({ ...device, ...change(device) }) };
  return { ...mutant(`dfu-${name}`, wrong, replace, part), interface: 'usb' };
}

/** The mutants on an interface, and named after it where that is another than USART. */
export function mutantsOn(over: InterfaceName, mutants: readonly Mutant[]): readonly Mutant[] {
  if (over === 'usart') return mutants;
  return mutants.map((each) => ({ ...each, name: `${over}-${each.name}`, interface: over }));
}

/** A mutant of a CAN controller: `change` gets the right pins, once for each board. */
export function frameMutant(
  over: 'can' | 'fdcan',
  name: string,
  wrong: string,
  change: (pins: CanPins, time: { readonly now: number }) => Partial<CanPins>,
): Mutant {
  return {
    name: `${over}-${name}`,
    wrong,
    interface: over,
    can: (pins, time) => ({
      receive: (frame, rate) => pins.receive(frame, rate),
      onTransmit: (listener) => pins.onTransmit(listener),
      repeat: () => pins.repeat(),
      ...change(pins, time),
    }),
  };
}

/** A mutant of an SPI slave, named `spi-…`: `change` gets the right pins, once for each board. */
export function spiMutant(
  name: string,
  wrong: string,
  change: (pins: SpiPins) => Partial<SpiPins>,
  others: Pick<Mutant, 'replace' | 'part'> = {},
): Mutant {
  return {
    name: `spi-${name}`,
    wrong,
    interface: 'spi',
    spi: (pins) => ({
      select: (nss) => pins.select(nss),
      exchange: (mosi) => pins.exchange(mosi),
      ...change(pins),
    }),
    ...others,
  };
}

/** The end of a control transfer on the pins. */
export type Ended = ReturnType<UsbPins['control']>;
export type Setup = Parameters<UsbPins['control']>[0];

/** A mutant of the control transfers: `change` gets what the right device makes of each. */
export function usbMutant(
  name: string,
  wrong: string,
  change: (
    setup: Setup,
    answer: (setup?: Setup, data?: Uint8Array) => Ended,
    data: Uint8Array,
  ) => Ended,
): Mutant {
  return {
    name: `dfu-${name}`,
    wrong,
    interface: 'usb',
    usb: (pins) => ({
      get attached() {
        return pins.attached;
      },
      busReset: () => pins.busReset(),
      onRetry: (listener) => pins.onRetry(listener),
      onAttach: (listener) => pins.onAttach(listener),
      control: (setup, data) =>
        change(setup, (other = setup, bytes = data) => pins.control(other, bytes), data),
    }),
  };
}

/** The same commands with one of them changed. */
export function changed(
  commands: Commands,
  name: Command['name'],
  change: (command: Command) => Command,
): Commands {
  return commands.map((each) => (each.name === name ? change(each) : each));
}

/** An operation that takes as long and does something else. */
export function instead(operation: Operation, act: () => void): Operation {
  return { ...operation, commit: act };
}

export function isOperation(result: ReturnType<Memory['write']>): result is Operation {
  return !('refused' in result);
}

function mutant(
  name: string,
  wrong: string,
  replace: Replace,
  part: Mutant['part'] | undefined,
): Mutant {
  return { name, wrong, replace, ...(part === undefined ? {} : { part }) };
}

/** The memory with changes. Getters of the right memory stay getters: its protection level moves. */
export function overlay(memory: Memory, change: Partial<Memory>): Memory {
  return Object.create(memory, Object.getOwnPropertyDescriptors(change)) as Memory;
}

/** The data of a write, and where it goes to option bytes erased ones up to their end. */
export function withRestErased(
  memory: Pick<Memory, 'regionAt'>,
  address: number,
  data: Uint8Array,
): Uint8Array {
  const region = memory.regionAt(address);
  if (region?.kind !== 'option-bytes') return data;
  const all = new Uint8Array(Math.max(region.end - address, data.length)).fill(0xff);
  all.set(data);
  return all;
}

/** A device that takes every line's option bytes for flash. */
export const erasesOptions: Mutant = memoryMutant(
  'option-write-erases-the-rest',
  'option bytes that a write does not reach are erased',
  (memory) => ({
    write: (address, data) => memory.write(address, withRestErased(memory, address, data)),
  }),
);
