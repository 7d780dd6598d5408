import type { Protocol } from '../../families/index.ts';
import type { Memory, Rom } from '../bootloader/rom.ts';
import type { Command } from './framed/command.ts';
import type { Wire } from './framed/wire.ts';
import type { DfuDevice } from './usb/dfu-device.ts';

/**
 * Replacements applied where the board is put together: how a wrong device (mutant) and a ROM
 * version's quirk are made. Each gets what it replaces.
 */
export interface Replace {
  /** The interfaces it is for; absent: every one. */
  readonly on?: readonly Protocol[];
  /** What memory accepts, refuses and does. */
  readonly memory?: (memory: Memory, rom: Rom) => Memory;
  /** How requests are asked for and answered on a framed interface. */
  readonly wire?: (wire: Wire, rom: Rom) => Wire;
  /** The commands of a framed interface, in the order of the list of Get. */
  readonly commands?: (commands: readonly Command[], rom: Rom) => readonly Command[];
  /** State table, descriptors, poll times, answers of the USB DFU device. */
  readonly dfu?: (device: DfuDevice, rom: Rom) => DfuDevice;
}
