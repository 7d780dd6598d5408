import { expect, test } from 'vitest';
import { parts, pinDecides, runnable } from './all-lines.ts';
import { TcpHost } from '../hosts/tcp-host.ts';
import { RunningVstm32 } from '../vstm32.ts';

/** Boards started at a time. */
const AT_ONCE = 4;

test('there are at least eighty lines that can be run', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(80);
});

test(
  'vstm32 run works for every line and each of its flash sizes',
  { timeout: 600_000 },
  async () => {
    const waiting = [...parts];
    const answers: Record<string, readonly number[]> = {};
    const work = async (): Promise<void> => {
      for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
        const [id, flashKiB, device] = part;
        const options = Object.entries(pinDecides(device)).map(
          ([name, value]) => `--option=${name}=${value}`,
        );
        const size = `--flash-size=${flashKiB}`;
        const one = '--quirk=two-acks-at-connect=off'; // L412 would put a second ACK before the reply
        await using running = await RunningVstm32.start(
          id,
          size,
          '--usart=tcp:127.0.0.1:0',
          one,
          ...options,
        );
        const host = await TcpHost.connect(running.ready.ports.usart.port!);
        answers[`${running.ready.device} ${running.ready.flashKiB}`] = [
          ...(await host.ask([0x7f], 1)),
          ...(await host.ask([0x02, 0xfd], 5)),
        ];
        await host.close();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const expected = parts.map(([id, flashKiB, { productId }]) => [
      `${id} ${flashKiB}`,
      [0x79, 0x79, 1, productId >> 8, productId & 0xff, 0x79],
    ]);
    expect(answers).toEqual(Object.fromEntries(expected));
  },
);
