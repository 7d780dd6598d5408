import type { Board, Cells } from '../../emulator/index.ts';
import type { CellFault } from './faults.ts';

/** Makes cells of main flash bad: what they hold is put right (or wrong) after each change. */
export function plantCellFaults(
  board: Board,
  faults: readonly CellFault[],
  strike: (text: string, fault: CellFault) => void,
): void {
  if (faults.length === 0) return;
  const { cells } = board.chip.flash;
  const programmed = new Map<CellFault, number>();
  let changing = false;
  let planted = false;
  const settle = (covers: (address: number) => boolean, erased: boolean): void => {
    if (changing) return;
    changing = true;
    for (const fault of faults)
      apply(board, cells, fault, covers, erased, programmed, planted ? strike : () => {});
    changing = false;
  };
  cells.onChange((change) => {
    const length = 'bytes' in change ? change.bytes.length : change.erased;
    const erased = 'erased' in change;
    settle((address) => inRange(board, address, change.offset, length), erased);
  });
  settle(() => true, true);
  planted = true;
}

function apply(
  board: Board,
  cells: Cells,
  fault: CellFault,
  covers: (address: number) => boolean,
  erased: boolean,
  programmed: Map<CellFault, number>,
  strike: (text: string, fault: CellFault) => void,
): void {
  const offset = offsetOf(board, fault.address);
  switch (fault.do) {
    case 'stuck-bit': {
      const byte = cells.byte(offset);
      const bit = 1 << fault.bit;
      const stuck = fault.value === 1 ? byte | bit : byte & ~bit;
      if (stuck !== byte) strike(`bit ${fault.bit} stays ${fault.value}`, fault);
      cells.set(offset, Uint8Array.of(stuck));
      break;
    }
    case 'bits-lost': {
      if (erased || !covers(fault.address)) break;
      const count = (programmed.get(fault) ?? 0) + 1;
      programmed.set(fault, count);
      if (count !== fault.nth) break;
      strike('a cell loses bits', fault);
      cells.set(offset, Uint8Array.of(cells.byte(offset) ^ fault.mask));
      break;
    }
    case 'absent-from':
      cells.erase(offset, cells.length - offset);
      break;
  }
}

/** Offset in the cells of an address in main flash. */
function offsetOf(board: Board, address: number): number {
  const unit = board.chip.flash.unitAt(address);
  if (unit === undefined) throw new Error(`unreachable: no flash at ${address.toString(16)}`);
  return unit.offset + address - unit.address;
}

function inRange(board: Board, address: number, offset: number, length: number): boolean {
  const at = offsetOf(board, address);
  return at >= offset && at < offset + length;
}
