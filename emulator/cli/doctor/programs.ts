import { delimiter } from 'node:path';
import { checkTool } from '../../links/preload/check-tool.ts';
import { findTool } from '../../links/preload/find-tool.ts';
import { ask } from './asked.ts';
import { AS_ROOT, aptGet, TESTS, type Group, type Probe } from './finding.ts';

/** Programs that documented commands need, where they come from, and how they tell their version. */
interface Program {
  readonly group: Group;
  readonly feature: string;
  /** Default: its name alone. */
  readonly programs?: readonly string[];
  /** Debian packages that bring it; default: one of its name. */
  readonly packages?: readonly string[];
  /** What installs it where no Debian package does. */
  readonly install?: string;
  /** What it is asked for its version, and where that stands; undefined: it is not started. */
  readonly version?: readonly [args: readonly string[], pattern: RegExp];
}

const FLASHING = 'Flashing tools';
const USBIP = 'USB devices for the kernel: --usb, --usart, --i2c, --can usbip';
const BUSES = 'I2C and CAN';
const SCRIPTS = 'Traces and scripts';

const NUMBER = /(\d+(?:\.\d+)+)/;

/** By the names of the findings. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  stm32flash: {
    group: FLASHING,
    feature: 'flashing tool for USART and I2C',
    // It has no option for its version, but says it before it fails to open a port.
    version: [['/'], /^stm32flash (\S+)/m],
  },
  'dfu-util': {
    group: FLASHING,
    feature: 'flashing tool for USB',
    version: [['--version'], /dfu-util (\S+)/],
  },
  stm32loader: {
    group: FLASHING,
    feature: 'flashing tool for USART, in Python',
    packages: [],
    install: 'pip install stm32loader',
    version: [['--version'], NUMBER],
  },
  STM32_Programmer_CLI: {
    group: FLASHING,
    feature: "ST's own flashing tool",
    packages: [],
    install: 'STM32CubeProgrammer: https://www.st.com/en/development-tools/stm32cubeprog.html',
  },
  usbip: {
    group: USBIP,
    feature: 'attaches the device of vstm32 run --usb usbip (Ubuntu: linux-tools-generic)',
    version: [['version'], NUMBER],
  },
  kmod: {
    group: USBIP,
    feature: 'modprobe loads vhci-hcd and i2c-dev',
    programs: ['modprobe', 'modinfo'],
    version: [['--version'], /version (\S+)/],
  },
  udev: {
    group: USBIP,
    feature: 'udevadm reloads the rule that lets everybody use the device',
    programs: ['udevadm'],
    version: [['--version'], /(\d+)/],
  },
  sudo: {
    group: USBIP,
    feature: 'modprobe, usbip attach and ip link for who is not root',
    install: 'su -c "apt-get install sudo"',
    version: [['--version'], NUMBER],
  },
  'i2c-tools': {
    group: BUSES,
    feature: 'i2cdetect and the like on /dev/i2c-N',
    programs: ['i2cdetect', 'i2cget', 'i2cset', 'i2cdump', 'i2ctransfer'],
    version: [['-V'], NUMBER],
  },
  'can-utils': {
    group: BUSES,
    feature: 'candump and cansend on can0',
    programs: ['candump', 'cansend'],
  },
  iproute2: {
    group: BUSES,
    feature: 'ip link sets the bit rate of a CAN interface of the kernel',
    programs: ['ip'],
    version: [['-V'], NUMBER],
  },
  ser2net: {
    group: 'Real boards: conform, record, compare',
    feature: 'a board on the network: --target rfc2217:HOST:PORT',
    version: [['-v'], NUMBER],
  },
  tshark: {
    group: SCRIPTS,
    feature: 'reads --pcapng captures, as Wireshark does',
    version: [['--version'], /(\d+\.\d+\.\d+)/],
  },
  curl: {
    group: SCRIPTS,
    feature: 'speaks the control API from scripts',
    version: [['--version'], NUMBER],
  },
  jq: { group: SCRIPTS, feature: 'reads --json in scripts', version: [['--version'], /(\d\S*)/] },
  socat: {
    group: SCRIPTS,
    feature: 'a local serial port for --usart tcp',
    version: [['-V'], /socat version (\S+)/],
  },
  podman: {
    group: SCRIPTS,
    feature: 'builds and runs the container; docker does as well',
    programs: ['podman', 'docker'],
  },
  git: { group: TESTS, feature: 'a clone of the repository', version: [['--version'], NUMBER] },
  'musl-gcc': { group: TESTS, feature: 'tools linked with musl', packages: ['musl-tools'] },
  chromium: { group: TESTS, feature: 'the page of the boards' },
  xmllint: { group: TESTS, feature: 'JUnit against its schema', packages: ['libxml2-utils'] },
  lsusb: { group: TESTS, feature: 'devices as Linux sees them', packages: ['usbutils'] },
  'qemu-system-x86_64': {
    group: TESTS,
    feature: 'a Linux guest with vhci-hcd',
    packages: ['qemu-system-x86'],
  },
  cpio: { group: TESTS, feature: 'the file system of that guest' },
  busybox: { group: TESTS, feature: 'the programs of that guest', packages: ['busybox-static'] },
  'arm-none-eabi-objcopy': {
    group: TESTS,
    feature: 'ELF files as a compiler makes them',
    packages: ['binutils-arm-none-eabi'],
  },
  debootstrap: { group: TESTS, feature: 'a root in which the container is tested' },
};

/** The programs that a finding is about: what a documented command may start. */
export function programsOf(name: string): readonly string[] {
  const program = PROGRAMS[name];
  return program === undefined ? [] : (program.programs ?? [name]);
}

/** A probe for each of them. */
export const programProbes: readonly Probe[] = Object.entries(PROGRAMS).map(([name, program]) => {
  const { group, feature, packages = [name], install = aptGet(packages) } = program;
  const probe = { name, group, feature, needed: false, install };
  const look = (signal: AbortSignal): Promise<string> => versionOf(name, program, signal);
  return { ...probe, ...(packages.length === 0 ? {} : { packages }), look };
});

/** Where programs are: also where sudo looks, and Debian's PATH of others than root does not. */
export function findProgram(name: string): string | undefined {
  const path = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const found = findTool(name, path);
  return typeof found === 'string' ? found : undefined;
}

async function versionOf(name: string, program: Program, signal: AbortSignal): Promise<string> {
  const { programs = [name], version } = program;
  const file = programs.map(findProgram).find((each) => each !== undefined);
  if (file === undefined) {
    // who is root needs no sudo
    if (name === 'sudo' && AS_ROOT === '') return 'not needed: this is root';
    throw new Error(`no ${programs.join(', no ')} on the PATH`);
  }
  if (version === undefined) return file;
  const [args, pattern] = version;
  const { said } = await ask(file, args, signal);
  return pattern.exec(said)?.[1] ?? 'version unknown';
}

/** Why a library cannot be preloaded into one of the flashing tools that are here; undefined where it can. */
export function whyNotPreloaded(library: string): string | undefined {
  const path = process.env['PATH'];
  for (const [name, { group }] of Object.entries(PROGRAMS)) {
    const file = group === FLASHING ? findProgram(name) : undefined;
    if (file === undefined) continue;
    try {
      checkTool(file, library, path);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
}
