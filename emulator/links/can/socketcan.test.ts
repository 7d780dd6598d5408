import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CanAdapter } from './adapter.ts';
import { Pacer } from '../pacer.ts';
import { serveCan } from './socketcan.ts';
import { boardOf } from '../../test/boards.ts';

/** A message as preload/can.c sends it. */
function message(operation: string, bytes: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(4);
  head[0] = operation.charCodeAt(0);
  head.writeUIntLE(bytes.length, 1, 3);
  return Buffer.concat([head, bytes]);
}

function frame(id: number, data: readonly number[], mtu = 16, flags = 0): Buffer {
  const bytes = Buffer.alloc(73);
  bytes[0] = mtu;
  bytes.writeUInt32LE(id, 1);
  bytes[5] = data.length;
  bytes[6] = flags;
  bytes.set(data, 9);
  return message('f', bytes);
}

const number = (value: number): Buffer => Buffer.from([value]);

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32LE(value, 4 * at));
  return bytes;
};

interface Interface extends AsyncDisposable {
  connect(): Program;
  /** Connects, sets and binds a socket, and waits until it is. */
  bind(...options: readonly Buffer[]): Promise<Program>;
}

/** A board whose CAN is an interface at a Unix socket, until it is disposed of. */
async function interfaceOf(part: string): Promise<Interface> {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-can-'));
  const board = boardOf(part);
  const pacer = new Pacer(board.clock, 'instant');
  const adapter = new CanAdapter(board.can(), board.clock);
  const path = join(folder, 'can0');
  const bus = { adapter, fd: part.includes('H7'), pacer, note: () => {} };
  const server = await serveCan(bus, path);
  const connect = (): Program => new Program(createConnection(path));
  return {
    connect,
    async bind(...options) {
      const program = connect();
      program.tell(...options, message('b'));
      await program.frames(1); // the record that says so
      return program;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      pacer.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** One raw CAN socket of a program. */
class Program {
  readonly socket: Socket;
  #unread: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      socket.emit('records');
    });
  }

  tell(...messages: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** The next frames, `ID#DATA`. */
  async frames(count: number): Promise<string[]> {
    while (this.#unread.length < 88 * count) await once(this.socket, 'records');
    return Array.from({ length: count }, () => {
      const record = this.#unread.subarray(0, 88);
      this.#unread = this.#unread.subarray(88);
      const data = record.subarray(8, 8 + record[4]!).toString('hex');
      const id = record.readUInt32LE().toString(16);
      return `${id}${record[72] === 72 ? '##' : '#'}${data}${['', '<', '', '<<'][record[73]!]!}`;
    });
  }
}

test('a program connects to the bootloader, and another one sees both', async () => {
  await using bus = await interfaceOf('STM32F405RG');
  const observer = await bus.bind();
  const sender = await bus.bind(message('O', number(1)));
  sender.tell(frame(0x79, []));
  expect(await sender.frames(2)).toEqual(['79#<<', '79#79']);
  expect(await observer.frames(2)).toEqual(['79#<', '79#79']);
});

test('filters, loopback and CAN FD are each socket’s own', async () => {
  await using bus = await interfaceOf('STM32H723ZG');
  const fd = message('D', number(1));
  const filtered = await bus.bind(fd, message('F', words(0x01, 0x7ff)));
  const inverted = await bus.bind(fd, message('F', words(0x2000_0002, 0x7ff)));
  const classic = await bus.bind();
  const sender = await bus.bind(fd, message('L', number(0)));
  sender.tell(frame(0x02, [], 72, 1), frame(0x01, [], 72, 1));
  expect(await sender.frames(7)).toHaveLength(7);
  expect(await filtered.frames(4)).toEqual(['1##79', '1##11', '1##0000', '1##79']);
  expect(await inverted.frames(4)).toEqual(['1##79', '1##11', '1##0000', '1##79']);
  sender.tell(message('L', number(1)), frame(0x100_0000, [], 16), frame(0x7, [1]));
  expect(await classic.frames(2)).toEqual(['0#<', '7#01<']); // eleven bits are left of the first
});

test('hostile programs are let go, and the board goes on', async () => {
  await using bus = await interfaceOf('STM32F405RG');
  const operation = fc.constantFrom('b', 'f', 'F', 'L', 'O', 'D', 'J', 'T', 'x');
  const piece = fc.oneof(
    fc
      .tuple(operation, fc.uint8Array({ maxLength: 80 }))
      .map(([name, bytes]) => message(name, bytes)),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(fc.nat(0xffff_ffff), fc.array(fc.nat(255), { maxLength: 8 }))
      .map(([id, data]) => frame(id, data)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const hostile = bus.connect();
      hostile.tell(...pieces);
      hostile.socket.end();
      hostile.socket.resume();
      await once(hostile.socket, 'close');
    }),
    { numRuns: 60 },
  );
  const program = bus.connect();
  program.tell(message('O', number(1)), message('b'), frame(0x79, []));
  // the chip may still owe answers to the frames before
  for (;;) {
    const [next] = await program.frames(1);
    if (next === '79#<<') break;
  }
});
