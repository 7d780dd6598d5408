import type { Bootloader, Device } from '../../families/index.ts';
import { Cells } from './cells.ts';

/** Addresses of the vector tables by which the bootloader can be entered. */
export function vectorTables({ systemMemory: [base], secondVectorTable }: Device): number[] {
  return [base?.start, secondVectorTable].filter((address) => address !== undefined);
}

/** The ROM as a host sees it: its vector tables and the bootloader ID byte; its code is not ours to show. */
export function systemMemory(device: Device, bootloader: Bootloader): Cells[] {
  const memories = device.systemMemory.map(
    (range) => new Cells('system-memory', range.start, range.end - range.start, 0xff),
  );
  for (const table of vectorTables(device)) {
    const memory = memories.find((cells) => cells.contains(table))!;
    const vector = new DataView(new ArrayBuffer(8));
    const used = bootloader.ramUsed[0];
    vector.setUint32(0, used?.end ?? device.ram[0]!.start + device.ram[0]!.length, true);
    vector.setUint32(4, table + 0x101, true);
    memory.set(table - memory.start, new Uint8Array(vector.buffer));
  }
  const address = device.bootloaderIdAddress;
  if (address !== undefined && bootloader.id !== undefined) {
    const memory = memories.find((cells) => cells.contains(address));
    memory?.set(address - memory.start, Uint8Array.of(bootloader.id));
  }
  return memories;
}
