import { expect, test } from 'vitest';
import { partByName } from '../part/part-by-name.ts';
import { caseName } from '../run/run.ts';
import { askedOfProtected } from './test/asked-of-protected.ts';

test('a read-protected board is asked how it connects and what refuses a command, and says why nothing else', async () => {
  const { results, skipped } = await askedOfProtected(partByName('STM32F405'), 1);
  expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  expect(results.map(caseName)).toEqual(
    expect.arrayContaining([
      'usart/1/sync-acknowledged@reset',
      'usart/1/wrong-first-byte@reset',
      'usart/3/wrong-complement@after-nack',
      'usart/3.1/list@half-command',
      'usart/3.3/product-id@synchronised',
      'usart/3.4/protected@rdp-1',
    ]),
  );
  const why = new Map(skipped.map((each) => [caseName(each), each.answered.says]));
  const needsMemory = 'the board is read-protected, and stays so: this needs access to its memory';
  expect(why.get('usart/3.4/flash@synchronised')).toBe(needsMemory);
  expect(why.get('usart/3.1/list@aborted-write')).toBe(needsMemory);
  expect(why.get('usart/3.12/two-acks@rdp-1')).toBe(
    'a board is not asked for what it may not come back from',
  );
});
