import type { Range } from '../../../families/index.ts';
import { immediate } from '../../chip/operation.ts';
import type { Memory } from '../../bootloader/rom.ts';

/** The four bytes of the alternate setting "Device Feature". */
const FEATURE = { start: 0xffff_0000, end: 0xffff_0004 } as const;

/** How DFU differs from the other protocols in what it reaches. */
export interface DfuMemoryOptions {
  /** The device has the alternate setting "Device Feature". */
  readonly feature: boolean;
  /** It reads what the supply register holds, not ones. */
  readonly featureReadsBack: boolean;
  readonly dropped: (what: string, why: string) => void;
  /** RAM that is open to DFU and to no other protocol. */
  readonly ram: readonly Range[];
}

/**
 * Memory as DFU reaches it: the rows around the unique ID are out of reach, and Device Feature has four
 * bytes. What it holds on silicon is not known: it reads as ones, and where the line has a supply register
 * a write sets it.
 */
export function dfuMemory(memory: Memory, options: DfuMemoryOptions): Memory {
  const isFeature = (address: number): boolean =>
    options.feature && address >= FEATURE.start && address < FEATURE.end;
  const isOpen = (address: number, length: number): boolean =>
    options.ram.some(({ start, end }) => address >= start && address + length <= end);
  const hasRegister = memory.regionAt(FEATURE.start) !== undefined;
  return {
    ...memory,
    check(access, address, length = 1) {
      if (isFeature(address) && access !== 'go') {
        if (address + length <= FEATURE.end) return undefined;
        return { refused: 'no-memory', detail: 'Device Feature has four bytes' };
      }
      if (memory.regionAt(address)?.kind === 'device-info') {
        return { refused: 'no-memory', detail: 'the unique ID is not reached over DFU' };
      }
      return isOpen(address, length) ? undefined : memory.check(access, address, length);
    },
    read(address, length) {
      if (!isFeature(address) || (options.featureReadsBack && hasRegister)) {
        return memory.read(address, length);
      }
      return new Uint8Array(length).fill(0xff);
    },
    write(address, data) {
      if (isOpen(address, data.length)) return memory.writeRam(address, data);
      if (!isFeature(address) || hasRegister) return memory.write(address, data);
      return immediate('write', address, data.length, () => {
        const why = 'no source says what the Device Feature does';
        options.dropped(`${data.length} bytes of the Device Feature`, why);
      });
    },
  };
}
