import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../../test/host-tool.ts';
import { vstm32 } from '../../test/vstm32.ts';
import { ctlOf } from '../../test/ctl.ts';
import { execTool } from './exec-tool.ts';
import type { ExecArguments } from './exec-tool.ts';
import { commands } from '../index.ts';
import { attempt } from '../program.ts';

const DEVICE = 'STM32F405';

interface Execution {
  readonly exitCode: number;
  readonly said: string;
}

async function exec(
  command: readonly string[],
  options: Partial<ExecArguments> = {},
): Promise<Execution> {
  const said: string[] = [];
  const argv = { device: DEVICE, ...options, '--': command };
  const exitCode = await execTool(argv, (text) => said.push(text));
  return { exitCode, said: said.join('\n') };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-exec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program compiled from C. */
function compiled(name: string, source: string, ...command: readonly string[]): string {
  const path = join(folder, name);
  const [cc = 'cc', ...options] = command;
  const { stderr, status } = spawnSync(cc, ['-x', 'c', '-', '-o', path, ...options], {
    input: source,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return path;
}

describe.skipIf(!has('cc'))('exec', () => {
  test('ends with the code of the tool, 128+n after a signal', async () => {
    expect(await exec(['sh', '-c', 'exit 7'])).toMatchObject({ exitCode: 7 });
    expect(await exec(['sh', '-c', 'kill -KILL $$'])).toMatchObject({ exitCode: 137 });
  });

  test('ends with 124 when the time is up', async () => {
    expect(await exec(['sleep', '60'], { until: '100ms' })).toMatchObject({ exitCode: 124 });
  });

  test('ends with 126 and 127 for what cannot be run or is not there, and says so', async () => {
    const folder = import.meta.dirname;
    expect(await exec([folder])).toEqual({
      exitCode: 126,
      said: `vstm32: ${folder} is a folder: name a program in it`,
    });
    expect(await exec(['no-such-tool'])).toEqual({
      exitCode: 127,
      said: 'vstm32: there is no program no-such-tool in PATH: install it or give its path',
    });
  });

  test('leaves standard output to the tool and tells on stderr what it did', async () => {
    const { code, stdout, stderr } = await vstm32(['exec', DEVICE, '--', 'echo', '{usart}', '-v']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\/dev\/pts\/\d+ -v\n$/);
    expect(stderr.split('\n')).toEqual([
      'commands  none',
      'flash     0 bytes programmed, 0 bytes erased',
      'chip      bootloader',
      '',
    ]);
  });

  test('obeys vstm32 ctl while the tool runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vstm32-exec-'));
    try {
      const [socket, go] = [join(folder, 'control'), join(folder, 'go')];
      const tool = ['sh', '-c', `until [ -e ${go} ]; do sleep 0.02; done`];
      const ended = exec(tool, { control: socket, json: true });
      await expect.poll(() => existsSync(socket)).toBe(true);
      expect(await ctlOf(socket)('reset')).toMatchObject({ state: 'bootloader' });
      writeFileSync(go, '');
      expect(JSON.parse((await ended).said)).toMatchObject({ exitCode: 0, resets: { NRST: 1 } });
      await expect(ctlOf(socket)('reset')).rejects.toThrow('no board listens');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('says once that a tool passes the C library by, and so has no modem lines', async () => {
    const tool = compiled(
      'raw',
      `#include <fcntl.h>
       #include <sys/syscall.h>
       #include <unistd.h>
       int main(int count, char **words) {
         long fd = syscall(SYS_openat, AT_FDCWD, words[1], O_RDWR | O_NOCTTY);
         char bytes[] = {0x7f, 0x00, (char)0xff, 0}, answer[16];
         syscall(SYS_write, fd, bytes, 1);
         syscall(SYS_read, fd, answer, 1);
         syscall(SYS_write, fd, bytes + 1, 2);
         syscall(SYS_read, fd, answer, count);
         return 0;
       }`,
    );
    const { exitCode, said } = await exec([tool, '{usart}']);
    expect(exitCode).toBe(0);
    expect(
      said.match(/note +a program reached .* past the C library, as those in Go/g),
    ).toHaveLength(1);
    const { said: usual } = await exec(['sh', '-c', 'printf "\\177" >{usart}']);
    expect(usual).not.toContain('C library');
  });

  test('shows the chip to a tool that loads libusb-1.0 by itself, by name or path', async () => {
    const tool = compiled(
      'loader',
      `#include <dlfcn.h>
       #include <string.h>
       struct version { unsigned short numbers[4]; const char *rc, *describe; };
       int main(int count, char **words) {
         void *library = dlopen(words[count - 1], RTLD_NOW);
         if (library == 0) return 1;
         const struct version *(*version)(void) = dlsym(library, "libusb_get_version");
         return strcmp(version()->describe, "vstm32") != 0;
       }`,
      'cc',
      '-ldl',
    );
    const another = compiled('libusb-1.0.so.0', 'int none;', 'cc', '-shared');
    for (const name of ['libusb-1.0.so', 'libusb-1.0.so.0.3.0', another]) {
      expect({ name, ...(await exec([tool, name])) }).toMatchObject({ name, exitCode: 0 });
    }
  });

  test('leaves a tool the libraries that its own search path leads to', async () => {
    const library = compiled('libplugin.so', 'int plugin = 7;', 'cc', '-shared');
    const tool = compiled(
      'plugged',
      `#include <dlfcn.h>
       int main(void) {
         void *library = dlopen("libplugin.so", RTLD_NOW);
         return library == 0 ? 1 : *(int *)dlsym(library, "plugin");
       }`,
      'cc',
      '-ldl',
      `-Wl,--enable-new-dtags,-rpath,${dirname(library)}`,
    );
    expect((await exec([tool])).exitCode).toBe(7);
  });

  test.skipIf(!has('musl-gcc'))('explains why a tool linked with musl is not run', async () => {
    const tool = compiled('musl', 'int main(void) { return 0; }', 'musl-gcc');
    const failure = await attempt(['exec', DEVICE, '--', tool], commands);
    expect(failure?.exitCode).toBe(125);
    expect(failure?.line).toMatch(
      /musl is linked with musl and the preload library with glibc, so it cannot be preloaded: set CC to a compiler for musl, or start vstm32 run/,
    );
  });

  test('says that a link listens on every address', async () => {
    const { said } = await exec(['true'], { usb: 'usbip:0.0.0.0:0' });
    expect(said).toMatch(/^vstm32: usb \(usbip\) listens on every address \(0\.0\.0\.0\): whoever/);
    const { said: usual } = await exec(['true'], { usb: 'usbip:127.0.0.1:0' });
    expect(usual).not.toContain('listens');
  });

  test('counts commands, refusals and surprises of a host by hand', async () => {
    const talk = String.raw`exec 3<>{usart}; stty parenb <&3
      send() { printf "$1" >&3; head -c "$2" <&3 >/dev/null; }
      send '\177' 1; send '\002\375' 5; send '\002\375' 5; send '\002\002' 1
      send '\104\273' 1; send '\000\000\003\204\207' 1`;
    const { said } = await exec(['sh', '-c', talk], { json: true });
    expect(JSON.parse(said)).toEqual({
      exitCode: 0,
      device: 'STM32F405_407_415_417',
      state: 'bootloader',
      commands: { 'get-id': 2, 'extended-erase': 1 },
      programmedBytes: 0,
      erasedBytes: 0,
      nacks: { 'complement: 02 02': 1 },
      dropped: { 'erase of page 900: there is no such page': 1 },
      resets: {},
      surprises: [],
    });
    const deaf = await exec(['sh', '-c', String.raw`printf '\125\177' >{usart}`]);
    expect(deaf.said).toContain(
      'note      first byte on USART1 was 0x55, not 0x7F: the port is deaf',
    );
  });
});

test.each([
  [['exec', DEVICE], /^: no tool to run: put it behind --, as in vstm32 exec STM32F405 -- /],
  [
    ['exec', DEVICE, '--usart', 'tcp', '--', 'true'],
    /^: a tool is run on a pty: leave --usart out/,
  ],
  [
    ['exec', DEVICE, '--', 'true', '--port={uart}'],
    /^: there is no port \{uart\}: the board has \{usart\}, \{usb\}, .*\{can\} \(for the word itself write \{\{uart\}\}\)$/,
  ],
  [
    ['exec', 'STM32F103x8', '--', 'candump', '{can}'],
    /^: there is no port \{can\}: the board has \{usart\} \(/,
  ],
  [['exec', 'STM32F403', '--', 'true'], /^: no device is called STM32F403/],
  [['exec', '--', 'true'], /^: name a device, as in vstm32 exec STM32F405/],
  [
    ['exec', DEVICE, '--boards', 'two.yaml', '--', 'true'],
    /^: STM32F405: with --boards the devices/,
  ],
  [
    ['exec', '--boards', 'no.yaml', '--rdp', '1', '--', 'true'],
    /^: --rdp: with --boards the options/,
  ],
  [['exec', '--boards', 'no.yaml', '--', 'true'], /^: no\.yaml: ENOENT/],
  [['exec', DEVICE, '--nonsense', '--', 'true'], /^ exec: unknown argument nonsense/],
  [['exec', DEVICE, 'stm32flash', '--', 'true'], /^ exec: unknown argument stm32flash/],
])('vstm32 %j is its own failure: 125', async (args, line) => {
  const failure = await attempt(args, commands);
  expect(failure?.line).toMatch(line);
  expect(failure?.exitCode).toBe(125);
});
