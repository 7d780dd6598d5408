import * as fc from 'fast-check';
import * as can from '../../interfaces/can/host.ts';
import * as dfu from '../../interfaces/usb/host.ts';
import * as fdcan from '../../interfaces/fdcan/host.ts';
import * as i2c from '../../interfaces/i2c/host.ts';
import { transfer } from '../../interfaces/i2c/transactions.ts';
import * as i3c from '../../interfaces/i3c/host.ts';
import * as i3cBus from '../../interfaces/i3c/frames.ts';
import * as spi from '../../interfaces/spi/host.ts';
import { burst } from '../../interfaces/spi/exchanges.ts';
import * as usart from '../../interfaces/usart/host.ts';
import type { InterfaceName } from '../../interfaces/names.ts';
import type { Part } from '../../part/part.ts';
import { protocolOf } from '../../interfaces/index.ts';
import type { Step } from '../../run/script.ts';
import type { Piece } from '../option-image.ts';

/** What a host says in a row, as it should be said. */
export type Sentence = readonly Step[];

/** What data is made of that would do harm where it is taken for commands: opcodes, lists, counts, greetings. */
const HARMFUL: readonly (readonly number[])[] = [
  [0x44, 0xbb, 0xff, 0xff, 0x00],
  [0x43, 0xbc, 0xff, 0x00],
  [0x45, 0xba, 0xff, 0xff, 0x00],
  [0x82, 0x7d],
  [0x83, 0x7c],
  [0x92, 0x6d],
  [0x73, 0x8c],
  [0x31, 0xce, 0x08, 0x00, 0x00, 0x00, 0x08, 0x03, 0, 0, 0, 0, 0x03],
  [0x21, 0xde, 0x08, 0x00, 0x00, 0x00, 0x08],
  [0x5a, 0x44, 0xbb, 0xff, 0xff, 0x00],
  [0x5a, 0x82, 0x7d],
  [0xff, 0xff, 0x00],
  [0xff, 0x00],
  [0x00, 0x00, 0x00],
  [0x7f, 0x7f],
  [0x79],
];

/** Data of a block, with what would do harm somewhere in it. */
function harmful(longest: number): fc.Arbitrary<number[]> {
  return fc
    .array(fc.oneof(fc.constantFrom(...HARMFUL), fc.array(fc.nat(0xff), { maxLength: 6 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => {
      const data = parts.flat().slice(0, longest);
      return [...data, ...Array.from({ length: (4 - (data.length % 4)) % 4 }, () => 0xff)];
    });
}

/** Addresses at which a part has something, and some at which none has. */
function addresses(part: Part): fc.Arbitrary<number> {
  const { pages, ram, device } = part;
  const { systemMemory, options, otp } = device;
  return fc.constantFrom(
    pages[0]!.start,
    pages.at(-1)!.start,
    pages.at(-1)!.end - 4,
    ...(ram === undefined ? [] : [ram.start, ram.start, ram.start, ram.end - 4]),
    ...systemMemory.slice(0, 1).map(({ start }) => start),
    ...(options?.areas.map(({ start }) => start) ?? []),
    ...(otp === undefined ? [] : [otp.start]),
    0x0000_0000,
    0x6000_0000,
    0xffff_0000,
    0xffff_fff0,
  );
}

/** What a host may say to the bootloader of a part, right or not allowed; the option bytes as they are stand in `options`. */
export function sentences(part: Part, options: readonly Piece[]): fc.Arbitrary<Sentence> {
  const { moves } = protocolOf(part);
  const longest = Math.min(64, moves.longestBlock(part));
  const data = harmful(longest);
  const page = fc.constantFrom(part.pages[0]!, part.pages.at(-1)!);
  const ram = part.ram ?? part.pages[0]!;
  return fc.oneof(
    addresses(part).map((from) =>
      moves.read(
        part,
        from,
        Array.from({ length: 4 }, () => -1),
      ),
    ),
    data.map((each) => moves.write(part, ram.start, each)),
    data.map((each) => moves.write(part, ram.start, each)),
    fc.tuple(addresses(part), data).map(([to, each]) => moves.write(part, to, each)),
    page.map((each) => moves.erase(part, each)),
    fc.constant(moves.lacks(part, 'mass-erase') === undefined ? moves.massErase(part) : []),
    fc.constant(moves.unprotect(part)),
    addresses(part).map((from) => moves.go(part, from).slice(0, 3)),
    fc
      .tuple(fc.nat(31), fc.constantFrom(0x00, 0xcc, 0xff, 0x5a))
      .map(([at, value]) =>
        options
          .slice(0, 1)
          .flatMap(({ address, bytes }) =>
            moves.write(
              part,
              address,
              [...bytes].slice(0, longest).with(at % Math.min(longest, bytes.length), value),
            ),
          ),
      ),
    fc.constant(protocolOf(part).connect(part)),
    OWN[part.interface](part, data),
  );
}

const OWN: Readonly<
  Record<InterfaceName, (part: Part, data: fc.Arbitrary<number[]>) => fc.Arbitrary<Sentence>>
> = {
  usart: (_, data) =>
    fc.oneof(
      fc.constantFrom(
        ...names(usart.OPCODES).map((name) => [usart.command(name)]),
        [usart.command('special'), raw(usart.packet([0, 2])), raw([0xff, 0xff])],
        [usart.command('special'), raw(usart.packet([0, 1])), raw([0, 1, 0x17, 0x16])],
        [usart.command('extended-special'), raw(usart.packet([0, 2])), raw([0, 0, 0])],
        [usart.specialErase(0xffff)],
        [usart.pageList([0])],
        [usart.sectorList([0, 1])],
        [raw([usart.SYNC])],
      ),
      data.map((each) => [raw(each)]),
      fc.nat(0xff).map((count) => [raw([count, count ^ 0xff])]),
    ),
  i2c: (_, data) =>
    fc.oneof(
      fc.constantFrom(
        ...names(i2c.OPCODES).map((name) => [i2c.command(name)]),
        i2c.specialErase(0xffff, 'stretch'),
        i2c.specialErase(0xffff, 'no-stretch'),
        [i2c.pageCount(1)],
        i2c.pageList([0], 'stretch'),
        [i2c.count('sectors', 1)],
        i2c.protection('readout-protect', 'no-stretch'),
        i2c.protection('write-unprotect', 'no-stretch'),
        i2c.comesBack(1500),
        i2c.comesBack(20),
        i2c.getId(),
        [raw(transfer({ read: 1 }))],
        [raw(transfer({ pause: 3000 }))],
      ),
      data.map((write) => [raw(transfer({ write }))]),
      data.map((write) => [raw(transfer({ write }, { read: 1 }))]),
    ),
  i3c: (_, data) =>
    fc.oneof(
      fc.constantFrom(
        ...names(i3c.OPCODES).map((name) => [i3c.command(name)]),
        [i3c.specialErase(0xffff)],
        [i3c.pageCount(1), i3c.pageList([0])],
        [i3c.pageCount(0)],
        [i3c.sectorCount(1), i3c.sectorList([0])],
        ...(['write-unprotect', 'readout-protect'] as const).map((name) => [i3c.done(name)]),
        [i3c.command('special'), i3c.sealed('reset', [0, 2]), raw(i3cBus.burst({ write: [0, 0] }))],
        [i3c.command('special'), i3c.sealed('state', [0, 1]), raw(i3cBus.burst({ write: [0, 4] }))],
        i3c.begins(),
        i3c.getId(),
        [i3c.broadcast('RSTDAA')],
        [i3c.broadcast('RSTDAA'), i3c.assign()],
        [i3c.broadcast('DISEC', [0x01])],
        [i3c.broadcast('ENEC', [0x01])],
        [raw(i3cBus.burst({ read: 4 }))],
        [raw(i3cBus.burst({ pauseMs: 3000 }))],
      ),
      data.map((write) => [raw(i3cBus.burst({ write }))]),
      fc
        .tuple(fc.nat(0x1010), fc.nat(0xff))
        .map(([value, sum]) => [raw(i3cBus.burst({ write: [value >> 8, value & 0xff, sum] }))]),
      fc
        .tuple(fc.integer({ min: 1, max: 8 }), fc.boolean(), data)
        .map(([count, more, bytes]) => [
          i3c.size(count, more ? 'more' : 'last'),
          i3c.data(bytes.slice(0, count)),
        ]),
    ),
  spi: (_, data) =>
    fc.oneof(
      fc.constantFrom(
        ...names(spi.OPCODES).map((name) => [spi.command(name)]),
        [spi.specialErase(0xffff)],
        [spi.pageCount(1), spi.pageList([0])],
        [spi.count('sectors', 1)],
        ...(['write-unprotect', 'readout-protect'] as const).map((name) => spi.done(name)),
        [raw(burst({ send: [spi.SYNC] }))],
        [raw(burst({ send: [spi.DUMMY] }))],
        [raw(burst({ send: [spi.ACK_BYTE] }))],
        [raw(burst(...spi.getAck()))],
        [raw(burst(...spi.fetching(4)))],
        [raw(burst({ pollMs: 5 }))],
        [raw(burst({ nss: 'high' }))],
        [raw(burst({ nss: 'low' }))],
        [raw(burst({ pauseMs: 3000 }))],
      ),
      data.map((send) => [raw(burst({ send }, ...spi.getAck()))]),
      data.map((send) => [raw(burst({ send }))]),
    ),
  can: (_, data) =>
    fc.oneof(
      fc.constantFrom(
        ...names(can.OPCODES).map((name) => [can.command(name)]),
        [can.massErase()],
        can.erase([0, 1]),
        can.writeProtect([0]),
        ...(['write-unprotect', 'readout-protect', 'readout-unprotect'] as const).map((name) => [
          can.done(name),
        ]),
        can.speed(4),
        [can.spoilt('get-id', { id: can.OPCODES['get-id'], data: [] })],
        [can.hello()],
      ),
      data.map((each) => [can.dataFrame(each.slice(0, 8))]),
      fc
        .tuple(fc.nat(0x7ff), data)
        .map(([id, each]) => [can.sent('a frame', { id, data: each.slice(0, 8) })]),
    ),
  fdcan: (part, data) =>
    fc.oneof(
      fc.constantFrom(
        ...names(usart.OPCODES).map((name) => [fdcan.command(name)]),
        [fdcan.specialErase(0xffff)],
        fdcan.erase(part, [0, 1]),
        [fdcan.writeProtect([0, 1])],
        ...(['write-unprotect', 'readout-protect', 'readout-unprotect'] as const).map((name) => [
          fdcan.protection(part, name),
        ]),
        [fdcan.startFrame()],
        [fdcan.getId()],
        [fdcan.command('special', [0, 2]), fdcan.command('special', [0xff, 0xff])],
      ),
      data.map((each) => [fdcan.block(each)]),
      fc
        .tuple(fc.nat(0x7ff), data)
        .map(([id, each]) => [
          fdcan.send('a frame', [{ id, data: fdcan.padded(each.slice(0, 64)) }]),
        ]),
    ),
  usb: (part, data) =>
    fc.oneof(
      fc.constantFrom(
        [dfu.getStatus()],
        [dfu.getStatus(), dfu.getStatus()],
        [dfu.clearStatus()],
        [dfu.abort()],
        [dfu.detach()],
        [dfu.upload(2, 4)],
        [dfu.upload(0, 4)],
        [dfu.massEraseBlock()],
        [dfu.unprotectBlock()],
        [dfu.download(0, [])],
        [dfu.download(0, [0x00])],
        [dfu.download(0, [0x00]), dfu.getStatus(), dfu.getStatus()],
        [dfu.setConfiguration(1)],
        [dfu.setInterface(0)],
        [dfu.setInterface(1)],
      ),
      addresses(part).map((address) => [dfu.pointerBlock(address)]),
      addresses(part).map((address) => [dfu.eraseBlock(address)]),
      fc
        .tuple(fc.constantFrom(0, 1, 2, 3, 0x7fff, 0xffff), data)
        .map(([number, each]) => [dfu.download(number, each)]),
    ),
};

function raw(send: readonly number[]): Step {
  return { name: 'bytes', send, replies: [] };
}

function names<T extends object>(opcodes: T): readonly (keyof T)[] {
  return Object.keys(opcodes) as (keyof T)[];
}
