import { describe, expect, test } from 'vitest';
import { findDevice, notModelled, quirks } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { DfuHost, le32 } from '../../test/hosts/dfu-host.ts';
import { largest } from '../../test/lines/all-lines.ts';

/** A quirk: what a host sees of the line with it, and without it. */
interface Shown {
  readonly line: string;
  /** Default: the largest part. */
  readonly flashKiB?: number;
  readonly options?: BoardOptions;
  readonly see: (host: DfuHost) => unknown;
  readonly with: unknown;
  readonly without: unknown;
}

const FLASH = 0x0800_0000;
const done = { status: 'OK', state: 'dfuDNLOAD-IDLE', pollMs: 0 };
const error = (status: string) => ({ status, state: 'dfuERROR', pollMs: 0 });
const used = (address: number, length = 0x10_0000) => ({
  load: [{ address, bytes: new Uint8Array(length) }],
});
const ready = (host: DfuHost): DfuHost => host.enumerate().idle();
const plain = (answer: unknown): unknown => (answer instanceof Uint8Array ? [...answer] : answer);
const first = (host: DfuHost, address: number): unknown => {
  host.idle();
  return plain(host.read(address, 1));
};
/** Layout strings by alternate setting. */
const alternates = (host: DfuHost): string[] =>
  [4, 5, 6, 7, 8].map((index) => host.text(index)).filter((text) => text.startsWith('@'));

const shown: Readonly<Record<string, Shown>> = {
  'dfu-starts-in-error': {
    line: 'STM32F405_407_415_417',
    see: (host) => host.enumerate().status(),
    with: error('errFIRMWARE'),
    without: { status: 'OK', state: 'dfuIDLE', pollMs: 0 },
  },
  'dfu-leave-not-answered': {
    line: 'STM32G47_48',
    see: (host) => ready(host).leave(),
    with: 'none',
    without: { status: 'OK', state: 'dfuMANIFEST', pollMs: 1 },
  },
  'mass-erase-poll': {
    line: 'STM32F405_407_415_417',
    see: (host) => ready(host).erase(),
    with: [{ status: 'OK', state: 'dfuDNBUSY', pollMs: 100 }, done],
    without: [{ status: 'OK', state: 'dfuDNBUSY', pollMs: 101 }, done],
  },
  'dfu-alternates-duplicated': {
    line: 'STM32G0B1_0C1',
    options: { options: { nBOOT_SEL: 0 } },
    see: (host) => alternates(host).slice(1),
    with: ['@Internal Flash   /0x08000000/256*02Kg', '@Internal Flash   /0x08000000/256*02Kg'],
    without: ['@Option Bytes   /0x1FFF7800/01*128 e', '@OTP Memory   /0x1FFF7000/01*1024 e'],
  },
  'dfu-stuck-busy-after-bank-2-erase': {
    line: 'STM32H74_75',
    options: used(FLASH + 0x10_0000, 16),
    see(host) {
      const [, then] = ready(host).erase(FLASH + 0x10_0000);
      const seen: unknown[] = [then, host.status()];
      for (let times = 0; times < 2; times++) {
        host.request('CLRSTATUS');
        seen.push(host.status());
      }
      return [...seen, host.board.flashImage()[0x10_0000], host.erase(FLASH)[1]];
    },
    with: [
      { status: 'OK', state: 'dfuDNBUSY', pollMs: 100 },
      { status: 'OK', state: 'dfuDNBUSY', pollMs: 100 },
      error('errUNKNOWN'),
      { status: 'OK', state: 'dfuIDLE', pollMs: 0 },
      0xff,
      done,
    ],
    without: [
      done,
      done,
      error('errUNKNOWN'),
      { status: 'OK', state: 'dfuIDLE', pollMs: 0 },
      0xff,
      done,
    ],
  },
  'dfu-status-stalls-while-erasing': {
    line: 'STM32L43_44',
    see(host) {
      ready(host).request('DNLOAD', { data: [0x41, ...le32(FLASH)] });
      const busy = host.status();
      const during = host.status();
      host.board.run();
      return [busy, during, host.status()];
    },
    with: [{ status: 'OK', state: 'dfuDNBUSY', pollMs: 10 }, 'stall', done],
    without: [{ status: 'OK', state: 'dfuDNBUSY', pollMs: 21 }, done, done],
  },
  'dfu-rdp-writes-dropped': {
    line: 'STM32U575_585',
    options: { rdp: 1, ...used(FLASH, 16) },
    see(host) {
      const seen = [ready(host).erase(FLASH)[1], host.idle().write(FLASH, [1, 2])];
      const flash = host.idle().read(FLASH, 1);
      host.idle();
      const options = host.read(0x4002_2040, 4);
      return [...seen, host.board.flashImage()[0], flash, options.length];
    },
    with: [done, done, 0, 'stall', 4],
    without: [error('errVENDOR'), error('errVENDOR'), 0, 'stall', 'stall'.length],
  },
  'dfu-clear-status-stalls': {
    line: 'STM32G47_48',
    see: (host) => [plain(ready(host).request('CLRSTATUS')), host.status()],
    with: ['stall', { status: 'OK', state: 'dfuIDLE', pollMs: 0 }],
    without: [[], error('errUNKNOWN')],
  },
  'dfu-functional-descriptor-silent': {
    line: 'STM32G47_48',
    see: (host) => [host.get(0x21).length, host.get(2).length],
    with: ['none'.length, 45],
    without: [9, 45],
  },
  'dfu-does-not-enumerate': {
    line: 'STM32F071_072',
    see: (host) => host.get(1).length,
    with: 'none'.length,
    without: 18,
  },
  'dfu-address-open-under-rdp': {
    line: 'STM32F405_407_415_417',
    options: { rdp: 1 },
    see: (host) => [ready(host).setAddress(FLASH)[1], host.idle().erase(FLASH)[1]],
    with: [done, error('errVENDOR')],
    without: [error('errVENDOR'), error('errVENDOR')],
  },
  'dfu-write-faults-reported': {
    line: 'STM32G47_48',
    options: used(FLASH, 16),
    see: (host) => [
      ready(host).write(FLASH + 64, [1, 2, 3, 4, 5, 6, 7, 8]),
      host.idle().write(FLASH, [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
    with: [done, error('errVENDOR')],
    without: [done, done],
  },
  'dfu-abort-clears-error': {
    line: 'STM32F405_407_415_417',
    see(host) {
      ready(host).download(0, [0x99]);
      host.request('ABORT');
      return host.status();
    },
    with: { status: 'OK', state: 'dfuIDLE', pollMs: 0 },
    without: error('errSTALLEDPKT'),
  },
  'dfu-upload-of-block-1-in-state-15': {
    line: 'STM32G47_48',
    see(host) {
      const answer = ready(host).request('UPLOAD', { wValue: 1, wLength: 4 });
      const state = plain(host.request('GETSTATE', { wLength: 1 }));
      host.request('CLRSTATUS');
      return [answer, state, host.status()];
    },
    with: ['stall', [15], error('errUNKNOWN')],
    without: ['stall', [10], { status: 'OK', state: 'dfuIDLE', pollMs: 0 }],
  },
  'dfu-bus-reset-keeps-state': {
    line: 'STM32G47_48',
    options: used(FLASH + 0x1000, 1),
    see(host) {
      ready(host).setAddress(FLASH + 0x1000);
      host.pins.busReset();
      const state = host.enumerate().status();
      return [state, plain(host.idle().request('UPLOAD', { wValue: 2, wLength: 1 }))];
    },
    with: [done, [0]],
    without: [{ status: 'OK', state: 'dfuIDLE', pollMs: 0 }, [0xff]],
  },
  'dfu-leave-ignores-writes': {
    line: 'STM32F405_407_415_417',
    see(host) {
      const jumps: number[] = [];
      host.board.trace.listen((event) => {
        if (event.kind === 'jump') jumps.push(event.address);
      });
      ready(host).setAddress(FLASH);
      host.download(3, [1, 2, 3, 4]);
      host.leave();
      return jumps;
    },
    with: [FLASH],
    without: [FLASH + 2048],
  },
  'dfu-alternate-restricts-addresses': {
    line: 'STM32F405_407_415_417',
    see(host) {
      const select = (wValue: number): unknown =>
        host.control({ bmRequestType: 1, bRequest: 11, wValue, wIndex: 0, wLength: 0 });
      ready(host);
      return [0, 1, 2].map((alternate) => {
        select(alternate);
        return [FLASH, 0x1fff_c000, 0x1fff_7800].map((address) => {
          const [, then] = host.idle().setAddress(address);
          return typeof then === 'string' ? then : then.status;
        });
      });
    },
    with: [
      ['OK', 'errTARGET', 'errTARGET'],
      ['errTARGET', 'OK', 'errTARGET'],
      ['errTARGET', 'errTARGET', 'OK'],
    ],
    without: [
      ['OK', 'OK', 'OK'],
      ['OK', 'OK', 'OK'],
      ['OK', 'OK', 'OK'],
    ],
  },
  'dfu-device-feature-reads-back': {
    line: 'STM32F405_407_415_417',
    see(host) {
      ready(host).write(0xffff_0000, [3, 0xff, 0xff, 0xff]);
      return first(host, 0xffff_0000);
    },
    with: [3],
    without: [0xff],
  },
  'dfu-option-bytes-marked-g': {
    line: 'STM32F405_407_415_417',
    options: { bootloader: '3.0' },
    see: (host) => alternates(host).slice(1, 3),
    with: ['@Option Bytes  /0x1FFFC000/01*016 g', '@OTP Memory /0x1FFF7800/01*512 g,01*016 g'],
    without: ['@Option Bytes  /0x1FFFC000/01*016 e', '@OTP Memory /0x1FFF7800/01*512 e,01*016 e'],
  },
  'dfu-bank-2-erase-broken': {
    line: 'STM32F427_429_437_439',
    options: used(FLASH, 0x20_0000),
    see: (host) => [
      ready(host).erase(FLASH)[1],
      host.erase(FLASH + 0x10_0000)[1],
      first(host, FLASH),
      first(host, FLASH + 0x10_0000),
    ],
    with: [done, done, [0xff], [0]],
    without: [done, done, [0xff], [0xff]],
  },
  'dfu-bank-2-erase-shifted': {
    line: 'STM32F76_77',
    options: { options: { nDBANK: 0 }, ...used(FLASH, 0x20_0000) },
    see: (host) => [
      ready(host).erase(FLASH + 0x10_0000)[1],
      first(host, FLASH + 0x10_0000),
      first(host, FLASH + 0x11_0000), // sector 4 of bank 2
    ],
    with: [done, [0], [0xff]],
    without: [done, [0xff], [0]],
  },
  'dfu-mass-erase-broken': {
    line: 'STM32H74_75',
    options: { bootloader: '13.3', ...used(FLASH, 16) },
    see: (host) => [ready(host).erase()[1], first(host, FLASH)],
    with: [done, [0]],
    without: [done, [0xff]],
  },
  'dfu-flash-string-wrong': {
    line: 'STM32H72_73',
    options: { bootloader: '9.1' },
    see: (host) => alternates(host),
    with: ['@Internal Flash   /0x08000000/16*128Kg', '@Option Bytes   /0x5200201C/01*88 e'],
    without: ['@Internal Flash   /0x08000000/8*128Kg', '@Option Bytes   /0x5200201C/01*88 e'],
  },
  'sram1-to-3-inaccessible': {
    line: 'STM32H74_75',
    see: (host) => ready(host).write(0x1000, [1, 2, 3, 4]),
    with: error('errTARGET'),
    without: done,
  },
  'dfu-garbage-behind-flash-string': {
    line: 'STM32F427_429_437_439',
    flashKiB: 1024,
    see: (host) => alternates(host)[0],
    with: '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg\uCC50\u01A8\u2E54\uBEBF\u4B7C\uB6EE\uCEF8',
    without: '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
  },
  'dfu-transfer-size-says-2048': {
    line: 'STM32L43_44',
    see(host) {
      const { length } = ready(host).get(2);
      const told = [length - 4, length - 3].map((at) => (host.get(2) as Uint8Array)[at]);
      return [told, plain(host.get(0x21)), host.download(2, new Uint8Array(1025))[0]];
    },
    with: [[0, 8], [9, 0x21, 0x0b, 255, 0, 0, 8, 0x1a, 1], 'stall'],
    without: [[0, 4], [9, 0x21, 0x0b, 255, 0, 0, 4, 0x1a, 1], 'stall'],
  },
  'dfu-unknown-commands-do-nothing': {
    line: 'STM32H72_73',
    see: (host) => [ready(host).download(0, [0x77])[1], host.idle().download(0, [0x41, 0, 0])[1]],
    with: [done, done],
    without: [error('errSTALLEDPKT'), error('errSTALLEDPKT')],
  },
  'dfu-addresses-judged-late': {
    line: 'STM32H72_73',
    see: (host) => [
      ready(host).setAddress(0x4000_0000)[1],
      host.idle().write(0x4000_0000, [1, 2]),
      host.idle().erase(0x4000_0000)[1],
    ],
    with: [done, error('errVENDOR'), error('errVENDOR')],
    without: [error('errTARGET'), error('errTARGET'), error('errTARGET')],
  },
  'dfu-detach-goes-idle': {
    line: 'STM32H72_73',
    see(host) {
      ready(host).setAddress(FLASH);
      host.request('DETACH', { wValue: 1000 });
      return host.status();
    },
    with: { status: 'OK', state: 'dfuIDLE', pollMs: 0 },
    without: done,
  },
  'dfu-long-blocks-corrupted': {
    line: 'STM32L47_48',
    options: { bootloader: '10.1', quirks: { 'ram-write-corrupted': false } },
    see: (host) =>
      [256, 260, 264].map((length, at) => {
        const data = Array.from({ length }, (_, index) => index & 0xff);
        ready(host).write(FLASH + 1024 * at, data);
        host.idle();
        return String(host.read(FLASH + 1024 * at, length)) === String(data);
      }),
    with: [true, false, true],
    without: [true, true, true],
  },
};

function hostOf(name: string, { line, flashKiB, options }: Shown, on: boolean): DfuHost {
  const device = findDevice(line).devices[0]!;
  const wanted = { ...options, quirks: { ...options?.quirks, [name]: on } };
  return new DfuHost(new Board(device, flashKiB ?? largest(device), wanted));
}

describe.each(Object.entries(shown))('%s', (name, row) => {
  test('shows with the quirk, and not without it', () => {
    expect(row.see(hostOf(name, row, true))).toEqual(row.with);
    expect(row.see(hostOf(name, row, false))).toEqual(row.without);
    expect(row.with).not.toEqual(row.without);
  });
});

const here = Object.entries(quirks)
  .filter(([, { touches }]) => touches === 'dfu')
  .map(([name]) => name);

test.each(here)('%s is shown here, or listed with the reason', (name) => {
  expect([name in shown, name in notModelled].filter(Boolean)).toHaveLength(1);
});

test('a version whose wrong strings a log shows has those, and their serial number', () => {
  const device = findDevice('STM32H7A3_7B3_7B0').devices[0]!;
  const told = (bootloader: string): unknown => {
    const host = new DfuHost(new Board(device, 2048, { bootloader }));
    return [host.text(3) === 'FFFFFFFEFFFF', ...alternates(host)];
  };
  expect(told('9.0')).toEqual([
    true,
    '@Internal Flash   /0x08000000/256*02Kg',
    '@Option Bytes   /0x1FF8000/01*128 e',
    '@OTP Memory   /0x1FF7000/01*1024 e',
  ]);
  expect(told('9.2')).toEqual([
    false,
    '@Internal Flash   /0x08000000/256*08Kg',
    '@Option Bytes   /0x5200201C/01*297 e',
    '@OTP Memory   /0x08FFF000/01*1024 e',
  ]);
});

test('nothing else is shown here', () => {
  expect(Object.keys(shown).filter((name) => !here.includes(name))).toEqual([]);
});
