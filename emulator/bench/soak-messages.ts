/** Makes one message after the other. */
export type Source = () => Buffer;

let state = 1;

/** A number below `limit`, the same ones in each run (xorshift32). */
function below(limit: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

const oneOf = <T>(...items: readonly T[]): T => items[below(items.length)]!;
const noise = (most: number): Buffer =>
  Buffer.from(Array.from({ length: below(most + 1) }, () => below(256)));
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** What selects a USART; another first byte makes it deaf. */
export const sync: readonly Buffer[] = [hex('7f')];

/** AN3155: sync, Get, Read Memory, Write Memory, mass erase, and noise. */
export const usart: Source = () =>
  oneOf(
    hex('7f'),
    hex('00ff'),
    hex('11ee 08000000 08 ff00'),
    hex('31ce 08000000 08 03 01020304 07'),
    hex('44bb ffff00'),
    noise(32),
  );

/** Telnet negotiations, subnegotiations of RFC 2217, also of the wrong length, and data. */
export const telnet: Source = () =>
  oneOf(
    Buffer.of(0xff, oneOf(0xfb, 0xfc, 0xfd, 0xfe), below(256)),
    Buffer.of(0xff, 0xfa, 44, below(14), ...noise(6), 0xff, 0xf0),
    Buffer.of(0xff, 0xfa, 44, 5, below(13), 0xff, 0xf0),
    Buffer.of(0xff, 0xf3),
    usart(),
  );

/** Requests of the control API, and what is none. */
export const control: Source = () => {
  const head = 'HTTP/1.1\r\nhost: vstm32\r\ncontent-type: application/json\r\n';
  const get = (path: string): string => `GET ${path} ${head}\r\n`;
  const send = (method: string, path: string, body: string): string =>
    `${method} /boards/board${path} ${head}content-length: ${body.length}\r\n\r\n${body}`;
  return Buffer.from(
    oneOf(
      get('/boards'),
      get('/boards/board/events?since=1'),
      get('/boards/board/trace'),
      get('/boards/board/image'),
      get('/openapi.json'),
      send('POST', '/reset', ''),
      send('PUT', '/power', '{"on":false}'),
      send('PUT', '/power', '{"on":true}'),
      send('PUT', '/pins/BOOT0', '{"level":2}'),
      send('POST', '/wait', '{"kind":"erase","timeoutMs":1000}'),
      send('POST', '/snapshots', '{}'),
      send('POST', '/faults', '{"at":"link"'),
      'POST /boards/board/reset HTTP/1.1\r\ncontent-length: 999999999\r\n\r\n',
      'x\n',
    ),
  );
};

/** The messages of preload/tty.c. */
export const tty: Source = () =>
  Buffer.from(
    oneOf(
      'open 1\n',
      'get\n',
      'lines 1 2\n',
      'lines 2 1\n',
      'break 1\n',
      'break 0\n',
      'drain\n',
      'forget\n',
      'termios 1 9600 8 E 1 1\n',
      'close\n',
    ),
  );

/** A message of the preload libraries: an operation, and bytes behind their length. */
function message(operation: string, bytes: Uint8Array): Buffer {
  const head = Buffer.from([operation.charCodeAt(0), 0, 0, 0]);
  head.writeUIntLE(bytes.length, 1, 3);
  return Buffer.concat([head, bytes]);
}

export const i2c: Source = () =>
  oneOf(
    message('a', Buffer.of(oneOf(0x39, 0x3a, 0x3b, 0x55), 0)),
    message('t', Buffer.of(1, 0, 0, 0)), // gives a held bus up after 1 ms
    message('w', oneOf(hex('00ff'), noise(16))),
    message('r', Buffer.of(below(64), 0)),
  );

export const spi: Source = () => {
  const bytes = oneOf(hex('5a'), hex('5a00ff'), noise(64));
  const head = Buffer.alloc(12);
  head.writeUInt32LE(bytes.length);
  return oneOf(message('g', Buffer.of()), message('x', Buffer.concat([head, bytes])));
};

export const can: Source = () => {
  const frame = Buffer.alloc(73);
  frame[0] = 16;
  frame.writeUInt16LE(oneOf(0x79, 0x00, 0x02, 0x11, below(0x800)), 1);
  frame[5] = below(9);
  return oneOf(
    message('b', Buffer.of()),
    message('O', Buffer.of(1)),
    message('f', frame),
    message('f', frame),
  );
};

export const slcan: Source = () =>
  Buffer.from(
    oneOf(
      'C\r',
      'S4\r',
      'S0\r',
      'O\r',
      't0790\r',
      't0020\r',
      't11180102030405060708\r',
      'V\r',
      `${noise(40).toString('latin1')}\r`,
    ),
  );

export const busPirate: Source = () =>
  oneOf(
    Buffer.alloc(20),
    hex('01'),
    hex('02'),
    hex('02 11 78 00'),
    hex('13 5a 00 ff 00'),
    hex('0f'),
    hex('04 10 72 04 04 03'),
    noise(24),
  );

/** What a USB/IP client asks of a device that it has attached. */
type Request = {
  readonly endpoint: number;
  readonly setup: Buffer;
  readonly toHost: boolean;
  readonly data: Buffer;
};

let seqnum = 1000;

function setup(
  type: number,
  request: number,
  value: number,
  index: number,
  length: number,
): Buffer {
  const bytes = Buffer.of(type, request, 0, 0, 0, 0, 0, 0);
  bytes.writeUInt16LE(value, 2);
  bytes.writeUInt16LE(index, 4);
  bytes.writeUInt16LE(length, 6);
  return bytes;
}

/** Packs a request as `Source`s hand them over: endpoint, direction, SETUP, data. */
const request = ({ endpoint, setup: bytes, toHost, data }: Request): Buffer =>
  Buffer.concat([Buffer.of(endpoint, toHost ? 1 : 0), bytes, data]);
const asking = (
  type: number,
  number: number,
  value: number,
  index: number,
  length: number,
): Buffer =>
  request({
    endpoint: 0,
    setup: setup(type, number, value, index, length),
    toHost: true,
    data: Buffer.of(),
  });
const telling = (
  type: number,
  number: number,
  value: number,
  index: number,
  data: Buffer,
): Buffer =>
  request({
    endpoint: 0,
    setup: setup(type, number, value, index, data.length),
    toHost: false,
    data,
  });
const bulkOut = (endpoint: number, data: Buffer): Buffer =>
  request({ endpoint, setup: Buffer.alloc(8), toHost: false, data });
const bulkIn = (endpoint: number): Buffer =>
  request({ endpoint, setup: setup(0, 0, 0, 0, 512), toHost: true, data: Buffer.of() });

/** The number of a device that has not dropped off since the board was made: the root hub is 1. */
const devid = (busid: string): number => 0x1_0001 + Number(busid.slice(2));

/** USB/IP's requests for a device, and before each connection the import. */
export function onUsbDevice(source: Source, busid: string): Source {
  return () => {
    const [packed, unlinks] = [source(), below(8) === 0];
    const toHost = packed[1] === 1;
    const data = packed.subarray(10);
    const header = Buffer.alloc(48);
    header.writeUInt32BE(unlinks ? 2 : 1, 0);
    header.writeUInt32BE(++seqnum, 4);
    header.writeUInt32BE(devid(busid), 8);
    header.writeUInt32BE(toHost ? 1 : 0, 12);
    header.writeUInt32BE(packed[0]!, 16);
    if (unlinks) {
      header.writeUInt32BE(seqnum - 1 - below(20), 20);
      return header;
    }
    header.writeUInt32BE(toHost ? packed.readUInt16LE(8) : data.length, 24);
    header.writeInt32BE(-1, 32);
    packed.copy(header, 40, 2, 10);
    return Buffer.concat([header, data]);
  };
}

/** Import of a device, then SET_CONFIGURATION. */
export function attach(busid: string): readonly Buffer[] {
  const bytes = Buffer.alloc(40);
  bytes.writeUInt32BE(0x0111_8003, 0);
  bytes.write(busid, 8);
  const configure = Buffer.alloc(48);
  [1, ++seqnum, devid(busid), 0, 0, 0, 0, 0, 0xffff_ffff].forEach((word, index) =>
    configure.writeUInt32BE(word, 4 * index),
  );
  setup(0, 9, 1, 0, 0).copy(configure, 40);
  return [bytes, configure];
}

export const dfu: Source = () =>
  oneOf(
    asking(0x80, 6, 0x0100, 0, 18),
    asking(0x80, 6, 0x0300 + below(12), 0x0409, 255),
    asking(0xa1, 2, below(4), 0, 2048),
    asking(0xa1, 3, 0, 0, 6),
    telling(0x21, 1, below(4), 0, Buffer.alloc(2048)),
    telling(0x21, 1, 0, 0, hex('2100000008')),
    telling(0x21, oneOf(4, 6), 0, 0, Buffer.of()),
    telling(0x21, below(256), 0, 0, noise(32)),
  );

export const cdcAcm: Source = () =>
  oneOf(
    bulkOut(1, usart()),
    bulkOut(1, usart()),
    bulkIn(1),
    bulkIn(2),
    telling(0x21, 0x20, 0, 0, hex('00c20100 00 02 08')),
    telling(0x21, 0x22, below(4), 0, Buffer.of()),
    telling(0x21, 0x23, oneOf(0, 1, 0xffff), 0, Buffer.of()),
  );

export const i2cTinyUsb: Source = () =>
  oneOf(
    telling(0x41, oneOf(5, 6, 7), 0, oneOf(0x39, 0x3a, 0x55), noise(16)),
    asking(0xc1, oneOf(5, 6, 7), 1, oneOf(0x39, 0x3a, 0x55), below(64)),
    asking(0xc1, 3, 0, 0, 1),
  );

export const gsUsb: Source = () => {
  const frame = Buffer.alloc(20);
  frame.writeUInt32LE(oneOf(0x79, 0x00, 0x02, 0x11, below(0x800)), 4);
  frame[8] = below(9);
  const timing = Buffer.alloc(20);
  [3, 4, 4, 1, oneOf(32, 400)].forEach((value, index) => timing.writeUInt32LE(value, 4 * index));
  return oneOf(
    bulkOut(2, frame),
    bulkOut(2, frame),
    bulkIn(1),
    telling(0x41, 1, 0, 0, timing),
    telling(0x41, 2, 0, 0, Buffer.of(1, 0, 0, 0, 0, 0, 0, 0)),
    telling(0x41, 2, 0, 0, Buffer.alloc(8)),
  );
};
