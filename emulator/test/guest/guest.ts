import { findKernel } from './guest-files.ts';
import { Qemu } from './qemu.ts';
import { snapshotOf } from './snapshot.ts';

/** How a command in the guest ended, and what it wrote to its standard output and error. */
export interface GuestRun {
  readonly code: number;
  readonly output: string;
}

/** Where servers on this machine's loopback address are reached from the guest. */
export const HOST_ADDRESS = '10.0.2.2';

/** Between two attempts to wake the guest's shell after a restore, in ms. */
const KNOCK_MS = 50;
const START_MS = 30_000;
const COMMAND_MS = 60_000;

/** This machine's programs and files in a new root; what the guest writes there stays with it. */
const MOUNT_HOST = `
mkdir -p /mnt/host /mnt/new /host
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose host /mnt/host
mount -t tmpfs new /mnt/new
mkdir /mnt/new/upper /mnt/new/work
mount -t overlay -o lowerdir=/mnt/host,upperdir=/mnt/new/upper,workdir=/mnt/new/work overlay /host
for each in proc sys dev; do mount --bind /$each /host/$each; done
mkdir -p /host/run /host/var/run
mount -t tmpfs run /host/run
`;

/**
 * A Linux with the kernel drivers that this machine may lack: vhci-hcd, cdc-acm, i2c-dev, i2c-tiny-usb,
 * can-raw, vcan, slcan, gs_usb. It sees this machine's programs and files, and its servers on 127.0.0.1 at
 * `HOST_ADDRESS`.
 */
export class Guest implements AsyncDisposable {
  readonly #qemu: Qemu;
  #commands = 0;

  /** Starts a guest of its own from the snapshot; `guestLacks()` tells what this machine lacks for it. */
  static async start(): Promise<Guest> {
    const kernel = findKernel();
    if (kernel === undefined) throw new Error('there is no kernel: run fetch-kernel.sh');
    const { initrd, state } = await snapshotOf(kernel);
    const guest = new Guest(new Qemu(kernel, initrd, ['-incoming', `exec:cat '${state}'`]));
    try {
      await guest.#wake();
      const { code, output } = await guest.#send(MOUNT_HOST, COMMAND_MS);
      if (code !== 0) throw new Error(`the guest cannot mount this machine's files: ${output}`);
      return guest;
    } catch (error) {
      await guest.close();
      throw error;
    }
  }

  private constructor(qemu: Qemu) {
    this.#qemu = qemu;
  }

  /** Runs a shell command as root to its end, for at most `withinMs` of wall time. */
  async run(command: string, withinMs: number = COMMAND_MS): Promise<GuestRun> {
    const script = Buffer.from(command).toString('base64');
    return await this.#send(
      `export HOME=/root LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
echo ${script} | base64 -d > /host/run/command
exec chroot /host /bin/sh /run/command`,
      withinMs,
    );
  }

  /** Ends the guest; nothing of what it has written is left. */
  async close(): Promise<void> {
    await this.#qemu.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The first bytes on the serial port after a restore get lost. */
  async #wake(): Promise<void> {
    for (let left = START_MS; left > 0; left -= KNOCK_MS) {
      this.#qemu.write('');
      if ((await this.#qemu.line('@up', KNOCK_MS)) !== undefined) return;
    }
    throw new Error(`the guest does not answer within ${START_MS} ms: ${this.#qemu.complaint}`);
  }

  async #send(script: string, withinMs: number): Promise<GuestRun> {
    const id = `command${++this.#commands}`;
    this.#qemu.write(`${id} ${Buffer.from(script).toString('base64')}`);
    const answer = await this.#qemu.line(`@${id} `, withinMs);
    if (answer === undefined) {
      throw new Error(
        `the guest needs more than ${withinMs} ms: ${script}: ${this.#qemu.complaint}`,
      );
    }
    const [, code, output = ''] = answer.trim().split(' ');
    return { code: Number(code), output: Buffer.from(output, 'base64').toString() };
  }
}
