import type { Planting } from '../../../mutants/kit.ts';
import { enumerating } from './enumeration.ts';
import { withMemory } from './kit.ts';
import { memoryOnUsb } from './memory-faults.ts';
import { storing } from './memory.ts';
import { requesting } from './requests.ts';
import { walking } from './states.ts';

/** The wrong devices on this interface. */
export const usbMutants: Planting = {
  groups: ['every', 'packets'],
  own: [...memoryOnUsb, ...enumerating, ...walking, ...storing, ...requesting],
  lines: { usual: 'STM32F405', 'generation-b': 'STM32G47_48' },
  withMemory,
};
