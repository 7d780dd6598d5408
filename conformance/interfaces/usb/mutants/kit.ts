import type { DfuChip, DfuDevice, UsbPins } from '../../../../emulator/index.ts';
import { faultyMemory } from '../../../mutants/kit.ts';
import type { MemoryFault, Mutant } from '../../../mutants/kit.ts';
import { dfuRequests, usbRequests } from '../../../../families/index.ts';

/** wTransferSize of the device that mutants are made of. */
export const BLOCK = 2048;

/** Nothing, as a request without data has it. */
export const NOTHING = new Uint8Array();

/** The end of a control transfer on the pins. */
export type Ended = ReturnType<UsbPins['control']>;
export type Setup = Parameters<UsbPins['control']>[0];

type Block = Parameters<DfuDevice['plan']>[1];
type Work = ReturnType<DfuDevice['plan']>;

export const isClass = ({ bmRequestType }: Setup): boolean => (bmRequestType & 0x60) === 0x20;

/** A standard request. */
export const is = (setup: Setup, name: keyof typeof usbRequests): boolean =>
  (setup.bmRequestType & 0x60) === 0 && setup.bRequest === usbRequests[name];

/** A request of DFU. */
export const asks = (setup: Setup, name: keyof typeof dfuRequests): boolean =>
  isClass(setup) && setup.bRequest === dfuRequests[name];

/** A request of DFU that a device makes of itself; of so many bytes from it, or with so many to it. */
export const request = (name: keyof typeof dfuRequests, wLength = 0): Setup => ({
  bmRequestType: name.startsWith('GET') || name === 'UPLOAD' ? 0xa1 : 0x21,
  bRequest: dfuRequests[name],
  wValue: 0,
  wIndex: 0,
  wLength,
});

/** A device whose end of the bus is another; `change` gets the right one. */
export function pinsMutant(
  name: string,
  wrong: string,
  change: (pins: UsbPins) => Partial<Pick<UsbPins, 'busReset' | 'control'>>,
): Mutant {
  return {
    name,
    wrong,
    usb: (pins) => ({
      get attached() {
        return pins.attached;
      },
      busReset: () => pins.busReset(),
      onRetry: (listener) => pins.onRetry(listener),
      onAttach: (listener) => pins.onAttach(listener),
      control: (setup, data) => pins.control(setup, data),
      ...change(pins),
    }),
  };
}

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
  return pinsMutant(name, wrong, (pins) => ({
    control: (setup, data) =>
      change(setup, (other = setup, bytes = data) => pins.control(other, bytes), data),
  }));
}

/** A device that makes something else of what a block asks for. */
export function plans(
  name: string,
  wrong: string,
  change: (work: Work, chip: DfuChip, block: Block) => Work,
): Mutant {
  return dfuMutant(name, wrong, (device) => ({
    plan(chip, block, pointer) {
      return change(device.plan.call(this, chip, block, pointer), chip, block);
    },
  }));
}

/** A device that takes another block number than was sent. */
export function numbers(
  name: string,
  wrong: string,
  of: 'DNLOAD' | 'UPLOAD',
  change: (block: number) => number,
): Mutant {
  return usbMutant(name, wrong, (setup, answer) =>
    answer(asks(setup, of) ? { ...setup, wValue: change(setup.wValue) } : setup),
  );
}

/** A device whose descriptors are others. */
export function describes(
  name: string,
  wrong: string,
  change: (right: DfuDevice['descriptors']) => Partial<DfuDevice['descriptors']>,
): Mutant {
  return dfuMutant(name, wrong, ({ descriptors }) => ({
    descriptors: { ...descriptors, ...change(descriptors) },
  }));
}

/** A device whose configuration is another. */
export function configures(
  name: string,
  wrong: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return describes(name, wrong, ({ configuration }) => ({ configuration: change(configuration) }));
}

/** A device that names something otherwise. */
export function names(
  name: string,
  wrong: string,
  change: (text: string, index: number) => string,
): Mutant {
  return describes(name, wrong, ({ strings }) => ({
    strings: Object.fromEntries(
      Object.entries(strings).map(([index, text]) => [index, change(text, Number(index))]),
    ),
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

/** A device whose memory is wrong, whichever request reaches it. */
export function withMemory(fault: MemoryFault): Mutant {
  const memory = faultyMemory(fault);
  const chipOf = (chip: DfuChip): DfuChip => ({ ...chip, memory: memory(chip.memory, chip.rom) });
  return dfuMutant(fault.name, fault.wrong, (device) => ({
    plan(chip, block, pointer) {
      return device.plan.call(this, chipOf(chip), block, pointer);
    },
    read: (chip, address, length) => device.read(chipOf(chip), address, length),
  }));
}
