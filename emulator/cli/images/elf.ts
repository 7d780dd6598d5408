import type { Segment } from '../../board/segments.ts';

const HEADER = 52;
const PROGRAM_HEADER = 32;
const SECTION_HEADER = 40;
const EM_ARM = 40;
const [ET_EXEC, ET_DYN] = [2, 3];
const PT_LOAD = 1;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2;

/** Rows of each table: far more than a linker writes for a chip. */
const MOST_ROWS = 4096;

/** The file begins as every ELF file does. */
export function looksLikeElf(file: Uint8Array): boolean {
  return file[0] === 0x7f && file[1] === 0x45 && file[2] === 0x4c && file[3] === 0x46;
}

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

interface ProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly virtual: number;
  readonly physical: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/**
 * What `objcopy -O binary` takes from a linked ELF file for a 32-bit Arm: the sections that are allocated and
 * have content, at their load address; without a table of sections, the PT_LOAD segments.
 * @throws RangeError for a file that is damaged, not linked, or of another machine
 */
export function readElf(file: Buffer): readonly Segment[] {
  checkHeader(file);
  const headers = programHeaders(file);
  const sections = sectionsOf(file);
  if (sections.length === 0) {
    return parts(
      file,
      'segment',
      headers
        .filter(({ type, fileSize }) => type === PT_LOAD && fileSize > 0)
        .map(({ offset, physical, fileSize }) => ({ address: physical, offset, size: fileSize })),
    );
  }
  return parts(
    file,
    'section',
    sections
      .filter(
        ({ type, flags, size }) => type !== SHT_NOBITS && (flags & SHF_ALLOC) !== 0 && size > 0,
      )
      .map((section) => ({ ...section, address: loadAddress(section, headers) })),
  );
}

/** ELF-32: e_ident, e_type at 16, e_machine at 18. */
function checkHeader(file: Buffer): void {
  if (file.length < HEADER) throw new RangeError('the file ends within its ELF header');
  const [is32Bit, isLittleEndian] = [file[4] === 1, file[5] === 1];
  if (!is32Bit || !isLittleEndian || file.readUInt16LE(18) !== EM_ARM) {
    throw new RangeError('not an ELF file for a 32-bit little-endian Arm');
  }
  const type = file.readUInt16LE(16);
  if (type !== ET_EXEC && type !== ET_DYN) {
    throw new RangeError(`an ELF file of type ${type} is not a linked program: link it first`);
  }
}

/** ELF-32: e_phoff at 28, e_phentsize at 42, e_phnum at 44. */
function programHeaders(file: Buffer): readonly ProgramHeader[] {
  const [start, size, count] = [
    file.readUInt32LE(28),
    file.readUInt16LE(42),
    file.readUInt16LE(44),
  ];
  return rows(file, 'program headers', start, size, count, PROGRAM_HEADER).map((row) => ({
    type: row.readUInt32LE(0),
    offset: row.readUInt32LE(4),
    virtual: row.readUInt32LE(8),
    physical: row.readUInt32LE(12),
    fileSize: row.readUInt32LE(16),
    memorySize: row.readUInt32LE(20),
  }));
}

/** ELF-32: e_shoff at 32, e_shentsize at 46, e_shnum at 48. */
function sectionsOf(file: Buffer): readonly Section[] {
  const [start, size, count] = [
    file.readUInt32LE(32),
    file.readUInt16LE(46),
    file.readUInt16LE(48),
  ];
  return rows(file, 'section headers', start, size, count, SECTION_HEADER).map((row) => ({
    type: row.readUInt32LE(4),
    flags: row.readUInt32LE(8),
    address: row.readUInt32LE(12),
    offset: row.readUInt32LE(16),
    size: row.readUInt32LE(20),
  }));
}

function rows(
  file: Buffer,
  name: string,
  start: number,
  size: number,
  count: number,
  wanted: number,
): readonly Buffer[] {
  if (count === 0) return [];
  if (size !== wanted) throw new RangeError(`its ${name} are ${size} bytes each, not ${wanted}`);
  if (start + count * size > file.length) {
    throw new RangeError(`it has no room for its ${count} ${name}`);
  }
  if (count > MOST_ROWS) {
    throw new RangeError(`it has ${count} ${name}: link it with at most ${MOST_ROWS}`);
  }
  return Array.from({ length: count }, (_, index) =>
    file.subarray(start + index * size, start + (index + 1) * size),
  );
}

/** Where a section is kept, which is not where it runs: by the segment that holds it, as binutils works it out. */
function loadAddress(section: Section, headers: readonly ProgramHeader[]): number {
  const { address, offset, size } = section;
  const hasPhysical = headers.some(({ physical }) => physical !== 0);
  const holder = headers.find(
    ({ type, offset: from, virtual, fileSize, memorySize }) =>
      type === PT_LOAD &&
      offset >= from &&
      offset + size <= from + fileSize &&
      address >= virtual &&
      address + size <= virtual + memorySize,
  );
  return holder === undefined || !hasPhysical
    ? address
    : holder.physical + (offset - holder.offset);
}

/** Bytes of the file at their addresses; those that many name at once would be more than any flash holds. */
function parts(
  file: Buffer,
  name: string,
  places: readonly Pick<Section, 'address' | 'offset' | 'size'>[],
): readonly Segment[] {
  const total = places.reduce((sum, { size }) => sum + size, 0);
  const behind = places.some(({ offset, size }) => offset + size > file.length);
  if (behind) throw new RangeError(`a ${name} ends behind the file`);
  if (total > file.length) {
    throw new RangeError(`its ${name}s hold ${total} bytes, more than the file: it is damaged`);
  }
  return places.map(({ address, offset, size }) => ({
    address,
    bytes: file.subarray(offset, offset + size),
  }));
}
