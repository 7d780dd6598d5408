/** One section of an ELF file with its segment, as a linker script puts it there. */
export interface ElfPart {
  /** Load address. */
  readonly address: number;
  /** Where it runs, when that is elsewhere. */
  readonly runsAt?: number;
  readonly bytes: Uint8Array;
  /** `bss` has a size and no content. */
  readonly kind?: 'bss';
}

const [HEADER, PROGRAM_HEADER, SECTION_HEADER] = [52, 32, 40];

/**
 * A linked ELF file for a 32-bit Arm. `headerIn` lets the first segment begin that many bytes before its
 * section, at the start of the file, as GNU ld does where the alignment of pages allows it.
 */
export function elf(
  parts: readonly ElfPart[],
  options: { readonly sections?: boolean; readonly headerIn?: number } = {},
): Buffer {
  const { sections = true, headerIn = 0 } = options;
  const contentAt = Math.max(HEADER + PROGRAM_HEADER * parts.length, headerIn);
  const headers = Buffer.alloc(contentAt);
  headers.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  headers.writeUInt16LE(2, 16); // ET_EXEC
  headers.writeUInt16LE(40, 18); // EM_ARM
  headers.writeUInt32LE(HEADER, 28);
  headers.writeUInt16LE(PROGRAM_HEADER, 42);
  headers.writeUInt16LE(parts.length, 44);
  const rows = [Buffer.alloc(SECTION_HEADER)]; // SHN_UNDEF
  let offset = contentAt;
  parts.forEach(({ address, runsAt = address, bytes, kind }, index) => {
    const before = index === 0 ? headerIn : 0;
    const length = kind === 'bss' ? 0 : bytes.length;
    const [segmentAt, fileSize] = [offset - before, length + before];
    const segment = [1, segmentAt, runsAt - before, address - before, fileSize];
    [...segment, bytes.length + before].forEach((word, at) =>
      headers.writeUInt32LE(word, HEADER + PROGRAM_HEADER * index + 4 * at),
    );
    const row = Buffer.alloc(SECTION_HEADER);
    const section = [kind === 'bss' ? 8 : 1, 3, runsAt, offset, bytes.length];
    section.forEach((word, at) => row.writeUInt32LE(word, 4 + 4 * at));
    rows.push(row);
    offset += length;
  });
  const content = parts.map(({ bytes, kind }) => (kind === 'bss' ? new Uint8Array() : bytes));
  if (!sections) return Buffer.concat([headers, ...content]);
  headers.writeUInt32LE(offset, 32);
  headers.writeUInt16LE(SECTION_HEADER, 46);
  headers.writeUInt16LE(rows.length, 48);
  return Buffer.concat([headers, ...content, ...rows]);
}
