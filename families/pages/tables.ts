import { clones } from '../devices.ts';
import { devices, dfuGenerations, dfuOf, flashSizes, usbStrings } from '../index.ts';
import type { Device, Protocol, Time } from '../index.ts';
import { notModelled, quirks, type Quirk } from '../quirks.ts';
import { sources } from '../sources.ts';
import { table } from './table.ts';

// The generated parts of README.md and of the pages in this folder.

const protocols: readonly Protocol[] = ['USART', 'I2C', 'SPI', 'CAN', 'FDCAN', 'USB', 'I3C'];

/** Where the knowledge of a line comes from. */
export function stateOf(device: Device): 'from documents' | 'seen on silicon' | 'incomplete' {
  if (device.incomplete !== undefined) return 'incomplete';
  const seen = device.bootloaders.some((bootloader) => (bootloader.seen ?? []).length > 0);
  return seen ? 'seen on silicon' : 'from documents';
}

/** Lines by protocol versions, bootloader versions and state. */
export function supportTable(): string {
  return table(
    ['Line', 'ID', 'Flash KiB', ...protocols, 'Bootloaders', 'State'],
    devices.map((device) => {
      const newest = device.bootloaders.at(-1);
      return [
        device.id,
        `0x${device.productId.toString(16).toUpperCase()}`,
        flashSizes(device).join(' ') || '?',
        ...protocols.map((protocol) => {
          const spoken = device.interfaces.some((port) => port.protocol === protocol);
          return newest?.protocols[protocol] ?? (spoken ? '?' : '');
        }),
        device.bootloaders.map(({ version }) => version).join(' '),
        isClone(device) ? 'clone' : stateOf(device),
      ];
    }),
  );
}

/** One sentence with the sizes of the table. */
export function countsLine(): string {
  const genuine = devices.filter((device) => !isClone(device));
  const runnable = genuine.filter((device) => device.incomplete === undefined);
  const series = new Set(runnable.map(({ id }) => /^STM32[A-Z]+\d?/.exec(id)?.[0].slice(0, 7)));
  const versions = genuine.flatMap((device) => device.bootloaders);
  return (
    `${genuine.length} lines of ${series.size} series, ${runnable.length} of them complete enough to run; ` +
    `${versions.length} bootloader versions; ${Object.keys(quirks).length} named quirks; ` +
    `${clones.devices.length} clones and mis-marked parts.`
  );
}

/** Documents and public sources with the revision read. */
export function sourcesTable(): string {
  return table(['Name', 'What was read'], Object.entries(sources));
}

/** Every quirk with the lines and versions that have it. */
export function quirksTable(): string {
  const listed: [string, Quirk][] = Object.entries(quirks);
  return table(
    ['Quirk', 'Touches', 'What it does', 'Who has it', 'Source'],
    listed.map(([name, quirk]) => [
      `\`${name}\``,
      quirk.touches,
      shown(name, quirk.summary),
      quirk.onDemand === true ? 'on demand' : holders(name).join(', '),
      quirk.source,
    ]),
  );
}

/** The summary, with the reason where the emulator does not show it. */
function shown(name: string, summary: string): string {
  const why = Object.entries(notModelled).find(([each]) => each === name)?.[1];
  return why === undefined ? summary : `${summary} **Not shown:** ${why}`;
}

function holders(name: string): string[] {
  const generations = Object.entries(dfuGenerations).filter(([, { quirks: had }]) =>
    had.some((quirk) => quirk === name),
  );
  if (generations.length > 0) return generations.map(([letter]) => `DFU generation ${letter}`);
  return devices.flatMap((device) => {
    const having = device.bootloaders.filter(({ quirks: had }) =>
      had.some((quirk) => quirk === name),
    );
    const versions = having.map(({ version }) => version).join('/');
    if (versions !== '') return [`${device.id} ${versions}`];
    const optional = device.optionalQuirks?.some((quirk) => quirk === name) === true;
    return optional ? [`(${device.id})`] : [];
  });
}

/** Program, erase and start-up times; x8 where the bootloader starts there. */
export function timingTable(): string {
  return table(
    ['Line', 'Program', 'Erase unit', 'Mass erase', 'Start-up', 'Sync', 'USB', 'Grade', 'Source'],
    devices
      .filter((device) => !isClone(device))
      .map((device) => {
        const { operations, confidence, source } = device.timing;
        const { program, erase, massErase } = operations;
        return [
          device.id,
          `${program.bytes} B: ${span(program.us)} µs`,
          erase.map(({ KiB, ms }) => `${KiB}K: ${span(ms)}`).join('; ') + ' ms',
          massEraseText(massErase),
          startUps(device),
          withUnit(device.connection?.usartUs, 'µs'),
          withUnit(device.connection?.usbMs, 'ms'),
          confidence,
          source,
        ];
      }),
  );
}

/** Lines whose times depend on the program parallelism. */
export function parallelismTable(): string {
  return table(
    ['Line', 'Bits', 'Program', 'Erase unit', 'Mass erase'],
    devices.flatMap((device) =>
      Object.entries(device.timing.byParallelism ?? {}).map(([bits, times]) => [
        device.id,
        bits,
        `${span(times.program.us)} µs`,
        times.erase.map(({ KiB, ms }) => `${KiB}K: ${span(ms)}`).join('; ') + ' ms',
        massEraseText(times.massErase),
      ]),
    ),
  );
}

type MassErase = Device['timing']['operations']['massErase'];

function massEraseText(massErase: MassErase): string {
  if (massErase === 'sum') return 'sum of units';
  const rows = Object.entries(massErase);
  return rows
    .map(([KiB, time]) => (KiB === 'any' ? `${span(time)} ms` : `${KiB}K: ${span(time)} ms`))
    .join('; ');
}

/** `400 / 800`: typical and maximum; a star where the first is chosen, not printed. */
function span({ typ, max, chosen }: Time): string {
  return `${typ}${chosen === undefined ? '' : '\\*'}${max === undefined ? '' : ` / ${max}`}`;
}

function startUps(device: Device): string {
  const times = new Set(device.bootloaders.map(({ startupMs }) => startupMs));
  return [...times].map((ms) => (ms === undefined ? '?' : String(ms))).join(', ') + ' ms';
}

function withUnit(value: number | undefined, unit: string): string {
  return value === undefined ? '' : `${value} ${unit}`;
}

function isClone(device: Device): boolean {
  return clones.devices.some(({ id }) => id === device.id);
}

/** Layout strings of the largest part of each line with USB; `≈`: composed, no log of a part shows it. */
export function usbStringsList(): string {
  const withUsb = devices.filter(
    (device) =>
      device.incomplete === undefined &&
      !isClone(device) &&
      device.interfaces.some(({ protocol }) => protocol === 'USB'),
  );
  // not a table: its cells would lose the blanks that count
  const lines = withUsb.flatMap((device) => [
    `${device.id}, generation ${device.dfuGeneration}, serial number ${serialText(device)}`,
    ...usbStrings(device, flashSizes(device).at(-1)!).map(
      ({ text, composed }) => `  ${composed ? '≈' : ' '} ${text}`,
    ),
  ]);
  return ['```text', ...lines, '```'].join('\n');
}

function serialText(device: Device): string {
  const rule = dfuOf(device).serial;
  if ('fixed' in rule) return rule.fixed;
  const plus = rule.plus === undefined ? '' : ` + ${rule.plus}`;
  return `sum of ${rule.sum}${plus}${rule.last === 2 ? ', ends with W2' : ''}`;
}

/** Poll times by line where a source tells one; a star marks what is chosen. */
export function pollTimesTable(): string {
  const rows = devices.flatMap((device) => {
    const own = device.dfu?.pollMs;
    if (device.dfu === undefined || own === undefined || isClone(device)) return [];
    const { pollMs } = dfuOf(device);
    const times = (['address', 'write', 'erase', 'massErase'] as const).map(
      (what) => `${pollMs[what]}${own[what] === undefined ? '\\*' : ''}`,
    );
    return [[device.id, ...times, device.dfu.source]];
  });
  const { address, write, erase, massErase } = dfuGenerations.A.pollMs;
  const others = [address, write, erase, massErase].map((ms) => `${ms}\\*`);
  return table(
    ['Line', 'Address, ms', 'Write, ms', 'Erase, ms', 'Mass erase, ms', 'Source'],
    [...rows, ['all others', ...others, 'chosen: those of the F745']],
  );
}

/** The generated blocks by file and name. */
export const blocks: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': { counts: countsLine, support: supportTable, sources: sourcesTable },
  'pages/TIMING.md': { timing: timingTable, parallelism: parallelismTable },
  'pages/QUIRKS.md': { quirks: quirksTable },
  'pages/DFU.md': { strings: usbStringsList, 'poll-times': pollTimesTable },
};

/** The text with each generated block, `<!-- name -->` to `<!-- /name -->`, written anew. */
export function rendered(file: string, text: string): string {
  return Object.entries(blocks[file] ?? {}).reduce((whole, [name, render]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const from = whole.indexOf(start);
    const to = whole.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${file} has no block ${name}`);
    return `${whole.slice(0, from + start.length)}\n\n${render()}\n\n${whole.slice(to)}`;
  }, text);
}
