import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CACHE, type Kernel } from './guest-files.ts';

/** Modules that tests use, by their file names; what they depend on comes along. */
const MODULES = `
  virtio_pci virtio_net 9p 9pnet_virtio overlay
  vhci-hcd cdc-acm i2c-dev i2c-tiny-usb
  can can-raw vcan slcan gs_usb
`;

/** Makes the guest's first file system: busybox, the modules and `init.sh`. */
export function makeInitrd(kernel: Kernel, file: string): void {
  const root = mkdtempSync(join(CACHE, 'initrd-'));
  try {
    for (const folder of ['bin', 'dev', 'mnt', 'modules', 'proc', 'sys', 'tmp']) {
      mkdirSync(join(root, folder));
    }
    copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
    copyFileSync(join(import.meta.dirname, 'init.sh'), join(root, 'init'));
    execFileSync('chmod', ['+x', join(root, 'init'), join(root, 'bin/busybox')]);
    const modules = modulesInOrder(kernel);
    for (const module of modules) {
      copyFileSync(join(kernel.modules, module), join(root, 'modules', basename(module)));
    }
    writeFileSync(
      join(root, 'modules/list'),
      modules.map((each) => `${basename(each)}\n`).join(''),
    );
    execFileSync('sh', ['-c', 'find . | cpio --quiet -o -H newc | gzip -1 > "$1"', 'sh', file], {
      cwd: root,
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Files of the modules, each behind those that it needs. */
function modulesInOrder({ modules, release }: Kernel): readonly string[] {
  const table = join(modules, 'modules.dep');
  if (!existsSync(table)) {
    execFileSync('depmod', ['-b', dirname(dirname(dirname(modules))), release]);
  }
  // modules.dep(5): FILE: FILES THAT IT NEEDS
  const needs = new Map(
    readFileSync(table, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(':') as [string, string])
      .map(([file, needed]) => [file, needed.split(' ').filter((each) => each !== '')]),
  );
  const byName = new Map([...needs.keys()].map((file) => [basename(file).split('.')[0], file]));
  const ordered = new Set<string>();
  const add = (file: string): void => {
    if (ordered.has(file)) return;
    for (const each of needs.get(file) ?? []) add(each);
    ordered.add(file);
  };
  for (const name of MODULES.trim().split(/\s+/)) {
    const file = byName.get(name);
    if (file !== undefined) add(file); // others are built into the kernel
  }
  return [...ordered];
}
