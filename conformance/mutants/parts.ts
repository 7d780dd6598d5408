import { findDevice } from '../../families/index.ts';
import type { Device } from '../../families/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Mutant } from './kit.ts';

type Lines = { readonly usual: string } & Partial<
  Readonly<Record<NonNullable<Mutant['part']>, string>>
>;

/** Lines that mutants are made of, and those of what the usual one does not have. */
const LINES: Readonly<Record<InterfaceName, Lines>> = {
  usart: {
    usual: 'STM32F405',
    erase: 'STM32F103xB',
    special: 'STM32H503',
    'extended-special': 'STM32C051',
    'two-banks': 'STM32F427',
  },
  i2c: {
    usual: 'STM32F410',
    'stretch-only': 'STM32F303x6',
    special: 'STM32H503',
    'extended-special': 'STM32C051',
    'two-banks': 'STM32L476',
  },
  spi: {
    usual: 'STM32F405',
    special: 'STM32H503',
    'extended-special': 'STM32C051',
    'two-banks': 'STM32F427',
  },
  i3c: { usual: 'STM32F405', special: 'STM32H503', 'two-banks': 'STM32F427' },
  can: { usual: 'STM32F405', connectivity: 'STM32F105_107_CL' },
  fdcan: {
    usual: 'STM32H72_73',
    special: 'STM32H503',
    'extended-special': 'STM32U575_585',
    'two-banks': 'STM32G0B1_0C1',
    'start-frame': 'STM32C091_092',
  },
  usb: { usual: 'STM32F405', 'generation-b': 'STM32G47_48' },
};

/** The part that a mutant is made of. */
export function partOfMutant({ interface: over = 'usart', part }: Mutant): Part {
  const lines = LINES[over];
  const device = line(lines[part ?? 'usual'] ?? lines.usual);
  // no line of the tables has Get Checksum over SPI, which comes with protocol 1.3
  if (over === 'spi' && part === 'checksum')
    return partOf(speaking(device, '1.3'), { interface: 'spi' });
  if (over === 'i3c' && part !== 'special') return partOf(givenI3c(device), { interface: 'i3c' });
  const protocol = part === 'checksum' ? { protocol: '3.3' } : {};
  return partOf(device, { interface: over, ...protocol });
}

/**
 * The line, had its newest ROM I3C and the commands of AN5927: those that have it in the tables have neither write
 * protection nor readout protection.
 */
function givenI3c(device: Device): Device {
  const h503 = line('STM32H503');
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

function line(name: string): Device {
  const [device] = findDevice(name).devices;
  if (device === undefined) throw new Error(`unreachable: no line is called ${name}`);
  return device;
}

/** The line, had its newest ROM another protocol version on SPI. */
function speaking(device: Device, version: string): Device {
  const bootloaders = device.bootloaders.map((each) => ({
    ...each,
    protocols: { ...each.protocols, SPI: version },
  }));
  return { ...device, bootloaders };
}
