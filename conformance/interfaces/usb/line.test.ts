import { expect, test } from 'vitest';
import { getStatus } from './host.ts';
import { partByName } from '../../part/part-by-name.ts';
import { caseName, casesOf, isCaseOf, runCase } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { isUnexpected } from '../../reports/verdict.ts';
import { BoardTarget } from '../../boards/board.ts';
import { plugged, usbSpec } from '../../boards/test/plugged.ts';

const part = partByName('STM32F042K6', { interface: 'usb' });

test('a board on USB is examined read-only, and nothing of it changes', async () => {
  const { board, line } = await plugged(part);
  await using _board = board;
  const before = board.flashImage();
  const target = new BoardTarget(usbSpec(part.name, 'nothing'), part, line);
  await target.findProtection();
  const passed: string[] = [];
  const unexpected: string[] = [];
  for (const each of casesOf(scenarios).filter((one) => isCaseOf(one, 'usb'))) {
    const done = await runCase(target, each, { seed: 1, inputs: 1 });
    if (done.verdict === 'pass') passed.push(caseName(done));
    if (isUnexpected(done.verdict)) unexpected.push(`${caseName(done)}: ${done.answered.says}`);
  }
  await target.close();
  expect(unexpected).toEqual([]);
  expect(passed.length).toBeGreaterThan(50);
  expect(board.flashImage()).toEqual(before);
});

test('what an operating system does not send is skipped', async () => {
  const { board, line } = await plugged(part);
  await using _board = board;
  await line.restart(part);
  for (const bytes of [
    [0x00, 5, 7, 0, 0, 0, 0, 0],
    [0xa1, 3, 0, 0, 1, 0, 6, 0],
    [0x60, 0, 0, 0, 0, 0, 0, 0],
    [0x21, 1, 0, 0, 0, 0, 9, 0],
    [0x21],
  ]) {
    await expect(line.line.send(Uint8Array.from(bytes))).rejects.toMatchObject({
      verdict: 'skipped',
    });
  }
  await line.line.send(Uint8Array.from(getStatus().send));
  expect(await line.line.next(0)).toBe(0);
});
