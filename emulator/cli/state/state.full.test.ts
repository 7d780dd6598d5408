import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpHost } from '../../test/hosts/tcp-host.ts';
import { RunningVstm32 } from '../../test/vstm32.ts';
import { StateFolder } from './state.ts';

const ACK = 0x79;
const START = 0x0800_0000;
const SECTOR = 16 * 1024;
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-state-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Writes `fill` to a 256-byte block of the first four sectors, or erases one of them. */
type Operation = { readonly block: number; readonly fill: number } | { readonly sector: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ block: fc.nat(255), fill: fc.nat(255) }) },
  { weight: 1, arbitrary: fc.record({ sector: fc.nat(3) }) },
);

function after(flash: Buffer, operation: Operation): Buffer {
  const next = Buffer.from(flash);
  if ('sector' in operation) {
    next.fill(0xff, operation.sector * SECTOR, (operation.sector + 1) * SECTOR);
  } else {
    for (let at = operation.block * 256; at < (operation.block + 1) * 256; at++) {
      next[at]! &= operation.fill;
    }
  }
  return next;
}

function withChecksum(bytes: readonly number[]): number[] {
  return [...bytes, bytes.reduce((sum, byte) => sum ^ byte, 0)];
}

/** Sends an operation up to the byte whose ACK says that it is done. */
async function begin(host: TcpHost, operation: Operation): Promise<void> {
  if ('sector' in operation) {
    expect(await host.ask([0x44, 0xbb], 1)).toEqual([ACK]);
    host.write(withChecksum([0, 0, 0, operation.sector]));
  } else {
    const address = START + operation.block * 256;
    expect(await host.ask([0x31, 0xce], 1)).toEqual([ACK]);
    const bytes = [address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff];
    expect(await host.ask(withChecksum(bytes), 1)).toEqual([ACK]);
    host.write(withChecksum([255, ...Array.from<number>({ length: 256 }).fill(operation.fill)]));
  }
}

async function keptFlash(): Promise<Buffer> {
  const state = await StateFolder.open(folder);
  state.close();
  return Buffer.from(state.kept!.memories['flash']!.subarray(0, 4 * SECTOR));
}

test('kill -9 at any operation loses at most the one in flight', async () => {
  const runs = fc.array(fc.array(operation, { minLength: 1, maxLength: 40 }), {
    minLength: 4,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(runs, async (sessions) => {
      fs.rmSync(folder, { recursive: true });
      let flash: Buffer = Buffer.alloc(4 * SECTOR, 0xff);
      for (const operations of sessions) {
        await using board = await RunningVstm32.start(
          'STM32F405',
          '--usart',
          'tcp',
          '--state',
          folder,
        );
        const host = await TcpHost.connect(board.ready.ports.usart.port!);
        host.socket.setMaxListeners(0); // each read listens for the end
        expect(await host.ask([0x7f], 1)).toEqual([ACK]);
        for (const finished of operations.slice(0, -1)) {
          await begin(host, finished);
          expect([...(await host.read(1))]).toEqual([ACK]);
          flash = after(flash, finished);
        }
        const inFlight = operations.at(-1)!;
        await begin(host, inFlight);
        await board.end('SIGKILL');
        host.vanish();
        const kept = await keptFlash();
        const done = after(flash, inFlight);
        expect([flash, done].some((legal) => kept.equals(legal))).toBe(true);
        flash = kept;
      }
    }),
    { numRuns: 5 },
  );
}, 120_000);
