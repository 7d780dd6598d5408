import { dfuStatuses } from '../../../families/index.ts';
import type { DfuPollMs } from '../../../families/index.ts';
import { dfuOf } from '../../../families/index.ts';
import { dfuSeCommands, planCommand, planWrite, reasonOf } from './dfuse-commands.ts';
import type { DfuSeCommand } from './dfuse-commands.ts';
import { DFU_STATES } from './dfu-names.ts';
import type { DfuReport, DfuState, DfuStatus } from './dfu-names.ts';
import { dfuTable } from './dfu-table.ts';
import type { DfuTable } from './dfu-table.ts';
import type { DfuChip, DfuWork } from './dfu-work.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { UsbDescriptors } from './descriptors.ts';

/** A block as it was downloaded. */
export interface DfuBlock {
  /** wBlockNum. */
  readonly number: number;
  /** Its bytes. */
  readonly data: Uint8Array;
}

/** What the interface keeps from one request to the next; `state`: with its status. */
export type DfuMemo = 'state' | 'pointer' | 'block';

/** An uploaded block, the status that takes its place, or `hang`: the read was a bus error. */
export type DfuRead =
  | Uint8Array
  | {
      /** The status that GETSTATUS tells. */
      readonly status: DfuStatus;
      /** Why, for a person who reads the trace. */
      readonly why: string;
    }
  | 'hang';

/**
 * One DFU device as plain data and functions, so that each can be replaced: a version's quirk and a
 * wrong device are both `(device) => ({ ...device, … })`. Functions are called on the device, so that one
 * which is not replaced sees what is.
 */
export interface DfuDevice {
  /** What it says of itself. */
  readonly descriptors: UsbDescriptors;
  /** Descriptor types that are never answered when they are asked for alone. */
  readonly silentDescriptors: readonly number[];
  /** State and status in which the host finds it. */
  readonly start: {
    /** `dfuIDLE`, but with a quirk. */
    readonly state: DfuState;
    /** `OK`, but with a quirk. */
    readonly status: DfuStatus;
  };
  /** What each request does in each state (DFU 1.1, appendix A). */
  readonly table: DfuTable;
  /** What block 0 can ask for, in the order in which they are listed. */
  readonly commands: readonly DfuSeCommand[];
  /** Most bytes of a block, and what block numbers are multiplied with. */
  readonly transferSize: number;
  /** The address pointer after reset. */
  readonly pointer: number;
  /** Address of a data block: they count from 2 (AN3156). */
  readonly addressOf: (pointer: number, block: number) => number;
  /** What a downloaded block asks for; `pointer` is the address pointer. */
  readonly plan: (chip: DfuChip, block: DfuBlock, pointer: number) => DfuWork;
  /** What a data block for an address asks for. */
  readonly write: (chip: DfuChip, address: number, data: Uint8Array) => DfuWork;
  /** What an uploaded block of so many bytes from an address holds. */
  readonly read: (chip: DfuChip, address: number, length: number) => DfuRead;
  /** UPLOAD of block 0. */
  readonly commandList: () => Uint8Array;
  /** bwPollTimeout in ms, by what is done. */
  readonly pollMs: Readonly<DfuPollMs>;
  /** bwPollTimeout in ms of the answer that sets this work going. */
  readonly pollOf: (work: DfuWork) => number;
  /** GETSTATUS while this work is under way: NAKs, or a STALL. */
  readonly whileWorking: (work: DfuWork) => 'hold' | 'stall';
  /** The six bytes of a GETSTATUS. */
  readonly statusBytes: (report: DfuReport) => Uint8Array;
  /** The GETSTATUS that leaves is answered before the device drops off the bus. */
  readonly answersLeave: boolean;
  /** Address whose vector table is taken when the host leaves; `written`: of the last block, if any since. */
  readonly leaveAddress: (pointer: number, written: number | undefined) => number;
  /** What a bus reset leaves as it was; everything else is as after power-on. */
  readonly outlivesBusReset: readonly DfuMemo[];
  /** The address can be worked on while this alternate setting is selected. */
  readonly reaches: (alternate: number, address: number) => boolean;
}

/** The device as a ROM of its generation is, without the quirks of its version. */
export function dfuDevice(rom: Rom, descriptors: UsbDescriptors): DfuDevice {
  const { wTransferSize, pollMs } = dfuOf(rom.device);
  return {
    descriptors,
    silentDescriptors: [],
    start: { state: 'dfuIDLE', status: 'OK' },
    table: dfuTable(rom.device.dfuGeneration ?? 'A'),
    commands: dfuSeCommands,
    transferSize: wTransferSize,
    pointer: 0x0800_0000,
    addressOf(pointer, block) {
      return (pointer + (block - 2) * this.transferSize) % 2 ** 32;
    },
    plan(chip, { number, data }, pointer) {
      if (number === 0) return planCommand(this.commands, chip, data);
      if (number === 1) return { name: 'reserved', status: 'OK' };
      return this.write(chip, this.addressOf(pointer, number), data);
    },
    write: planWrite,
    read: readMemory,
    commandList() {
      return Uint8Array.from(this.commands, ({ opcode }) => opcode);
    },
    pollMs,
    pollOf(work) {
      return pollFor(work, this.pollMs);
    },
    whileWorking: () => 'hold',
    statusBytes,
    answersLeave: true,
    leaveAddress: (pointer, written) => written ?? pointer, // AN3156: also the address of the last write
    outlivesBusReset: [],
    reaches: () => true,
  };
}

/** bStatus, bwPollTimeout, bState, iString (DFU 1.1 §6.1.2). */
export function statusBytes({ status, pollMs, state }: DfuReport): Uint8Array {
  const poll = [pollMs & 0xff, (pollMs >> 8) & 0xff, (pollMs >> 16) & 0xff];
  return Uint8Array.of(dfuStatuses[status], ...poll, DFU_STATES[state], 0);
}

function pollFor({ name }: DfuWork, pollMs: DfuPollMs): number {
  switch (name) {
    case 'write':
    case 'reserved':
      return pollMs.write;
    case 'erase':
      return pollMs.erase;
    case 'mass-erase':
      return pollMs.massErase;
    case 'read-unprotect':
      return pollMs.readUnprotect;
    default:
      return pollMs.address;
  }
}

/** What lies at the address, as far as one region goes. AN3156: errTARGET out of memory, errVENDOR under protection. */
function readMemory({ memory }: DfuChip, address: number, length: number): DfuRead {
  if (memory.level >= 1) {
    return { status: 'errVENDOR', why: `readout protection level ${memory.level}` };
  }
  const refused = memory.check('read', address);
  if (refused !== undefined) return { status: 'errTARGET', why: reasonOf(refused) };
  let there = length;
  while (there > 1 && memory.check('read', address, there) !== undefined) there--;
  return memory.unreadable(address, there) ? 'hang' : memory.read(address, there);
}
