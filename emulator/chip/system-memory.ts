import type { Bootloader, Device } from '../../families/index.ts';
import { Cells } from './cells.ts';

/** The ROM as a host sees it: a vector table at its base and the bootloader ID byte; its code is not ours to show. */
export function systemMemory(device: Device, bootloader: Bootloader): Cells[] {
  const memories = device.systemMemory.map(
    (range) => new Cells('system-memory', range.start, range.end - range.start, 0xff),
  );
  const base = memories[0];
  if (base !== undefined) {
    const vector = new DataView(new ArrayBuffer(8));
    const used = bootloader.ramUsed[0];
    vector.setUint32(0, used?.end ?? device.ram[0]!.start + device.ram[0]!.length, true);
    vector.setUint32(4, base.start + 0x101, true);
    base.set(0, new Uint8Array(vector.buffer));
  }
  const address = device.bootloaderIdAddress;
  if (address !== undefined && bootloader.id !== undefined) {
    const memory = memories.find((cells) => cells.contains(address));
    memory?.set(address - memory.start, Uint8Array.of(bootloader.id));
  }
  return memories;
}
