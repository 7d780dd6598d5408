import type { Part } from '../../../part/part.ts';

/** Equal erase units one behind the other. */
interface Run {
  readonly start: number;
  readonly count: number;
  readonly unit: number;
}

/**
 * The memory layout strings that a part should have, in the order of its alternate settings: as a
 * log shows them for this flash size, in the style of the log for another, else in that of the generation.
 * Worked out here from the facts of the line alone: the device has its own way to them.
 */
export function layoutStrings(part: Part): readonly string[] {
  const captured = part.device.usbStrings?.strings ?? [];
  const [flash] = captured;
  const behind = captured.slice(1).filter((text) => text !== flash);
  const eeprom = eepromBytes(part);
  const others =
    behind.length === 0
      ? usualOthers(part)
      : behind.map((text) =>
          text.startsWith('@DATA') && bytesIn(text) !== eeprom ? (eepromText(part) ?? text) : text,
        );
  return [flashText(part, flash), ...others];
}

function flashText(part: Part, captured: string | undefined): string {
  if (captured !== undefined && bytesIn(captured) === part.flashKiB * 1024) return captured;
  const runs = flashRuns(part);
  const oneSize = runs.every(({ unit }) => unit === runs[0]!.unit);
  let text = nameOf(part, 'Internal Flash', 2);
  let expected: number | undefined;
  for (const { start, count, unit } of runs) {
    text += start === expected ? ',' : `/${hex(start)}/`;
    text += inStyleOf(captured, count, unit) ?? usualRun(part, count, unit, oneSize);
    expected = start + count * unit;
  }
  return text;
}

function usualRun({ device }: Part, count: number, unit: number, oneSize: boolean): string {
  if (unit < 1024) return `${count}*${unit} g`;
  if (device.dfuGeneration === 'B') return `${count}*${digits(unit / 1024, 2)}Kg`;
  return oneSize
    ? `${digits(count, 3)}*${digits(unit / 1024, 4)}Kg`
    : `0${count}*${digits(unit / 1024, 3)}Kg`;
}

/** As the log prints units of this size; undefined where it has none. */
function inStyleOf(captured = '', count: number, unit: number): string | undefined {
  for (const field of captured.split(/[/,]/)) {
    const [printedCount, size] = field.split('*');
    if (size === undefined || bytesOf(size) !== unit) continue;
    return `${printedCount!.startsWith('0') ? '0' : ''}${count}*${size}`;
  }
  return undefined;
}

function usualOthers(part: Part): string[] {
  const { options, otp, dfuGeneration, supplyRegister } = part.device;
  const old = dfuGeneration === 'A';
  const texts: string[] = [];
  if (options !== undefined) {
    const fields = options.areas.map(
      ({ start, length }) => `/${hex(start)}/01*${old ? digits(length, 3) : length} e`,
    );
    texts.push(nameOf(part, 'Option Bytes', 2) + fields.join(''));
  }
  if (otp !== undefined) {
    const { start, length, lockBytes } = otp;
    const whole = old && lockBytes === undefined && length % 1024 === 0;
    const size = whole ? `${digits(length / 1024, 4)}Ke` : `${length} e`;
    const locks = lockBytes === undefined ? '' : `,01*${digits(lockBytes, 3)} e`;
    texts.push(`${nameOf(part, 'OTP Memory', 1)}/${hex(start)}/01*${size}${locks}`);
  }
  const eeprom = eepromText(part);
  if (eeprom !== undefined) texts.push(eeprom);
  const likeL43 = old && options?.areas[0]?.start === 0x1fff_7800;
  if (supplyRegister !== undefined || likeL43) {
    texts.push(`${nameOf(part, 'Device Feature', 0)}/${hex(0xffff_0000)}/01*004 e`);
  }
  return texts;
}

function eepromText(part: Part): string | undefined {
  const bytes = eepromBytes(part);
  const { eeprom } = part.device;
  if (eeprom === undefined || bytes === undefined) return undefined;
  const start = eeprom.startBySize?.[part.flashKiB] ?? eeprom.start;
  const runs = bytes % 4096 === 0 ? `${digits(bytes / 4096, 2)}*004Ke` : `${bytes / 3072}*3Ke`;
  return `${nameOf(part, 'DATA Memory', 1)}/${hex(start)}/${runs}`;
}

function eepromBytes({ device, flashKiB }: Part): number | undefined {
  return device.eeprom?.length[flashKiB];
}

/** The pages of all banks, equal neighbours counted together. */
function flashRuns({ device, flashKiB }: Part): readonly Run[] {
  const runs: Run[] = [];
  for (const bank of device.flash.layouts[flashKiB] ?? []) {
    let start = bank.start;
    for (const page of bank.pages) {
      const [count, size] = page.split('*') as [string, string];
      const unit = bytesOf(size);
      const last = runs.at(-1);
      const follows = last?.unit === unit && last.start + last.count * unit === start;
      if (follows) runs[runs.length - 1] = { ...last, count: last.count + Number(count) };
      else runs.push({ start, count: Number(count), unit });
      start += Number(count) * unit;
    }
  }
  return runs;
}

/** Bytes of all units that a text describes. */
function bytesIn(text: string): number {
  let sum = 0;
  for (const field of text.split(/[/,]/)) {
    const [count, size] = field.split('*');
    if (size !== undefined) sum += Number(count) * bytesOf(size);
  }
  return sum;
}

/** `016Kg` and `16K` are 16 KiB. */
function bytesOf(size: string): number {
  const factor = size.includes('M') ? 1024 * 1024 : size.includes('K') ? 1024 : 1;
  return Number.parseInt(size, 10) * factor;
}

/** Blanks behind the name: three in generation B, else `blanks`. */
function nameOf({ device }: Part, name: string, blanks: number): string {
  return `@${name}${' '.repeat(device.dfuGeneration === 'B' ? 3 : blanks)}`;
}

function hex(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}
