import type intelHex from 'nrf-intel-hex';

type MemoryMapClass = (typeof intelHex)['default'];

/** The Intel HEX reader and writer: a CommonJS package whose typings describe an ES module. */
export async function loadMemoryMap(): Promise<MemoryMapClass> {
  const { default: MemoryMap } = await import('nrf-intel-hex');
  return MemoryMap as unknown as MemoryMapClass;
}
