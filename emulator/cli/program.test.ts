import { expect, test } from 'vitest';
import { chooseDevice } from '../board/device-name.ts';
import { vstm32 } from '../test/vstm32.ts';
import { commands } from './index.ts';
import { attempt } from './program.ts';

test.each([
  [
    ['run'],
    /^ run: the device is missing, as STM32F405: vstm32 devices lists them \(vstm32 run --help shows how\)$/,
  ],
  [['boot'], /^ boot: the device is missing, as STM32F405/],
  [['runn', 'STM32F405'], /there is no command runn, did you mean run\?/],
  [['xyz'], /^: there is no command xyz \(vstm32 --help shows how\)$/],
  [
    ['run', 'STM32F405', '--flash-sise', '512'],
    /unknown argument flash-sise, did you mean --flash-size\?/,
  ],
  [['run', 'STM32F405', '--flash', '1024'], /unknown argument flash, did you mean --flash-size\?/],
  [['run', 'STM32F405', '--state', ''], /^: --state '': name a folder, or leave --state out$/],
  [['run', 'STM32F405', '--control', ''], /^: --control '': name a file, or leave --control out$/],
  [
    ['run', 'STM32F405', '--usart', 'pty:/no/such/folder/tty'],
    /^: cannot make the link \/no\/such\/folder\/tty: there is no folder \/no\/such\/folder$/,
  ],
  [
    ['run', 'STM32F405', '--load', '/dev/zero'],
    /^: --load \/dev\/zero: it is a device or a socket: name a file$/,
  ],
  [['run', 'STM32F405', '--load', '/'], /^: --load \/: it is a folder: name a file$/],
  [['run', 'STM32F405', '--rdp', '1', '--rdp', '2'], /^: --rdp is given twice: give it once$/],
  [['run', 'STM32F405', '--rdp', '3'], /^: --rdp 3: the level is 0, 1 or 2$/],
  [['run', 'STM32F405', '--boot0', 'x'], /^: --boot0 x: the level is 0 or 1$/],
  [['run', 'STM32F405', '--boot0'], /Not enough arguments following: boot0/],
  [['run', 'STM32F405', '--usart', 'com1'], /^: --usart com1: write pty, pty:/],
  [['run', 'STM32F405', '--usart', 'USART9=pty'], /has no USART9: it listens on USART1, USART3/],
  [
    ['run', 'STM32F405', '--usart', 'tcp', '--usart', 'USART1=tcp'],
    /USART1 is given two links: give it one/,
  ],
  [
    ['run', 'STM32F405', '--speed', 'fast'],
    /--speed fast: write instant, real, or a factor such as 10x/,
  ],
  [['run', 'STM32F405', '--uid', '12'], /--uid 12: the unique ID is 24 hex digits/],
  [['run', 'STM32F405', '--trace', 'xml'], /--trace xml: write text, json or none/],
  [['run', 'STM32F405', '--quirk', 'two-nacks'], /--quirk two-nacks: write it as NAME=VALUE/],
  [['run', 'STM32F405', '--quirk', 'no-such=on'], /no quirk is called no-such/],
  [['run', 'STM32F405', '--option', 'nRST_SLOP=1'], /has no option nRST_SLOP/],
  [['run', 'STM32F405', '--app', 'doom'], /no application 'doom'/],
  [['run', 'STM32F405', '--wire', 'dtr=led'], /--wire: 'dtr=led' is not LINE=PIN/],
  [
    ['run', 'STM32F405', '--bootloader', '1.0'],
    /has no bootloader 1.0: use one of 3.0, 3.1, 9.0, 9.1/,
  ],
  [
    ['run', 'STM32F405', '--save', '/no/such/folder/x.bin'],
    /--save \/no\/such\/folder\/x.bin: cannot be written/,
  ],
  [['exec', 'STM32F405', '--until', '1y', '--', 'true'], /^: --until 1y: write a span of time/],
  [['ctl'], /^ ctl: the socket is missing/],
  [['ctl', '/no/such/socket'], /^ ctl: the word is missing/],
  [
    ['exec', 'STM32F405', 'stm32flash', '-v', '{usart}'],
    /^ exec: put -- between its own options and the tool, as in vstm32 exec STM32F405 -- stm32flash/,
  ],
  [
    ['run', 'STM32F405', '--control', '/no/such/folder/socket'],
    /^: --control \/no\/such\/folder\/socket: there is no folder \/no\/such\/folder$/,
  ],
])('vstm32 %j is answered in one line that says what to do', async (args, line) => {
  const failure = await attempt(args, commands);
  expect(failure?.line).toMatch(line);
  expect(failure?.line).not.toContain('\n');
  expect(failure?.exitCode).toBe(args[0] === 'exec' ? 125 : 2);
});

test('an error of ours is one line on stderr with its exit code, and its stack with --verbose', async () => {
  expect(await vstm32(['run', 'STM32F403'])).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: expect.stringMatching(
      /^vstm32: no device is called STM32F403; did you mean .*\n$/,
    ) as string,
  });
  const { stderr } = await vstm32(['run', 'STM32F403', '--verbose']);
  expect(stderr).toMatch(/EmulatorError: no device.*\n +at /);
});

test('help shows each command with examples, also by -h', async () => {
  const names = ['run', 'exec', 'devices', 'ctl', 'doctor'];
  const helps = await Promise.all(
    names.map((name) => vstm32([name, name === 'run' ? '-h' : '--help'])),
  );
  for (const [index, { code, stdout }] of helps.entries()) {
    expect(code).toBe(0);
    expect(stdout).toContain(`Examples:\n  vstm32 ${names[index]} `);
  }
});

test('devices lists every line with names that run takes', async () => {
  const { code, stdout } = await vstm32(['devices', '--json']);
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as { id: string; productId: string; flashKiB: number[] }[];
  expect(rows.length).toBeGreaterThanOrEqual(10);
  for (const { id, flashKiB } of rows) {
    for (const size of flashKiB) expect(chooseDevice(id, size).flashKiB).toBe(size);
  }
  expect(rows.find(({ id }) => id === 'STM32F411')).toEqual({
    id: 'STM32F411',
    productId: '0x431',
    parts: ['STM32F411'],
    flashKiB: [256, 512],
    ramKiB: [{ parts: ['STM32F411'], byFlashKiB: { 256: 128, 512: 128 } }],
    bootloaders: ['13.0'],
    usarts: ['USART1', 'USART2'],
    i3cs: [],
    unknown: [],
  });
  expect(rows.find(({ id }) => id === 'STM32H503')).toMatchObject({ i3cs: ['I3C1'] });
  const table = await vstm32(['devices']);
  expect(table.stdout).toMatch(
    /^LINE .*\n\nI3C of STM32H503, STM32H523_533, STM32H562_563_573: in memory alone, .*\n$/s,
  );
});
