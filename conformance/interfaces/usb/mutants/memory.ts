import type { DfuChip, DfuDevice, DfuWork } from '../../../../emulator/index.ts';
import { isOperation } from '../../../mutants/kit.ts';
import type { Kind, Mutant, Result } from '../../../mutants/kit.ts';
import { BLOCK, dfuMutant, plans } from './kit.ts';

const FLASH = 0x0800_0000;

type Sent = ReturnType<DfuDevice['read']>;

/** A device that sends something else of memory than the right one. */
function sends(
  name: string,
  wrong: string,
  change: (right: Sent, address: number, length: number) => Sent,
): Mutant {
  return dfuMutant(name, wrong, (device) => ({
    read: (chip, address, length) => change(device.read(chip, address, length), address, length),
  }));
}

/** A device that reads a chip that seems not to be protected, where `which` says so. */
function readsProtected(
  name: string,
  wrong: string,
  start: () => (chip: DfuChip, address: number) => boolean,
): Mutant {
  return dfuMutant(name, wrong, (device) => {
    const which = start();
    return {
      read: (chip, address, length) =>
        device.read(which(chip, address) ? unprotected(chip) : chip, address, length),
    };
  });
}

/** A device that makes something else of a write. */
function writes(
  name: string,
  wrong: string,
  change: (work: DfuWork, chip: DfuChip, address: number, data: Uint8Array) => DfuWork,
): Mutant {
  return dfuMutant(name, wrong, (device) => ({
    write: (chip, address, data) => change(device.write(chip, address, data), chip, address, data),
  }));
}

/** A device that executes one kind of block otherwise. */
function worksOf(
  of: DfuWork['name'],
  name: string,
  wrong: string,
  change: (work: DfuWork, chip: DfuChip) => DfuWork,
): Mutant {
  return plans(name, wrong, (work, chip) => (work.name === of ? change(work, chip) : work));
}

/** A device that erases under readout protection, where `which` says so of the data of the block. */
function erasesProtected(
  name: string,
  wrong: string,
  which: (data: Uint8Array) => boolean = () => true,
): Mutant {
  return dfuMutant(name, wrong, (device) => ({
    plan(chip, block, pointer) {
      const erases = block.number === 0 && block.data[0] === 0x41 && which(block.data);
      return device.plan.call(this, erases ? unprotected(chip) : chip, block, pointer);
    },
  }));
}

/** The work, had it another operation; as it was, where that is refused. */
const operating = (work: DfuWork, operation: Result): DfuWork =>
  isOperation(operation) ? { ...work, operation } : work;

const withoutReset = (work: DfuWork): DfuWork => {
  const { reset: _, ...rest } = work;
  return rest;
};

const kindAt = (chip: DfuChip, address: number): string | undefined =>
  chip.memory.regionAt(address)?.kind;

const isNowhere = (sent: Sent): sent is Exclude<Sent, Uint8Array | string> =>
  typeof sent === 'object' && 'status' in sent && sent.status === 'errTARGET';

const fine = ({ name, address }: DfuWork): DfuWork =>
  address === undefined ? { name, status: 'OK' } : { name, address, status: 'OK' };

const unprotected = (chip: DfuChip): DfuChip => ({ ...chip, memory: { ...chip.memory, level: 0 } });

/** Devices that read, write, erase or protect something else, as DFU alone has it. */
export const storing: readonly Kind[] = [
  sends('long-read-cut', 'the last byte of a whole block is 0', (sent, _, length) =>
    sent instanceof Uint8Array && length > 256 ? sent.with(length - 1, 0) : sent,
  ),
  sends('read-out-of-memory', 'where there is no memory ones are read', (sent, _, length) =>
    isNowhere(sent) ? new Uint8Array(length).fill(0xff) : sent,
  ),
  sends('refused-read-status', 'a refused upload ends in errSTALLEDPKT', (sent) =>
    isNowhere(sent) ? { ...sent, status: 'errSTALLEDPKT' } : sent,
  ),
  dfuMutant('second-read-differs', 'what is read again is zeros', (device) => {
    let last: number | undefined;
    return {
      read(chip, address, length) {
        const again = last === address;
        last = address;
        return again ? new Uint8Array(length) : device.read(chip, address, length);
      },
    };
  }),
  readsProtected(
    'protected-read',
    'readout protection does not hinder an upload',
    () => () => true,
  ),
  readsProtected(
    'protected-read-leaks',
    'protection ends behind the first block',
    () => (_, address) => address >= FLASH + BLOCK,
  ),
  readsProtected('protection-wears-off', 'protection refuses the first upload alone', () => {
    let asked = 0;
    return ({ memory }) => memory.level >= 1 && ++asked > 1;
  }),
  dfuMutant('blocks-by-length', 'blocks are counted in 256 bytes', () => ({
    addressOf: (pointer, block) => pointer + (block - 2) * 256,
  })),
  dfuMutant('small-blocks', 'a block has no more than 64 bytes', () => ({ transferSize: 64 })),
  dfuMutant('pointer-elsewhere', 'the address pointer is at the second sector first', () => ({
    pointer: FLASH + 0x4000,
  })),
  dfuMutant('list-shuffled', 'the list of commands has another order', () => ({
    commandList: () => Uint8Array.of(0x00, 0x41, 0x21, 0x92),
  })),
  dfuMutant('list-without-unprotect', 'Read Unprotect is not in the list', () => ({
    commandList: () => Uint8Array.of(0x00, 0x21, 0x41),
  })),
  dfuMutant('get-unknown', 'Get as a download is unknown', ({ commands }) => ({
    commands: commands.filter(({ name }) => name !== 'get'),
    commandList: () => Uint8Array.of(0x00, 0x21, 0x41, 0x92),
  })),
  plans('unknown-commands-taken', 'unknown commands do nothing', (work, _, { data }) =>
    work.status === 'errSTALLEDPKT' && data[0] !== 0x99 ? fine(work) : work,
  ),
  plans('unknown-commands-target', 'unknown commands end in errTARGET', (work) =>
    work.status === 'errSTALLEDPKT' ? { ...work, status: 'errTARGET' } : work,
  ),
  plans('bad-address-is-err-address', 'an address without memory ends in errADDRESS', (work) =>
    work.status === 'errTARGET' ? { ...work, status: 'errADDRESS' } : work,
  ),
  plans('protected-status', 'under readout protection the status is errTARGET', (work) =>
    work.status === 'errVENDOR' ? { ...work, status: 'errTARGET' } : work,
  ),
  writes('write-nowhere', 'a write where there is no memory is fine', (work, chip, address) =>
    kindAt(chip, address) === undefined ? fine(work) : work,
  ),
  writes('system-memory-written', 'a write to system memory is fine', (work, chip, address) =>
    kindAt(chip, address) === 'system-memory' ? fine(work) : work,
  ),
  writes('write-verified', 'a write that fails is errVENDOR', (work, { memory }, address, data) => {
    if (work.operation === undefined || work.reset !== undefined) return work;
    const differs = (): boolean =>
      memory.read(address, data.length).some((byte, at) => byte !== data[at]);
    return { ...work, verify: () => (differs() ? 'errVENDOR' : undefined) };
  }),
  writes('odd-lengths-refused', 'a block of an odd length is refused', (work, _, __, { length }) =>
    length % 2 === 0 ? work : { name: 'write', status: 'errTARGET' },
  ),
  dfuMutant('protected-write', 'readout protection does not hinder a write', (device) => ({
    write: (chip, address, data) => device.write(unprotected(chip), address, data),
  })),
  plans('write-moves-pointer', 'the address pointer is behind a write', (work, _, { data }) =>
    work.name === 'write' && work.status === 'OK'
      ? { ...work, pointer: work.address! + data.length }
      : work,
  ),
  worksOf(
    'write',
    'options-without-reset',
    'a write to the option bytes ends without a reset',
    withoutReset,
  ),
  worksOf('set-address-pointer', 'pointer-anywhere', 'any address can be set', (work) =>
    work.status === 'errTARGET' ? fine(work) : work,
  ),
  plans('pointer-fixed', 'Set Address Pointer sets nothing', (work) => {
    const { pointer: _, ...rest } = work;
    return rest;
  }),
  plans('pointer-aligned', 'the lower four bits of the address are lost', (work) =>
    work.pointer === undefined ? work : { ...work, pointer: work.pointer - (work.pointer % 16) },
  ),
  worksOf(
    'erase',
    'erase-first-address-only',
    'only the first address of a page names it',
    (work, { pageAt }) =>
      work.address === undefined || pageAt(work.address - 1) === pageAt(work.address)
        ? { name: 'erase', status: 'errTARGET' }
        : work,
  ),
  worksOf('erase', 'erase-nowhere', 'an erase outside of flash is fine', (work) =>
    work.status === 'errTARGET' ? fine(work) : work,
  ),
  worksOf('erase', 'erase-verified', 'an erase that did not take is errVENDOR', (work, chip) => {
    if (work.operation === undefined) return work;
    const { address = FLASH } = work;
    const dirty = (): boolean => chip.memory.read(address, 16).some((byte) => byte !== 0xff);
    return { ...work, verify: () => (dirty() ? 'errVENDOR' : undefined) };
  }),
  worksOf('erase', 'busy-for-ever', 'an erase never ends', (work) =>
    work.status === 'OK' ? { ...work, next: 'dfuDNBUSY' } : work,
  ),
  worksOf('erase', 'refusal-unprotects', 'a refused erase unprotects', (work, { memory }) =>
    work.status === 'errVENDOR' ? operating(work, memory.readoutUnprotect(true, false)) : work,
  ),
  erasesProtected('protected-erase', 'readout protection does not hinder an erase'),
  erasesProtected(
    'protected-mass-erase',
    'protection does not hinder a mass erase',
    ({ length }) => length === 1,
  ),
  plans(
    'short-erase-is-mass-erase',
    'a short address erases all',
    (work, { memory }, { number, data }) => {
      if (number !== 0 || data[0] !== 0x41 || data.length === 1 || data.length === 5) return work;
      const operation = memory.erase({ mass: true });
      return isOperation(operation) ? { name: 'mass-erase', status: 'OK', operation } : work;
    },
  ),
  worksOf(
    'read-unprotect',
    'unprotect-without-reset',
    'Read Unprotect ends without a reset',
    withoutReset,
  ),
  worksOf('read-unprotect', 'unprotect-refused', 'Read Unprotect fails', () => ({
    name: 'read-unprotect',
    status: 'errUNKNOWN',
  })),
  plans(
    'unprotect-with-more',
    'Read Unprotect is executed whatever follows its code',
    (work, { memory }, { number, data }) => {
      if (number !== 0 || data[0] !== 0x92 || data.length === 1) return work;
      const operation = memory.readoutUnprotect(true, true);
      return isOperation(operation)
        ? { name: 'read-unprotect', status: 'OK', operation, reset: 'readout-unprotect' }
        : work;
    },
  ),
  plans('unknown-command-unprotects', 'command 0x99 unprotects', (work, { memory }, { data }) =>
    data[0] === 0x99 && memory.level >= 1
      ? operating(work, memory.readoutUnprotect(true, false))
      : work,
  ),
  dfuMutant('leave-to-the-start', 'the application at the start of flash is started', () => ({
    leaveAddress: () => FLASH,
  })),
  dfuMutant('leave-ignores-writes', 'the last write does not count as an address', () => ({
    leaveAddress: (pointer) => pointer,
  })),
];
