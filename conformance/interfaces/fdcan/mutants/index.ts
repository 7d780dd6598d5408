import type { Planting } from '../../../mutants/kit.ts';
import { dialogueOnFdcan } from './dialogue.ts';
import { framingOnFdcan } from './frames.ts';
import { memoryOnFdcan } from './memory.ts';

/** The wrong devices on this interface. */
export const fdcanMutants: Planting = {
  groups: ['every', 'commands', 'oneForm', 'frames', 'packets'],
  without: [
    'always-nack',
    'command-ack-twice',
    'get-id-refused-under-rdp',
    'go-not-to-ram',
    'go-to-option-bytes',
    'go-to-system-memory',
    'list-one-short',
    'long-ram-reads-refused',
    'longest-read-cut',
    'option-write-erases-the-rest',
    'read-erases',
    'read-shifted',
    'regression-keeps-ram',
    'write-loses-last-byte',
  ],
  called: {
    'system-memory-not-readable': 'system-memory-hidden',
    'go-acked-twice': 'go-twice',
    'list-count-with-version': 'get-count-of-bytes',
    'mass-erase-spares-last-page': 'mass-erase-spares-a-page',
    'readout-unprotect-refused-under-rdp': 'unprotect-refused-under-rdp',
    'version-bytes-apart': 'version-zeros-apart',
    'write-protect-unfinished': 'write-protect-acked-once',
  },
  own: [...dialogueOnFdcan, ...memoryOnFdcan, ...framingOnFdcan],
  lines: {
    usual: 'STM32H72_73',
    special: 'STM32H503',
    'extended-special': 'STM32U575_585',
    'two-banks': 'STM32G0B1_0C1',
    'start-frame': 'STM32C091_092',
  },
};
