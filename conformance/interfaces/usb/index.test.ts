import { expect, test } from 'vitest';
import { devices, findDevice, flashSizes, usbStrings } from '../../../families/index.ts';
import { getDescriptor, report, setPointer, upload } from './host.ts';
import { answerWords, sentWords } from './words.ts';
import { partOf } from '../../part/part.ts';
import { exchangeLines } from '../../results/words.ts';
import { replayLine } from '../../results/results.ts';
import { casesOf, runCase } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { mutants } from '../../mutants/index.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { examined } from '../../test/examined.ts';

const f405 = partOf(findDevice('STM32F405').devices[0]!, { interface: 'usb' });

test('a control transfer reads as its request, its state and its status', () => {
  const [block, busy] = setPointer(f405, 0x0800_4000);
  expect(sentWords(block!.send)).toBe('DNLOAD 0: set-address-pointer 0x08004000');
  expect(answerWords(block!.send, [0])).toBe('done');
  expect(answerWords(busy!.send, report('dfuDNBUSY', 'OK', 5).bytes)).toBe('OK, dfuDNBUSY, 5 ms');
  expect(answerWords(busy!.send, report('dfuERROR', 'errTARGET').bytes)).toBe(
    'errTARGET, dfuERROR, any time',
  );
  const name = getDescriptor('string', 4, 255);
  expect(answerWords(name.send, [0, 6, 3, 0x40, 0, 0x49, 0])).toBe("'@I'");
  expect(sentWords(upload(2, 64).send)).toBe('UPLOAD 2, 64 bytes');
  expect([[1], [2], []].map((got) => answerWords(busy!.send, got))).toEqual([
    'STALL',
    'gone from the bus',
    'NAK until the host gave up',
  ]);
});

test('a failure is told in these words, with the line that repeats it', async () => {
  const mutant = mutants.find(({ name }) => name === 'dfu-pointer-anywhere')!;
  const cases = casesOf(scenarios.filter(({ id }) => id === 'dfu/5.2/no-memory-there')).slice(0, 1);
  const told = await examined(new EmulatedTarget(f405, mutant), cases, { seed: 1, inputs: 1 });
  const [result] = told.results;
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(result!.answered.says).toMatch(
    /^GETSTATUS was answered OK, dfuDNLOAD-IDLE, 0 ms, not errTARGET, dfuERROR, any time or /,
  );
  expect(exchangeLines(result!).at(-1)).toMatch(
    /^GETSTATUS: GETSTATUS -> OK, dfuDNLOAD-IDLE, 0 ms, accepted: errTARGET, dfuERROR, any time or /,
  );
  expect(replayLine(told, result!)).toContain(
    ' --interface usb --mutant dfu-pointer-anywhere --only dfu/5.2/no-memory-there@idle --seed 1',
  );
});

test('a device that is busy for ever is asked no more than a hundred times', async () => {
  const [device] = findDevice('STM32H743').devices;
  const part = partOf(device!, {
    interface: 'usb',
    quirks: { 'dfu-stuck-busy-after-bank-2-erase': true },
  });
  const scenario = scenarios.find(({ id }) => id === 'dfu/5.3/one-after-the-other')!;
  const result = await runCase(
    new EmulatedTarget(part),
    { scenario, entry: 'idle' },
    { seed: 1, inputs: 10 },
  );
  expect(result.verdict).toBe('fail');
  expect(result.answered.says).toMatch(/^GETSTATUS was answered OK, dfuDNBUSY/);
});

/** Runs of units in a layout string, in bytes: UM0424. */
function unitsOf(text: string): { start: number; length: number }[] {
  const [, ...fields] = text.split('/');
  const units: { start: number; length: number }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    let start = Number(fields[at]);
    for (const run of fields[at + 1]!.split(',')) {
      const [, count, size, unit] = /^(\d+)\*(\d+)([ KM]?)[a-g]$/.exec(run)!;
      const length = Number(size) * ({ K: 1024, M: 1024 * 1024 }[unit!] ?? 1);
      for (let each = 0; each < Number(count); each++, start += length)
        units.push({ start, length });
    }
  }
  return units;
}

const withUsb = devices.filter(
  ({ incomplete, dfuGeneration, bootloaders }) =>
    incomplete === undefined &&
    dfuGeneration !== undefined &&
    bootloaders.at(-1)!.protocols.USB !== undefined,
);

test.each(withUsb.map((device) => [device.id, device] as const))(
  'the layout string of %s names each page of its flash',
  (_, device) => {
    for (const flashKiB of flashSizes(device)) {
      const part = partOf(device, { flashKiB, interface: 'usb' });
      const units = unitsOf(usbStrings(device, flashKiB)[0]!.text);
      const starts = new Set(units.map(({ start }) => start));
      const total = units.reduce((sum, { length }) => sum + length, 0);
      expect(total).toBe(flashKiB * 1024);
      expect(
        part.pages.filter(({ start }) => !starts.has(start)).map(({ number }) => number),
      ).toEqual([]);
    }
  },
);
