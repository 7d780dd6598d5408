import type { DfuChip, DfuDevice, DfuWork } from '../../../emulator/index.ts';
import { andThen, dfuMutant, instead, isOperation, on } from '../kit.ts';
import type { Mutant } from '../kit.ts';
import { plans } from './kit.ts';

const FLASH = 0x0800_0000;

/** A device that reads something else. */
function reads(
  name: string,
  wrong: string,
  read: (
    right: DfuDevice['read'],
    chip: DfuChip,
    address: number,
    length: number,
  ) => ReturnType<DfuDevice['read']>,
): Mutant {
  return dfuMutant(name, wrong, (device) => ({
    read: (chip, address, length) => read(device.read, chip, address, length),
  }));
}

/** A device that writes something else, or elsewhere. */
function writes(
  name: string,
  wrong: string,
  write: (right: DfuDevice['write'], chip: DfuChip, address: number, data: Uint8Array) => DfuWork,
): Mutant {
  return dfuMutant(name, wrong, (device) => ({
    write: (chip, address, data) => write(device.write, chip, address, data),
  }));
}

/** A kind of memory that cannot be read. */
function unreadable(name: string, wrong: string, kind: string): Mutant {
  return reads(name, wrong, (right, chip, address, length) =>
    chip.memory.regionAt(address)?.kind === kind
      ? { status: 'errTARGET', why: 'a mutant' }
      : right(chip, address, length),
  );
}

const fine = ({ name, address }: DfuWork): DfuWork =>
  address === undefined ? { name, status: 'OK' } : { name, address, status: 'OK' };

const without = (work: DfuWork): DfuWork =>
  work.operation === undefined ? work : { ...work, operation: instead(work.operation, () => {}) };

const unprotected = (chip: DfuChip): DfuChip => ({ ...chip, memory: { ...chip.memory, level: 0 } });

/** Devices that read, write, erase or protect something else. */
export const storing: readonly Mutant[] = on('usb', [
  reads(
    'read-aligned',
    'an upload begins at the next lower multiple of four',
    (right, chip, address, length) => right(chip, address - (address % 4), length),
  ),
  reads('long-read-cut', 'the last byte of a whole block is 0', (right, chip, address, length) => {
    const sent = right(chip, address, length);
    return sent instanceof Uint8Array && length > 256 ? sent.with(length - 1, 0) : sent;
  }),
  reads(
    'read-out-of-memory',
    'where there is no memory ones are read',
    (right, chip, address, length) => {
      const sent = right(chip, address, length);
      const nowhere = typeof sent === 'object' && 'status' in sent && sent.status === 'errTARGET';
      return nowhere ? new Uint8Array(length).fill(0xff) : sent;
    },
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
  unreadable('ram-unreadable', 'RAM cannot be read', 'sram'),
  unreadable('options-unreadable', 'the option bytes cannot be read', 'option-bytes'),
  unreadable('otp-unreadable', 'OTP cannot be read', 'otp'),
  reads(
    'protected-read',
    'readout protection does not hinder an upload',
    (right, chip, address, length) => right(unprotected(chip), address, length),
  ),
  reads(
    'protected-read-leaks',
    'readout protection ends behind the first block',
    (right, chip, address, length) =>
      right(address >= FLASH + 2048 ? unprotected(chip) : chip, address, length),
  ),
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
  writes(
    'write-aligned',
    'a write begins at the next lower multiple of 16',
    (right, chip, address, data) => right(chip, address - (address % 16), data),
  ),
  writes(
    'last-bytes-lost',
    'the last block of flash is not written',
    (right, chip, address, data) => {
      const work = right(chip, address, data);
      const isFlash = (at: number): boolean => chip.memory.regionAt(at)?.kind === 'main-flash';
      return isFlash(address) && !isFlash(address + data.length) ? without(work) : work;
    },
  ),
  writes(
    'ram-cut',
    'no more than 16 bytes of RAM are written at once',
    (right, chip, address, data) =>
      right(
        chip,
        address,
        chip.memory.regionAt(address)?.kind === 'sram' ? data.subarray(0, 16) : data,
      ),
  ),
  writes(
    'write-nowhere',
    'a write where there is no memory is fine',
    (right, chip, address, data) => {
      const work = right(chip, address, data);
      return chip.memory.regionAt(address) === undefined ? fine(work) : work;
    },
  ),
  writes(
    'system-memory-written',
    'a write to system memory is fine',
    (right, chip, address, data) => {
      const work = right(chip, address, data);
      return chip.memory.regionAt(address)?.kind === 'system-memory' ? fine(work) : work;
    },
  ),
  writes(
    'write-verified',
    'a write that did not take is errVENDOR',
    (right, chip, address, data) => {
      const work = right(chip, address, data);
      if (work.operation === undefined || work.reset !== undefined) return work;
      const differs = (): boolean =>
        chip.memory.read(address, data.length).some((byte, at) => byte !== data[at]);
      return { ...work, verify: () => (differs() ? 'errVENDOR' : undefined) };
    },
  ),
  writes(
    'odd-lengths-refused',
    'a block of an odd length is refused',
    (right, chip, address, data) => {
      const work = right(chip, address, data);
      return data.length % 2 === 0 ? work : { name: 'write', status: 'errTARGET' };
    },
  ),
  plans('options-without-reset', 'a write to the option bytes ends without a reset', (work) => {
    if (work.name !== 'write' || work.reset === undefined) return work;
    const { reset: _, ...rest } = work;
    return rest;
  }),
  plans('pointer-anywhere', 'any address can be set', (work) =>
    work.name === 'set-address-pointer' && work.status === 'errTARGET' ? fine(work) : work,
  ),
  dfuMutant('pointer-fixed', 'Set Address Pointer sets nothing', (device) => ({
    plan(chip, block, pointer) {
      const { pointer: _, ...work } = device.plan.call(this, chip, block, pointer);
      return work;
    },
  })),
  plans('pointer-aligned', 'the lower four bits of the address are lost', (work) =>
    work.pointer === undefined ? work : { ...work, pointer: work.pointer - (work.pointer % 16) },
  ),
  plans('erase-does-nothing', 'an erase has no effect', (work) =>
    work.name === 'erase' ? without(work) : work,
  ),
  plans('erase-next-page', 'the page behind is erased', (work, chip) => {
    if (work.name !== 'erase' || work.operation === undefined) return work;
    const operation = chip.memory.erase({ pages: [chip.pageAt(work.address!)! + 1] });
    return isOperation(operation) ? { ...work, operation } : work;
  }),
  plans('erase-first-address-only', 'only the first address of a page names it', (work, chip) => {
    const before = work.address === undefined ? undefined : chip.pageAt(work.address - 1);
    return work.name === 'erase' && before === chip.pageAt(work.address ?? 0)
      ? { name: 'erase', status: 'errTARGET' }
      : work;
  }),
  plans('erase-nowhere', 'an erase outside of flash is fine', (work) =>
    work.name === 'erase' && work.status === 'errTARGET' ? fine(work) : work,
  ),
  plans('erase-verified', 'an erase that did not take is errVENDOR', (work, chip) => {
    if (work.name !== 'erase' || work.operation === undefined) return work;
    const { address = FLASH } = work;
    const dirty = (): boolean => chip.memory.read(address, 16).some((byte) => byte !== 0xff);
    return { ...work, verify: () => (dirty() ? 'errVENDOR' : undefined) };
  }),
  plans('mass-erase-one-page', 'mass erase takes one page', (work, chip) => {
    if (work.name !== 'mass-erase' || work.operation === undefined) return work;
    const operation = chip.memory.erase({ pages: [0] });
    return isOperation(operation) ? { ...work, operation } : work;
  }),
  dfuMutant('protected-erase', 'readout protection does not hinder an erase', (device) => ({
    plan(chip, block, pointer) {
      const erases = block.number === 0 && block.data[0] === 0x41;
      return device.plan.call(this, erases ? unprotected(chip) : chip, block, pointer);
    },
  })),
  dfuMutant('protected-mass-erase', 'readout protection does not hinder mass erase', (device) => ({
    plan(chip, block, pointer) {
      const erases = block.number === 0 && block.data[0] === 0x41 && block.data.length === 1;
      return device.plan.call(this, erases ? unprotected(chip) : chip, block, pointer);
    },
  })),
  dfuMutant('protected-write', 'readout protection does not hinder a write', (device) => ({
    write: (chip, address, data) => device.write(unprotected(chip), address, data),
  })),
  plans('protected-status', 'under readout protection the status is errTARGET', (work) =>
    work.status === 'errVENDOR' ? { ...work, status: 'errTARGET' } : work,
  ),
  plans('unprotect-keeps-flash', 'Read Unprotect has no effect', (work) =>
    work.name === 'read-unprotect' ? without(work) : work,
  ),
  plans('unprotect-without-reset', 'Read Unprotect ends without a reset', (work) => {
    if (work.name !== 'read-unprotect') return work;
    const { reset: _, ...rest } = work;
    return rest;
  }),
  plans('unprotect-refused', 'Read Unprotect fails', (work) =>
    work.name === 'read-unprotect' ? { name: 'read-unprotect', status: 'errUNKNOWN' } : work,
  ),
  plans('refusal-unprotects', 'a refused erase takes the protection off', (work, chip) => {
    if (work.name !== 'erase' || work.status !== 'errVENDOR') return work;
    const operation = chip.memory.readoutUnprotect(true, false);
    return isOperation(operation) ? { ...work, operation } : work;
  }),
  plans(
    'unknown-command-unprotects',
    'command 0x99 takes the protection off',
    (work, chip, { data }) => {
      if (data[0] !== 0x99 || chip.memory.level < 1) return work;
      const operation = chip.memory.readoutUnprotect(true, false);
      return isOperation(operation) ? { ...work, operation } : work;
    },
  ),
  dfuMutant('leave-to-the-start', 'the application at the start of flash is started', () => ({
    leaveAddress: () => FLASH,
  })),
  dfuMutant('leave-ignores-writes', 'the last write does not count as an address', () => ({
    leaveAddress: (pointer) => pointer,
  })),
  plans('busy-for-ever', 'an erase never ends', (work) =>
    work.name === 'erase' && work.status === 'OK' ? { ...work, next: 'dfuDNBUSY' } : work,
  ),
  plans(
    'write-moves-pointer',
    'a write leaves the address pointer behind its end',
    (work, _, { data }) =>
      work.name === 'write' && work.status === 'OK'
        ? { ...work, pointer: work.address! + data.length }
        : work,
  ),
  plans(
    'unprotect-with-more',
    'Read Unprotect is executed whatever follows its code',
    (work, chip, { number, data }) => {
      if (number !== 0 || data[0] !== 0x92 || data.length === 1) return work;
      const operation = chip.memory.readoutUnprotect(true, true);
      return isOperation(operation)
        ? { name: 'read-unprotect', status: 'OK', operation, reset: 'readout-unprotect' }
        : work;
    },
  ),
  plans(
    'short-erase-is-mass-erase',
    'an erase with a short address erases all',
    (work, chip, { number, data }) => {
      if (number !== 0 || data[0] !== 0x41 || data.length === 1 || data.length === 5) return work;
      const operation = chip.memory.erase({ mass: true });
      return isOperation(operation) ? { name: 'mass-erase', status: 'OK', operation } : work;
    },
  ),
  plans('bad-address-is-err-address', 'an address without memory ends in errADDRESS', (work) =>
    work.status === 'errTARGET' ? { ...work, status: 'errADDRESS' } : work,
  ),
  dfuMutant('refused-read-status', 'a refused upload ends in errSTALLEDPKT', (device) => ({
    read(chip, address, length) {
      const sent = device.read(chip, address, length);
      return typeof sent === 'object' && 'status' in sent && sent.status === 'errTARGET'
        ? { ...sent, status: 'errSTALLEDPKT' }
        : sent;
    },
  })),
  plans(
    'mass-erase-past-protection',
    'a mass erase does not mind write protection',
    (work, chip) => {
      if (work.name !== 'mass-erase' || work.operation === undefined) return work;
      const operation = chip.memory.regress({}, false);
      return isOperation(operation) ? { ...work, operation } : work;
    },
  ),
  plans('erase-clears-options', 'a mass erase sets the write protection', (work, chip) => {
    if (work.name !== 'mass-erase' || work.operation === undefined) return work;
    const operation = andThen(work.operation, () => [chip.memory.writeProtect([1])]);
    return isOperation(operation) ? { ...work, operation } : work;
  }),
  plans('write-of-two-lost', 'a block of two bytes is lost', (work, _, { data }) =>
    work.name === 'write' && data.length === 2 && work.operation !== undefined
      ? { ...work, operation: instead(work.operation, () => {}) }
      : work,
  ),
  plans(
    'write-upper-kilobyte-lost',
    'of a whole block the second half is lost',
    (work, chip, { data }) => {
      if (work.name !== 'write' || work.operation === undefined || data.length <= 1024) return work;
      const operation = chip.memory.write(work.address!, data.subarray(0, 1024));
      return isOperation(operation) ? { ...work, operation } : work;
    },
  ),
  dfuMutant(
    'protection-wears-off',
    'readout protection refuses the first upload alone',
    (device) => {
      let asked = 0;
      return {
        read: (chip, address, length) =>
          device.read(
            chip.memory.level >= 1 && ++asked > 1
              ? { ...chip, memory: { ...chip.memory, level: 0 } }
              : chip,
            address,
            length,
          ),
      };
    },
  ),
]);
