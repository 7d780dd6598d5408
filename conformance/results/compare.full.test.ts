import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import type { Bootloader, Device } from '../../families/index.ts';
import { compare } from './compare.ts';
import { partOf } from '../part/part.ts';
import { LiveSide } from '../record/side.ts';
import { casesOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';

const cases = casesOf(scenarios.map((each) => ({ ...each, entries: each.entries.slice(-2) })));
const options = { seed: 1, inputs: 2 };

/** A bootloader version with some of what is documented of it as it is in another version. */
function mixed(
  device: Device,
  version: string,
  as: Bootloader,
  fields: readonly string[],
): LiveSide {
  const own = device.bootloaders.find((each) => each.version === version)!;
  const row: Record<string, unknown> = { ...own };
  for (const field of fields) row[field] = as[field as keyof Bootloader];
  const bootloaders = device.bootloaders.map((each) =>
    each === own ? (row as unknown as Bootloader) : each,
  );
  return new LiveSide(new EmulatedTarget(partOf({ ...device, bootloaders }, { version })), 'chip');
}

/** What the tables, and by them AN2606 and AN3155, say of a version beside its name. */
const DOCUMENTED: Readonly<
  Record<string, readonly [older: string, newer: string, fields: readonly string[]]>
> = {
  STM32F405: ['3.0', '3.1', ['protocols', 'id', 'quirks', 'readRefusedAt', 'writeRefusedAt']],
  STM32F103xB: ['2.0', '2.2', ['protocols']],
};

test.each(Object.entries(DOCUMENTED))(
  'what is documented of two versions of %s is all in which they differ, and all of it shows',
  async (name, [older, newer, fields]) => {
    const [device] = findDevice(name).devices;
    const as = device!.bootloaders.find(({ version }) => version === newer)!;
    const other = mixed(device!, newer, as, []);
    const differing = async (undone: readonly string[]): Promise<readonly string[]> => {
      const { comparisons } = await compare(
        mixed(device!, older, as, undone),
        other,
        cases,
        options,
      );
      return comparisons.flatMap((each) => (each.difference === undefined ? [] : [each.name]));
    };
    expect(await differing(fields)).toEqual([]);
    for (const kept of fields) {
      const shown = await differing(fields.filter((each) => each !== kept));
      expect(shown, `${kept} does not show`).not.toEqual([]);
    }
  },
);
