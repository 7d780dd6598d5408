import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the kernel is unpacked (`fetch-kernel.sh`), and where image and snapshot are kept. */
export const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/vstm32-guest');

export const QEMU = 'qemu-system-x86_64';

/** The kernel of the guest. */
export interface Kernel {
  readonly image: string;
  readonly release: string;
  /** Folder of its modules. */
  readonly modules: string;
}

/** The kernel that was fetched; undefined where there is none. */
export function findKernel(): Kernel | undefined {
  const boot = join(CACHE, 'kernel/boot');
  const name = existsSync(boot) && readdirSync(boot).find((each) => each.startsWith('vmlinuz-'));
  if (typeof name !== 'string') return undefined;
  const release = name.slice('vmlinuz-'.length);
  return {
    image: join(boot, name),
    release,
    modules: join(CACHE, 'kernel/lib/modules', release),
  };
}

/** What is missing for a guest; undefined when it can be started. */
export function guestLacks(): string | undefined {
  for (const [program, arg] of [
    [QEMU, '--version'],
    ['cpio', '--version'],
    ['depmod', '--version'],
  ] as const) {
    if (spawnSync(program, [arg]).status !== 0) return program;
  }
  if (spawnSync('/bin/busybox', ['true']).status !== 0) return 'busybox-static';
  if (findKernel() === undefined) return 'a kernel (emulator/test/guest/fetch-kernel.sh)';
  return undefined;
}
