import { dfuSeOpcodes } from '../../../families/index.ts';
import type { Operation, Refused } from '../../chip/operation.ts';
import { clearsPcrop } from '../framed/commands.ts';
import { failed } from './dfu-work.ts';
import type { DfuChip, DfuWork } from './dfu-work.ts';

/** A command of DfuSe: a block 0 whose first byte is the opcode (AN3156). */
export interface DfuSeCommand {
  /** Its name, as the trace tells it. */
  readonly name: DfuWork['name'];
  /** First byte of its block. */
  readonly opcode: number;
  /** Lengths of its block in bytes, opcode included; undefined: any. */
  readonly lengths: readonly number[] | undefined;
  /** `operand`: what follows the opcode. */
  readonly plan: (chip: DfuChip, operand: Uint8Array) => DfuWork;
}

/** The commands of the ROM in the order in which UPLOAD of block 0 lists them. */
export const dfuSeCommands: readonly DfuSeCommand[] = [
  // a host may send its payload of one byte as two
  {
    name: 'get',
    opcode: dfuSeOpcodes.get,
    lengths: undefined,
    plan: () => ({ name: 'get', status: 'OK' }),
  },
  {
    name: 'set-address-pointer',
    opcode: dfuSeOpcodes['set-address-pointer'],
    lengths: [5],
    plan: setAddressPointer,
  },
  { name: 'erase', opcode: dfuSeOpcodes.erase, lengths: [1, 5], plan: erase },
  {
    name: 'read-unprotect',
    opcode: dfuSeOpcodes['read-unprotect'],
    lengths: [1],
    plan: readUnprotect,
  },
];

/** The command in block 0. AN3156: an unknown one ends in dfuERROR, errSTALLEDPKT. */
export function planCommand(
  commands: readonly DfuSeCommand[],
  chip: DfuChip,
  block: Uint8Array,
): DfuWork {
  const [opcode = 0] = block;
  const command = commands.find((each) => each.opcode === opcode);
  const hex = `0x${opcode.toString(16).padStart(2, '0')}`;
  if (command === undefined) return failed('unknown', 'errSTALLEDPKT', `no command ${hex}`);
  if (command.lengths?.includes(block.length) === false) {
    return failed('unknown', 'errSTALLEDPKT', `command ${hex} with ${block.length} bytes`);
  }
  return command.plan(chip, block.subarray(1));
}

/** A data block: what the memory makes of it is its own rule. */
export function planWrite(chip: DfuChip, address: number, data: Uint8Array): DfuWork {
  const closed = protectedFrom('write', chip, address);
  if (closed !== undefined) return closed;
  const { memory } = chip;
  const operation = memory.write(address, data);
  if ('refused' in operation) return failed('write', 'errTARGET', reasonOf(operation), address);
  const options = memory.regionAt(address)?.kind === 'option-bytes';
  const work: DfuWork = { name: 'write', status: 'OK', address, operation };
  return options ? { ...work, reset: 'option bytes' } : work;
}

/** AN3156 names no protection for it; ROMs refuse it at level 1 (betaflight-configurator relies on it). */
function setAddressPointer(chip: DfuChip, operand: Uint8Array): DfuWork {
  const address = addressIn(operand);
  const name = 'set-address-pointer';
  const closed = protectedFrom(name, chip, address);
  if (closed !== undefined) return closed;
  const { memory } = chip;
  const reached =
    memory.check('read', address) === undefined || memory.check('write', address) === undefined;
  if (!reached) return failed(name, 'errTARGET', 'no memory there', address);
  return { name, status: 'OK', address, pointer: address };
}

/** With an address: the page or sector that holds it; without: all of main flash. */
function erase(chip: DfuChip, operand: Uint8Array): DfuWork {
  const { memory, pageAt } = chip;
  if (operand.length === 0) {
    return protectedFrom('mass-erase', chip) ?? erasing('mass-erase', memory.erase({ mass: true }));
  }
  const address = addressIn(operand);
  const closed = protectedFrom('erase', chip, address);
  if (closed !== undefined) return closed;
  const page = pageAt(address);
  if (page === undefined) return failed('erase', 'errTARGET', 'no main flash there', address);
  return erasing('erase', memory.erase({ pages: [page] }), address);
}

function erasing(name: DfuWork['name'], operation: Operation | Refused, address?: number): DfuWork {
  // no source says what a ROM without mass erase answers; ST's class driver: errVENDOR for any failure
  if ('refused' in operation) return failed(name, 'errVENDOR', reasonOf(operation), address);
  return { name, status: 'OK', operation, ...(address === undefined ? {} : { address }) };
}

/** Executed at every level but 2, which the chip never leaves; flash and RAM are wiped, and the system reset comes behind it. */
function readUnprotect({ memory, rom }: DfuChip): DfuWork {
  const name = 'read-unprotect';
  const operation = memory.readoutUnprotect(true, clearsPcrop(rom));
  if ('refused' in operation) return failed(name, 'errUNKNOWN', reasonOf(operation));
  return { name, status: 'OK', operation, reset: 'readout-unprotect' };
}

/** AN3156: errVENDOR while the readout protection is on. */
export function protectedFrom(
  name: DfuWork['name'],
  { memory }: DfuChip,
  address?: number,
): DfuWork | undefined {
  if (memory.level < 1) return undefined;
  return failed(name, 'errVENDOR', `readout protection level ${memory.level}`, address);
}

function addressIn(operand: Uint8Array): number {
  return new DataView(operand.buffer, operand.byteOffset).getUint32(0, true);
}

/** Why the memory refused, for a person. */
export function reasonOf({ refused, detail }: Refused): string {
  return detail ?? refused;
}
