import { describe, expect, test } from 'vitest';
import { boardOf } from '../../test/boards.ts';
import { DfuHost } from '../../test/hosts/dfu-host.ts';
import type { DfuState } from './dfu-names.ts';
import { dfuTable } from './dfu-table.ts';
import type { DfuInput, DfuTable } from './dfu-table.ts';

/**
 * The state diagram as a host sees it, written by hand from DFU 1.1 appendix A, AN3156 and ST's class
 * driver: what answers a request, and what GETSTATE says behind it. `data:n` answers n bytes.
 */
type Seen = readonly [answer: 'ack' | 'stall' | `data:${number}`, state: number, status?: number];

const [IDLE, SYNC, BUSY, DNLOAD_IDLE, MANIFEST_SYNC, MANIFEST, UPLOAD_IDLE, ERROR] = [
  2, 3, 4, 5, 6, 7, 9, 10,
];
const [OK, errUNKNOWN, errSTALLEDPKT] = [0, 14, 15];

/** Requests as they are sent: name, wValue, data out or length in. */
const requests: Readonly<Record<DfuInput, (host: DfuHost) => ReturnType<DfuHost['request']>>> = {
  DETACH: (host) => host.request('DETACH', { wValue: 1000 }),
  DNLOAD: (host) => host.request('DNLOAD', { wValue: 0, data: [0x21, 0, 0, 0, 8] }),
  'DNLOAD of block 1': (host) => host.request('DNLOAD', { wValue: 1, data: [1, 2, 3, 4] }),
  'DNLOAD of too much': (host) => host.request('DNLOAD', { wValue: 2, data: new Uint8Array(4096) }),
  'DNLOAD of nothing': (host) => host.request('DNLOAD', { wValue: 2 }),
  UPLOAD: (host) => host.request('UPLOAD', { wValue: 2, wLength: 16 }),
  'UPLOAD of block 0': (host) => host.request('UPLOAD', { wValue: 0, wLength: 64 }),
  'UPLOAD of part of block 0': (host) => host.request('UPLOAD', { wValue: 0, wLength: 3 }),
  'UPLOAD of block 1': (host) => host.request('UPLOAD', { wValue: 1, wLength: 16 }),
  'UPLOAD of nothing': (host) => host.request('UPLOAD', { wValue: 2, wLength: 0 }),
  GETSTATUS: (host) => host.request('GETSTATUS', { wLength: 6 }),
  CLRSTATUS: (host) => host.request('CLRSTATUS'),
  GETSTATE: (host) => host.request('GETSTATE', { wLength: 1 }),
  ABORT: (host) => host.request('ABORT'),
};

/** How a host brings the device into a state. */
const into: Readonly<Record<string, (host: DfuHost) => void>> = {
  dfuIDLE: () => {},
  'dfuDNLOAD-SYNC': (host) => void requests.DNLOAD(host),
  'dfuDNLOAD-SYNC, done'(host) {
    requests.DNLOAD(host);
    host.status();
  },
  'dfuDNLOAD-IDLE'(host) {
    requests.DNLOAD(host);
    host.status();
    host.status();
  },
  'dfuMANIFEST-SYNC': (host) => void requests['DNLOAD of nothing'](host),
  'dfuUPLOAD-IDLE': (host) => void requests.UPLOAD(host),
  dfuERROR: (host) => void requests['UPLOAD of block 1'](host),
};

type Row = Partial<Record<DfuInput, Seen>>;

/** A request that has no arrow in the diagram. */
const noDownload: Readonly<Record<'A' | 'B', (state: number) => Seen>> = {
  A: () => ['stall', ERROR, errSTALLEDPKT],
  B: (state) => ['stall', state],
};

function expected(
  generation: 'A' | 'B',
): Readonly<Record<string, Readonly<Record<DfuInput, Seen>>>> {
  const row = (state: number, own: Row): Record<DfuInput, Seen> => {
    const down = noDownload[generation](state);
    const all: Record<DfuInput, Seen> = {
      DETACH: ['ack', state],
      DNLOAD: down,
      'DNLOAD of block 1': down,
      'DNLOAD of too much': down,
      'DNLOAD of nothing': down,
      UPLOAD: ['stall', state],
      'UPLOAD of block 0': ['stall', state],
      'UPLOAD of part of block 0': ['stall', state],
      'UPLOAD of block 1': ['stall', state],
      'UPLOAD of nothing': ['stall', state],
      GETSTATUS: ['data:6', state],
      CLRSTATUS: generation === 'A' ? ['ack', state] : ['ack', ERROR, errUNKNOWN],
      GETSTATE: ['data:1', state],
      ABORT: ['ack', IDLE],
    };
    return { ...all, ...own };
  };
  const download: Row = {
    DNLOAD: ['ack', SYNC],
    'DNLOAD of block 1': generation === 'A' ? ['stall', ERROR, errSTALLEDPKT] : ['ack', SYNC],
    'DNLOAD of too much': ['stall', ERROR, errSTALLEDPKT],
    'DNLOAD of nothing': ['ack', MANIFEST_SYNC],
  };
  const upload: Row = {
    UPLOAD: ['data:16', UPLOAD_IDLE],
    'UPLOAD of block 0': ['data:4', IDLE],
    'UPLOAD of part of block 0': ['data:3', UPLOAD_IDLE],
    'UPLOAD of block 1': ['stall', ERROR, errSTALLEDPKT],
    'UPLOAD of nothing': ['data:0', IDLE],
  };
  const inError = row(ERROR, {});
  return {
    dfuIDLE: row(IDLE, { ...download, ...upload }),
    'dfuDNLOAD-SYNC': row(SYNC, { GETSTATUS: ['data:6', SYNC] }), // BUSY, and done when GETSTATE asks
    'dfuDNLOAD-SYNC, done': row(SYNC, { GETSTATUS: ['data:6', DNLOAD_IDLE] }),
    'dfuDNLOAD-IDLE': row(DNLOAD_IDLE, download),
    'dfuMANIFEST-SYNC': row(MANIFEST_SYNC, { GETSTATUS: ['data:6', MANIFEST] }),
    'dfuUPLOAD-IDLE': row(UPLOAD_IDLE, upload),
    dfuERROR: {
      ...inError,
      DNLOAD: ['stall', ERROR, errSTALLEDPKT],
      'DNLOAD of block 1': ['stall', ERROR, errSTALLEDPKT],
      'DNLOAD of too much': ['stall', ERROR, errSTALLEDPKT],
      'DNLOAD of nothing': ['stall', ERROR, errSTALLEDPKT],
      UPLOAD: ['stall', ERROR, errSTALLEDPKT],
      'UPLOAD of block 0': ['stall', ERROR, errSTALLEDPKT],
      'UPLOAD of part of block 0': ['stall', ERROR, errSTALLEDPKT],
      'UPLOAD of block 1': ['stall', ERROR, errSTALLEDPKT],
      'UPLOAD of nothing': ['stall', ERROR, errSTALLEDPKT],
      GETSTATUS: ['data:6', ERROR, errSTALLEDPKT],
      GETSTATE: ['data:1', ERROR, errSTALLEDPKT],
      DETACH: ['ack', ERROR, errSTALLEDPKT],
      CLRSTATUS: ['ack', IDLE],
      ABORT: ['ack', ERROR, errSTALLEDPKT],
    },
  };
}

const PARTS = { A: 'STM32F401CC', B: 'STM32G474RE' } as const;

function hostIn(generation: 'A' | 'B', state: string): DfuHost {
  const quirks = { 'dfu-leave-not-answered': false };
  const host = new DfuHost(boardOf(PARTS[generation], { quirks })).enumerate().idle();
  into[state]!(host);
  return host;
}

describe.each(['A', 'B'] as const)('generation %s', (generation) => {
  const cells = Object.entries(expected(generation)).flatMap(([state, row]) =>
    Object.entries(row).map(([input, seen]) => [state, input as DfuInput, seen] as const),
  );

  test.each(cells)('in %s, %s: %j', (state, input, [answer, next, status = OK]) => {
    const host = hostIn(generation, state);
    const got = requests[input](host);
    const inward = /^(UPLOAD|GETS)/.test(input);
    if (answer === 'stall') expect(got).toBe('stall');
    else expect(got).toHaveLength(inward ? Number(answer.slice('data:'.length)) : 0);
    if (next === MANIFEST) {
      expect([...(got as Uint8Array)]).toEqual([OK, 1, 0, 0, MANIFEST, 0]);
      expect(host.pins.attached).toBe(true); // it drops off behind the answer
      host.board.run();
      expect(host.pins.attached).toBe(false);
      return;
    }
    if (state === 'dfuDNLOAD-SYNC' && input === 'GETSTATUS') {
      expect([...(got as Uint8Array)]).toEqual([OK, 5, 0, 0, BUSY, 0]);
    }
    expect([...(requests.GETSTATE(host) as Uint8Array)]).toEqual([next]);
    if (next === SYNC) return; // GETSTATUS would execute or finish
    if (next === MANIFEST_SYNC) return; // or leave
    const report = requests.GETSTATUS(host) as Uint8Array;
    expect([...report]).toEqual([status, 0, 0, 0, next, 0]);
  });

  test('every state that a host can reach is in the list above', () => {
    const reached = new Set<DfuState>(['dfuIDLE']);
    const table: DfuTable = dfuTable(generation);
    for (const state of reached) {
      for (const { next } of Object.values(table[state])) reached.add(next);
      if (state === 'dfuDNBUSY') reached.add('dfuDNLOAD-SYNC, done');
    }
    // busy and manifest: the device answers nothing until it is done, or gone
    expect([...reached].sort()).toEqual([...Object.keys(into), 'dfuDNBUSY', 'dfuMANIFEST'].sort());
  });
});

test('the state on the wire is that of the table while nothing is pending', () => {
  const { board } = hostIn('A', 'dfuUPLOAD-IDLE');
  expect(board.waiting('USB')).toEqual({ for: 'request', what: 'dfuUPLOAD-IDLE' });
});
