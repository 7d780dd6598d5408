import { accessSync, closeSync, constants, existsSync, readFileSync } from 'node:fs';
import { openPtyEnds } from '../../links/serial/pty-native.ts';
import { AS_ROOT, Wrong, type Probe } from './finding.ts';

/** Fewer free pseudo-terminals than this are few: a file of boards and a terminal or two. */
const FEW = 16;

/** Probes for pseudo-terminals. */
export const terminalProbes: readonly Probe[] = [
  {
    name: 'pty',
    group: 'vstm32 run',
    feature: 'vstm32 run on a pseudo-terminal; without: --usart tcp:127.0.0.1:0',
    needed: process.platform !== 'win32',
    install: 'npm rebuild node-pty (needs: apt install make g++ python3)',
    look: openPty,
  },
  {
    name: 'pty-limit',
    group: 'vstm32 run',
    feature: 'one pseudo-terminal for each serial port',
    needed: false,
    look: freePtys,
  },
];

async function openPty(): Promise<string> {
  try {
    const { master, slave, slavePath } = await openPtyEnds();
    closeSync(slave);
    closeSync(master);
    return slavePath.replace(/\d+$/, '*');
  } catch (error) {
    if (process.platform === 'linux') checkDevices();
    throw error;
  }
}

/** Why Linux opens no pseudo-terminal, where that can be seen. @throws Wrong */
function checkDevices(): void {
  const mounts = readFileSync('/proc/mounts', 'utf8');
  if (!/^\S+ \/dev\/pts devpts /m.test(mounts)) {
    throw new Wrong(
      'no devpts is mounted on /dev/pts',
      `${AS_ROOT}mkdir -p /dev/pts && ${AS_ROOT}mount -t devpts -o ptmxmode=666 devpts /dev/pts`,
    );
  }
  if (!existsSync('/dev/ptmx')) {
    throw new Wrong('there is no /dev/ptmx', `${AS_ROOT}ln -s pts/ptmx /dev/ptmx`);
  }
  try {
    accessSync('/dev/ptmx', constants.R_OK | constants.W_OK);
  } catch {
    throw new Wrong('this user may not open /dev/ptmx', `${AS_ROOT}chmod 666 /dev/ptmx`);
  }
}

function freePtys(): string {
  if (!existsSync('/proc/sys/kernel/pty/max')) return 'no limit is known';
  const setting = (name: string): number =>
    Number(readFileSync(`/proc/sys/kernel/pty/${name}`, 'utf8'));
  const [used, most] = [setting('nr'), setting('max') - setting('reserve')];
  const says = `${used} of ${most} in use`;
  if (most - used >= FEW) return says;
  throw new Wrong(says, `${AS_ROOT}sysctl -w kernel.pty.max=${setting('max') + 1024}`);
}
