import { createBoard } from '../../../emulator/index.ts';
import type { ConnectedBoard } from '../../../emulator/index.ts';
import type { Part } from '../../part/part.ts';
import { BoardLine } from '../board-line.ts';
import type { UsbSpec } from '../../targets/spec.ts';
import { UsbLine } from '../../interfaces/usb/line.ts';

/** The board that `plugged` makes, in the words of a user. */
export function usbSpec(device: string, allow: UsbSpec['allow']): UsbSpec {
  return {
    kind: 'usb',
    vendor: 0x0483,
    product: 0xdf11,
    part: { device, interface: 'usb' },
    reset: { by: 'person' },
    allow,
  };
}

/** An emulated board with a firmware, as an operating system shows it, and reset as its owner would. */
export async function plugged(part: Part): Promise<{ board: ConnectedBoard; line: BoardLine }> {
  const bytes = Uint8Array.from({ length: 4096 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
  const board = await createBoard(part.device.id, {
    flashKiB: part.flashKiB,
    load: [{ address: part.pages[0]!.start, bytes }],
  });
  const line = new BoardLine(new UsbLine(board.webUsb(), usbSpec(part.name, 'nothing')), {
    async enterBootloader() {
      board.reset();
      board.run();
    },
    async leave() {},
  });
  return { board, line };
}
