import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf } from '../../test/boards.ts';
import { DfuHost, le32 } from '../../test/hosts/dfu-host.ts';
import type { BoardOptions } from '../../board/board-options.ts';

const FLASH = 0x0800_0000;
const OPTIONS = 0x1fff_c000;
const OTP = 0x1fff_7800;
const FEATURE = 0xffff_0000;
/** Poll time of a write on F405, ms. */
const WRITES = 104;

const hostOn = (part: string, options: BoardOptions = {}): DfuHost =>
  new DfuHost(boardOf(part, options)).enumerate().idle();
const f405 = (options: BoardOptions = {}): DfuHost => hostOn('STM32F405RG', options);

const busy = (pollMs: number) => ({ status: 'OK', state: 'dfuDNBUSY', pollMs });
const done = { status: 'OK', state: 'dfuDNLOAD-IDLE', pollMs: 0 };
const error = (status: string) => ({ status, state: 'dfuERROR', pollMs: 0 });
const block = (length: number, from = 0): number[] =>
  Array.from({ length }, (_, index) => (index * 7 + from) & 0xff);
const used = [{ address: FLASH, bytes: new Uint8Array(0x2_0000) }];

describe('DfuSe commands', () => {
  test('UPLOAD of block 0 lists them', () => {
    const answer = f405().request('UPLOAD', { wValue: 0, wLength: 2048 });
    expect([...(answer as Uint8Array)]).toEqual([0x00, 0x21, 0x41, 0x92]);
  });

  test('Get, which a host may send with a byte more, does nothing', () => {
    expect(f405().download(0, [0x00])).toEqual([busy(5), done]);
    expect(f405().download(0, [0x00, 0x00])).toEqual([busy(5), done]);
  });

  test('an unknown command, or one of a wrong length, ends in errSTALLEDPKT', () => {
    for (const payload of [[0x99], [0x21], [0x21, 0, 0, 8], [0x41, 0, 0, 0, 8, 0], [0x92, 0]]) {
      expect(f405().download(0, payload)).toEqual([busy(5), error('errSTALLEDPKT')]);
    }
  });

  test('an error stays until CLRSTATUS', () => {
    const host = f405();
    host.download(0, [0x99]);
    expect(host.status()).toEqual(error('errSTALLEDPKT'));
    host.request('ABORT');
    expect(host.status()).toEqual(error('errSTALLEDPKT'));
    host.request('CLRSTATUS');
    expect(host.status()).toEqual({ status: 'OK', state: 'dfuIDLE', pollMs: 0 });
  });

  test('Set Address Pointer takes what can be read or written', () => {
    for (const address of [FLASH, FLASH + 3, 0x2000_4000, OPTIONS, OTP, FEATURE, 0x1fff_0000]) {
      expect(f405().setAddress(address)).toEqual([busy(5), done]);
    }
    for (const address of [0x4000_0000, 0x0900_0000, 0x2000_0000, 0xe004_2000, 0x1fff_7a10]) {
      expect(f405().setAddress(address)).toEqual([busy(5), error('errTARGET')]);
    }
  });

  test('the pointer that was refused leaves the old one', () => {
    const host = f405({ load: [{ address: FLASH, bytes: Uint8Array.of(1, 2, 3, 4) }] });
    host.setAddress(0x4000_0000);
    host.idle();
    expect(host.request('UPLOAD', { wValue: 2, wLength: 4 })).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test('Erase takes the sector that holds the address, aligned or not', () => {
    const host = f405({ load: used });
    expect(host.erase(FLASH + 0x4123)).toEqual([busy(100), done]);
    const flash = host.board.flashImage();
    expect(new Set(flash.subarray(0x4000, 0x8000))).toEqual(new Set([0xff]));
    expect([flash[0x3fff], flash[0x8000]]).toEqual([0, 0]);
  });

  test('Erase outside main flash is refused', () => {
    for (const address of [0x2000_4000, OPTIONS, OTP, 0x4000_0000, FLASH + 0x10_0000]) {
      expect(f405().erase(address)).toEqual([busy(100), error('errTARGET')]);
    }
  });

  test('Erase without an address takes all', () => {
    const host = f405({ load: used });
    expect(host.erase()).toEqual([busy(100), done]);
    expect(host.board.clock.now).toBeGreaterThan(16_000_000);
    expect(new Set(host.board.flashImage())).toEqual(new Set([0xff]));
  });

  test('a part without mass erase refuses it', () => {
    const host = hostOn('STM32L072CZ', { load: used });
    expect(host.erase()).toEqual([busy(101), error('errVENDOR')]);
    expect(host.board.flashImage()[0]).toBe(0);
  });

  test('Read Unprotect executes at every level: all is wiped, and the chip starts over', () => {
    for (const rdp of [0, 1] as const) {
      const host = f405({ rdp, load: used });
      const [first, then] = host.readUnprotect();
      expect(first).toEqual(busy(100));
      expect(then).toBe('none');
      host.board.run();
      expect(host.board.chip.level).toBe(0);
      expect(new Set(host.board.flashImage())).toEqual(new Set([0xff]));
      expect(host.enumerate().status()).toEqual(error('errFIRMWARE'));
    }
  });
});

describe('blocks', () => {
  test('count from the pointer in transfer sizes, the shorter last one too', () => {
    const image = block(2048 * 2 + 100);
    const host = f405();
    host.erase(FLASH);
    host.setAddress(FLASH);
    expect(host.download(2, image.slice(0, 2048))).toEqual([busy(WRITES), done]);
    expect(host.download(3, image.slice(2048, 4096))).toEqual([busy(WRITES), done]);
    expect(host.download(4, image.slice(4096))).toEqual([busy(WRITES), done]);
    expect([...host.board.flashImage().subarray(0, image.length)]).toEqual(image);
    host.request('ABORT');
    const read = [2, 3, 4].flatMap((wValue) => [
      ...(host.request('UPLOAD', { wValue, wLength: 2048 }) as Uint8Array),
    ]);
    expect(read.slice(0, image.length)).toEqual(image);
  });

  test('of generation B have 1024 bytes', () => {
    const image = block(2048);
    const host = hostOn('STM32G474RE');
    host.erase(FLASH);
    host.setAddress(FLASH);
    host.download(2, image.slice(0, 1024));
    host.download(3, image.slice(1024));
    expect([...host.board.flashImage().subarray(0, 2048)]).toEqual(image);
    host.request('ABORT');
    expect(host.request('UPLOAD', { wValue: 2, wLength: 4096 })).toHaveLength(1024);
  });

  test('change nothing until GETSTATUS, and nothing at all after ABORT', () => {
    const host = f405();
    host.setAddress(FLASH);
    host.request('DNLOAD', { wValue: 2, data: block(64) });
    host.board.run();
    expect(host.board.flashImage()[1]).toBe(0xff);
    host.request('ABORT');
    expect(host.status()).toMatchObject({ state: 'dfuIDLE' });
    host.board.run();
    expect(host.board.flashImage()[1]).toBe(0xff);
  });

  test('with an odd length are padded', () => {
    const host = hostOn('STM32G474RE');
    expect(host.write(FLASH, [1, 2, 3])).toEqual(done);
    expect([...host.board.flashImage().subarray(0, 5)]).toEqual([1, 2, 3, 0xff, 0xff]);
  });

  test('outside memory end in errTARGET', () => {
    const host = f405();
    host.setAddress(FLASH + 0xf_f800);
    expect(host.download(3, block(4))).toEqual([busy(WRITES), error('errTARGET')]);
    host.idle();
    expect(host.request('UPLOAD', { wValue: 3, wLength: 64 })).toBe('stall');
    expect(host.status()).toEqual(error('errTARGET'));
  });

  test('that run out of memory are sent as far as it goes', () => {
    const host = f405();
    host.setAddress(FLASH + 0x10_0000 - 16);
    host.request('ABORT');
    expect(host.request('UPLOAD', { wValue: 2, wLength: 64 })).toHaveLength(16);
  });

  test('a write-protected sector gives no error and keeps its content', () => {
    const host = f405({ load: used, options: { nWRP: 0xffe } });
    expect(host.erase(FLASH)).toEqual([busy(100), done]);
    expect(host.write(FLASH, block(16))).toEqual(done);
    expect(host.board.flashImage()[0]).toBe(0);
  });

  test('go to RAM and EEPROM at once', () => {
    const host = hostOn('STM32L072CZ');
    for (const address of [0x0808_0000, 0x2000_2000]) {
      expect(host.write(address, block(32))).toEqual(done);
      expect([...(host.read(address, 32) as Uint8Array)]).toEqual(block(32));
      host.idle();
    }
  });
});

describe('the other memories', () => {
  test('option bytes: a write executes, then the chip is reset and found anew', () => {
    const host = f405();
    const bytes = [...(host.read(OPTIONS, 16) as Uint8Array)];
    expect(bytes.slice(0, 2)).toEqual([0xff, 0xaa]);
    host.idle();
    host.setAddress(OPTIONS);
    host.request('DNLOAD', { wValue: 2, data: bytes.with(8, 0xfe) });
    expect(host.status()).toEqual(busy(WRITES));
    expect(host.status()).toBe('none');
    host.board.run();
    expect(host.pins.attached).toBe(true);
    expect(host.board.chip.options!.field('nWRP')).toBe(0xffe);
  });

  test('option bytes written with a level of protection protect', () => {
    const host = f405({ load: used });
    host.setAddress(OPTIONS);
    host.download(2, [0xff, 0x55, 0xff, 0xff]);
    host.board.run();
    expect(host.board.chip.level).toBe(1);
    expect(host.enumerate().idle().setAddress(FLASH)[1]).toEqual(error('errVENDOR'));
  });

  test('OTP is written once', () => {
    const host = f405();
    expect(host.write(OTP, [0x0f])).toEqual(done);
    expect(host.write(OTP, [0xf0])).toEqual(done);
    expect(host.read(OTP, 1)).toEqual(Uint8Array.of(0));
  });

  test('Device Feature has four bytes that read as ones, and a write sets the supply range', () => {
    const host = f405();
    expect(host.read(FEATURE, 16)).toEqual(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    host.idle();
    expect(host.write(FEATURE, [3, 0xff, 0xff, 0xff])).toEqual(done);
    const before = host.board.clock.now;
    host.erase(FLASH);
    expect(host.board.clock.now - before).toBe(250_000); // x32 in place of x8
    expect(host.write(FEATURE, [9])).toEqual(error('errTARGET'));
    expect(hostOn('STM32L432KC').write(FEATURE, [1, 2, 3, 4])).toEqual(done);
    expect(hostOn('STM32F072CB').write(FEATURE, [1])).toEqual(error('errTARGET'));
  });
});

describe('readout protection level 1', () => {
  const closed = (): DfuHost => f405({ rdp: 1, load: used });

  test('answers errVENDOR to address, erase and write', () => {
    expect(closed().setAddress(FLASH)).toEqual([busy(5), error('errVENDOR')]);
    expect(closed().erase(FLASH)).toEqual([busy(100), error('errVENDOR')]);
    expect(closed().erase()).toEqual([busy(100), error('errVENDOR')]);
    expect(closed().download(2, block(16))).toEqual([busy(WRITES), error('errVENDOR')]);
  });

  test('stalls an upload', () => {
    const host = closed();
    expect(host.request('UPLOAD', { wValue: 2, wLength: 16 })).toBe('stall');
    expect(host.status()).toEqual(error('errVENDOR'));
  });

  test('leaves Get and the requests of DFU open', () => {
    const host = closed();
    expect(host.request('UPLOAD', { wValue: 0, wLength: 64 })).toHaveLength(4);
    expect(host.status()).toMatchObject({ state: 'dfuIDLE' });
  });
});

describe('leave', () => {
  const vector = [...le32(0x2000_2000), ...le32(FLASH + 0x101)];
  const application = [{ address: FLASH, bytes: Uint8Array.from(vector) }];

  test('is answered with dfuMANIFEST by generation A; then the device is gone and the application runs', () => {
    const host = f405({ load: application });
    host.setAddress(FLASH);
    expect(host.leave()).toEqual({ status: 'OK', state: 'dfuMANIFEST', pollMs: 1 });
    expect(host.pins.attached).toBe(false);
    expect(host.board.state).toBe('application');
  });

  test('is not answered by generation B, although the application runs', () => {
    const host = hostOn('STM32G474RE', { load: application });
    host.setAddress(FLASH);
    expect(host.leave()).toBe('none');
    expect(host.board.state).toBe('application');
  });

  test('wants the last write, else the pointer, else the start of flash', () => {
    const seen = (run: (host: DfuHost) => void): number | undefined => {
      const events: TraceEvent[] = [];
      const board = boardOf('STM32F405RG', { onTrace: (event) => events.push(event) });
      const host = new DfuHost(board).enumerate().idle();
      run(host);
      host.leave();
      const jump = events.find((event) => event.kind === 'jump');
      return jump?.address;
    };
    expect(seen(() => {})).toBe(FLASH);
    expect(seen((host) => host.setAddress(FLASH + 0x4000))).toBe(FLASH + 0x4000);
    const writes = (host: DfuHost): void => {
      host.setAddress(FLASH);
      host.download(3, block(16));
    };
    expect(seen(writes)).toBe(FLASH + 2048);
    expect(
      seen((host) => {
        writes(host);
        host.setAddress(FLASH);
      }),
    ).toBe(FLASH);
  });

  test('for memory that cannot run code is a reset', () => {
    const host = f405({ load: application });
    const causes: string[] = [];
    host.board.trace.listen((event) => {
      if (event.kind === 'reset') causes.push(event.cause);
    });
    host.setAddress(OPTIONS);
    expect(host.leave()).toMatchObject({ state: 'dfuMANIFEST' });
    expect(causes).toEqual(['leave']);
    expect(host.pins.attached).toBe(true); // BOOT0 is still high
  });
});

test('the trace tells requests, commands by name, states, and why a request was stalled', () => {
  const events: TraceEvent[] = [];
  const host = f405({ onTrace: (event) => events.push(event) });
  events.length = 0;
  host.setAddress(FLASH + 16);
  host.request('UPLOAD', { wValue: 2, wLength: 4 });
  host.status();
  const told = events.map((event) => {
    const { kind } = event;
    if (kind === 'setup') return `${event.request} ${event.setup.wValue}`;
    if (kind === 'answer') return event.reason ?? `${event.bytes.length} bytes`;
    if (kind === 'dfu-state') return `-> ${event.state}, ${event.status}`;
    return kind === 'command' ? `${event.name} ${event.opcode} ${event.address}` : kind;
  });
  expect(told).toEqual([
    'DNLOAD 0',
    '-> dfuDNLOAD-SYNC, OK',
    '0 bytes',
    'GETSTATUS 0',
    'set-address-pointer 33 134217744',
    '-> dfuDNBUSY, OK',
    '-> dfuDNLOAD-SYNC, done, OK',
    '6 bytes',
    'GETSTATUS 0',
    '-> dfuDNLOAD-IDLE, OK',
    '6 bytes',
    'UPLOAD 2',
    'UPLOAD in dfuDNLOAD-IDLE',
    'GETSTATUS 0',
    '6 bytes',
  ]);
});

describe('generation B', () => {
  const H7 = ['STM32H743ZI', 'STM32H723ZG', 'STM32H7A3ZI'];

  test.each(H7)('%s: ITCM is written and read, which AN2606 does not open to hosts', (part) => {
    const host = hostOn(part);
    expect(host.write(0x1000, block(64))).toEqual(done);
    host.request('ABORT');
    expect([...(host.read(0x1000, 64) as Uint8Array)]).toEqual(block(64));
    expect(host.idle().setAddress(0x1_0000)[1]).toEqual(error('errTARGET')); // its end
  });

  test('H743: a GETSTATUS behind the erase of a sector is answered 0.9 s after the time it was told', () => {
    const host = hostOn('STM32H743ZI', { load: [{ address: FLASH, bytes: new Uint8Array(16) }] });
    const { clock } = host.board;
    host.request('DNLOAD', { data: [0x41, ...le32(FLASH)] });
    expect(host.status()).toEqual(busy(100));
    const from = clock.now;
    clock.advanceTo(from + 100_000);
    expect(host.status()).toEqual(done);
    expect((clock.now - from) / 1000).toBeGreaterThan(500);
  });
});

describe('poll times that are public', () => {
  test.each([
    ['STM32F405RG', 'write', 104],
    ['STM32F745VG', 'write', 5],
    ['STM32F745VG', 'erase', 100],
    ['STM32F072RB', 'erase', 40],
    ['STM32L432KC', 'erase', 21],
  ] as const)('%s, %s: %i ms', (part, what, ms) => {
    const host = hostOn(part);
    const [told] = what === 'erase' ? host.erase(FLASH) : host.download(2, block(16));
    expect(told).toEqual(busy(ms));
  });
});
