import { execFile } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One thing that vstm32 can use on this machine; fields are only added. */
export interface Finding {
  readonly name: string;
  /** What it is good for. */
  readonly feature: string;
  readonly ok: boolean;
  /** `vstm32 run` does not work without it. */
  readonly needed: boolean;
  /** Version where it is there, and what is wrong where it is not. */
  readonly detail: string;
  /** What to do about it. */
  readonly install?: string;
}

type Probe = Omit<Finding, 'ok' | 'detail'> & { readonly look: () => Promise<string> };

/** Debian packages and what they are for; each probe returns a version or throws what is wrong. */
const probes: readonly Probe[] = [
  {
    name: 'node',
    feature: 'vstm32 itself',
    needed: true,
    install: 'Node 20.19 or newer: https://nodejs.org',
    look: () => Promise.resolve(process.version),
  },
  {
    name: 'pty',
    feature: 'vstm32 run on a pseudo-terminal; without: --usart tcp:127.0.0.1:0',
    needed: process.platform !== 'win32',
    install: 'npm rebuild node-pty (needs: apt install make g++ python3)',
    look: openPty,
  },
  {
    name: 'stm32flash',
    feature: 'flashing tool to try',
    needed: false,
    install: 'apt install stm32flash',
    // It has no option for its version, but says it before it fails to open a port.
    look: async () => firstLine(await outputOf('stm32flash', ['/']), /^stm32flash (\S+)/m),
  },
  {
    name: 'cc',
    feature: 'vstm32 exec: parity, DTR and RTS, or USB, for an unmodified tool',
    needed: false,
    install: 'apt install gcc libc6-dev',
    look: compile,
  },
  {
    name: 'python3-serial',
    feature: 'Python hosts; opens rfc2217:// too',
    needed: false,
    install: 'apt install python3-serial',
    look: pyserial,
  },
  {
    name: 'socat',
    feature: 'a local serial port for --usart tcp',
    needed: false,
    install: 'apt install socat',
    look: async () => firstLine(await outputOf('socat', ['-V']), /socat version (\S+)/),
  },
  {
    name: 'tshark',
    feature: 'reads --pcapng captures, as Wireshark does',
    needed: false,
    install: 'apt install tshark',
    look: async () => firstLine(await outputOf('tshark', ['--version']), /(\d+\.\d+\.\d+)/),
  },
  {
    name: 'dfu-util',
    feature: 'flashing tool to try over USB',
    needed: false,
    install: 'apt install dfu-util',
    look: async () => firstLine(await outputOf('dfu-util', ['--version']), /dfu-util (\S+)/),
  },
  {
    name: 'usbip',
    feature: 'attaches vstm32 run --usb usbip to a Linux machine',
    needed: false,
    install: 'apt install usbip (Ubuntu: linux-tools-generic)',
    look: usbip,
  },
  {
    name: 'vhci-hcd',
    feature: 'kernel module for usbip attach; without: vstm32 exec',
    needed: false,
    install: 'sudo modprobe vhci-hcd (Ubuntu: apt install linux-modules-extra-$(uname -r))',
    look: vhci,
  },
];

/** Looks for everything that vstm32 can use here. */
export async function examine(): Promise<readonly Finding[]> {
  return await Promise.all(
    probes.map(async ({ look, install, ...probe }) => {
      try {
        return { ...probe, ok: true, detail: await look() };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return { ...probe, ok: false, detail, ...(install === undefined ? {} : { install }) };
      }
    }),
  );
}

export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, ok, detail, feature, install, needed }) => {
      const start = `${ok ? 'ok     ' : needed ? 'MISSING' : 'missing'}  ${name.padEnd(width)}`;
      return ok
        ? `${start}  ${detail}  (${feature})`
        : `${start}  ${detail}  (${feature})\n${' '.repeat(9 + width)}  -> ${install}`;
    })
    .join('\n');
}

async function openPty(): Promise<string> {
  const { openPtyEnds } = await import('../links/serial/pty-native.ts');
  const { master, slave, slavePath } = await openPtyEnds();
  closeSync(slave);
  closeSync(master);
  return slavePath.replace(/\d+$/, '*');
}

async function compile(): Promise<string> {
  const { preloadLibraries } = await import('../links/preload/compile.ts');
  const [tty] = await preloadLibraries(['tty', 'i2c', 'spi', 'can', 'libusb']);
  return tty!;
}

async function usbip(): Promise<string> {
  // Debian has it where only root looks.
  const program = existsSync('/usr/sbin/usbip') ? '/usr/sbin/usbip' : 'usbip';
  return firstLine(await outputOf(program, ['version']), /(\d+\.\d+)/);
}

async function vhci(): Promise<string> {
  if (existsSync('/sys/module/vhci_hcd')) return 'loaded';
  const program = existsSync('/usr/sbin/modinfo') ? '/usr/sbin/modinfo' : 'modinfo';
  const { stdout } = await run(program, ['-n', 'vhci-hcd']).catch(() => ({ stdout: '' }));
  if (stdout === '') throw new Error('this kernel has no module vhci-hcd');
  return stdout.trim();
}

async function pyserial(): Promise<string> {
  const ask = ['-c', 'import serial; print(serial.__version__)'];
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      return `${(await run(python, ask)).stdout.trim()} for ${python}`;
    } catch {
      // the next one may have it
    }
  }
  throw new Error('no python3 with the module serial');
}

async function outputOf(program: string, options: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(program, options);
    return stdout + stderr;
  } catch (error) {
    const missing = notFound(error, program);
    if (missing !== undefined) throw missing;
    // Some print their version and fail.
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return stdout + stderr;
  }
}

function notFound(error: unknown, program: string): Error | undefined {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return missing ? new Error(`no ${program} on the PATH`) : undefined;
}

function firstLine(output: string, version: RegExp): string {
  return version.exec(output)?.[1] ?? 'version unknown';
}
