import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type PtyBench } from '../../test/hosts/pty-fixture.ts';
import { pythonWithSerial } from '../../test/hosts/python-serial.ts';
import { runTool } from './exec.ts';

const hasCc = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;
const besideThis = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

let folder: string;
let host: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
  host = join(folder, 'serial-host');
  // Fortified, as distributions build their tools: open() is another function then.
  const flags = ['-O2', '-D_FORTIFY_SOURCE=2', '-pthread'];
  if (hasCc) spawnSync('cc', [...flags, '-o', host, besideThis('../../test/hosts/serial-host.c')]);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a tool printed, line by line. */
async function run(bench: PtyBench, command: readonly string[]): Promise<string[]> {
  const output = join(folder, 'output');
  const redirected = ['sh', '-c', 'exec "$0" "$@" > "$OUTPUT"', ...command];
  const env = { ...process.env, OUTPUT: output };
  const { exitCode } = await runTool(redirected, { ports: { usart: bench.link }, env });
  expect({ command, exitCode }).toEqual({ command, exitCode: 0 });
  return readFileSync(output, 'utf8').split('\n').slice(0, -1);
}

/** What the C host printed while it did `verbs`, and what happened at the pins. */
async function act(verbs: string): Promise<{ printed: string[]; log: string[] }> {
  await using bench = await openBench();
  const printed = await run(bench, [host, '{usart}', ...verbs.split(' ')]);
  return { printed, log: bench.usart.log };
}

/** The log with bytes that came in several pieces put together. */
function joined(log: readonly string[]): string[] {
  const result: string[] = [];
  for (const entry of log) {
    if (entry.startsWith('rx ') && result.at(-1)?.startsWith('rx '))
      result.push(result.pop()! + entry.slice(3));
    else result.push(entry);
  }
  return result;
}

const LINE_8N1 = 'line {"baud":38400,"parity":"none","dataBits":8,"stopBits":1}';
const OPENED = ['lines dtr rts', LINE_8N1];
const CLOSED = ['lines -dtr -rts'];

test.skipIf(!hasCc)('the library compiles without a warning', () => {
  const flags = [
    '-std=c11',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Werror',
    '-shared',
    '-fPIC',
  ];
  const { stderr, status } = spawnSync('cc', [...flags, '-o', '/dev/null', besideThis('tty.c')], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});

describe.skipIf(!hasCc)('a port under the preload library', () => {
  test.each([
    'open write a close',
    'openat writev a close',
    'fopen print a fclose',
    'open write a',
  ])('is opened and closed with both lines: %s', async (verbs) => {
    const { log } = await act(verbs);
    expect(log).toEqual([...OPENED, 'rx a', ...CLOSED]);
  });

  test('is closed when its last descriptor is', async () => {
    const { log } = await act('open dup close write a dup-over open write b');
    expect(log).toEqual([...OPENED, 'rx a', ...CLOSED, ...OPENED, 'rx b', ...CLOSED]);
  });

  test('stays open in a child whose parent closes it first', async () => {
    const { log } = await act('open fork-away write a close');
    expect(log).toEqual([...OPENED, 'rx a', ...CLOSED]);
  });

  test('stays open in a parent whose child closes it', async () => {
    const { log, printed } = await act('open fork close rest dtr 0 lines close');
    expect(log).toEqual([...OPENED, 'lines -dtr rts', ...CLOSED]);
    expect(printed).toEqual(['-dtr rts']);
  });

  test('stays open over exec, and is closed by the new program', async () => {
    const { log } = await act('open exec write a close open write b');
    expect(log).toEqual([...OPENED, LINE_8N1, 'rx a', ...CLOSED, ...OPENED, 'rx b', ...CLOSED]);
  });

  test('is shared with a program that was spawned with it', async () => {
    const { log, printed } = await act('open spawn lines dtr 0 close');
    expect(log).toEqual([...OPENED, LINE_8N1, 'lines -dtr rts', ...CLOSED]);
    expect(printed).toEqual(['dtr rts', '-dtr rts']);
  });

  test('survives a program that closes every descriptor there is', async () => {
    const { log } = await act('open close-all open write b');
    expect(log).toEqual([...OPENED, ...CLOSED, ...OPENED, 'rx b', ...CLOSED]);
  });

  test('reads back the lines that were set', async () => {
    const { log, printed } = await act('open lines dtr 0 lines rts 0 lines both 1 lines close');
    expect(printed).toEqual(['dtr rts', '-dtr rts', '-dtr -rts', 'dtr rts']);
    expect(log.slice(2)).toEqual(['lines -dtr rts', 'lines -dtr -rts', 'lines dtr rts', ...CLOSED]);
  });

  test.each([
    ['8E1', '{"baud":57600,"parity":"even","dataBits":8,"stopBits":1}'],
    ['7O2', '{"baud":57600,"parity":"odd","dataBits":7,"stopBits":2}'],
  ])('keeps %s, by tcsetattr', async (mode, line) => {
    const { log, printed } = await act(`open set ${mode} show`);
    expect(printed).toEqual([mode, mode, '57600']);
    expect(log[2]).toBe(`line ${line}`);
  });

  test('keeps its setting for the program that opens it next', async () => {
    await using bench = await openBench();
    const settings = ['open', 'set', '8E1', 'close', 'open', 'show'];
    expect(await run(bench, [host, '{usart}', ...settings])).toEqual(['8E1', '8E1', '57600']);
  });

  test('takes any rate, by TCSETS2', async () => {
    const { log, printed } = await act('open set 8E1 rate 250000 show');
    expect(printed).toEqual(['8E1', '8E1', '250000']);
    expect(log[3]).toBe('line {"baud":250000,"parity":"even","dataBits":8,"stopBits":1}');
  });

  test('releases the lines at the rate B0 until there is another', async () => {
    const { log, printed } = await act('open hang-up lines set 8N1 lines');
    expect(printed).toEqual(['-dtr -rts', 'dtr rts']);
    expect(log.filter((entry) => entry.startsWith('lines'))).toEqual([
      'lines dtr rts',
      'lines -dtr -rts',
      'lines dtr rts',
      ...CLOSED,
    ]);
  });

  test('has the new frame at the rate B0 too, at 9600 as Linux has it', async () => {
    const { log } = await act('open set 8N1 hang-up-to 7E2');
    expect(log.slice(-2)).toEqual([
      'line {"baud":9600,"parity":"even","dataBits":7,"stopBits":2}',
      'lines -dtr -rts',
    ]);
  });

  test('keeps the lines asserted when HUPCL is off', async () => {
    const { log } = await act('open keep-lines close');
    expect(log).not.toContain('lines -dtr -rts');
  });

  test('passes breaks on, held and sent', async () => {
    const { log } = await act('open write a break 1 break 0 write b send-break');
    const pulse = ['break on', 'break off'];
    expect(log.slice(2)).toEqual(['rx a', ...pulse, 'rx b', ...pulse, ...CLOSED]);
  });

  test('does not lose what was written to tcflush', async () => {
    const { log } = await act('open write a flush write b drain flush write c');
    expect(log.slice(2)).toEqual(['rx a', 'rx b', 'rx c', ...CLOSED]);
  });

  test('is no more than a serial port', async () => {
    const { printed } = await act('open unsupported');
    expect(printed).toEqual(['no serial']);
  });

  test('carries bytes and lines in the order of the calls', async () => {
    const { log } = await act('open storm 400');
    const bytes = (round: number): string =>
      `${round} `.repeat(Math.ceil(round / `${round} `.length));
    const expected = Array.from({ length: 400 }, (_, round) => [
      ...(round === 0 ? [] : [`rx ${bytes(round)}`]),
      `lines dtr ${round % 2 === 1 ? 'rts' : '-rts'}`,
    ]).flat();
    expect(joined(log.slice(2, -1))).toEqual(expected);
  });

  test('is used by several threads at once', async () => {
    const { log, printed } = await act('open threads lines');
    expect(printed).toEqual(['dtr rts']);
    expect(log).toHaveLength(2 + 400 + 1);
  });

  test('is forgotten by a program that is killed', async () => {
    await using bench = await openBench();
    const command = ['sh', '-c', 'exec 3<>{usart}; printf a >&3; kill -9 $$'];
    const { exitCode } = await runTool(command, { ports: { usart: bench.link } });
    expect(exitCode).toBe(128 + 9);
    expect(bench.usart.log).toEqual([...OPENED, 'rx a', ...CLOSED]);
  });

  test('works with the redirections of a shell and the programs it starts', async () => {
    await using bench = await openBench();
    bench.usart.echo();
    const command = [
      'sh',
      '-c',
      'exec 3<>{usart}; printf a >&3; sh -c "printf b >&3"; head -c 2 <&3',
    ];
    expect(await run(bench, command)).toEqual([]);
    expect(bench.usart.text).toBe('ab');
    const lines = bench.usart.log.filter((entry) => entry.startsWith('lines'));
    expect(lines).toEqual(['lines dtr rts', ...CLOSED]);
  });

  test('is not what other terminals are', async () => {
    await using bench = await openBench();
    await using other = await openBench();
    const command = [host, other.link.path, 'open', 'set', '8E1', 'show', 'write', 'a'];
    expect(await run(bench, command)).toEqual(['8N1', '8N1', '57600']);
    await other.usart.until(() => other.usart.received === 1);
    expect(bench.usart.log).toEqual([]);
    expect(other.usart.log).toEqual(['line {"baud":57600}', 'rx a']);
  });
});

describe.skipIf(!hasCc || pythonWithSerial === undefined)(
  'pyserial under the preload library',
  () => {
    test('has parity, any rate, DTR, RTS and break', async () => {
      await using bench = await openBench();
      bench.usart.echo();
      const printed = await run(bench, [pythonWithSerial!, '-c', PYSERIAL, '{usart}']);
      expect(printed).toEqual(['False True', 'False False', 'True True', "b'abc'"]);
      const { log } = bench.usart;
      expect(log.filter((entry) => /^(lines|break|rx)/.test(entry))).toEqual([
        'lines dtr rts',
        'lines -dtr rts',
        'lines -dtr -rts',
        'lines dtr -rts',
        'lines dtr rts',
        'break on',
        'break off',
        'rx abc',
        ...CLOSED,
      ]);
      const first = log.findIndex((entry) => entry.startsWith('lines -dtr'));
      expect(log[first - 1]).toBe('line {"baud":57600,"parity":"even","dataBits":8,"stopBits":1}');
      expect(log.at(-3)).toBe('line {"baud":250000,"parity":"odd","dataBits":8,"stopBits":1}');
    });
  },
);

const PYSERIAL = `
import serial, sys
port = serial.Serial(sys.argv[1], 57600, parity='E', timeout=5)
port.dtr = False
print(port.dtr, port.rts)
port.rts = False
print(port.dtr, port.rts)
port.dtr = True
port.rts = True
print(port.dtr, port.rts)
port.break_condition = True
port.break_condition = False
port.baudrate = 250000
port.parity = 'O'
port.write(b'abc')
print(port.read(3))
port.close()
`;

describe.skipIf(!hasCc)('serialport of Node under the preload library', () => {
  test('has any rate, DTR, RTS and break', async () => {
    await using bench = await openBench();
    const program = join(folder, 'host.cjs');
    writeFileSync(program, nodeHost());
    expect(await run(bench, [process.execPath, program, '{usart}'])).toEqual(['true']);
    const { log } = bench.usart;
    expect(log).toContain('line {"baud":123456,"parity":"even","dataBits":8,"stopBits":1}');
    expect(log.filter((entry) => entry.startsWith('lines'))).toEqual([
      'lines dtr rts',
      'lines -dtr rts',
      'lines dtr rts',
      ...CLOSED,
    ]);
    expect(log.filter((entry) => entry.startsWith('break'))).toEqual(['break on', 'break off']);
  });
});

function nodeHost(): string {
  return `
const { SerialPort } = require(${JSON.stringify(fileURLToPath(import.meta.resolve('serialport')))});
const port = new SerialPort({ path: process.argv[2], baudRate: 123456, parity: 'even', autoOpen: false });
const done = (call) => new Promise((resolve, reject) =>
  call((error, value) => (error ? reject(error) : resolve(value))));
(async () => {
  await done((next) => port.open(next));
  await done((next) => port.set({ dtr: false, rts: true, brk: true }, next));
  await done((next) => port.set({ dtr: true, rts: true, brk: false }, next));
  console.log((await done((next) => port.get(next))).cts);
  await done((next) => port.close(next));
})();
`;
}
