import type { ArmedFaults } from '../armed-faults.ts';
import type { Dialogue } from '../bootloader/dialogue.ts';
import type { Refused } from '../chip/operation.ts';
import type { RefusedCommand } from '../faults.ts';
import type { Command } from '../interfaces/framed/command.ts';
import type { Check, Wire } from '../interfaces/framed/wire.ts';
import type { Replace } from '../interfaces/replace.ts';
import type { DfuWork } from '../interfaces/usb/dfu-work.ts';

/** What DfuSe calls them. */
const OVER_USB: Partial<Readonly<Record<DfuWork['name'], RefusedCommand>>> = {
  write: 'write-memory',
  erase: 'erase',
  'mass-erase': 'erase',
  'read-unprotect': 'readout-unprotect',
};

/** The bootloader refuses what the faults that are armed say, when it would have taken it. */
export function refusing(faults: ArmedFaults): Replace {
  const refusal = (command: RefusedCommand, address?: number): Refused | undefined => {
    if (faults.none('reply')) return undefined;
    const armed = faults.refuses(
      (fault) =>
        (fault.command === undefined || fault.command === command) && fault.address === address,
    );
    if (armed === undefined) return undefined;
    const where = address === undefined ? '' : ` at 0x${address.toString(16)}`;
    faults.strike(armed, `refuse ${command}${where}`);
    return { refused: 'fault', detail: 'a fault was armed for it' };
  };
  const names = new Map<number, Command['name']>();
  return {
    commands(commands) {
      for (const { opcode, name } of commands) names.set(opcode, name);
      return commands;
    },
    wire: (wire) => refusingWire(wire, names, refusal),
    dfu: (device) => ({
      ...device,
      plan(chip, block, pointer) {
        const work = device.plan.call(this, chip, block, pointer);
        const command = OVER_USB[work.name];
        if (command === undefined || work.status !== 'OK') return work;
        const refused = refusal(command) ?? refusal(command, work.address);
        if (refused === undefined) return work;
        return { name: work.name, status: 'errTARGET', why: refused.detail ?? refused.refused };
      },
      read(chip, address, length) {
        const refused = refusal('read-memory') ?? refusal('read-memory', address);
        if (refused === undefined) return device.read.call(this, chip, address, length);
        return { status: 'errTARGET', why: refused.detail ?? refused.refused };
      },
    }),
  };
}

type Refusal = (command: RefusedCommand, address?: number) => Refused | undefined;

function refusingWire(
  wire: Wire,
  names: ReadonlyMap<number, Command['name']>,
  refusal: Refusal,
): Wire {
  /** The first time that a request tells its address is when it is refused. */
  const at = (command: RefusedCommand, check: Check): Check => {
    let refused: Refused | undefined;
    let judged = false;
    return (address, length) => {
      if (!judged) refused = refusal(command, address);
      judged = true;
      return refused ?? check(address, length);
    };
  };
  return {
    ...wire,
    *command(): Dialogue<number | 'malformed'> {
      const opcode = yield* wire.command();
      const name = opcode === 'malformed' ? undefined : names.get(opcode);
      const command = name === undefined ? undefined : plain(name);
      const refused = command === undefined ? undefined : refusal(command);
      if (refused === undefined) return opcode;
      yield* wire.refuse(refused, { command: name, step: 'command' });
      return 'malformed';
    },
    readRequest: (check) => wire.readRequest(at('read-memory', check)),
    writeRequest: (check) => wire.writeRequest(at('write-memory', check)),
    goRequest: (check) => wire.goRequest(at('go', check)),
  };
}

/** The command whose form this is. */
function plain(name: Command['name']): RefusedCommand | undefined {
  const stretched = name.replace('no-stretch-', '').replace('extended-erase', 'erase');
  switch (stretched) {
    case 'read-memory':
    case 'write-memory':
    case 'go':
    case 'erase':
    case 'write-protect':
    case 'write-unprotect':
    case 'readout-protect':
    case 'readout-unprotect':
      return stretched;
    default:
      return undefined;
  }
}
