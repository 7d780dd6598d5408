import type { Device, Protocol } from '../../families/index.ts';
import type { Command } from './command.ts';
import { I3C_IN_MEMORY } from './text/i3c-text.ts';

interface Arguments {
  readonly json?: boolean | undefined;
}

/** One device as `vstm32 devices --json` lists it; fields are only added. */
interface DeviceRow {
  readonly id: string;
  readonly productId: string;
  readonly parts: readonly string[];
  readonly flashKiB: readonly number[];
  /** RAM in KiB by flash size in KiB: of the line, then of parts that have less. */
  readonly ramKiB: readonly {
    readonly parts: readonly string[];
    readonly byFlashKiB: Readonly<Record<number, number>>;
  }[];
  readonly bootloaders: readonly string[];
  readonly usarts: readonly string[];
  /** I3C interfaces, which are there in memory alone. */
  readonly i3cs: readonly string[];
  /** What no source tells of it. */
  readonly unknown: readonly string[];
}

/** `vstm32 devices`: what can be emulated. */
export const devices: Command<Arguments> = {
  command: 'devices',
  describe: 'List what can be emulated',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', describe: 'Print an array of objects' })
      .example('$0 devices', 'a table')
      .example('$0 devices --json | jq -r .[].id', 'names for a script'),
  async handler({ json }) {
    const { devices: all } = await import('../../families/index.ts');
    const rows = await Promise.all(all.filter((each) => each.incomplete === undefined).map(rowOf));
    if (json === true) console.log(JSON.stringify(rows));
    else console.log(`${table(rows)}\n\n${i3cText(rows)}`);
  },
};

async function rowOf(device: Device): Promise<DeviceRow> {
  const { flashSizes, partsOf, ramKiB } = await import('../../families/index.ts');
  const { unknownsOf } = await import('./unknowns.ts');
  const ramOf = (
    each: Pick<Device, 'parts' | 'ram' | 'ramBySize'>,
  ): DeviceRow['ramKiB'][number] => ({
    parts: partsOf(each),
    byFlashKiB: Object.fromEntries(
      flashSizes(device).map((flashKiB) => [flashKiB, ramKiB(each, flashKiB)]),
    ),
  });
  return {
    id: device.id,
    productId: `0x${device.productId.toString(16).toUpperCase()}`,
    parts: partsOf(device),
    flashKiB: flashSizes(device),
    ramKiB: [device, ...(device.ramOfParts ?? []).map((own) => ({ ...device, ...own }))].map(ramOf),
    bootloaders: device.bootloaders.map((each) => each.version),
    usarts: namesOf(device, 'USART'),
    i3cs: namesOf(device, 'I3C'),
    unknown: unknownsOf(device),
  };
}

function namesOf({ interfaces }: Device, protocol: Protocol): readonly string[] {
  return interfaces.filter((each) => each.protocol === protocol).map(({ name }) => name);
}

/** Each size once, the smallest first. */
function sizes(KiB: readonly number[]): string {
  return [...new Set(KiB)].sort((a, b) => a - b).join(' ');
}

function i3cText(rows: readonly DeviceRow[]): string {
  const having = rows.filter(({ i3cs }) => i3cs.length > 0).map(({ id }) => id);
  return `I3C of ${having.join(', ')}: ${I3C_IN_MEMORY}`;
}

function table(rows: readonly DeviceRow[]): string {
  const lines = [
    ['LINE', 'ID', 'FLASH KiB', 'RAM KiB', 'BOOTLOADERS', 'USARTS'],
    ...rows.map((row) => [
      row.id,
      row.productId,
      row.flashKiB.join(' '),
      sizes(row.ramKiB.flatMap(({ byFlashKiB }) => Object.values(byFlashKiB))),
      row.bootloaders.join(' '),
      row.usarts.join(' '),
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
