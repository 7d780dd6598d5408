import { expect, test } from 'vitest';
import { boardOf } from '../test/boards.ts';
import { formatSummary, SummaryReader } from './summary.ts';

test('what a host does again and again in other ways does not make the summary long', () => {
  const board = boardOf('STM32F405RG');
  board.run();
  const reader = new SummaryReader();
  const refused = new Set<string>();
  let times = 0;
  board.trace.listen((event) => {
    reader.event(event);
    if (event.kind !== 'nack') return;
    refused.add(event.reason);
    times++;
  });
  const ask = (...bytes: readonly number[]): void => {
    board.usart().receive(Uint8Array.from(bytes));
    board.run();
  };
  ask(0x7f);
  for (let page = 0; page < 0x80; page++) {
    ask(0x11, 0xee);
    ask(0x90, page, 0, 0, 0x90 ^ page); // refused, each for its own reason
  }
  const { nacks } = reader.summary;
  expect(refused.size).toBeGreaterThan(100);
  expect(Object.values(nacks).reduce((sum, each) => sum + each)).toBe(times);
  expect(Object.keys(nacks).length).toBeLessThan(40);
  const longest = Math.max(
    ...formatSummary(reader.summary, 'bootloader')
      .split('\n')
      .map(({ length }) => length),
  );
  expect(longest).toBeLessThan(500);
});
