import type { CreateBoardOptions } from '../../connect/create-board.ts';
import { EmulatorError } from '../../errors.ts';
import { parsePair } from './text-values.ts';

/** Alternate settings are numbered by one byte (USB 2.0 table 9-12). */
const ALTERNATE = /^alt(\d{1,2})$/;

/** Reads `--usb-string` texts: `serial=325E35633334`, `alt0=@Internal Flash …`. @throws EmulatorError for others. */
export function parseUsbStrings(
  texts: readonly string[],
): NonNullable<CreateBoardOptions['usbStrings']> {
  const names: { manufacturer?: string; product?: string; serial?: string } = {};
  const alternates: Record<number, string> = {};
  const seen = new Set<string>();
  for (const text of texts) {
    const [name, value] = parsePair('--usb-string', text);
    if (seen.has(name))
      throw new EmulatorError(`--usb-string ${name} is given twice: give it once`);
    seen.add(name);
    const number = ALTERNATE.exec(name)?.[1];
    if (name === 'manufacturer' || name === 'product' || name === 'serial') names[name] = value;
    else if (number !== undefined) alternates[Number(number)] = value;
    else {
      throw new EmulatorError(
        `--usb-string ${text}: the name is manufacturer, product, serial, alt0, alt1, …`,
      );
    }
  }
  return { ...names, alternates };
}
