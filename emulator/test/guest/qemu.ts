import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { QEMU, type Kernel } from './guest-files.ts';

/** Software emulation, as continuous integration offers no other; what the guest sees; how it is reached. */
const MACHINE = `
  -M q35 -accel tcg -cpu max -m 512 -nodefaults -display none -no-reboot
  -serial file:/dev/null -serial stdio
  -netdev user,id=n0 -device virtio-net-pci,romfile=,netdev=n0
  -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap
  -device virtio-9p-pci,fsdev=host,mount_tag=host
`;
const KERNEL_OPTIONS = 'console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable';

/** What the guest has said on its second serial port, line by line, and a way to write there. */
export class Qemu {
  readonly #process: ChildProcess;
  readonly #said: string[] = [];
  #heard: (() => void) | undefined;
  #stderr = '';
  #notStarted = false;
  readonly #end = (): void => void this.#process.kill('SIGKILL');

  /** Starts QEMU; `more` are further arguments. */
  constructor(kernel: Kernel, initrd: string, more: readonly string[]) {
    const machine = MACHINE.trim().split(/\s+/);
    const boots = ['-kernel', kernel.image, '-initrd', initrd, '-append', KERNEL_OPTIONS];
    this.#process = spawn(QEMU, [...machine, ...boots, ...more], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    process.once('exit', this.#end); // also of a test that is cut short
    this.#process.once('error', (error) => {
      this.#notStarted = true;
      this.#stderr += error.message;
      this.#heard?.();
    });
    this.#process.once('close', () => {
      process.off('exit', this.#end);
      this.#heard?.();
    });
    this.#process.stdin!.on('error', () => {}); // it has ended: `line` says so
    this.#process.stderr!.on('data', (text: Buffer) => {
      this.#stderr += text.toString();
    });
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.#said.push(line);
      this.#heard?.();
    });
  }

  get #ended(): boolean {
    const { exitCode, signalCode } = this.#process;
    return this.#notStarted || exitCode !== null || signalCode !== null;
  }

  /** What QEMU complains of, to be told with what it fails in. */
  get complaint(): string {
    return this.#stderr.trim() === '' ? 'QEMU says nothing' : this.#stderr.trim();
  }

  write(line: string): void {
    this.#process.stdin!.write(`${line}\n`);
  }

  /** Waits for a line that begins with `start`, for at most `withinMs`; undefined when none came. */
  async line(start: string, withinMs: number): Promise<string | undefined> {
    const late = new AbortController();
    const deadline = wait(withinMs, undefined, { signal: late.signal }).catch(() => {});
    let over = false;
    void deadline.then(() => {
      over = true;
    });
    try {
      for (;;) {
        // The first bytes after a restore may be lost, or others stand before them.
        const found = this.#said.find((line) => line.includes(start));
        this.#said.splice(
          0,
          found === undefined ? this.#said.length : this.#said.indexOf(found) + 1,
        );
        if (found !== undefined) return found.slice(found.indexOf(start));
        if (this.#ended) throw new Error(`QEMU has ended: ${this.complaint}`);
        if (over) return undefined;
        const heard = new Promise<void>((resolve) => {
          this.#heard = resolve;
        });
        await Promise.race([heard, deadline]);
      }
    } finally {
      late.abort();
    }
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await once(this.#process, 'close');
  }
}
