import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Clock } from '../../clock.ts';
import { pythonWithSerial, runPython } from '../../test/hosts/python-serial.ts';
import { TcpHost } from '../../test/hosts/tcp-host.ts';
import { UsartRecorder } from '../../test/hosts/usart-recorder.ts';
import { Trace } from '../../trace/trace.ts';
import { Pacer } from '../pacer.ts';
import { openRfc2217 } from './rfc2217.ts';
import type { ModemLines } from './wiring.ts';

const GREETING = [0xff, 0xfb, 1, 0xff, 0xfb, 3, 0xff, 0xfb, 0, 0xff, 0xfd, 0, 0xff, 0xfd, 44];

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

/** An RFC 2217 port to `usart`, whose events also hold what happens to DTR and RTS. */
async function open(usart: UsartRecorder) {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  const events: unknown[] = usart.events;
  const link = await openRfc2217(usart, pacer, new Trace(() => clock.now), {
    host: '127.0.0.1',
    port: 0,
    lines: (lines: ModemLines) => events.push(lines),
  });
  cleanUp.push(async () => {
    await link.close();
    pacer.close();
  });
  return { link, events };
}

/** A host's connection behind the server's greeting. */
async function connect(port: number): Promise<TcpHost> {
  const host = await TcpHost.connect(port);
  cleanUp.push(() => host.close());
  expect([...(await host.read(GREETING.length))]).toEqual(GREETING);
  return host;
}

const echo = (): UsartRecorder => new UsartRecorder((bytes) => bytes);

test('all byte values pass both ways, 0xFF doubled on the wire', async () => {
  const usart = echo();
  const { link } = await open(usart);
  const host = await connect(link.port);
  const all = Array.from({ length: 256 }, (_, index) => index);
  expect(await host.ask([...all, 0xff], 257)).toEqual([...all, 0xff]);
  expect([...usart.bytes]).toEqual(all);
});

test('every host begins with an unknown line, and what it held is released when it goes', async () => {
  const { link, events } = await open(echo());
  const first = await connect(link.port);
  const modemState = [0xff, 0xfa, 44, 107, 0xb0, 0xff, 0xf0];
  const parity = [0xff, 0xfa, 44, 103, 3, 0xff, 0xf0];
  const setParity = [0xff, 0xfa, 44, 3, 3, 0xff, 0xf0];
  expect(await first.ask(setParity, 14)).toEqual([...modemState, ...parity]);
  expect(await first.ask([1], 1)).toEqual([1]);
  await first.close();
  while (events.length < 4) await nextTurn();
  const second = await connect(link.port);
  expect(await second.ask([2], 1)).toEqual([2]);
  expect(events).toEqual([
    { dtr: true, rts: true },
    { setLine: { parity: 'even' } },
    { receive: Uint8Array.of(1), line: { parity: 'even' } },
    { dtr: false, rts: false },
    { receive: Uint8Array.of(2), line: {} },
  ]);
});

test('closing the link releases what the host held', async () => {
  const { link, events } = await open(echo());
  const host = await connect(link.port);
  await host.ask([0xff, 0xfa, 44, 7, 0xff, 0xf0], 14);
  await link.close();
  expect(events).toEqual([
    { dtr: true, rts: true },
    { dtr: false, rts: false },
  ]);
});

test('a second host gets no greeting', async () => {
  const { link } = await open(echo());
  await connect(link.port);
  const second = await TcpHost.connect(link.port);
  expect(await second.readToEnd()).toEqual(Buffer.of());
});

const PYSERIAL = `
import serial, sys
port = serial.serial_for_url('rfc2217://127.0.0.1:' + sys.argv[1], parity='E', timeout=10)
port.write(bytes(range(256)))
assert port.read(256) == bytes(range(256))
assert (port.cts, port.dsr, port.cd, port.ri) == (True, True, True, False)
port.dtr = False
port.rts = False
port.write(b'\\x7f')
port.dtr = True
port.baudrate = 57600
port.break_condition = True
port.break_condition = False
assert port.read(1) == b'\\x7f'
port.reset_input_buffer()
port.reset_output_buffer()
port.close()
port = serial.serial_for_url('rfc2217://127.0.0.1:' + sys.argv[1] + '?poll_modem', stopbits=2, bytesize=7, rtscts=True)
assert port.cts
port.close()
print('done')
`;

test.skipIf(pythonWithSerial === undefined)(
  'pyserial opens the port with even parity, moves its lines, and sees CTS',
  async () => {
    const { link, events } = await open(echo());
    expect(await runPython(pythonWithSerial!, PYSERIAL, [String(link.port)])).toBe('done\n');
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    const even = { baud: 9600, dataBits: 8, parity: 'even', stopBits: 1 };
    const seven = { baud: 9600, dataBits: 7, parity: 'none', stopBits: 2 };
    const expected = [
      { dtr: true, rts: true },
      { setLine: { baud: 9600 } },
      { setLine: { baud: 9600, dataBits: 8 } },
      { setLine: { baud: 9600, dataBits: 8, parity: 'even' } },
      { setLine: even },
      { receive: all, line: even },
      { dtr: false, rts: true },
      { dtr: false, rts: false },
      { receive: Uint8Array.of(0x7f), line: even },
      { dtr: true, rts: false },
      { setLine: { ...even, baud: 57_600 } },
      { breakLine: true },
      { breakLine: false },
      { dtr: false, rts: false },
      { dtr: true, rts: true },
      { setLine: { baud: 9600 } },
      { setLine: { baud: 9600, dataBits: 7 } },
      { setLine: { baud: 9600, dataBits: 7, parity: 'none' } },
      { setLine: seven },
      { dtr: false, rts: false },
    ];
    while (events.length < expected.length) await nextTurn();
    expect(events).toEqual(expected);
  },
);
