import type { ConnectedBoard } from '../../../connect/create-board.ts';
import { PcapngWriter } from '../../../trace/pcapng.ts';
import type { TraceLog } from './trace-log.ts';

/** The events that are remembered as a capture for Wireshark. */
export function captureOf(board: ConnectedBoard, log: TraceLog): Buffer {
  const writer = new PcapngWriter({
    device: board.device.id,
    bootloader: board.bootloader.version,
    ports: board.usarts.map((name) => ({ name, bus: 'uart' })),
  });
  const blocks = log.read(1, Infinity).flatMap(({ event }) => writer.event(event));
  return Buffer.concat([...writer.header(), ...blocks]);
}
