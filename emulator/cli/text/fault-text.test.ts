import { expect, test } from 'vitest';
import { parseFault } from './fault-text.ts';

test('faults are read from their text', () => {
  expect(parseFault('flash:power-cut:3')).toEqual({ at: 'flash', do: 'power-cut', operation: 3 });
  expect(parseFault('flash:reset:1:mask=a5ff:done=0.25')).toEqual({
    at: 'flash',
    do: 'reset',
    operation: 1,
    done: 0.25,
    mask: [0xa5, 0xff],
  });
  expect(parseFault('flash:slow:2:by=5000')).toEqual({
    at: 'flash',
    do: 'slow',
    operation: 2,
    by: 5000,
  });
  expect(parseFault('flash:lie:2')).toEqual({ at: 'flash', do: 'lie', operation: 2 });
  expect(parseFault('link:drop:to-chip:17')).toEqual({
    at: 'link',
    do: 'drop',
    direction: 'to-chip',
    nth: 17,
  });
  expect(parseFault('link:corrupt:to-host:1:value=0x80')).toEqual({
    at: 'link',
    do: 'corrupt',
    direction: 'to-host',
    nth: 1,
    value: 0x80,
  });
});

test('a refusal is read from its text', () => {
  expect(parseFault('reply:refuse')).toEqual({ at: 'reply', do: 'refuse' });
  expect(parseFault('reply:refuse:write-memory:address=0x08000100:nth=2')).toEqual({
    at: 'reply',
    do: 'refuse',
    command: 'write-memory',
    address: 0x0800_0100,
    nth: 2,
  });
  expect(parseFault('reply:refuse:nth=1')).toEqual({ at: 'reply', do: 'refuse', nth: 1 });
});

test.each([
  ['power-cut:3', 'it must start with flash:, link: or reply:'],
  ['flash:explode:3', 'flash has no explode'],
  ['flash:power-cut', 'the number of the operation counts from 1'],
  ['flash:power-cut:0', 'the number of the operation counts from 1'],
  ['flash:power-cut:3:done=2', 'done is between 0 and 1'],
  ['flash:power-cut:3:mask=a', 'a is not bytes in hex'],
  ['flash:power-cut:3:by=2', 'it does not take by=2'],
  ['flash:slow:3', 'slow needs :by=MICROSECONDS'],
  ['link:drop:17', 'the direction is to-chip or to-host'],
  ['link:drop:to-chip:x', 'the number of the byte counts from 1'],
  ['link:drop:to-chip:1:value=ff', 'it does not take value=ff'],
  ['reply:explode', 'reply has no explode'],
  ['reply:refuse:get', 'get is not one of read-memory, write-memory, go'],
  ['reply:refuse:go:address=x', 'x is not an address in hex'],
  ['reply:refuse:go:nth=0', 'the number of the request counts from 1'],
  ['reply:refuse:go:value=1', 'it does not take value=1'],
  ['link:insert:to-chip:1:value=ffff', 'value is one byte in hex'],
])('%s is refused: %s', (text, why) => {
  expect(() => parseFault(text)).toThrow(`--fault ${text}: ${why}`);
});
