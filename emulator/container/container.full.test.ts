import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../test/host-tool.ts';
import { packInCopy } from '../test/packed.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = readFileSync(join(import.meta.dirname, 'Containerfile'), 'utf8');
const run = promisify(execFile);

/** An instruction with its arguments, in the order of the file; a line that ends in a backslash goes on. */
const instructions = FILE.split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .flatMap((line) => {
    const [, word, rest] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    return word === undefined ? [] : [{ word, rest: rest! }];
  });

const argumentOf = (word: string): string | undefined =>
  instructions.find((each) => each.word === word)?.rest;

test('the steps of the container file are those that are run here', () => {
  const known = ['FROM', 'RUN', 'COPY', 'USER', 'WORKDIR', 'ENTRYPOINT', 'CMD'];
  expect(instructions.map(({ word }) => word).filter((word) => !known.includes(word))).toEqual([]);
  expect(argumentOf('FROM')).toBe('docker.io/library/debian:trixie-slim');
});

/** It takes minutes and a mirror of Debian. */
const wanted = process.env['VSTM32_CONTAINER'] !== undefined;
const possible = wanted && process.getuid?.() === 0 && has('debootstrap');
const why = wanted ? 'which needs root and debootstrap' : 'which VSTM32_CONTAINER=1 asks for';

describe.skipIf(!possible)(`the container file in a root of Debian trixie, ${why}`, () => {
  let folder: string;
  let root: string;

  /** Runs a command in the root, as the user and in the folder that the file has come to, and with its own PATH. */
  const inRoot = async (script: string, user = 'root', cwd = '/'): Promise<string> => {
    const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const home = user === 'root' ? '/root' : `/home/${user}`;
    // the certificates of this machine, whose way to the registry of npm may be its own
    const npm = existsSync(join(root, 'ca.crt')) ? { npm_config_cafile: '/ca.crt' } : {};
    // devices and processes, as an engine mounts them; they go with the namespace
    const mounts = 'mount -t proc proc proc && mount --rbind /dev dev';
    const become = `exec setpriv --reuid ${user} --regid ${user} --init-groups sh -c 'cd "$0" && eval "$1"' "$1" "$2"`;
    const inside = `${mounts} && exec chroot . sh -c '${become.replaceAll("'", `'\\''`)}' sh "$1" "$2"`;
    const isolated = ['--mount', '--pid', '--fork', '--kill-child=KILL'];
    const { stdout, stderr } = await run(
      'unshare',
      [...isolated, 'sh', '-c', inside, 'sh', cwd, script],
      { cwd: root, env: { PATH, HOME: home, ...npm }, maxBuffer: 1 << 26 },
    );
    return stdout + stderr;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vstm32-container-'));
    const source = join(folder, 'source');
    root = join(folder, 'root');
    await packInCopy(source);
    // FROM
    await run('debootstrap', ['--variant=minbase', 'trixie', root]);
    const cafile = (await run('npm', ['config', 'get', 'cafile'])).stdout.trim();
    if (existsSync(cafile)) cpSync(cafile, join(root, 'ca.crt'));
    for (const { word, rest } of instructions) {
      if (word === 'RUN') await inRoot(rest);
      if (word === 'COPY') copied(source, rest);
      if (word === 'WORKDIR') mkdirSync(join(root, rest), { recursive: true });
    }
  }, 1_800_000);
  afterAll(() => rmSync(folder, { recursive: true }), 300_000);

  function copied(from: string, words: string): void {
    const names = words.split(' ');
    const to = join(root, names.pop()!);
    const pattern = new RegExp(
      `^(${names.join('|').replaceAll('.', '\\.').replaceAll('*', '.*')})$`,
    );
    const files = readdirSync(from).filter((name) => pattern.test(name));
    expect(files.length, words).toBeGreaterThan(0);
    for (const file of files) cpSync(join(from, file), join(to, file), { recursive: true });
  }

  /** What the container says when it is run with these words. */
  const container = async (words: string): Promise<string> => {
    const entry = (JSON.parse(argumentOf('ENTRYPOINT')!) as string[]).join(' ');
    const said = await inRoot(`${entry} ${words}`, argumentOf('USER'), argumentOf('WORKDIR'));
    // oxlint-disable-next-line no-console -- who asks for this test wants to see the run
    console.log(`$ ${entry} ${words}\n${said}`);
    return said;
  };

  test('vstm32 --version is that of the packed file', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await container('--version')).toBe(`${version}\n`);
  });

  test('vstm32 doctor is content', async () => {
    const said = await container('doctor --timeout 60');
    for (const name of ['node', 'pty', 'cc', 'LD_PRELOAD', 'stm32flash', 'dfu-util', 'loopback']) {
      expect(said).toMatch(new RegExp(`^ {2}ok +${name} `, 'm'));
    }
    expect(said).not.toContain('The tests of a clone');
  });

  test('stm32flash and dfu-util flash a chip there, as a user who is not root', async () => {
    expect(argumentOf('USER')).not.toBe('root');
    const image = Uint8Array.from({ length: 4096 }, (_, at) => at % 251);
    const home = join(root, argumentOf('WORKDIR')!);
    writeFileSync(join(home, 'firmware.bin'), image);
    const serial = await container('exec STM32F405 -- stm32flash -w firmware.bin -v {usart}');
    expect(serial).toContain('57600 8E1');
    expect(serial).toMatch(/Wrote and verified address 0x08001000 .*Done\./);
    const usb = 'exec STM32F405 --save after.bin -- dfu-util -a 0 -s 0x08000000 -D firmware.bin';
    expect(await container(usb)).toContain('File downloaded successfully');
    expect(readFileSync(join(home, 'after.bin')).subarray(0, image.length)).toEqual(
      Buffer.from(image),
    );
  });
});
