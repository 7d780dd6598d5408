import { expect, test } from 'vitest';
import { createBoard, type Board, type Fault } from '../index.ts';
import { TcpHost } from '../test/hosts/tcp-host.ts';

const SYNC = 0x7f;
const ACK = 0x79;

/** A vector table that starts an application: stack pointer in RAM, thumb code in flash. */
const application = {
  address: 0x0800_0000,
  bytes: Uint8Array.from([0x00, 0x00, 0x02, 0x20, 0x09, 0x00, 0x00, 0x08]),
};

test.each([
  [{ place: 'flash' }, 'at is flash, link or reply'],
  [{ at: 'flash', do: 'explode', operation: 1 }, 'do is power-cut, reset, lie, slow'],
  [{ at: 'flash', do: 'lie', operation: 0 }, 'operation is a number from 1 on'],
  [{ at: 'flash', do: 'lie' }, 'operation is a number from 1 on'],
  [{ at: 'flash', do: 'power-cut', operation: 1, done: 2 }, 'done is 0 to 1'],
  [{ at: 'flash', do: 'reset', operation: 1, mask: [256] }, 'mask is a list of bytes'],
  [{ at: 'flash', do: 'slow', operation: 1 }, 'slow needs by'],
  [{ at: 'link', do: 'drop', direction: 'up', nth: 1 }, 'direction is to-chip, to-host'],
  [{ at: 'link', do: 'drop', direction: 'to-chip', nth: 1, done: 1 }, 'it does not take done'],
  [null, 'at is flash, link or reply'],
])('%j is refused as a fault', async (fault, says) => {
  const faults = [fault as unknown as Fault];
  await expect(createBoard('STM32F405', { faults })).rejects.toThrow(
    `faults: ${JSON.stringify(fault)} is no fault: ${says}`,
  );
});

test('without links a board is booted and driven in memory', async () => {
  await using board = await createBoard('STM32F411');
  expect(board.state).toBe('bootloader');
  const heard: number[] = [];
  board.usart().onTransmit((bytes) => heard.push(...bytes));
  board.usart().receive(Uint8Array.of(SYNC));
  board.run();
  expect(heard).toEqual([ACK]);
  expect(() => board.ports).toThrow("this board has no links: create it with usart: 'pty'");
});

test('a linked board follows its pins and power at once', async () => {
  await using board = await createBoard('STM32F405', { usart: 'tcp', load: [application] });
  const host = await TcpHost.connect(board.ports.usart.port!);
  expect(await host.ask([SYNC], 1)).toEqual([ACK]);
  board.drive('BOOT0', 0);
  board.reset();
  expect(board.state).toBe('application');
  board.power(false);
  board.drive('BOOT0', 1);
  board.power(true);
  expect(board.state).toBe('bootloader');
  expect(await host.ask([SYNC], 1)).toEqual([ACK]);
  await host.close();
});

test('each USART has its own link; the bootloader answers on the one that is used first', async () => {
  await using board = await createBoard('STM32F405', { usart: ['tcp', 'USART3=tcp'] });
  const other = await TcpHost.connect(board.ports['USART3']!.port!);
  expect(await other.ask([SYNC], 1)).toEqual([ACK]);
  const first = await TcpHost.connect(board.ports.usart.port!);
  first.write([SYNC]);
  expect(await other.ask([0x02, 0xfd], 5)).toEqual([ACK, 1, 0x04, 0x13, ACK]);
  await other.close();
  await first.close();
});

test('a board is seen before anybody can reach it, and its links are gone after its disposal', async () => {
  let seen: Board | undefined;
  const board = await createBoard('STM32F405', {
    usart: 'tcp',
    onBoard: (made) => {
      seen = made;
      expect(made.state).toBe('starting');
    },
  });
  expect(seen).toBe(board);
  const port = board.ports.usart.port!;
  await board[Symbol.asyncDispose]();
  await expect(TcpHost.connect(port)).rejects.toThrow('ECONNREFUSED');
  await board[Symbol.asyncDispose]();
});

test('when one link cannot be opened the others are closed again', async () => {
  await using taken = await createBoard('STM32F405', { usart: 'tcp' });
  const at = `tcp:127.0.0.1:${taken.ports.usart.port}`;
  await expect(createBoard('STM32F405', { usart: ['tcp', `USART3=${at}`] })).rejects.toThrow(
    `${at} is in use: choose another port, or port 0 for a free one`,
  );
});

test('at --speed real an erase takes its time on the wall, and a factor shortens it', async () => {
  await using board = await createBoard('STM32F405', { usart: 'tcp', speed: 100 });
  await expect.poll(() => board.state).toBe('bootloader'); // a sync byte before that is lost
  const host = await TcpHost.connect(board.ports.usart.port!);
  const began = performance.now();
  await host.ask([SYNC], 1);
  await host.ask([0x44, 0xbb], 1);
  expect(await host.ask([0xff, 0xff, 0x00], 1)).toEqual([ACK]); // mass erase: 16 s on the chip
  expect(performance.now() - began).toBeGreaterThan(100);
  await host.close();
});
