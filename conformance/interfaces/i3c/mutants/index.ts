import { findDevice } from '../../../../families/index.ts';
import type { Device } from '../../../../families/index.ts';
import type { Planting } from '../../../mutants/kit.ts';
import { partOf } from '../../../part/part.ts';
import { i3cBus } from './bus.ts';
import { dialogueOnI3c } from './dialogue.ts';

/** The wrong devices on this interface. */
export const i3cMutants: Planting = {
  groups: ['every', 'commands', 'oneForm', 'bytes', 'bytesInOneForm'],
  without: ['command-ack-twice', 'id-count-wrong', 'read-length-complement-ignored'],
  own: [...dialogueOnI3c, ...i3cBus],
  lines: { usual: 'STM32F405', special: 'STM32H503', 'two-banks': 'STM32F427' },
  made: (device, part) =>
    partOf(part === 'special' ? device : givenI3c(device), { interface: 'i3c' }),
};

/**
 * The line, had its newest ROM I3C and the commands of AN5927: those that have it in the tables have neither write
 * protection nor readout protection.
 */
function givenI3c(device: Device): Device {
  const h503 = findDevice('STM32H503').devices[0]!;
  const port = h503.interfaces.find(({ protocol }) => protocol === 'I3C')!;
  const { commands } = h503.bootloaders.at(-1)!;
  const bootloaders = device.bootloaders.map((each) => ({
    ...each,
    interfaces: [...each.interfaces, port.name],
    protocols: { ...each.protocols, I3C: '1.0' },
    readRefusedAt: 'address' as const,
    writeRefusedAt: 'address' as const,
    commands: [
      ...commands!.filter((name) => name !== 'special'),
      ...(['readout-protect', 'readout-unprotect'] as const),
    ],
  }));
  return { ...device, interfaces: [...device.interfaces, port], bootloaders };
}
