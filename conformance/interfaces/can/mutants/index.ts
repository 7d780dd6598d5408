import type { Planting } from '../../../mutants/kit.ts';
import { dialogueOnCan } from './dialogue.ts';
import { framingOnCan } from './frames.ts';
import { memoryOnCan } from './memory.ts';

/** The wrong devices on this interface. */
export const canMutants: Planting = {
  groups: ['every', 'commands', 'oneForm', 'frames', 'packets'],
  without: [
    'answers-swapped',
    'erase-last-forgotten',
    'erase-off-by-one',
    'get-version-closing-ack-missing',
    'get-version-erases',
    'list-in-wrong-order',
    'protected-acked',
    'ram-write-does-nothing',
    'write-loses-last-byte',
    'write-sets-a-bit',
  ],
  called: {
    'system-memory-not-readable': 'system-memory-closed',
    'get-closing-ack-missing': 'get-unfinished',
    'get-id-closing-ack-missing': 'get-id-unfinished',
    'id-swapped': 'product-id-swapped',
    'read-under-rdp': 'read-memory-under-rdp',
    'readout-protect-acked-once': 'readout-protect-unfinished',
    'readout-unprotect-acked-once': 'readout-unprotect-unfinished',
    'write-not-acked': 'write-unfinished',
    'write-under-rdp': 'write-memory-under-rdp',
    'write-unprotect-acked-once': 'write-unprotect-unfinished',
  },
  own: [...dialogueOnCan, ...memoryOnCan, ...framingOnCan],
  lines: { usual: 'STM32F405', connectivity: 'STM32F105_107_CL' },
};
