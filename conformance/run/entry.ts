import { protectingOptions, scratchPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { SetUp } from './target.ts';

/** States in which a device is asked; each protocol has its own. */
export type Entry =
  | 'reset'
  | 'write-protected'
  | 'rdp-1'
  // USART
  | 'synchronised'
  | 'after-nack'
  | 'half-command'
  | 'aborted-write'
  | 'refused-go'
  // DFU
  | 'idle'
  | 'download-idle'
  | 'upload-idle'
  | 'after-error'
  | 'aborted-download'
  // CAN and FDCAN
  | 'connected'
  | 'unknown-command'
  | 'spoilt-frame'
  | 'faster'
  // I2C
  | 'timed-out'
  // SPI
  | 'nss-low'
  | 'after-dummies';

/** What the entry states mean, for people. */
export const ENTRIES: Readonly<Record<Entry, string>> = {
  reset: 'fresh out of reset, nothing sent',
  'write-protected': 'one erase unit is write-protected',
  'rdp-1': 'readout protection is at level 1',
  synchronised: '0x7F was sent and acknowledged, 0x5A over SPI',
  'after-nack': 'a command with a wrong complement was refused',
  'half-command': 'an opcode was sent alone and the host found back as stm32flash does',
  'aborted-write': 'a Write Memory was refused for its checksum',
  'refused-go': 'a Go to an address without memory was refused',
  idle: 'enumerated, configured and in dfuIDLE',
  'download-idle': 'a Set Address Pointer was executed: dfuDNLOAD-IDLE',
  'upload-idle': 'a block was uploaded: dfuUPLOAD-IDLE',
  'after-error': 'an unknown command was refused and its error cleared',
  'aborted-download': 'a block was downloaded and given up by ABORT before it was executed',
  connected: 'a host has sent what it begins with',
  'unknown-command': 'an identifier that is no command was refused',
  'spoilt-frame': 'a frame at a wrong bit rate was spoilt by error frames',
  faster: 'Speed has set the bus to 500 kbit/s',
  'timed-out': 'the host fell silent within a command for so long that the chip reset itself',
  'nss-low': 'NSS fell before the first byte and stays low',
  'after-dummies': 'dummies were clocked between two commands',
};

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
