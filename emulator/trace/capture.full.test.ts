import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ctlOf } from '../test/ctl.ts';
import {
  CAN_SESSION,
  FDCAN_SESSION,
  FDCAN_SLCAN_SESSION,
  pythonWithCan,
} from '../test/hosts/can-python.ts';
import { has, runTool } from '../test/host-tool.ts';
import { runPython } from '../test/hosts/python-serial.ts';
import { setup } from '../test/hosts/usb-adapter-host.ts';
import { GET_DEVICE_DESCRIPTOR, UsbipHost } from '../test/hosts/usbip-host.ts';
import { cliCommand, RunningVstm32, vstm32 } from '../test/vstm32.ts';

const run = promisify(execFile);
const programs = ['tshark', 'stm32flash', 'dfu-util', 'cc'];
const possible = pythonWithCan !== undefined && programs.every(has);

const CLASSIC = {
  can: CAN_SESSION,
  socketcan: { interface: 'socketcan', channel: 'can0' },
  slcan: CAN_SESSION,
  slcanBus: (channel: string) =>
    JSON.stringify({ interface: 'slcan', channel, bitrate: 125_000, sleep_after_open: 0.05 }),
};
const FD = {
  can: FDCAN_SESSION,
  socketcan: { interface: 'socketcan', channel: 'can0', fd: true },
  slcan: FDCAN_SLCAN_SESSION,
  slcanBus: (channel: string) => channel,
};

/** Parts with their ports in the order in which they are tried; stm32flash 0.7 writes those that it knows. */
const parts = [
  {
    part: 'STM32F405RG',
    options: [],
    ports: ['USART1', 'I2C1', 'SPI1', 'CAN2', 'USB'],
    address: 0x3a,
    product: '0413',
    known: true,
    ...CLASSIC,
  },
  {
    part: 'STM32G0B1RE',
    options: ['--option', 'nBOOT_SEL=0'],
    ports: ['USART1', 'I2C1', 'SPI1', 'FDCAN1', 'USB'],
    address: 0x5d,
    product: '0467',
    known: true,
    ...FD,
  },
  {
    part: 'STM32H723ZG',
    options: [],
    ports: ['USART1', 'I2C1', 'SPI1', 'FDCAN1', 'USB'],
    address: 0x5c,
    product: '0483',
    known: false,
    ...FD,
  },
];

/** Gets the product ID over I2C from a Bus Pirate on a terminal; arguments: the terminal and the address. */
const BUS_PIRATE = `
import serial, sys
port = serial.Serial(sys.argv[1], 115200, timeout=10)
address = int(sys.argv[2])

def ask(bytes, answer):
    port.write(bytes)
    heard = port.read(len(answer))
    assert heard == answer, heard

def message(*bytes):
    ask(b'\\2', b'\\1')
    ask(b'%c' % (0x0f + len(bytes)) + b''.join(b'%c' % each for each in bytes), b'\\1' + b'\\0' * len(bytes))

def fetch(count):
    message(2 * address + 1)
    heard = b''
    while len(heard) < count:
        port.write(b'\\4')
        heard += port.read(1)
        ask(b'\\7' if len(heard) == count else b'\\6', b'\\1')
    ask(b'\\3', b'\\1')
    return heard

ask(b'\\0' * 20, b'BBIO1')
ask(b'\\2', b'I2C1')
message(2 * address, 0x02, 0xfd)
ask(b'\\3', b'\\1')
print(*(fetch(count).hex() for count in (1, 3, 1)))
`;

const image = Buffer.from(Uint8Array.from({ length: 2048 }, (_, at) => at * 7 + (at >> 8)));
image.writeUInt32LE(0x2000_1000, 0);
image.writeUInt32LE(0x0800_0101, 4);

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-capture-'));
  writeFileSync(at('image.bin'), image);
  writeFileSync(at('i2c.py'), BUS_PIRATE);
  if (!possible) return;
  const source = join(import.meta.dirname, '../test/hosts/spi-program.c');
  await run('cc', ['-O2', '-o', at('spi-program'), source]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!possible).each(parts)('one capture of every interface of $part', (each) => {
  const { part, options, ports, address, product, known } = each;
  const fd = each.can === FDCAN_SESSION;
  const writing = (): string => (known ? `-w ${at('image.bin')} -v` : '');

  test('is written by one exec of a script that resets the chip between its tools', async () => {
    const [capture, socket, saved] = [at('exec.pcapng'), at('exec.sock'), at('saved.bin')];
    writeFileSync(at('session.py'), each.can);
    const ctl = cliCommand(['ctl', socket, 'reset']).join(' ');
    const unknown = known ? '' : '|| true';
    const script = [
      'set -e',
      `stm32flash ${writing()} {usart} ${unknown}`,
      ctl,
      `stm32flash -a ${address} ${writing()} {i2c} ${unknown}`,
      ctl,
      `${at('spi-program')} {spi} ${at('image.bin')} d`,
      ctl,
      `${pythonWithCan} ${at('session.py')} '${JSON.stringify(each.socketcan)}' ${product}`,
      ctl,
      `dfu-util -a 0 -s 0x08000000 -D ${at('image.bin')}`,
    ].join('\n');
    const files = ['--control', socket, '--pcapng', capture, '--save', saved];
    const done = await vstm32(['exec', part, ...options, ...files, '--', 'sh', '-c', script]);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    const said = [...(done.stdout + done.stderr).matchAll(/Device ID\s*: 0x(\w+)/g)];
    expect(said.map(([, id]) => id!.padStart(4, '0'))).toEqual([product, product]);
    expect(readFileSync(saved).subarray(0, image.length).equals(image)).toBe(true);
    shows(capture, ports, fd);
  });

  test('is written by one run, whose links are all open', async () => {
    const [capture, socket] = [at('run.pcapng'), at('run.sock')];
    const links = ['--i2c', 'buspirate', '--spi', 'buspirate', '--can', 'slcan'];
    const usb = ['--usb', 'usbip:127.0.0.1:0'];
    const files = ['--control', socket, '--pcapng', capture];
    await using board = await RunningVstm32.start(part, ...options, ...links, ...usb, ...files);
    const path = (key: string): string => board.ready.ports[key]!.path;
    const reset = async (): Promise<void> => {
      expect(await ctlOf(socket)('reset')).toMatchObject({ state: 'bootloader' });
    };
    const words = ['-m', '8n1', ...writing().split(' ').filter(Boolean), path('usart')];
    expect(await runTool('stm32flash', ...words)).toMatchObject({ code: known ? 0 : 1 });
    await reset();
    const i2c = [at('i2c.py'), path('i2c'), String(address)];
    expect((await run(pythonWithCan!, i2c)).stdout).toBe(`79 01${product} 79\n`);
    await reset();
    await run(at('spi-program'), [path('spi'), at('image.bin'), 'd']);
    await reset();
    const can = [each.slcanBus(path('can')), product];
    expect(await runPython(pythonWithCan!, each.slcan, can)).toBe('started\n');
    await reset();
    await using host = new UsbipHost(board.ready.ports['usb']!.port!);
    expect(await host.import()).toBe(0);
    const status = setup(0xa1, 3, { wLength: 6 });
    for (const request of [GET_DEVICE_DESCRIPTOR, setup(0, 9, { wValue: 1 }), status]) {
      expect(await host.control(request)).toMatchObject({ status: 0 });
    }
    expect((await board.end()).code).toBe(0);
    shows(capture, ports, fd);
  });
});

/** tshark opens the capture without an error, and finds a session on each port, one after the other. */
function shows(capture: string, ports: readonly string[], fd: boolean): void {
  const fields = ['frame.interface_name', 'frame.protocols', 'canfd.flags.brs', '_ws.malformed'];
  const chosen = [...fields, 'frame.comment'].flatMap((field) => ['-e', field]);
  const args = ['-n', '-r', capture, '-d', 'usb.device==0x10001,usbdfu', '-T', 'fields', ...chosen];
  const { status, stdout, stderr } = spawnSync('tshark', args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const complaints = stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Running as'));
  expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
  const rows = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
  expect(rows.filter(([, , , malformed]) => malformed !== '')).toEqual([]);
  const selected = rows.flatMap(([name, , , , comment]) =>
    comment!.includes('selected') ? [name] : [],
  );
  expect(selected).toEqual(ports);
  const decoded = new Map<string, Set<string>>();
  for (const [name, protocols] of rows) {
    decoded.set(name!, (decoded.get(name!) ?? new Set()).add(protocols!));
  }
  expect([...decoded.keys()].toSorted()).toEqual([...ports].toSorted());
  const wanted = ['rtacser:data', 'i2c:data', 'user_dlt:data', 'can', 'usb:usbdfu'];
  for (const [index, port] of ports.entries()) {
    expect([...decoded.get(port)!].join(' '), port).toContain(wanted[index]);
  }
  const switched = rows.filter(([, , brs]) => brs === '1');
  expect(switched.length > 0).toBe(fd);
}
