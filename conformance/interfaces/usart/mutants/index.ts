import type { Planting } from '../../../mutants/kit.ts';
import { partOf } from '../../../part/part.ts';
import { dialogueOnUsart } from './dialogue.ts';
import { hearing } from './line.ts';
import { memoryOnUsart } from './memory.ts';

/** The wrong devices on this interface. */
export const usartMutants: Planting = {
  groups: ['every', 'commands', 'oneForm', 'bytes', 'bytesInOneForm'],
  without: [
    'always-nack',
    'erase-count-checksum-misses-a-bit',
    'extended-special-anything',
    'special-anything',
    'write-protect-count-complement-on-low-bits',
  ],
  called: { 'go-anywhere': 'go-anywhere-acked', 'read-anywhere': 'read-anywhere-acked' },
  own: [...dialogueOnUsart, ...memoryOnUsart, ...hearing],
  lines: {
    usual: 'STM32F405',
    checksum: 'STM32F405',
    erase: 'STM32F103xB',
    special: 'STM32H503',
    'extended-special': 'STM32C051',
    'two-banks': 'STM32F427',
  },
  made: (device, part) => partOf(device, part === 'checksum' ? { protocol: '3.3' } : {}),
};
