import fs from 'node:fs';
import path from 'node:path';
import type { Cells } from '../../chip/cells.ts';
import { EmulatorError } from '../../errors.ts';
import { whyUnwritable } from '../../unwritable.ts';
import { loadMemoryMap } from './intel-hex.ts';

/** Data bytes of one line of a saved .hex, and what is left out where all of them are erased. */
const ROW = 16;

/** Refuses a `--save` name that could not be written when the time comes. */
export function checkSaveName(file: string): void {
  const kind = path.extname(file).toLowerCase();
  if (kind !== '.bin' && kind !== '.hex') {
    throw new EmulatorError(`--save ${file}: the name must end in .bin or .hex`);
  }
  const why = whyUnwritable(file);
  if (why !== undefined) throw new EmulatorError(`--save ${file}: cannot be written: ${why}`);
}

/** Writes main flash: .bin from first to last address, .hex what is not erased. */
export async function saveImage(
  file: string,
  image: () => Uint8Array,
  flash: readonly Cells[],
): Promise<void> {
  checkSaveName(file);
  const isHex = path.extname(file).toLowerCase() === '.hex';
  const content = isHex ? await hexOf(flash) : image();
  try {
    writeWhole(file, content);
  } catch (cause) {
    throw new EmulatorError(`--save ${file}: ${messageOf(cause)}`, { exitCode: 3, cause });
  }
}

/** What the memories hold but for what is erased, as Intel HEX. */
export async function hexOf(flash: readonly Cells[]): Promise<string> {
  const MemoryMap = await loadMemoryMap();
  const map = new MemoryMap();
  for (const cells of flash) {
    for (let offset = 0; offset < cells.length; offset += ROW) {
      const row = cells.read(offset, ROW);
      if (row.some((byte) => byte !== cells.blank)) map.set(cells.start + offset, row);
    }
  }
  return `${map.asHexString(ROW)}\n`;
}

/** Writes beside the file and renames, so that nobody ever sees half of it. */
function writeWhole(file: string, content: string | Uint8Array): void {
  const present = fs.statSync(file, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) {
    fs.writeFileSync(file, content); // a pipe or a device
    return;
  }
  const target = present === undefined ? file : fs.realpathSync(file);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(fresh, content, present === undefined ? {} : { mode: present.mode });
    fs.renameSync(fresh, target);
  } catch (error) {
    fs.rmSync(fresh, { force: true });
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
