import type { Operation } from '../../chip/operation.ts';
import type { DfuState, DfuStatus } from './dfu-names.ts';
import type { Memory, Rom } from '../../bootloader/rom.ts';
import type { ResetCause } from '../../trace/trace.ts';

/** What a GETSTATUS sets going: the block that was downloaded, executed. */
export interface DfuWork {
  /** What is done, as the trace tells it. */
  readonly name:
    | 'get'
    | 'set-address-pointer'
    | 'erase'
    | 'mass-erase'
    | 'read-unprotect'
    | 'write'
    | 'reserved'
    | 'unknown';
  /** Address it is about, if any. */
  readonly address?: number;
  /** What the chip does meanwhile; it happens before the status counts. */
  readonly operation?: Operation;
  /** What a GETSTATUS behind it reports. */
  readonly status: DfuStatus;
  /** What a person needs to know of a failure. */
  readonly why?: string;
  /** The state behind it when all went well; default: a GETSTATUS finds it done. */
  readonly next?: DfuState;
  /** The pointer behind it. */
  readonly pointer?: number;
  /** The work ends in a system reset for this cause: the device drops off the bus. */
  readonly reset?: ResetCause;
  /** Judged when the operation has happened; undefined: `status` stands. */
  readonly verify?: () => DfuStatus | undefined;
}

/** What blocks are executed on. */
export interface DfuChip {
  /** Memories, with what they refuse. */
  readonly memory: Memory;
  /** Which version of the bootloader it is. */
  readonly rom: Rom;
  /** Number of the erase unit that holds the address; undefined outside main flash. */
  readonly pageAt: (address: number) => number | undefined;
}

/** A block that did not lead to an operation. */
export function failed(
  name: DfuWork['name'],
  status: DfuStatus,
  why: string,
  address?: number,
): DfuWork {
  return address === undefined ? { name, status, why } : { name, status, why, address };
}
