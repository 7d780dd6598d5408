import { expect, test } from 'vitest';
import { withMove } from '../../index.ts';
import type { DfuDevice, Replace } from '../../index.ts';
import { boardOf } from '../../test/boards.ts';
import { DfuHost } from '../../test/hosts/dfu-host.ts';

const FLASH = 0x0800_0000;
const dfu = (change: (device: DfuDevice) => Partial<DfuDevice>): Replace => ({
  dfu: (device) => ({ ...device, ...change(device) }),
});

/** Wrong devices, one for each part of the seam, and what a host sees of them. */
const wrong: Readonly<
  Record<string, readonly [Replace, see: (host: DfuHost) => unknown, unknown]>
> = {
  'a cell of the state table': [
    dfu(({ table }) => ({
      table: withMove(table, 'dfuUPLOAD-IDLE', 'ABORT', { do: 'ignore', next: 'dfuUPLOAD-IDLE' }),
    })),
    (host) => {
      host.read(FLASH, 4);
      host.request('ABORT');
      return host.status();
    },
    { status: 'OK', state: 'dfuUPLOAD-IDLE', pollMs: 0 },
  ],
  'a table that executes what is not there': [
    dfu(({ table }) => ({
      table: withMove(table, 'dfuIDLE', 'GETSTATUS', { do: 'execute', next: 'dfuDNBUSY' }),
    })),
    (host) => host.status(),
    { status: 'OK', state: 'dfuDNLOAD-IDLE', pollMs: 0 },
  ],
  'the start': [
    dfu(() => ({ start: { state: 'dfuDNLOAD-IDLE', status: 'errPOR' } })),
    (host) => {
      host.pins.busReset();
      return host.status();
    },
    { status: 'errPOR', state: 'dfuDNLOAD-IDLE', pollMs: 0 },
  ],
  'a descriptor': [
    dfu(({ descriptors }) => ({
      descriptors: { ...descriptors, device: descriptors.device.with(8, 0x84) },
    })),
    (host) => (host.get(1) as Uint8Array)[8],
    0x84,
  ],
  'the block size': [
    dfu(() => ({ transferSize: 1024 })),
    (host) => {
      host.write(FLASH, [0]);
      return [host.download(3, [1, 2, 3, 4])[1], host.board.flashImage()[1025]];
    },
    [{ status: 'OK', state: 'dfuDNLOAD-IDLE', pollMs: 0 }, 2],
  ],
  'where blocks count from': [
    dfu(() => ({ addressOf: (pointer, block) => pointer + (block - 1) * 2048 })),
    (host) => {
      host.write(FLASH, [9]);
      return host.board.flashImage()[2048];
    },
    9,
  ],
  'a command': [
    dfu(({ commands }) => ({ commands: commands.filter(({ opcode }) => opcode !== 0x41) })),
    (host) => host.erase(FLASH)[1],
    { status: 'errSTALLEDPKT', state: 'dfuERROR', pollMs: 0 },
  ],
  'a poll time': [
    dfu(({ pollMs }) => ({ pollMs: { ...pollMs, erase: 0 } })),
    (host) => host.erase(FLASH)[0],
    { status: 'OK', state: 'dfuDNBUSY', pollMs: 0 },
  ],
  'the bytes of a status': [
    dfu(({ statusBytes }) => ({ statusBytes: (report) => statusBytes(report).subarray(0, 4) })),
    (host) => host.request('GETSTATUS', { wLength: 6 }).length,
    4,
  ],
  'a write': [
    dfu(({ write }) => ({
      write: (chip, address, data) =>
        write(
          chip,
          address,
          data.map((byte) => byte ^ 1),
        ),
    })),
    (host) => {
      host.write(FLASH, [4]);
      return host.board.flashImage()[0];
    },
    5,
  ],
  'a read': [
    dfu(() => ({ read: (_, __, length) => new Uint8Array(length).fill(7) })),
    (host) => host.read(FLASH, 2),
    Uint8Array.of(7, 7),
  ],
  'the order of execution': [
    dfu(({ table }) => ({
      table: withMove(table, 'dfuDNLOAD-SYNC', 'GETSTATUS', {
        do: 'report-status',
        next: 'dfuDNLOAD-IDLE',
      }),
    })),
    (host) => {
      host.request('DNLOAD', { data: [0x41] });
      return host.status();
    },
    { status: 'OK', state: 'dfuDNLOAD-IDLE', pollMs: 0 },
  ],
  'the memory behind it': [
    { memory: (memory) => ({ ...memory, erase: () => memory.erase({ pages: [1] }) }) },
    (host) => {
      host.write(FLASH, [0]);
      host.write(FLASH + 0x4000, [0]);
      host.erase(FLASH);
      const flash = host.board.flashImage();
      return [flash[0], flash[0x4000]];
    },
    [0, 0xff],
  ],
};

function seenOn(replace: Replace, see: (host: DfuHost) => unknown): unknown {
  const host = new DfuHost(boardOf('STM32F405RG', { replace })).enumerate();
  host.request('CLRSTATUS');
  return see(host);
}

test.each(Object.entries(wrong))('%s can be replaced', (_, [replace, see, seen]) => {
  expect(seenOn(replace, see)).toEqual(seen);
  expect(seenOn({}, see)).not.toEqual(seen);
});
