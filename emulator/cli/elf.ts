/** A run of bytes and the address it belongs to. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const PT_LOAD = 1;

/** The file begins as every ELF file does. */
export function looksLikeElf(file: Uint8Array): boolean {
  return file[0] === 0x7f && file[1] === 0x45 && file[2] === 0x4c && file[3] === 0x46;
}

/** What the PT_LOAD segments of a 32-bit little-endian ELF file hold, by physical (load) address. */
export function readElf(file: Buffer): readonly Segment[] {
  const [is32Bit, isLittleEndian] = [file[4] === 1, file[5] === 1];
  if (!is32Bit || !isLittleEndian) throw new RangeError('not an ELF file for a 32-bit Arm');
  // ELF32 header: e_phoff at 28, e_phentsize at 42, e_phnum at 44.
  const table = file.readUInt32LE(28);
  const size = file.readUInt16LE(42);
  const count = file.readUInt16LE(44);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const header = table + index * size;
    // p_type, p_offset, p_vaddr, p_paddr, p_filesz
    const [type, offset, , address, length] = [0, 4, 8, 12, 16].map((at) =>
      file.readUInt32LE(header + at),
    ) as [number, number, number, number, number];
    if (type !== PT_LOAD || length === 0) continue;
    if (offset + length > file.length) throw new RangeError('a segment ends behind the file');
    segments.push({ address, bytes: file.subarray(offset, offset + length) });
  }
  return segments;
}
