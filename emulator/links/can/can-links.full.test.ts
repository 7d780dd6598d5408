import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createBoard } from '../../connect/create-board.ts';
import { openCan } from '../../connect/host-buses.ts';
import { openPreload } from '../preload/open-preload.ts';
import { boardOf } from '../../test/boards.ts';
import {
  CAN_SESSION,
  FDCAN_SESSION,
  FDCAN_SLCAN_SESSION,
  hasCanUtils,
  pythonWithCan,
} from '../../test/hosts/can-python.ts';
import { runPython } from '../../test/hosts/python-serial.ts';

const IMAGE = Uint8Array.from({ length: 1024 }, (_, n) => (7 * n + Math.floor(n / 256)) & 0xff);

/** Runs the rest of a command without what it prints. */
const QUIETLY = ['sh', '-c', '"$0" "$@" > /dev/null'];

const FD_LINES = [
  ['STM32H723', {}, '483'],
  ['STM32G0B1', { nBOOT_SEL: 0 }, '467'],
] as const;

test.skipIf(pythonWithCan === undefined)(
  'python-can erases, writes, verifies and starts over an slcan pty',
  async () => {
    await using board = await createBoard('STM32F405', { can: 'slcan' });
    const { path } = board.ports['can']!;
    const bus = { interface: 'slcan', channel: path, bitrate: 125_000, sleep_after_open: 0.05 };
    const output = await runPython(pythonWithCan!, CAN_SESSION, [JSON.stringify(bus)]);
    expect(output).toBe('started\n');
    expect(board.flashImage().subarray(0, 1024)).toEqual(IMAGE);
    expect(board.state).toBe('application');
  },
);

test.skipIf(pythonWithCan === undefined)(
  'python-can erases, writes, verifies and starts over SocketCAN under the preload',
  async () => {
    await using board = await createBoard('STM32F405', { usart: 'pty' });
    await inFolder(async (folder) => {
      const program = join(folder, 'session.py');
      await writeFile(program, CAN_SESSION);
      const bus = { interface: 'socketcan', channel: 'can0' };
      const command = [...QUIETLY, pythonWithCan!, program, JSON.stringify(bus)];
      expect(await board.runTool(command, { until: 60_000 })).toEqual({ exitCode: 0 });
    });
    expect(board.flashImage().subarray(0, 1024)).toEqual(IMAGE);
    expect(board.state).toBe('application');
  },
);

test.skipIf(pythonWithCan === undefined).each(FD_LINES)(
  'python-can does the same in CAN FD on a %s',
  async (part, options, product) => {
    await using board = await createBoard(part, { usart: 'pty', options });
    await inFolder(async (folder) => {
      const program = join(folder, 'session.py');
      await writeFile(program, FDCAN_SESSION);
      const bus = { interface: 'socketcan', channel: 'can0', fd: true };
      const command = [...QUIETLY, pythonWithCan!, program, JSON.stringify(bus), product];
      expect(await board.runTool(command, { until: 60_000 })).toEqual({ exitCode: 0 });
    });
    expect(board.flashImage().subarray(0, 1024)).toEqual(IMAGE);
    expect(board.state).toBe('application');
  },
);

test.skipIf(pythonWithCan === undefined).each(FD_LINES)(
  'a program of CANable’s letters does the same over an slcan pty on a %s',
  async (part, options, product) => {
    await using board = await createBoard(part, { can: 'slcan', options });
    const { path } = board.ports['can']!;
    const output = await runPython(pythonWithCan!, FDCAN_SLCAN_SESSION, [path, product]);
    expect(output).toBe('started\n');
    expect(board.flashImage().subarray(0, 1024)).toEqual(IMAGE);
    expect(board.state).toBe('application');
  },
);

test.skipIf(!hasCanUtils)('candump shows what cansend sends and the chip answers', async () => {
  const frames = await dumped('STM32F405', '{can}', [
    ['079#', '079#79'],
    ['002#', '002#0413'],
    ['044#', '044#1F'],
  ]);
  const session = ['079#', '079#79', '002#', '002#79', '002#0413', '002#79', '044#', '044#1F'];
  expect(frames).toEqual(session.map((frame) => `can0 ${frame}`));
});

test.skipIf(!hasCanUtils)('candump filters, and shows CAN FD', async () => {
  const frames = await dumped('STM32H723', '{can},001:7ff', [
    ['002##1', undefined],
    ['001##1', '001##511'],
  ]);
  // 5: the bit rate switch, and the mark of CAN FD that newer kernels set
  expect(frames.slice(0, 3)).toEqual(['can0 001##5', 'can0 001##579', 'can0 001##511']);
});

test.skipIf(!hasCanUtils)('openCan gives can0 to a tool that the test starts itself', async () => {
  const board = boardOf('STM32F405RG');
  board.run();
  const connected = new Promise<void>((done) => {
    board.trace.listen((event) => event.kind === 'select' && done());
  });
  await using port = await openCan(board);
  await using preload = await openPreload([port]);
  const env = { ...process.env, ...preload.env };
  await promisify(execFile)('cansend', [port.path, '079#'], { env });
  await connected;
  expect(port.path).toBe('can0');
});

/** The frames that candump logs while cansend sends; after each the log is waited for what answers it. */
async function dumped(
  part: string,
  shown: string,
  sends: readonly (readonly [frame: string, until: string | undefined])[],
): Promise<readonly string[]> {
  let log = '';
  await inFolder(async (folder) => {
    const file = join(folder, 'log');
    const go = join(folder, 'go');
    await using board = await createBoard(part, {
      usart: 'pty',
      onTrace(event) {
        if (event.kind === 'note' && /can0: .* opened/.test(event.text)) writeFileSync(go, '');
      },
    });
    const wait = (condition: string): string => `until ${condition}; do sleep 0.02; done`;
    const steps = sends.map(
      ([frame, until]) =>
        `cansend {can} '${frame}'; ${wait(until === undefined ? 'true' : `grep -q '${until}' ${file}`)}`,
    );
    const script = `candump -L ${shown} > ${file} & ${wait(`[ -e ${go} ]`)}; ${steps.join('; ')}; kill $!`;
    expect(await board.runTool(['sh', '-c', script], { until: 30_000 })).toEqual({ exitCode: 0 });
    log = await readFile(file, 'utf8');
  });
  return log
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ /, ''));
}

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-can-'));
  try {
    await action(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
