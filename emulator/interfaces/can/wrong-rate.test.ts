import { expect, test } from 'vitest';
import { Board } from '../../board/board.ts';
import { CanAdapter } from '../../links/can/adapter.ts';
import { largest, runnable } from '../../test/lines/all-lines.ts';

/** Every runnable line with CAN or FDCAN, at its newest bootloader. */
const lines = runnable.filter((device) => new Board(device, largest(device)).cans.length > 0);

/** Frames heard on a bus that has not come to rest: far more than hosts and chips send here. */
const NEVER = 5000;

const RATES = [10_000, 83_333, 500_000, 1_000_000];

/** 10 kbit/s, at which a chip at work hears most of a frame, on every line; of the others one each. */
const cases = lines.flatMap((device, index) =>
  [RATES[0]!, RATES[1 + (index % (RATES.length - 1))]!].map(
    (rate) => [device.id, rate, device] as const,
  ),
);

test.each(cases)(
  '%s: a host at a wrong bit rate, %i, is never acknowledged, and the bus comes to rest',
  (_, nominal, device) => {
    const board = new Board(device, largest(device));
    board.run();
    const adapter = new CanAdapter(board.can(), board.clock);
    let acknowledged = 0;
    let heard = 0;
    board.trace.listen(({ kind }) => {
      if (kind === 'rx' && ++heard > NEVER) throw new Error('the bus never comes to rest');
    });
    adapter.open({ rate: { nominal } });
    const data = new Uint8Array(8).fill(0x55);
    for (let count = 0; count < 64; count++) {
      const frame = { id: 0x111, extended: false, fd: false, brs: false, data };
      adapter.send(frame, () => acknowledged++);
    }
    for (let ms = 0; ms < 20; ms++) {
      board.clock.advanceTo(board.clock.now + 1000);
      board.run();
    }
    expect(acknowledged).toBe(0);
  },
);
