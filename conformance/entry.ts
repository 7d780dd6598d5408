import { ACK, NACK, SILENCE, address, block, command, step, sync } from './host/usart.ts';
import { isMapped, nowhere, protectingOptions, scratchPages } from './part.ts';
import type { Part } from './part.ts';
import type { Step } from './script.ts';
import type { SetUp } from './target.ts';

/** States in which a device is asked. */
export type Entry =
  | 'reset'
  | 'synchronised'
  | 'after-nack'
  | 'half-command'
  | 'aborted-write'
  | 'refused-go'
  | 'write-protected'
  | 'rdp-1';

/** What the entry states mean, for people. */
export const ENTRIES: Readonly<Record<Entry, string>> = {
  reset: 'fresh out of reset, nothing sent',
  synchronised: '0x7F was sent and acknowledged',
  'after-nack': 'a command with a wrong complement was refused',
  'half-command': 'an opcode was sent alone and the host found back as stm32flash does',
  'aborted-write': 'a Write Memory was refused for its checksum',
  'refused-go': 'a Go to an address without memory was refused',
  'write-protected': 'one erase unit is write-protected',
  'rdp-1': 'readout protection is at level 1',
};

/** States of an unprotected device that waits for a command. */
export const WAITING: readonly Entry[] = [
  'synchronised',
  'after-nack',
  'half-command',
  'aborted-write',
  'refused-go',
];

/** All of them, a write-protected device included. */
export const READING: readonly Entry[] = [...WAITING, 'write-protected'];

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...READING, 'rdp-1'];

/** What the state asks of the chip before power-on; undefined where the part cannot be in that state. */
export function entrySetUp(entry: Entry, part: Part): SetUp | undefined {
  if (entry === 'rdp-1') {
    const crashes = part.quirks.has('crash-loop-under-rdp-1'); // AN2606: it restarts for ever
    return crashes || part.device.options?.rdp === undefined ? undefined : { rdp: 1 };
  }
  if (entry !== 'write-protected') return {};
  const options = protectingOptions(part, scratchPages(part)[0]!);
  return options === undefined ? undefined : { options };
}

/** What the host does to bring a fresh device into the state. */
export function entrySteps(entry: Entry, part: Part): readonly Step[] {
  switch (entry) {
    case 'reset':
      return [];
    case 'synchronised':
    case 'write-protected':
    case 'rdp-1':
      return [sync(part)];
    case 'after-nack':
      return [sync(part), step('complement missing', [0x00, 0x00], NACK)];
    case 'half-command':
      return [
        sync(part),
        step('opcode alone', [0x11], { bytes: [] }),
        step('found back', [0xff], NACK),
      ];
    case 'aborted-write': {
      const { start } = scratchPages(part)[0]!;
      return [
        sync(part),
        command('write-memory'),
        address(start),
        block([1, 2, 3, 4], [NACK], 0x01),
      ];
    }
    case 'refused-go': {
      const to = nowhere(part).find((each) => !isMapped(part, each))!;
      const known = part.quirks.has('go-first-ack-missing') ? [SILENCE] : [];
      return [sync(part), command('go', ACK, ...known), address(to, [NACK])];
    }
  }
}
