import { expect, test } from 'vitest';
import { BoardSet } from '../../cli/control/api/board-set.ts';
import { serveApi } from '../../cli/control/api/listen.ts';
import { makeRemoteBoard } from '../../cli/control/make-board.ts';
import { Server } from './server.ts';

test('who does not wait is told at once what has been', async () => {
  await using boards = new BoardSet(makeRemoteBoard);
  await using api = await serveApi(boards, { http: { host: '127.0.0.1', port: 0 } });
  await using server = Server.at(api.url!);
  const board = await server.create('STM32F405', { usart: 'tcp' });
  await expect(board.waitFor('reset', { timeoutMs: 0 })).rejects.toMatchObject({
    status: 408,
    message: 'no reset within 0 ms; nothing came',
  });
  await board.reset();
  expect(await board.waitFor('reset', { timeoutMs: 0 })).toMatchObject({ cause: 'NRST' });
  await expect(board.waitFor('reset', { timeoutMs: 0 })).rejects.toMatchObject({ status: 408 });
  await expect(board.waitFor('reset', { timeoutMs: -1 })).rejects.toMatchObject({ status: 400 });
});
