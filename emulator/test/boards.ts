import { findDevice } from '../../families/index.ts';
import { Board } from '../board/board.ts';
import type { BoardOptions } from '../board/board-options.ts';
import { UsartHost } from './hosts/usart-host.ts';

/** A board by part number; the largest flash where the name gives none. */
export function boardOf(part: string, options: BoardOptions = {}): Board {
  const { devices, flashKiB } = findDevice(part);
  const device = devices[0];
  if (device === undefined || devices.length > 1) throw new Error(`no one line is called ${part}`);
  const sizes = Object.keys(device.flash.layouts).map(Number);
  return new Board(device, flashKiB ?? Math.max(...sizes), options);
}

/** A host on the first USART of a new board, synchronised. */
export function connected(part: string, options: BoardOptions = {}): UsartHost {
  const host = new UsartHost(boardOf(part, options));
  host.sync();
  return host;
}
