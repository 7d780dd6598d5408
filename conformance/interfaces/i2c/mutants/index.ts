import type { Planting } from '../../../mutants/kit.ts';
import { i2cBus } from './bus.ts';
import { dialogueOnI2c } from './dialogue.ts';
import { memoryOnI2c } from './memory.ts';

/** The wrong devices on this interface. */
export const i2cMutants: Planting = {
  groups: ['every', 'commands', 'bytes'],
  without: ['read-shifted', 'regression-keeps-ram', 'write-does-nothing', 'write-loses-last-byte'],
  called: { 'system-memory-not-readable': 'system-memory-hidden' },
  own: [...dialogueOnI2c, ...memoryOnI2c, ...i2cBus],
  lines: {
    usual: 'STM32F410',
    'stretch-only': 'STM32F303x6',
    special: 'STM32H503',
    'extended-special': 'STM32C051',
    'two-banks': 'STM32L476',
  },
};
