import { expect, test } from 'vitest';
import { InEndpoint } from './in-endpoint.ts';
import type { TransferResult } from './device.ts';

function taken(endpoint: InEndpoint, length: number): { result?: TransferResult; cancel(): void } {
  const transfer: { result?: TransferResult; cancel(): void } = { cancel: () => {} };
  transfer.cancel = endpoint.transfer(length, (result) => {
    transfer.result = result;
  });
  return transfer;
}

test('a stream gives a transfer all that there is, and keeps what it has no room for', () => {
  const endpoint = new InEndpoint('stream', 100);
  endpoint.push(Uint8Array.of(1, 2));
  endpoint.push(Uint8Array.of(3, 4, 5));
  expect([...(taken(endpoint, 4).result as Uint8Array)]).toEqual([1, 2, 3, 4]);
  expect([...(taken(endpoint, 4).result as Uint8Array)]).toEqual([5]);
});

test('packets stay apart, and what a transfer has no room for is lost', () => {
  const endpoint = new InEndpoint('packets', 100);
  endpoint.push(Uint8Array.of(1, 2, 3));
  endpoint.push(Uint8Array.of(4));
  expect([...(taken(endpoint, 2).result as Uint8Array)]).toEqual([1, 2]);
  expect([...(taken(endpoint, 2).result as Uint8Array)]).toEqual([4]);
});

test('transfers wait in their order for data, but for one that is taken back', () => {
  const endpoint = new InEndpoint('packets', 100);
  const [first, second, third] = [taken(endpoint, 9), taken(endpoint, 9), taken(endpoint, 9)];
  second.cancel();
  endpoint.push(Uint8Array.of(1));
  endpoint.push(Uint8Array.of(2));
  expect([first.result, second.result, third.result]).toEqual([
    Uint8Array.of(1),
    undefined,
    Uint8Array.of(2),
  ]);
});

test('what does not fit any more is lost whole, and there is room again when some is read', () => {
  const endpoint = new InEndpoint('stream', 4);
  expect(endpoint.push(Uint8Array.of(1, 2, 3))).toBe(true);
  expect(endpoint.push(Uint8Array.of(4, 5))).toBe(false);
  taken(endpoint, 2);
  expect(endpoint.push(Uint8Array.of(6, 7))).toBe(true);
  expect([...(taken(endpoint, 9).result as Uint8Array)]).toEqual([3, 6, 7]);
});
