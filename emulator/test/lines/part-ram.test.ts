import { expect, test } from 'vitest';
import { devices, findDevice, flashSizes, ramKiB } from '../../../families/index.ts';
import { openSession } from '../../cli/session.ts';
import { createBoard } from '../../connect/create-board.ts';
import { connected } from '../boards.ts';
import { UsartHost } from '../hosts/usart-host.ts';

// part number, RAM in KiB, first address behind the RAM that a host reaches (data sheets, AN2606 table 226)
const PARTS: readonly (readonly [string, number, number])[] = [
  ['STM32F101C4', 4, 0x2000_1000],
  ['STM32F102C4', 4, 0x2000_1000],
  ['STM32F103C4', 6, 0x2000_1800],
  ['STM32F101C6', 6, 0x2000_1800],
  ['STM32F102C6', 6, 0x2000_1800],
  ['STM32F103C6', 10, 0x2000_2800],
  ['STM32F101C8', 10, 0x2000_2800],
  ['STM32F102CBT6', 16, 0x2000_4000],
  ['STM32F103C8T6', 20, 0x2000_5000],
  ['STM32F101RC', 32, 0x2000_8000],
  ['STM32F101RE', 48, 0x2000_c000],
  ['STM32F103RC', 48, 0x2000_c000],
  ['STM32F103RE', 64, 0x2001_0000],
  ['STM32F101RG', 80, 0x2001_4000],
  ['STM32F103RG', 96, 0x2001_8000],
  ['STM32F205RB', 64, 0x2001_0000],
  ['STM32F205RC', 96, 0x2001_8000],
  ['STM32F205RE', 128, 0x2002_0000],
  ['STM32F207VC', 128, 0x2002_0000],
  ['STM32F302CB', 32, 0x2000_8000],
  ['STM32F302RC', 40, 0x2000_a000],
  ['STM32F303CB', 40, 0x2000_8000],
  ['STM32F303RC', 48, 0x2000_a000],
  ['STM32F302RE', 64, 0x2001_0000],
  ['STM32F303RE', 80, 0x2001_0000],
  ['STM32L100C6', 4, 0x2000_1000],
  ['STM32L100R8', 8, 0x2000_2000],
  ['STM32L100RB', 10, 0x2000_2800],
  ['STM32L151CB', 16, 0x2000_4000],
  ['STM32L100R8-A', 8, 0x2000_2000],
  ['STM32L100RBT6A', 16, 0x2000_4000],
  ['STM32L151CB-A', 32, 0x2000_8000],
  ['STM32L100RC', 16, 0x2000_4000],
  ['STM32L151RC', 32, 0x2000_8000],
  ['STM32C092CC', 30, 0x2000_7800],
  ['STM32C091CC', 36, 0x2000_7800],
  ['STM32WB30CE', 96, 0x2000_8000],
  ['STM32WB35CC', 96, 0x2000_8000],
  ['STM32WB50CG', 128, 0x2000_c000],
  ['STM32WB55CC', 128, 0x2000_c000],
  ['STM32WB55RG', 256, 0x2000_c000],
  ['STM32H742VI', 688, 0x2406_0000],
  ['STM32H743VI', 1056, 0x2408_0000],
];

test.each(PARTS)('%s has %i KiB of RAM, and nothing is read behind it', (part, KiB, end) => {
  const { devices: found, flashKiB } = findDevice(part);
  expect(ramKiB(found[0]!, flashKiB ?? flashSizes(found[0]!).at(-1)!)).toBe(KiB);
  const host = connected(part);
  expect(host.read(end - 4, 4)).toHaveLength(4);
  expect(host.read(end, 4)).toEqual(expect.any(String));
});

test('every part that has less RAM than its line is among them', () => {
  const told = devices.flatMap(({ ramOfParts = [] }) => ramOfParts.flatMap(({ parts }) => parts));
  expect(told.length).toBeGreaterThan(10);
  for (const pattern of told) {
    const wanted = new RegExp(`^${pattern.replaceAll('?', '.').replace('*', '.*')}$`);
    expect([pattern, PARTS.some(([part]) => wanted.test(part))]).toEqual([pattern, true]);
  }
});

test('a part whose flash size is told beside the name has the RAM of that part', async () => {
  await using board = await createBoard('STM32WB35', { flashKiB: 256 });
  const host = new UsartHost(board);
  host.sync();
  expect(host.read(0x2000_7ffc, 4)).toHaveLength(4);
  expect(host.read(0x2000_8000, 4)).toEqual(expect.any(String));
});

test('vstm32 run takes the RAM of the part', async () => {
  const setup = { name: 'STM32WB35CC', options: {}, loads: [], trace: { format: 'none' } } as const;
  await using session = await openSession(setup, () => {});
  const host = new UsartHost(session.board);
  host.sync();
  expect(host.read(0x2000_7ffc, 4)).toHaveLength(4);
  expect(host.read(0x2000_8000, 4)).toEqual(expect.any(String));
});
