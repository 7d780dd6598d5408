import { descriptorTypes, dfuSeOpcodes, layoutRanges } from '../../../families/index.ts';
import { immediate } from '../../chip/operation.ts';
import type { Operation, OperationName } from '../../chip/operation.ts';
import type { Happening } from '../../trace/trace.ts';
import type { DfuDevice } from './dfu-device.ts';
import type { DfuState } from './dfu-names.ts';
import { withMove } from './dfu-table.ts';
import type { DfuInput, DfuMove, DfuTable } from './dfu-table.ts';
import type { DfuChip, DfuWork } from './dfu-work.ts';
import type { Replace } from '../replace.ts';
import type { Rom } from '../../bootloader/rom.ts';
import { STRING, withTransferSize } from './descriptors.ts';

/**
 * ms that L4 tells a host to wait for an erase: too short, says dfu-util, and no figure; the model takes
 * half of what a page needs.
 */
const TOO_SHORT = 10;

/** From where ABORT leads to dfuIDLE. */
const GOES_IDLE: ReadonlySet<DfuState> = new Set<DfuState>([
  'dfuIDLE',
  'dfuDNLOAD-SYNC',
  'dfuDNLOAD-SYNC, done',
  'dfuDNLOAD-IDLE',
  'dfuMANIFEST-SYNC',
  'dfuUPLOAD-IDLE',
]);

type Emit = (happening: Happening) => void;

const dfu = (change: NonNullable<Replace['dfu']>): Replace => ({ dfu: change });

/** Quirks of the USB DFU device, as replacements by name. */
export function dfuQuirks(emit: Emit): Readonly<Record<string, Replace>> {
  return {
    'dfu-starts-in-error': dfu((device) => ({
      ...device,
      start: { state: 'dfuERROR', status: 'errFIRMWARE' },
    })),
    'dfu-leave-not-answered': dfu((device) => ({ ...device, answersLeave: false })),
    'dfu-does-not-enumerate': dfu((device) => ({ ...device, silentDescriptors: [1] })),
    'dfu-functional-descriptor-silent': dfu((device) => ({
      ...device,
      silentDescriptors: [descriptorTypes.functional],
    })),
    'mass-erase-poll': dfu((device) => ({
      ...device,
      pollMs: { ...device.pollMs, massErase: 100 },
    })),
    'dfu-status-stalls-while-erasing': dfu((device) => ({
      ...device,
      pollMs: { ...device.pollMs, erase: TOO_SHORT, massErase: TOO_SHORT },
      whileWorking: (work) => (isErase(work) ? 'stall' : 'hold'),
    })),
    'dfu-stuck-busy-after-bank-2-erase': planning((work, chip) =>
      work.name === 'erase' && inBank2(work, chip) ? { ...work, next: 'dfuDNBUSY' } : work,
    ),
    'dfu-bank-2-erase-broken': planning((work, chip) =>
      work.name === 'erase' && inBank2(work, chip) ? withoutEffect(work, emit) : work,
    ),
    'dfu-bank-2-erase-shifted': planning((work, chip) => {
      if (work.name !== 'erase' || !inBank2(work, chip)) return work;
      const operation = chip.memory.erase({ pages: [chip.pageAt(work.address!)! + 4] });
      return 'refused' in operation ? withoutEffect(work, emit) : { ...work, operation };
    }),
    'dfu-mass-erase-broken': planning((work) =>
      work.name === 'mass-erase' ? withoutEffect(work, emit) : work,
    ),
    'dfu-long-blocks-corrupted': dfu((device) => ({
      ...device,
      write: (chip, address, data) =>
        device.write(
          chip,
          address,
          data.length > 256 && data.length % 8 !== 0 ? wrong(data) : data,
        ),
    })),
    'dfu-rdp-writes-dropped': dfu((device) => droppingUnderRdp(device, emit)),
    'dfu-address-open-under-rdp': dfu(addressOpenUnderRdp),
    'dfu-write-faults-reported': planning((work, chip, data) => {
      const { address } = work;
      if (work.name !== 'write' || address === undefined || work.reset !== undefined) return work;
      const stored = (): Uint8Array => chip.memory.read(address, data.length);
      const differs = (): boolean => stored().some((byte, at) => byte !== data[at]);
      return { ...work, verify: () => (differs() ? 'errVENDOR' : undefined) };
    }),
    'dfu-alternates-duplicated': alternateStrings((_, first) => first),
    'dfu-option-bytes-marked-g': alternateStrings((text) =>
      /^@(Option|OTP)/.test(text) ? text.replace(/e(?=,|\/|$)/g, 'g') : text,
    ),
    'dfu-flash-string-wrong': { dfu: withWrongStrings },
    'dfu-garbage-behind-flash-string': {
      dfu(device, { device: { usbStrings } }) {
        const { behind, units } = usbStrings?.garbage ?? { behind: undefined, units: '' };
        return withAlternates(device, (text) => (text === behind ? text + units : text));
      },
    },
    'dfu-transfer-size-says-2048': dfu((device) => ({
      ...device,
      descriptors: withTransferSize(device.descriptors, 2048),
    })),
    'dfu-unknown-commands-do-nothing': planning((work) =>
      work.name === 'unknown' ? { name: 'get', status: 'OK' } : work,
    ),
    'dfu-addresses-judged-late': dfu((device) => ({
      ...device,
      plan(chip, block, pointer) {
        const work = device.plan.call(this, chip, block, pointer);
        if (work.status !== 'errTARGET') return work;
        const { name, address = 0 } = work;
        return name === 'set-address-pointer'
          ? { name, status: 'OK', address, pointer: address }
          : { ...work, status: 'errVENDOR' };
      },
    })),
    'dfu-detach-goes-idle': moving('DETACH', (state) =>
      GOES_IDLE.has(state) ? { do: 'forget', next: 'dfuIDLE', status: 'OK' } : undefined,
    ),
    'dfu-clear-status-stalls': moving('CLRSTATUS', (state) =>
      state === 'dfuERROR' ? undefined : { do: 'stall', next: state },
    ),
    'dfu-abort-clears-error': moving('ABORT', (state) =>
      state === 'dfuERROR' ? { do: 'forget', next: 'dfuIDLE', status: 'OK' } : undefined,
    ),
    'dfu-upload-of-block-1-in-state-15': moving('UPLOAD of block 1', (state) =>
      state === 'dfuIDLE' || state === 'dfuUPLOAD-IDLE'
        ? { do: 'stall', next: 'state 15' }
        : undefined,
    ),
    'dfu-bus-reset-keeps-state': dfu((device) => ({
      ...device,
      outlivesBusReset: ['state', 'pointer', 'block'],
    })),
    'dfu-leave-ignores-writes': dfu((device) => ({
      ...device,
      leaveAddress: (pointer) => pointer,
    })),
    'dfu-alternate-restricts-addresses': dfu((device) => ({
      ...device,
      reaches: (alternate, address) =>
        alternatesOf(device)
          .slice(alternate, alternate + 1)
          .flatMap(([, text]) => layoutRanges(text))
          .some(({ start, end }) => address >= start && address < end),
    })),
  };
}

/** A change of what a block asks for; `data` is the block. */
function planning(change: (work: DfuWork, chip: DfuChip, data: Uint8Array) => DfuWork): Replace {
  return dfu((device) => ({
    ...device,
    plan(chip, block, pointer) {
      return change(device.plan.call(this, chip, block, pointer), chip, block.data);
    },
  }));
}

/** A change of the cells of one request; undefined leaves a cell as it is. */
function moving(input: DfuInput, change: (state: DfuState) => DfuMove | undefined): Replace {
  return dfu((device) => {
    const states = Object.keys(device.table) as DfuState[];
    const table = states.reduce<DfuTable>((inner, state) => {
      const move = change(state);
      return move === undefined ? inner : withMove(inner, state, input, move);
    }, device.table);
    return { ...device, table };
  });
}

/** Layout strings of the alternate settings, by their index. */
function alternatesOf({ descriptors }: DfuDevice): readonly (readonly [string, string])[] {
  return Object.entries(descriptors.strings).filter(([, text]) => text.startsWith('@'));
}

function alternateStrings(change: (text: string, first: string) => string): Replace {
  return dfu((device) => withAlternates(device, change));
}

/** The device with other layout strings; `first` is that of alternate setting 0. */
function withAlternates(
  device: DfuDevice,
  change: (text: string, first: string, alternate: number) => string,
): DfuDevice {
  const alternates = alternatesOf(device);
  const first = alternates[0]?.[1] ?? '';
  const changed = alternates.map(([index, text], at) => [index, change(text, first, at)] as const);
  const strings = { ...device.descriptors.strings, ...Object.fromEntries(changed) };
  return { ...device, descriptors: { ...device.descriptors, strings } };
}

/** What a log shows of the version; where there is none, a flash of twice the size. */
function withWrongStrings(device: DfuDevice, { bootloader }: Rom): DfuDevice {
  const wrong = bootloader.wrongUsbStrings;
  if (wrong === undefined) {
    return withAlternates(device, (text, first) =>
      text === first
        ? text.replace(/(\d+)\*/, (_, count: string) => `${2 * Number(count)}*`)
        : text,
    );
  }
  const { descriptors, ...others } = withAlternates(
    device,
    (text, _, at) => wrong.strings[at] ?? text,
  );
  const strings = { ...descriptors.strings, [STRING.serial]: wrong.serial };
  return { ...others, descriptors: { ...descriptors, strings } };
}

/** Level 1 does not refuse: writes and erases are acknowledged and dropped, option bytes can be read. */
function droppingUnderRdp(device: DfuDevice, emit: Emit): DfuDevice {
  const open = addressOpenUnderRdp(device);
  return {
    ...open,
    plan(chip, block, pointer) {
      const work = open.plan.call(this, chip, block, pointer);
      if (work.status !== 'errVENDOR' || chip.memory.level < 1) return work;
      const { name, address = 0 } = work;
      const what = name === 'mass-erase' ? 'mass erase' : name === 'erase' ? name : 'write';
      return { name, address, status: 'OK', operation: dropped(what, address, 0, emit) };
    },
    read(chip, address, length) {
      const options = chip.memory.regionAt(address)?.kind === 'option-bytes';
      return device.read(options ? unprotected(chip) : chip, address, length);
    },
  };
}

/** AN3156 does not list the protection among the errors of Set Address Pointer. */
function addressOpenUnderRdp(device: DfuDevice): DfuDevice {
  return {
    ...device,
    plan(chip, block, pointer) {
      const sets = block.number === 0 && block.data[0] === dfuSeOpcodes['set-address-pointer'];
      return device.plan.call(this, sets ? unprotected(chip) : chip, block, pointer);
    },
  };
}

function unprotected(chip: DfuChip): DfuChip {
  return { ...chip, memory: { ...chip.memory, level: 0 } };
}

function isErase({ name }: DfuWork): boolean {
  return name === 'erase' || name === 'mass-erase';
}

function inBank2({ address }: DfuWork, { memory, pageAt }: DfuChip): boolean {
  const page = address === undefined ? undefined : pageAt(address);
  return page !== undefined && memory.bankOf(page) === 1;
}

/** The host is told that it was done. */
function withoutEffect(work: DfuWork, emit: Emit): DfuWork {
  if (work.operation === undefined) return work;
  const { name, address, length } = work.operation;
  return { ...work, operation: dropped(name, address, length, emit) };
}

function dropped(name: OperationName, address: number, length: number, emit: Emit): Operation {
  const why = 'a limitation of this version';
  return immediate(name, address, length, () =>
    emit({ kind: 'lost', operation: name, address, length, why }),
  );
}

/** Which bytes are wrong is not printed: the model inverts the last. */
function wrong(data: Uint8Array): Uint8Array {
  const last = data.length - 1;
  return data.map((byte, at) => (at === last ? byte ^ 0xff : byte));
}
