import { Board, chooseDevice, parseApplication } from '../emulator/index.ts';
import type { Fault, Replace } from '../emulator/index.ts';
import type { AnswerFault, CellFault, ScenarioFault, WireFault } from './faults.ts';
import { plantCellFaults } from './faulty-cells.ts';
import { FLASH_START, type FlashPicture } from './flash-picture.ts';
import type { BoardSetUp, Scenario } from './scenario.ts';

/** Bytes of old content at both ends of flash, to see what a tool erases. */
const SENTINEL = 1024;
const SENTINEL_BYTE = 0xa5;

export interface BenchBoard {
  readonly board: Board;
  readonly wireFaults: readonly WireFault[];
}

/** A fresh board as the scenario wants it, powered and booted, with what came before already on the wire. */
export function makeBoard(scenario: Scenario, onTrace: (event: TraceOf) => void): BenchBoard {
  const { board: setUp, faults = [] } = scenario;
  const chosen = chooseDevice(setUp.device, setUp.flashKiB);
  const board = new Board(chosen.device, chosen.flashKiB, {
    boot0: setUp.boot0 ?? 1,
    faults: faults.filter((fault): fault is Fault & { at: 'flash' } => fault.at === 'flash'),
    load: contentOf(setUp, chosen.flashKiB * 1024),
    onTrace,
    ...(setUp.bootloader === undefined ? {} : { bootloader: setUp.bootloader }),
    ...(setUp.quirks === undefined ? {} : { quirks: setUp.quirks }),
    ...(setUp.rdp === undefined ? {} : { rdp: setUp.rdp }),
    ...(setUp.options === undefined ? {} : { options: setUp.options }),
    ...(setUp.application === undefined
      ? {}
      : { application: parseApplication(setUp.application) }),
    ...replacing(faults),
  });
  board.run();
  for (const packet of setUp.before ?? []) {
    board.usart().receive(Uint8Array.from(packet));
    board.run();
  }
  plantCellFaults(
    board,
    faults.filter((fault): fault is CellFault => fault.at === 'cells'),
  );
  return {
    board,
    wireFaults: faults.filter((fault): fault is WireFault => fault.at === 'wire'),
  };
}

type TraceOf = Parameters<NonNullable<ConstructorParameters<typeof Board>[2]>['onTrace'] & {}>[0];

/** Main flash and its erase units, as they stand. */
export function pictureOf(board: Board): FlashPicture {
  const { units } = board.chip.flash;
  return {
    start: units[0]!.address,
    bytes: board.flashImage(),
    pages: units.map(({ address, length }) => ({ address, length })),
    blank: board.chip.flash.cells.blank,
  };
}

function contentOf(
  setUp: BoardSetUp,
  flashBytes: number,
): { address: number; bytes: Uint8Array }[] {
  if (setUp.blank === true) return [];
  if (setUp.filled !== undefined) {
    const bytes = new Uint8Array(setUp.until ?? flashBytes).fill(setUp.filled);
    return [{ address: FLASH_START, bytes }];
  }
  const first = new Uint8Array(SENTINEL).fill(SENTINEL_BYTE);
  // A vector table, so that a chip that boots from flash runs its application.
  const view = new DataView(first.buffer);
  view.setUint32(0, 0x2000_0800, true);
  view.setUint32(4, FLASH_START + 0x41, true);
  const last = new Uint8Array(SENTINEL).fill(SENTINEL_BYTE);
  return [
    { address: FLASH_START, bytes: first },
    { address: FLASH_START + flashBytes - SENTINEL, bytes: last },
  ];
}

/** Get and Get ID that say something else. */
function replacing(faults: readonly ScenarioFault[]): { replace?: Replace } {
  const answers = faults.filter((fault): fault is AnswerFault => fault.at === 'answer');
  if (answers.length === 0) return {};
  // Get lists all commands; the ID has three bytes at most.
  const isId = (bytes: Uint8Array): boolean => bytes.length <= 3;
  return {
    replace: {
      wire: (wire) => ({
        ...wire,
        *replyCounted(bytes) {
          const fault = answers.find(({ of }) => (of === 'get-id') === isId(bytes));
          if (fault === undefined) return yield* wire.replyCounted(bytes);
          yield* wire.reply(Uint8Array.of(fault.count, ...fault.bytes));
        },
      }),
    },
  };
}
