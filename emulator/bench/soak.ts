import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { install } from '../build/bundle.ts';
import { formatSoak, type Endured } from './soak-figures.ts';
import { PtyPeer, SocketPeer, type Peer } from './soak-peers.ts';
import * as messages from './soak-messages.ts';

/**
 * `npm run soak [-- --messages 100000 --only REGEXP]`: for each link, a board and a peer that
 * sends and does not read. Exits with 1 when a bound is missed. Loopback only; minutes, not hours.
 */
const { values: options } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, only: { type: 'string' } },
});
const COUNT = Number(options.messages);
/** Longest that one peer goes on, ms; its figures tell how many messages it sent. */
const MOST_MS = 60_000;

interface Kind {
  readonly name: string;
  /** Options of `run`; without, the sockets of `exec` are attacked. */
  readonly run?: readonly string[];
  /** `${NAME}` of VSTM32_NAME in the environment of a tool. */
  readonly preload?: string;
  readonly peer: (ports: Ports) => Peer;
  /** How many of them send at a time (default 1): where each waits for what it asked for, one alone takes all day. */
  readonly peers?: number;
}

type Ports = Readonly<Record<string, { path: string; port?: number }>>;

const at = (port: number | undefined) => ({ host: '127.0.0.1', port: port! });
const folder = fs.mkdtempSync(join(tmpdir(), 'vstm32-soak-'));
const control = join(folder, 'control');
const fifo = join(folder, 'fifo');

const tcp = ['--usart', 'tcp:127.0.0.1:0'];
const usbip = (option: string): readonly string[] => [...tcp, option, 'usbip:127.0.0.1:0'];
const adapter =
  (key: string, make: messages.Source) =>
  (ports: Ports): Peer =>
    new SocketPeer(
      at(ports[key]!.port),
      messages.onUsbDevice(make, ports[key]!.path),
      messages.attach(ports[key]!.path),
    );

const KINDS: readonly Kind[] = [
  {
    name: 'pty',
    run: ['--usart', 'pty'],
    peer: ({ usart }) => new PtyPeer(usart!.path, messages.usart, messages.sync),
  },
  {
    name: 'tcp',
    run: tcp,
    peer: ({ usart }) => new SocketPeer(at(usart!.port), messages.usart, messages.sync),
  },
  {
    name: 'tcp, second hosts',
    run: tcp,
    peer: ({ usart }) =>
      new SocketPeer(at(usart!.port), messages.usart, messages.sync, { hosts: 50 }),
  },
  {
    name: 'rfc2217',
    run: ['--usart', 'rfc2217:127.0.0.1:0'],
    peer: ({ usart }) => new SocketPeer(at(usart!.port), messages.telnet, messages.sync),
  },
  { name: 'preload tty', preload: 'TTY', peer: ({ TTY }) => new SocketPeer(TTY!, messages.tty) },
  { name: 'preload i2c', preload: 'I2C', peer: ({ I2C }) => new SocketPeer(I2C!, messages.i2c) },
  { name: 'preload spi', preload: 'SPI', peer: ({ SPI }) => new SocketPeer(SPI!, messages.spi) },
  { name: 'preload can', preload: 'CAN', peer: ({ CAN }) => new SocketPeer(CAN!, messages.can) },
  {
    name: 'preload usb',
    preload: 'LIBUSB',
    peer: ({ LIBUSB }) =>
      new SocketPeer(LIBUSB!, messages.onUsbDevice(messages.dfu, '1-1'), messages.attach('1-1')),
  },
  { name: 'usbip', run: usbip('--usb'), peer: adapter('usb', messages.dfu) },
  {
    name: 'usbip cdc-acm',
    run: ['--usart', 'usbip:127.0.0.1:0'],
    peer: adapter('usart', messages.cdcAcm),
  },
  { name: 'usbip i2c-tiny-usb', run: usbip('--i2c'), peer: adapter('i2c', messages.i2cTinyUsb) },
  { name: 'usbip gs_usb', run: usbip('--can'), peer: adapter('can', messages.gsUsb) },
  {
    name: 'buspirate i2c',
    run: [...tcp, '--i2c', 'buspirate'],
    peer: ({ i2c }) => new PtyPeer(i2c!.path, messages.busPirate),
  },
  {
    name: 'buspirate spi',
    run: [...tcp, '--spi', 'buspirate'],
    peer: ({ spi }) => new PtyPeer(spi!.path, messages.busPirate),
  },
  {
    name: 'slcan',
    run: [...tcp, '--can', 'slcan'],
    peer: ({ can }) => new PtyPeer(can!.path, messages.slcan),
  },
  {
    name: 'control socket',
    run: [...tcp, '--control', control],
    peer: () => new SocketPeer({ path: control }, messages.control),
    peers: 2,
  },
  {
    name: 'trace into a pipe',
    run: [...tcp, '--trace', `json:${fifo}`],
    peer: ({ usart }) => new SocketPeer(at(usart!.port), messages.usart, messages.sync),
  },
  {
    name: 'trace on stderr',
    run: [...tcp, '--trace', 'text'],
    peer: ({ usart }) => new SocketPeer(at(usart!.port), messages.usart, messages.sync),
  },
];

const built = join(folder, 'package');
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});
console.error('building the package');
fs.mkdirSync(built);
const cli = await install(built);
spawnSync('mkfifo', [fifo]);

const endured: Endured[] = [];
for (const kind of KINDS) {
  if (options.only !== undefined && !new RegExp(options.only).test(kind.name)) continue;
  endured.push(await soak(kind));
  console.error(formatSoak(endured.slice(-1)).split('\n')[1]);
}
console.log(formatSoak(endured));
if (endured.some(({ ok }) => !ok)) process.exitCode = 1;

async function soak({
  name,
  run,
  preload,
  peer: makePeer,
  peers: many = 1,
}: Kind): Promise<Endured> {
  const command =
    run === undefined
      ? ['exec', 'STM32F405', '--', 'sh', '-c', 'env; echo; exec sleep 600']
      : ['run', 'STM32F405', ...run, '--json'];
  // Nobody reads stderr.
  const child = spawn(process.execPath, [cli, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const exited = once(child, 'exit');
  const ports = run === undefined ? await portsOfTool(child, preload!) : await portsOfBoard(child);
  const pid = child.pid!;
  const makePeers = (): readonly Peer[] => Array.from({ length: many }, () => makePeer(ports));
  const peers = makePeers();
  await peers[0]!.send();
  await wait(300);
  const idle = { rss: rss(pid), files: descriptors(pid) };
  let peak = idle.rss;
  const watching = setInterval(() => (peak = Math.max(peak, rss(pid))), 50);
  const began = performance.now();
  let sent = 1;
  const sending = peers.map(async (peer) => {
    while (sent < COUNT && performance.now() - began < MOST_MS) {
      sent++;
      await peer.send();
    }
  });
  await Promise.all(sending);
  const tookMs = performance.now() - began;
  clearInterval(watching);
  for (const peer of peers) await peer.close();
  const left = await settled(pid, idle.files);
  // Ended in the middle of another attack.
  let over = false;
  const again = makePeers();
  const attacking = again.map(async (peer) => {
    try {
      while (!over) await peer.send();
    } catch {} // the board is gone
  });
  await wait(500);
  const asked = performance.now();
  child.kill('SIGTERM');
  await Promise.race([exited, wait(20_000)]);
  const endedMs = performance.now() - asked;
  over = true;
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const peer of again) await peer.close();
  await Promise.all(attacking);
  running.delete(child);
  const grownMiB = (peak - idle.rss) / 1024;
  const files = left - idle.files;
  const ok = sent === COUNT && grownMiB <= 64 && files <= 0 && endedMs <= 1000;
  return { name, sent, tookMs, idleMiB: idle.rss / 1024, grownMiB, files, endedMs, ok };
}

/** What `run --json` says. */
async function portsOfBoard(child: ChildProcess): Promise<Ports> {
  for await (const line of createInterface(child.stdout!)) {
    return (JSON.parse(line) as { ports: Ports }).ports;
  }
  throw new Error('the board has not started');
}

/** The sockets that a tool under `exec` finds in its environment. */
async function portsOfTool(child: ChildProcess, name: string): Promise<Ports> {
  let found: string | undefined;
  for await (const line of createInterface(child.stdout!)) {
    if (line.startsWith(`VSTM32_${name}=`)) found = line.slice(line.lastIndexOf('=') + 1);
    if (line === '' && found !== undefined) return { [name]: { path: found } };
  }
  throw new Error(`the tool was not told of ${name}`);
}

/** Resident memory in KiB. */
function rss(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function descriptors(pid: number): number {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

/**
 * Descriptors once the peer has gone: as soon as they are no more than before, at the latest after 20 s. A stream of the
 * control API on which nothing happens finds out within 15 s.
 */
async function settled(pid: number, before: number): Promise<number> {
  for (let tries = 0; tries < 200 && descriptors(pid) > before; tries++) await wait(100);
  return descriptors(pid);
}
