import { descriptorTypes } from '../../families/index.ts';
import type { DfuDevice, Replace } from '../../emulator/index.ts';

/** A DFU device that describes itself, or works, otherwise than the ROM of its line does. */
export type DeviceFault =
  | {
      readonly at: 'device';
      /** bwPollTimeout in ms, whatever the work. */
      readonly do: 'poll';
      readonly ms: number;
    }
  | {
      readonly at: 'device';
      /** wTransferSize in bytes; `taken` is how many it takes, where that is another number. */
      readonly do: 'transfer-size';
      readonly bytes: number;
      readonly taken?: number;
    }
  | {
      readonly at: 'device';
      /** The layout strings of its alternate settings; those that are missing keep theirs. */
      readonly do: 'strings';
      readonly alternates: readonly string[];
    }
  | {
      readonly at: 'device';
      /** The address of a block is reckoned with its own length in place of wTransferSize. */
      readonly do: 'address-by-length';
    };

/** Type and place of wTransferSize in the functional descriptor (DFU 1.1 table 4.2). */
const FUNCTIONAL = { type: descriptorTypes.functional, transferSize: 5 } as const;

/** What makes a device have these faults; undefined for none. */
export function replacingDevice(faults: readonly DeviceFault[]): Replace['dfu'] {
  if (faults.length === 0) return undefined;
  return (device) => faults.reduce(withFault, device);
}

function withFault(device: DfuDevice, fault: DeviceFault): DfuDevice {
  switch (fault.do) {
    case 'poll':
      return { ...device, pollOf: () => fault.ms };
    case 'transfer-size':
      return {
        ...device,
        transferSize: fault.taken ?? fault.bytes,
        descriptors: {
          ...device.descriptors,
          configuration: withTransferSize(device.descriptors.configuration, fault.bytes),
        },
      };
    case 'strings':
      return { ...device, descriptors: withStrings(device.descriptors, fault.alternates) };
    case 'address-by-length':
      return {
        ...device,
        plan(chip, block, pointer) {
          if (block.number === 0) return device.plan.call(this, chip, block, pointer);
          const address = pointer + (block.number - 2) * block.data.length;
          return this.write(chip, address, block.data);
        },
      };
  }
}

function withTransferSize(configuration: Uint8Array, bytes: number): Uint8Array {
  const changed = configuration.slice();
  for (let at = 0; at < changed.length; at += Math.max(1, changed[at]!)) {
    if (changed[at + 1] !== FUNCTIONAL.type) continue;
    new DataView(changed.buffer).setUint16(at + FUNCTIONAL.transferSize, bytes, true);
  }
  return changed;
}

function withStrings(
  descriptors: DfuDevice['descriptors'],
  alternates: readonly string[],
): DfuDevice['descriptors'] {
  const old = Object.entries(descriptors.strings).filter(([, text]) => text.startsWith('@'));
  const fresh = old.map(([index, text], place) => [index, alternates[place] ?? text] as const);
  return { ...descriptors, strings: { ...descriptors.strings, ...Object.fromEntries(fresh) } };
}
