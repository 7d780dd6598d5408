import { notModelled, quirks } from '../../families/index.ts';
import type { BootRow, Device } from '../../families/index.ts';
import { Board } from '../board/board.ts';
import { conditionsOf } from '../chip/boot.ts';
import type { BootCondition, BootInputs, BootMode } from '../chip/boot.ts';
import { chooseDevice } from '../board/device-name.ts';
import { readBoardOptions } from './board-options.ts';
import type { BoardArguments } from './board-options.ts';
import { loadImages } from './images/load-images.ts';

/** The options of a board that its boot depends on. */
export type BootArguments = Pick<
  BoardArguments,
  | 'device'
  | 'flash-size'
  | 'bootloader'
  | 'quirk'
  | 'boot0'
  | 'boot1'
  | 'option'
  | 'rdp'
  | 'load'
  | 'json'
>;

/** One row of the boot table, as `vstm32 boot --json` prints it; fields are only added. */
interface ExplainedRow {
  readonly boots: string;
  readonly conditions: readonly (BootCondition & { readonly holds: boolean })[];
  /** All conditions hold. */
  readonly matches: boolean;
  /** It is the first that matches. */
  readonly decides: boolean;
}

/** Boots a board that nobody talks to, and says which area it booted from and why. */
export async function explainBoot(argv: BootArguments): Promise<string> {
  const { options, loads } = readBoardOptions(argv);
  const { device, flashKiB } = chooseDevice(argv.device, options.flashKiB);
  const surprises: string[] = [];
  const board = new Board(device, flashKiB, {
    ...options,
    load: await loadImages(loads, device, flashKiB),
    onTrace: (event) => event.kind === 'surprise' && surprises.push(event.text),
  });
  const mode = board.boot!;
  const rows = explained(device, board.bootInputs, mode);
  board.run();
  const then = surprises[0];
  if (argv.json === true) {
    const { area, address, why, limited } = mode;
    const { state, flashKiB: KiB } = board;
    return JSON.stringify({
      device: device.id,
      flashKiB: KiB,
      area,
      address: address === undefined ? undefined : hex(address),
      limited,
      why,
      state,
      afterwards: then,
      bootloaderTables: board.chip.bootloaderTables.map(hex),
      pattern: device.boot.pattern,
      quirks: bootQuirks(board).map(([name]) => name),
      rows,
    });
  }
  const place = mode.address === undefined ? '' : ` at ${hex(mode.address)}`;
  const end = then === undefined ? '' : `; ${then}`;
  const sentence = `${device.id} with ${flashKiB} KiB boots ${words(mode.area)}${place}: ${mode.why}${end}.`;
  return [
    sentence,
    '',
    table(rows),
    ...emptyCheck(device),
    '',
    jump(board),
    ...limitations(board),
  ].join('\n');
}

function explained(device: Device, inputs: BootInputs, mode: BootMode): readonly ExplainedRow[] {
  return device.boot.table.map((row) => {
    const conditions = conditionsOf(row, inputs).map((each) => ({
      ...each,
      holds: each.is === each.wanted,
    }));
    const matches = conditions.every(({ holds }) => holds);
    return { boots: target(row), conditions, matches, decides: mode.row === row };
  });
}

function target({ boots }: BootRow): string {
  if (typeof boots === 'string') return boots;
  return boots.banks === true ? `banks, or as ${boots.address} says` : `as ${boots.address} says`;
}

function table(rows: readonly ExplainedRow[]): string {
  const lines = [
    ['', 'BOOTS', 'WHEN', ''],
    ...rows.map((row) => [
      row.decides ? '->' : '',
      words(row.boots),
      row.conditions.map(condition).join(', ') || 'always',
      verdict(row),
    ]),
  ];
  const widths = lines[0]!.map((_, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function condition({ name, wanted, is, holds }: BootCondition & { holds: boolean }): string {
  const found = is === undefined ? 'unknown' : String(is);
  return holds ? `${name}=${wanted}` : `${name}=${wanted} (is ${found})`;
}

function verdict({ decides, matches }: ExplainedRow): string {
  if (decides) return 'decides';
  return matches ? 'holds, but does not count' : '';
}

function emptyCheck(device: Device): string[] {
  const check = device.boot.emptyCheck;
  if (check === undefined) return [];
  const taken = {
    'power-on': 'at power-on only',
    reset: 'at every reset',
    'option-load': 'at power-on and when option bytes are loaded, not at a reset',
  }[check.sampled];
  return ['', `FLASH_EMPTY is taken ${taken}.`];
}

function jump({ chip }: Board): string {
  const tables = chip.bootloaderTables.map(hex).join(' or ');
  return `An application gets into the bootloader by the vector table at ${tables}.`;
}

/** Quirks of this ROM version that have their part in the boot. */
function bootQuirks(board: Board): readonly (readonly [name: string, summary: string])[] {
  return Object.entries(quirks).flatMap(([name, { touches, summary }]) =>
    touches === 'boot' && board.quirks.has(name) && !(name in notModelled)
      ? [[name, summary] as const]
      : [],
  );
}

function limitations(board: Board): string[] {
  const known = bootQuirks(board).map(([name, summary]) => `  ${name}: ${summary}`);
  if (known.length === 0) return [];
  return ['', `Limitations of bootloader ${board.bootloader.version}:`, ...known];
}

function words(area: string): string {
  const named: Readonly<Record<string, string>> = {
    'main-flash': 'main flash',
    'system-memory': 'system memory (the bootloader)',
    sram: 'SRAM',
    rss: 'the secure ROM, which starts the bootloader',
    banks: 'bank 2 if valid, else bank 1 if valid, else system memory',
  };
  return named[area] ?? area;
}

function hex(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
}
