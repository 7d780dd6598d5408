import { findDevice } from '../../families/index.ts';
import type { Device } from '../../families/index.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { answering, describing, misunderstanding } from './answers.ts';
import { misreading } from './bytes-on-the-line.ts';
import { answeringOnCan } from './can-answers.ts';
import { framingOnCan } from './can-frames.ts';
import { laterOnCan } from './can-later.ts';
import { rememberingOnCan } from './can-memory.ts';
import { commanding } from './commands.ts';
import { laterOnUsb } from './dfu-later.ts';
import { storing } from './dfu-memory.ts';
import { walking } from './dfu-states.ts';
import { enumerating } from './dfu-usb.ts';
import { answeringFrames } from './fdcan-answers.ts';
import { commandingFrames } from './fdcan-commands.ts';
import { framing } from './fdcan-frames.ts';
import { laterOnFdcan } from './fdcan-later.ts';
import { storingFrames } from './fdcan-memory.ts';
import { doingHalf } from './half-done.ts';
import { damaging } from './far-damage.ts';
import { i2cAnswering } from './i2c-answers.ts';
import { i2cBus } from './i2c-bus.ts';
import { i2cRemembering } from './i2c-memory.ts';
import { i2cProtecting } from './i2c-protection.ts';
import { keeping } from './kept-and-lost.ts';
import type { Mutant } from './kit.ts';
import { hearing } from './line.ts';
import { listing } from './lists-and-areas.ts';
import { remembering } from './memory.ts';
import { misremembering } from './memory-at-fault.ts';
import { checkingInPart } from './partial-checks.ts';
import { spiAnswering } from './spi-answers.ts';
import { clocking } from './spi-bus.ts';

export type { Mutant } from './kit.ts';

/** Every wrong device. */
export const mutants: readonly Mutant[] = [
  ...answering,
  ...describing,
  ...misunderstanding,
  ...commanding,
  ...remembering,
  ...hearing,
  ...enumerating,
  ...walking,
  ...storing,
  ...laterOnUsb,
  ...framingOnCan,
  ...answeringOnCan,
  ...rememberingOnCan,
  ...laterOnCan,
  ...framing,
  ...answeringFrames,
  ...commandingFrames,
  ...storingFrames,
  ...laterOnFdcan,
  ...i2cBus,
  ...i2cAnswering,
  ...i2cRemembering,
  ...i2cProtecting,
  ...clocking,
  ...spiAnswering,
  ...doingHalf,
  ...checkingInPart,
  ...damaging,
  ...listing,
  ...keeping,
  ...misreading,
  ...misremembering,
];

/** Lines on I2C: protocol 1.2, and what it does not have. */
const I2C_LINES: { readonly usual: string } & Partial<
  Readonly<Record<NonNullable<Mutant['part']>, string>>
> = {
  usual: 'STM32F410',
  'stretch-only': 'STM32F303x6',
  special: 'STM32H503',
  'extended-special': 'STM32C051',
  'two-banks': 'STM32L476',
};

/** Lines on FDCAN: protocol 1.1, and what it does not have. */
const FDCAN_LINES: { readonly usual: string } & Partial<
  Readonly<Record<NonNullable<Mutant['part']>, string>>
> = {
  usual: 'STM32H72_73',
  special: 'STM32H503',
  'extended-special': 'STM32U575_585',
  'two-banks': 'STM32G0B1_0C1',
  'start-frame': 'STM32C091_092',
};

/** Lines on SPI: protocol 1.1, and what it does not have. */
const SPI_LINES: { readonly usual: string } & Partial<
  Readonly<Record<NonNullable<Mutant['part']>, string>>
> = {
  usual: 'STM32F405',
  special: 'STM32H503',
  'extended-special': 'STM32C051',
  'two-banks': 'STM32F427',
};

/** The part that a mutant is made of. */
export function partOfMutant(mutant: Mutant): Part {
  if (mutant.interface === 'fdcan') {
    return partOf(line(FDCAN_LINES[mutant.part ?? 'usual'] ?? FDCAN_LINES.usual), {
      interface: 'fdcan',
    });
  }
  if (mutant.interface === 'i2c') {
    return partOf(line(I2C_LINES[mutant.part ?? 'usual'] ?? I2C_LINES.usual), { interface: 'i2c' });
  }
  if (mutant.interface === 'spi') {
    const device = line(SPI_LINES[mutant.part ?? 'usual'] ?? SPI_LINES.usual);
    // no line of the tables has Get Checksum over SPI, which comes with protocol 1.3
    return partOf(mutant.part === 'checksum' ? speaking(device, '1.3') : device, {
      interface: 'spi',
    });
  }
  switch (mutant.part) {
    case 'erase':
      return partOf(line('STM32F103xB'));
    case 'checksum':
      return partOf(line('STM32F405'), { protocol: '3.3' });
    case 'special':
      return partOf(line('STM32H503'));
    case 'extended-special':
      return partOf(line('STM32C051'));
    case 'two-banks':
      return partOf(line('STM32F427'), { flashKiB: 2048 });
    case 'generation-b':
      return partOf(line('STM32G47_48'), { interface: 'usb' });
    case 'connectivity':
      return partOf(line('STM32F105_107_CL'), { interface: 'can' });
    default:
      return partOf(line('STM32F405'), {
        interface: mutant.interface ?? 'usart',
      });
  }
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
