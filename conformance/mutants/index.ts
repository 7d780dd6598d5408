import { findDevice } from '../../families/index.ts';
import type { Device } from '../../families/index.ts';
import { partOf } from '../part.ts';
import type { Part } from '../part.ts';
import { answering, describing, misunderstanding } from './answers.ts';
import { commanding } from './commands.ts';
import { storing } from './dfu-memory.ts';
import { walking } from './dfu-states.ts';
import { enumerating } from './dfu-usb.ts';
import type { Mutant } from './kit.ts';
import { hearing } from './line.ts';
import { remembering } from './memory.ts';

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
];

/** The part that a mutant is made of. */
export function partOfMutant(mutant: Mutant): Part {
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
    default:
      return partOf(line(mutant.interface === 'fdcan' ? 'STM32H72_73' : 'STM32F405'), {
        interface: mutant.interface ?? 'usart',
      });
  }
}

function line(name: string): Device {
  const [device] = findDevice(name).devices;
  if (device === undefined) throw new Error(`unreachable: no line is called ${name}`);
  return device;
}
