import { expect, test } from 'vitest';
import { createBoard } from '../../emulator/index.ts';
import { getDescriptor } from '../interfaces/usb/host.ts';
import { partByName } from '../part/part-by-name.ts';
import { caseName, casesOf, isCaseOf, runCase } from '../run/run.ts';
import { giveBack } from './backup/restore.ts';
import { readContent } from './backup/save.ts';
import { scenarios } from '../scenarios/index.ts';
import { isUnexpected } from '../reports/verdict.ts';
import { connectLoader } from '../interfaces/index.ts';
import type { Loader } from '../interfaces/loader.ts';
import { SpoilableBoard } from './spoilable-board.ts';
import { plugged, usbSpec } from './test/plugged.ts';
import { UsbLine } from '../interfaces/usb/line.ts';

const DEVICE = 'STM32F042K6';

// a part of each generation of the ROM
test.each([DEVICE, 'STM32G431C6'])(
  'a board with %s on USB is saved, spoilt and given its content back',
  async (device) => {
    const part = partByName(device, { interface: 'usb' });
    const { board, line } = await plugged(part);
    await using _board = board;
    const before = board.flashImage();
    const connect = async (): Promise<Loader> => {
      await line.restart(part);
      return connectLoader(line.line, { part, quietMs: 0, replyMs: 0 });
    };
    const content = await readContent(connect);
    expect(content!.flash[0]!.bytes).toEqual(before);
    const spec = usbSpec(device, 'options');
    const target = new SpoilableBoard(spec, part, line, { spec, savedAt: '', ...content! });
    const verdicts: string[] = [];
    const unexpected: string[] = [];
    for (const each of casesOf(scenarios).filter((one) => isCaseOf(one, 'usb'))) {
      const done = await runCase(target, each, { seed: 1, inputs: 1 });
      verdicts.push(done.verdict);
      if (!isUnexpected(done.verdict)) continue;
      unexpected.push(`${caseName(done)}: ${done.answered.says} ${done.left.says}`);
    }
    expect(unexpected).toEqual([]);
    expect(verdicts.filter((each) => each === 'pass').length).toBeGreaterThan(100);
    expect(board.flashImage()).not.toEqual(before);
    expect((await giveBack(connect, content!)).pages).toBeGreaterThan(0);
    expect(board.flashImage()).toEqual(before);
  },
  300_000,
);

test('a device that is not there is said after a reset', async () => {
  const which = { ...usbSpec(DEVICE, 'nothing'), serial: '1' };
  const line = new UsbLine({ getDevices: async () => [] }, which);
  await line.send(Uint8Array.from(getDescriptor('device', 0, 18).send));
  expect(await line.next()).toBe(2); // it is gone
  await expect(line.clear()).rejects.toMatchObject({
    message: expect.stringMatching(/^no device 0483:df11:1 was found on USB/) as unknown,
    gone: true,
  });
}, 60_000);

test('two devices that are alike have to be told apart', async () => {
  await using one = await createBoard(DEVICE);
  await using other = await createBoard(DEVICE);
  const buses = [one.webUsb(), other.webUsb()];
  const both = async () => (await Promise.all(buses.map((each) => each.getDevices()))).flat();
  const line = new UsbLine({ getDevices: both }, usbSpec(DEVICE, 'nothing'));
  await expect(line.clear()).rejects.toThrow(/2 devices are 0483:df11: name one by its serial/);
}, 60_000);

test('a board that is another part than it is said to be is not spoilt', async () => {
  const { board, line } = await plugged(partByName('STM32F405RG', { interface: 'usb' }));
  await using _board = board;
  const part = partByName(DEVICE, { interface: 'usb' });
  const connect = async (): Promise<Loader> => {
    await line.restart(part);
    return connectLoader(line.line, { part, quietMs: 0, replyMs: 0 });
  };
  await expect(readContent(connect)).rejects.toThrow(/it has 1024 KiB of flash, not 32 as/);
}, 60_000);
