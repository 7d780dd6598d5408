import { expect, test } from 'vitest';
import { connected } from '../test/boards.ts';
import { ACK } from '../test/hosts/usart-host.ts';
import type { LinkFault } from '../faults.ts';

const fault = (rest: Partial<LinkFault>): LinkFault => ({
  at: 'link',
  do: 'drop',
  direction: 'to-host',
  nth: 2,
  ...rest,
});

test.each([
  ['drop', {}, [1, 4, 0x13, ACK]],
  ['corrupt', { value: 0x80 }, [ACK ^ 0x80, 1, 4, 0x13, ACK]],
  ['duplicate', {}, [ACK, ACK, 1, 4, 0x13, ACK]],
  ['insert', { value: 0x55 }, [0x55, ACK, 1, 4, 0x13, ACK]],
] as const)('%s at the second byte to the host', (what, more, heard) => {
  const host = connected('STM32F405', { faults: [fault({ do: what, ...more })] });
  expect(host.command(0x02)).toEqual(heard);
  expect(host.command(0x02)).toEqual([ACK, 1, 4, 0x13, ACK]);
});

test('a dropped byte to the chip leaves it waiting for the rest of the command', () => {
  const host = connected('STM32F405', { faults: [fault({ direction: 'to-chip', nth: 3 })] });
  expect(host.command(0x02)).toEqual([]);
  expect(host.board.waiting()).toMatchObject({ what: 'command' });
});

test('a lie is acknowledged and has no effect; a slow operation takes its time', () => {
  const faults = [{ at: 'flash', do: 'lie', operation: 1 } as const];
  const host = connected('STM32F405', { faults });
  expect(host.write(0x0800_0000, [0, 0, 0, 0])).toBe('ack');
  expect(host.read(0x0800_0000, 1)).toEqual([0xff]);
  const slow = connected('STM32F405', {
    faults: [{ at: 'flash', do: 'slow', operation: 1, by: 7e6 }],
  });
  const from = slow.board.clock.now;
  slow.write(0x0800_0000, [0, 0, 0, 0]);
  expect(slow.board.clock.now - from).toBeGreaterThan(7e6);
});
