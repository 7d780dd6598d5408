import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunked } from '../../test/chunked.ts';
import { ComPort } from './com-port.ts';
import { escapeTelnet, TELNET } from './telnet.ts';

const { IAC, SB, SE, DO, DONT, WILL, WONT, BREAK } = TELNET;
const COM_PORT = 44;

interface OpenPort {
  readonly port: ComPort;
  readonly log: string[];
  readonly sent: number[];
  /** Takes the log so far. */
  readonly take: () => string[];
}

/** A port server whose effects, in order, are lines of text: what the pins see and what the host gets. */
function openPort(): OpenPort {
  const log: string[] = [];
  const sent: number[] = [];
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const port = new ComPort(
    {
      receive: (bytes, line) => log.push(`receive ${hex(bytes)} ${JSON.stringify(line)}`),
      setLine: (line) => log.push(`line ${JSON.stringify(line)}`),
      breakLine: (on) => log.push(`break ${on}`),
      lines: ({ dtr, rts }) => log.push(`dtr ${dtr} rts ${rts}`),
    },
    (bytes) => {
      sent.push(...bytes);
      log.push(`send ${hex(bytes)}`);
    },
  );
  return { port, log, sent, take: () => log.splice(0) };
}

/** A port whose host has shown that it knows the COM-PORT option. */
function openedPort(): OpenPort {
  const opened = openPort();
  opened.port.start();
  opened.port.receive(Uint8Array.of(IAC, WILL, COM_PORT));
  opened.take();
  return opened;
}

const comPort = (...value: number[]): Uint8Array =>
  Uint8Array.of(IAC, SB, COM_PORT, ...escapeTelnet(Uint8Array.from(value)), IAC, SE);

const answer = (...value: number[]): string =>
  `send ${Buffer.from(comPort(...value)).toString('hex')}`;

/** The same log with neighbouring data joined, so that chunkings compare. */
function joined(log: readonly string[]): string[] {
  const result: string[] = [];
  for (const entry of log) {
    const [what, data, line] = entry.split(' ');
    const [lastWhat, lastData, lastLine] = result.at(-1)?.split(' ') ?? [];
    if (what === 'receive' && lastWhat === 'receive' && line === lastLine) {
      result.splice(-1, 1, `receive ${lastData}${data} ${line}`);
    } else result.push(entry);
  }
  return result;
}

test('the server speaks first: it offers binary, no echo and no line mode, and asks for COM-PORT', () => {
  const { port, sent } = openPort();
  port.start();
  expect(sent).toEqual(
    [WILL, 1, WILL, 3, WILL, 0, DO, 0, DO, COM_PORT].flatMap((byte, index) =>
      index % 2 === 0 ? [IAC, byte] : [byte],
    ),
  );
});

test.each([
  ['WILL COM-PORT', [IAC, WILL, COM_PORT]],
  ['DO COM-PORT', [IAC, DO, COM_PORT]],
  ['a COM-PORT command', [...comPort(7)]],
])('%s opens the port: both lines are asserted and the modem state is told, once', (_, bytes) => {
  const { port, take } = openPort();
  port.start();
  take();
  port.receive(Uint8Array.from(bytes));
  const log = take();
  expect(log.filter((line) => line.startsWith('dtr'))).toEqual(['dtr true rts true']);
  expect(log).toContain(answer(107, 0xb0));
  port.receive(Uint8Array.of(IAC, WILL, COM_PORT));
  expect(take().filter((line) => !line.startsWith('send fffd'))).toEqual([]);
  port.close();
  expect(take()).toEqual(['dtr false rts false']);
});

test('a telnet host without the COM-PORT option moves no line', () => {
  const { port, log } = openPort();
  port.receive(Uint8Array.of(IAC, WONT, COM_PORT, IAC, DONT, COM_PORT, 0x7f));
  port.close();
  expect(log).toEqual(['receive 7f {}']);
});

test('line settings are answered with what is in force and sent with the bytes that follow', () => {
  const { port, take } = openedPort();
  port.receive(comPort(1, 0, 0, 0xe1, 0));
  port.receive(comPort(2, 7));
  port.receive(comPort(3, 3));
  port.receive(comPort(4, 3));
  port.receive(Uint8Array.of(0x7f));
  expect(take()).toEqual([
    'line {"baud":57600}',
    answer(101, 0, 0, 0xe1, 0),
    'line {"baud":57600,"dataBits":7}',
    answer(102, 7),
    'line {"baud":57600,"dataBits":7,"parity":"even"}',
    answer(103, 3),
    'line {"baud":57600,"dataBits":7,"parity":"even","stopBits":1.5}',
    answer(104, 3),
    'receive 7f {"baud":57600,"dataBits":7,"parity":"even","stopBits":1.5}',
  ]);
});

test('a question, or a setting that there is not, changes nothing', () => {
  const { port, take } = openedPort();
  port.receive(comPort(1, 0, 0, 0, 0));
  port.receive(comPort(1, 1));
  port.receive(comPort(2, 9));
  port.receive(comPort(3, 0));
  port.receive(comPort(4, 200));
  expect(take()).toEqual([
    answer(101, 0, 1, 0xc2, 0),
    answer(101, 0, 1, 0xc2, 0),
    answer(102, 8),
    answer(103, 1),
    answer(104, 1),
  ]);
});

test('a rate with 0xFF in it survives both ways', () => {
  const { port, take } = openedPort();
  port.receive(comPort(1, 0xff, 0xff, 0xff, 0xff));
  expect(take()).toEqual(['line {"baud":4294967295}', answer(101, 0xff, 0xff, 0xff, 0xff)]);
});

test('bytes before a control change are delivered before it, bytes after it after', () => {
  const { port, take } = openedPort();
  port.receive(Uint8Array.of(1, ...comPort(5, 9), 2, ...comPort(3, 2), 3, ...comPort(5, 5), 4));
  expect(take()).toEqual([
    'receive 01 {}',
    'dtr false rts true',
    answer(105, 9),
    'receive 02 {}',
    'line {"parity":"odd"}',
    answer(103, 2),
    'receive 03 {"parity":"odd"}',
    'break true',
    answer(105, 5),
    'receive 04 {"parity":"odd"}',
  ]);
});

test('DTR, RTS and break can be set, asked for, and are released on close', () => {
  const { port, take } = openedPort();
  for (const value of [9, 7, 10, 12, 10, 8, 7, 4, 5, 5, 4]) port.receive(comPort(5, value));
  expect(take()).toEqual([
    'dtr false rts true',
    answer(105, 9),
    answer(105, 9),
    answer(105, 11),
    'dtr false rts false',
    answer(105, 12),
    answer(105, 12),
    'dtr true rts false',
    answer(105, 8),
    answer(105, 8),
    answer(105, 6),
    'break true',
    answer(105, 5),
    answer(105, 5),
    answer(105, 5),
  ]);
  port.close();
  expect(take()).toEqual(['break false', 'dtr false rts false']);
});

test('flow control by hardware is agreed to, by XON/XOFF or other lines it is not', () => {
  const { port, take } = openedPort();
  for (const value of [0, 3, 2, 17, 19, 1, 0, 13, 16, 15, 18, 14, 99])
    port.receive(comPort(5, value));
  const answers = [1, 3, 3, 3, 3, 1, 1, 14, 16, 16, 16, 14];
  expect(take()).toEqual(answers.map((value) => answer(105, value)));
});

test('states can be asked for, within their masks', () => {
  const { port, take } = openedPort();
  port.receive(comPort(6));
  port.receive(comPort(10, 0x20));
  port.receive(comPort(6));
  port.receive(comPort(7));
  port.receive(comPort(11, 0x10));
  port.receive(comPort(7));
  expect(take()).toEqual([
    answer(106, 0),
    answer(110, 0x20),
    answer(106, 0x20),
    answer(107, 0xb0),
    answer(111, 0x10),
    answer(107, 0x10),
  ]);
});

test('the signature is told when asked for', () => {
  const { port, take } = openedPort();
  port.receive(comPort(0));
  port.receive(comPort(0, ...Buffer.from('a host')));
  expect(take()).toEqual([answer(100, ...Buffer.from('vstm32'))]);
});

test('output waits while the host suspends it, and a purge of it forgets it', () => {
  const { port, take } = openedPort();
  port.receive(comPort(8));
  port.receive(comPort(8));
  port.transmit(Uint8Array.of(1));
  port.receive(comPort(12, 2));
  port.transmit(Uint8Array.of(0xff));
  port.receive(comPort(9));
  expect(take()).toEqual([answer(112, 2), 'send 01', 'send ffff']);
  port.receive(comPort(8));
  port.transmit(Uint8Array.of(2));
  port.receive(comPort(12, 1));
  port.transmit(Uint8Array.of(3));
  port.receive(comPort(9));
  expect(take()).toEqual([answer(112, 1), 'send 03']);
});

test('output held back is bounded', () => {
  const { port, sent } = openedPort();
  port.receive(comPort(8));
  sent.length = 0;
  for (let index = 0; index < 100; index++) port.transmit(new Uint8Array(100_000));
  port.receive(comPort(9));
  expect(sent.length).toBe(1_000_000);
});

test('the break of plain telnet is a break', () => {
  const { port, take } = openedPort();
  port.receive(Uint8Array.of(IAC, BREAK));
  expect(take()).toEqual(['break true', 'break false']);
});

test('any stream in any chunking has the same effects and never throws', () => {
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(IAC, SB, SE, COM_PORT));
  const piece = fc.oneof(
    fc.array(byte),
    fc.array(fc.nat(255), { maxLength: 6 }).map((value) => [...comPort(...value)]),
    fc.tuple(fc.nat(19), fc.nat(19)).map(([command, value]) => [...comPort(command, value)]),
    fc
      .tuple(fc.constantFrom(DO, DONT, WILL, WONT), fc.nat(50))
      .map(([verb, option]) => [IAC, verb, option]),
  );
  const effects = (chunks: readonly Uint8Array[]): string[] => {
    const { port, log } = openPort();
    for (const chunk of chunks) port.receive(chunk);
    port.close();
    return log;
  };
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.flat()),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (bytes, lengths) => {
        const whole = joined(effects([Uint8Array.from(bytes)]));
        expect(joined(effects(chunked(bytes, lengths)))).toEqual(whole);
      },
    ),
    { numRuns: 500 },
  );
});
