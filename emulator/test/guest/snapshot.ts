import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { CACHE, QEMU, type Kernel } from './guest-files.ts';
import { makeInitrd } from './initrd.ts';
import { Qemu } from './qemu.ts';

/** Wall time in ms that booting may take: 6 s on an idle machine. */
const BOOT_MS = 100_000;
const MIGRATION_MS = 60_000;

/** Files that a guest is started from. */
export interface Snapshot {
  readonly initrd: string;
  /** State of the machine with its modules loaded. */
  readonly state: string;
}

/** The snapshot of a guest that has just booted, which is made on first use and kept. */
export async function snapshotOf(kernel: Kernel): Promise<Snapshot> {
  const hash = createHash('sha256').update(execFileSync(QEMU, ['--version']));
  for (const source of ['init.sh', 'initrd.ts', 'qemu.ts']) {
    hash.update(readFileSync(join(import.meta.dirname, source)));
  }
  const key = `${kernel.release}-${hash.digest('hex').slice(0, 16)}`;
  const snapshot = { initrd: join(CACHE, `initrd-${key}.gz`), state: join(CACHE, `state-${key}`) };
  if (existsSync(snapshot.state)) return snapshot;
  mkdirSync(CACHE, { recursive: true });
  removeOthers(key);
  const own = randomUUID(); // others may be doing the same
  const made = { initrd: `${snapshot.initrd}.${own}`, state: `${snapshot.state}.${own}` };
  try {
    makeInitrd(kernel, made.initrd);
    await bootAndSave(kernel, made);
    renameSync(made.initrd, snapshot.initrd);
    renameSync(made.state, snapshot.state);
  } finally {
    for (const file of Object.values(made)) rmSync(file, { force: true });
  }
  return snapshot;
}

/** A snapshot is 80 MB, and of no use to another version of the guest. */
function removeOthers(key: string): void {
  for (const name of readdirSync(CACHE)) {
    if (/^(initrd|state)-/.test(name) && !name.includes(key)) {
      rmSync(join(CACHE, name), { recursive: true, force: true });
    }
  }
}

async function bootAndSave(kernel: Kernel, { initrd, state }: Snapshot): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-guest-'));
  const control = join(folder, 'qmp');
  const qemu = new Qemu(kernel, initrd, ['-qmp', `unix:${control},server=on,wait=off`]);
  try {
    if ((await qemu.line('@up', BOOT_MS)) === undefined) {
      throw new Error(`the guest does not boot within ${BOOT_MS} ms: ${qemu.complaint}`);
    }
    await migrate(control, state);
  } finally {
    await qemu.close();
    rmSync(folder, { recursive: true });
  }
}

/** Writes the state of the machine to a file (QEMU Machine Protocol: migrate). */
async function migrate(control: string, file: string): Promise<void> {
  const socket = connect(control);
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const ask = async (command: string, args?: object): Promise<{ readonly status?: string }> => {
    socket.write(JSON.stringify({ execute: command, arguments: args }));
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('QEMU has ended');
      const message = JSON.parse(value) as { return?: { status?: string }; error?: unknown };
      if (message.error !== undefined) throw new Error(JSON.stringify(message.error));
      if (message.return !== undefined) return message.return; // others are events
    }
  };
  try {
    await ask('qmp_capabilities');
    await ask('migrate', { uri: `exec:cat > '${file}'` });
    for (let left = MIGRATION_MS; left > 0; left -= 100) {
      const { status } = await ask('query-migrate');
      if (status === 'completed') return;
      if (status === 'failed') break;
      await wait(100);
    }
    throw new Error('the state of the guest could not be saved');
  } finally {
    socket.destroy();
  }
}
