import { expect, test } from 'vitest';
import { Pacer } from '../pacer.ts';
import { openTcp } from './tcp.ts';
import { boardOf } from '../../test/boards.ts';
import { TcpHost } from '../../test/hosts/tcp-host.ts';
import { ACK, be32, xor } from '../../test/hosts/usart-host.ts';

test('a host on tcp synchronises, asks what there is, and writes and reads a block', async () => {
  const board = boardOf('STM32F405RG');
  const pacer = new Pacer(board.clock, 'instant');
  const address = { host: '127.0.0.1', port: 0 };
  const link = await openTcp(board.usart(), pacer, board.trace, address);
  const host = await TcpHost.connect(link.port);
  const block = Array.from({ length: 256 }, (_, index) => 255 - index);
  const target = be32(0x0800_4000);

  expect(await host.ask([0x7f], 1)).toEqual([ACK]);
  const get = await host.ask([0x00, 0xff], 15);
  expect([get[0], get[1], get[14]]).toEqual([ACK, 11, ACK]);
  expect(await host.ask([0x31, 0xce], 1)).toEqual([ACK]);
  expect(await host.ask([...target, xor(target)], 1)).toEqual([ACK]);
  expect(await host.ask([255, ...block, xor([255, ...block])], 1)).toEqual([ACK]);
  await host.close();

  const next = await TcpHost.connect(link.port);
  const read = [0x11, 0xee, ...target, xor(target), 255, 0]; // in one go: nobody has to wait for an ACK
  expect(await next.ask(read, 3 + 256)).toEqual([ACK, ACK, ACK, ...block]);
  expect([...board.flashImage().subarray(0x4000, 0x4100)]).toEqual(block);
  await next.close();
  await link.close();
  pacer.close();
});
