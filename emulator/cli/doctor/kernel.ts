import { UDEV_RULE } from '../ready.ts';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { ask } from './asked.ts';
import { AS_ROOT, Wrong, type Probe } from './finding.ts';
import { findProgram } from './programs.ts';

/** Linux's own drivers for the adapters of `--usart`, `--i2c` and `--can usbip`. */
const DRIVERS = ['cdc-acm', 'i2c-dev', 'i2c-tiny-usb', 'gs-usb'];

const EXTRA = 'Ubuntu: apt-get install linux-modules-extra-$(uname -r)';

/** ST's bootloader as a USB device. */
const DFU = { vendor: '0483', product: 'df11' } as const;

/** Probes for drivers, and for devices that a user may not open. */
export const kernelProbes: readonly Probe[] = [
  {
    name: 'vhci-hcd',
    group: 'USB devices for the kernel: --usb, --usart, --i2c, --can usbip',
    feature: 'kernel module for usbip attach; without: vstm32 exec',
    needed: false,
    install: `${AS_ROOT}modprobe vhci-hcd (${EXTRA})`,
    look: async (signal) => await moduleAt('vhci-hcd', signal),
  },
  {
    name: 'adapter-drivers',
    group: 'USB devices for the kernel: --usb, --usart, --i2c, --can usbip',
    feature: `${DRIVERS.join(', ')}: the kernel's drivers of the adapters`,
    needed: false,
    install: EXTRA,
    look: async (signal) => {
      await Promise.all(DRIVERS.map((name) => moduleAt(name, signal)));
      return 'there';
    },
  },
  {
    name: 'serial-permission',
    group: 'Real boards: conform, record, compare',
    feature: 'this user may open /dev/ttyUSB* and /dev/ttyACM*',
    needed: false,
    look: serialPermission,
  },
  {
    name: 'usb-permission',
    group: 'Real boards: conform, record, compare',
    feature: 'this user may open USB devices with the bootloader',
    needed: false,
    look: usbPermission,
  },
];

async function moduleAt(name: string, signal: AbortSignal): Promise<string> {
  if (existsSync(`/sys/module/${name.replaceAll('-', '_')}`)) return 'loaded';
  const modinfo = findProgram('modinfo');
  const asked = modinfo === undefined ? undefined : await ask(modinfo, ['-n', name], signal);
  if (asked?.code === 0) return asked.said.trim();
  throw new Error(`this kernel (${release()}) has no module ${name}`);
}

function serialPermission(): string {
  const ports = devicesIn('/dev', /^tty(USB|ACM)\d+$/);
  const closed = ports.find((port) => !mayOpen(port));
  if (closed !== undefined) {
    const group = groups().find(({ id }) => id === statSync(closed).gid)?.name ?? 'dialout';
    throw notInGroup(`this user may not open ${closed}`, group);
  }
  if (ports.length > 0) return ports.join(' ');
  const none = 'none is plugged in';
  const dialout = groups().find(({ name }) => name === 'dialout' || name === 'uucp');
  if (dialout === undefined || process.getuid?.() === 0) return none;
  if (process.getgroups?.().includes(dialout.id) === true) return none;
  throw notInGroup(`${none}, and this user is not in the group ${dialout.name}`, dialout.name);
}

function notInGroup(says: string, group: string): Wrong {
  return new Wrong(says, `${AS_ROOT}usermod -aG ${group} $USER, and log in again`);
}

function usbPermission(): string {
  const devices = devicesIn('/sys/bus/usb/devices', /^\d+-[\d.]+$/).filter(
    (at) => fieldOf(at, 'idVendor') === DFU.vendor && fieldOf(at, 'idProduct') === DFU.product,
  );
  const nodes = devices.map((at) => {
    const [bus, device] = [fieldOf(at, 'busnum'), fieldOf(at, 'devnum')];
    return `/dev/bus/usb/${bus?.padStart(3, '0')}/${device?.padStart(3, '0')}`;
  });
  if (nodes.length === 0) return `no ${DFU.vendor}:${DFU.product} is plugged in`;
  const closed = nodes.find((node) => !mayOpen(node));
  if (closed === undefined) return nodes.join(' ');
  const file = '/etc/udev/rules.d/70-stm32-dfu.rules';
  throw new Wrong(
    `this user may not open ${closed}`,
    `echo '${UDEV_RULE}' | ${AS_ROOT}tee ${file} && ${AS_ROOT}udevadm control --reload, and plug it in again`,
  );
}

function devicesIn(folder: string, pattern: RegExp): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => pattern.test(name));
    return names.map((name) => join(folder, name));
  } catch {
    return []; // no such bus
  }
}

function fieldOf(device: string, field: string): string | undefined {
  try {
    return readFileSync(join(device, field), 'utf8').trim();
  } catch {
    return undefined; // just unplugged
  }
}

function mayOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function groups(): readonly { readonly name: string; readonly id: number }[] {
  try {
    const lines = readFileSync('/etc/group', 'utf8').split('\n');
    return lines
      .map((line) => line.split(':'))
      .map(([name, , id]) => ({ name: name!, id: Number(id) }));
  } catch {
    return [];
  }
}
