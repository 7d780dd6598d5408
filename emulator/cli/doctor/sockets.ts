import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '../../links/files/temporary-folder.ts';
import { Wrong, type Probe } from './finding.ts';

/** TCP ports that documented commands listen at, with what else they can be given. */
export const PORTS: readonly (readonly [port: number, feature: string, instead: string])[] = [
  [3240, 'USB/IP, where usbip looks: --usb usbip', '--usb usbip:127.0.0.1:0'],
  [2217, '--usart rfc2217:127.0.0.1:2217', '--usart rfc2217:127.0.0.1:0'],
  [5331, '--usart tcp:127.0.0.1:5331', '--usart tcp:127.0.0.1:0'],
  [5332, '--usart rfc2217:127.0.0.1:5332', '--usart rfc2217:127.0.0.1:0'],
  [8080, 'vstm32 serve --http 127.0.0.1:8080', '--http 127.0.0.1:0'],
];

/** Bytes of the path of a Unix socket, unix(7); Node makes one of a longer name under a shorter one. */
const LONGEST_SOCKET = 107;

/** Probes for folders and sockets. */
export const socketProbes: readonly Probe[] = [
  {
    name: 'temporary-folder',
    group: 'vstm32 run',
    feature: 'vstm32 exec and judge: their files and Unix sockets',
    needed: false,
    look: makeTemporary,
  },
  {
    name: 'umask',
    group: 'vstm32 run',
    feature: 'files of --state, --save and the reports that can be read again',
    needed: false,
    look: checkUmask,
  },
  {
    name: 'loopback',
    group: 'vstm32 run',
    feature: '--usart tcp and rfc2217, --usb usbip, --http',
    needed: false,
    look: async () => {
      await listen({ host: '127.0.0.1', port: 0 });
      return '127.0.0.1';
    },
  },
  ...PORTS.map(([port, feature, instead]): Probe => {
    const probe = { name: `port ${port}`, feature, needed: false, install: instead } as const;
    return { ...probe, group: 'Ports of the documented commands', look: () => isFree(port) };
  }),
];

async function makeTemporary(): Promise<string> {
  try {
    using folder = await temporaryFolder('vstm32-doctor-');
    const path = join(folder.path, 'socket');
    if (Buffer.byteLength(path) > LONGEST_SOCKET) throw new Error('its name is too long');
    await listen({ path });
    return tmpdir();
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Wrong(
      `${tmpdir()} takes no files and Unix sockets: ${why}`,
      'export TMPDIR=/tmp, or another folder with a short name that you can write to',
    );
  }
}

function checkUmask(): string {
  const umask = process.umask();
  const octal = umask.toString(8).padStart(4, '0');
  if ((umask & 0o700) === 0) return octal;
  throw new Wrong(`${octal} takes from you what you make`, 'umask 022');
}

async function isFree(port: number): Promise<string> {
  try {
    await listen({ host: '127.0.0.1', port });
    return 'free';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new Error(`in use by ${listenerAt(port)}`, { cause });
  }
}

async function listen(at: { host: string; port: number } | { path: string }): Promise<void> {
  const server = createServer().listen(at);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** The process that listens at a TCP port, as far as this user can see. */
function listenerAt(port: number): string {
  try {
    const inodes = new Set(
      ['tcp', 'tcp6'].flatMap((table) => listenersIn(`/proc/net/${table}`, port)),
    );
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && opens(name, inodes));
    if (pid !== undefined) {
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
    }
  } catch {
    // no /proc, or the process has just ended
  }
  return 'another user’s process';
}

/** The inodes of sockets that listen at a port: proc(5). */
function listenersIn(table: string, port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${hex}`) === true && state === '0A')
    .map((fields) => fields[9]!);
}

function opens(pid: string, inodes: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`)) ?? [];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false; // another user's, or gone
  }
}
