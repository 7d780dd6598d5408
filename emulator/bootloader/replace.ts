import type { DfuDevice } from './dfu-device.ts';
import type { Command, Memory, Rom } from './rom.ts';
import type { Wire } from './wire.ts';

/**
 * Replacements applied where the board is put together: how a wrong device (mutant) and a ROM
 * version's quirk are made. Each gets what it replaces.
 */
export interface Replace {
  readonly memory?: (memory: Memory, rom: Rom) => Memory;
  readonly wire?: (wire: Wire, rom: Rom) => Wire;
  readonly commands?: (commands: readonly Command[], rom: Rom) => readonly Command[];
  /** State table, descriptors, poll times, answers of the USB DFU device. */
  readonly dfu?: (device: DfuDevice, rom: Rom) => DfuDevice;
}
