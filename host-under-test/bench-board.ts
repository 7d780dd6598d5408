import { Board, parseApplication } from '../emulator/index.ts';
import type { FlashFault, Replace, TraceEvent } from '../emulator/index.ts';
import { findDevice, flashSizes } from '../families/index.ts';
import { replacingDevice, type DeviceFault } from './faults/dfu.ts';
import type { AnswerFault, CellFault, ScenarioFault } from './faults/faults.ts';
import { plantCellFaults } from './faults/faulty-cells.ts';
import { FLASH_START, type FlashPicture } from './flash-picture.ts';
import type { BoardSetUp, Scenario } from './scenario.ts';

/** Tells the trace, and whoever counts, that a fault strikes. */
type Strike = (text: string, fault: ScenarioFault) => void;

/** Bytes of old content at both ends of flash, to see what a tool erases. */
const SENTINEL = 1024;
const SENTINEL_BYTE = 0xa5;

/** A fresh board as the scenario wants it, powered and booted, with what came before already on the wire. */
export function makeBoard(
  { board: setUp, faults = [] }: Pick<Scenario, 'board' | 'faults'>,
  onTrace: (event: TraceEvent) => void,
  uid?: Uint8Array,
  onStrike: (fault: ScenarioFault) => void = () => {},
): Board {
  const strike = (text: string, fault: ScenarioFault): void => {
    board.trace.emit({ kind: 'fault', fault: text });
    onStrike(fault);
  };
  const { device: name, application, ...options } = setUp;
  const { devices, flashKiB: named } = findDevice(name);
  const device = devices[0]!;
  const flashKiB = options.flashKiB ?? named ?? flashSizes(device).at(-1)!;
  const board: Board = new Board(device, flashKiB, {
    ...options,
    faults: faults.filter((fault): fault is FlashFault => fault.at === 'flash'),
    load: contentOf(setUp, flashKiB * 1024),
    onTrace,
    ...(uid === undefined ? {} : { uid }),
    ...(application === undefined ? {} : { application: parseApplication(application) }),
    ...replacing(faults, strike),
  });
  board.run();
  for (const packet of setUp.before ?? []) {
    board.usart().receive(Uint8Array.from(packet));
    board.run();
  }
  plantCellFaults(
    board,
    faults.filter((fault): fault is CellFault => fault.at === 'cells'),
    strike,
  );
  return board;
}

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

/** Devices that say something else than their ROM. */
function replacing(
  faults: readonly ScenarioFault[],
  strike: Strike,
): { replace?: readonly Replace[] } {
  const dfu = replacingDevice(
    faults.filter((fault): fault is DeviceFault => fault.at === 'device'),
  );
  const answers = replacingAnswers(faults, strike);
  if (dfu === undefined && answers.length === 0) return {};
  return { replace: [...(dfu === undefined ? [] : [{ dfu }]), ...answers] };
}

/** Get and Get ID that say something else. */
function replacingAnswers(faults: readonly ScenarioFault[], strike: Strike): readonly Replace[] {
  const answers = faults.filter((fault): fault is AnswerFault => fault.at === 'answer');
  if (answers.length === 0) return [];
  // Get lists all commands; the ID has three bytes at most.
  const isId = (bytes: Uint8Array): boolean => bytes.length <= 3;
  const counted: Replace = {
    wire: (wire) => ({
      ...wire,
      *replyCounted(bytes) {
        const fault = answers.find(({ of }) => (of === 'get-id') === isId(bytes));
        if (fault === undefined) return yield* wire.replyCounted(bytes);
        strike(`another answer to ${fault.of}`, fault);
        yield* wire.reply(Uint8Array.of(fault.count, ...fault.bytes));
      },
    }),
  };
  const id = answers.find(({ of }) => of === 'get-id');
  if (id === undefined) return [counted];
  // there the ID is one frame, which counts its bytes
  const inOneFrame: Replace = {
    on: ['CAN', 'FDCAN'],
    wire: (wire) => ({
      ...wire,
      *replyId() {
        strike('another answer to get-id', id);
        yield* wire.reply(Uint8Array.from(id.bytes));
      },
    }),
  };
  return [counted, inOneFrame];
}
