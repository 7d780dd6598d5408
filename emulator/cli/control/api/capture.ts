import { PcapngWriter } from '../../../trace/pcapng.ts';
import type { ServedBoard } from './served-board.ts';

/** The events that are remembered as a capture for Wireshark. */
export function captureOf({ board, log, startedAt }: ServedBoard): Buffer {
  const writer = new PcapngWriter({
    device: board.device.id,
    bootloader: board.bootloader.version,
    ports: board.usarts.map((name) => ({ name, bus: 'uart' })),
    startedAt,
  });
  const blocks = log.read(1, Infinity).flatMap(({ event }) => writer.event(event));
  return Buffer.concat([...writer.header(), ...blocks]);
}
