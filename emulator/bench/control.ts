import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Server } from '../clients/typescript/server.ts';
import type { Board } from '../clients/typescript/board.ts';
import { createBoard } from '../index.ts';
import { TcpHost } from '../test/hosts/tcp-host.ts';
import { median, type Figure } from './figure.ts';
import { start, timeOf } from './processes.ts';

const PAIRS = 11;
const RESETS = 101;
const [BOARDS, AT_A_TIME, KIB_EACH] = [1000, 32, 16];
const FLASH = 0x0800_0000;

/** Reads a stream of events and does nothing with it. */
const READER = `
  const response = await fetch(process.argv[1]);
  console.log('reading');
  for await (const _ of response.body);
`;

/** What the control API costs: streams, snapshots, and many boards in one server. */
export async function measureControl(
  folder: string,
  cli: string,
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  const streamed = await measureStream(folder, cli, progress);
  const inProcess = await measureSnapshots();
  process.env['VSTM32'] = `${process.execPath} ${cli}`;
  await using server = await Server.start();
  const fixture = await measureReset(server);
  return [streamed, ...inProcess, fixture, await measureMany(server, progress)];
}

async function measureStream(
  folder: string,
  cli: string,
  progress: (text: string) => void,
): Promise<Figure> {
  const image = join(folder, 'streamed.bin');
  await writeFile(image, randomBytes(1024 * 1024));
  const flash = async (watched: boolean): Promise<number> => {
    const options = ['run', 'STM32F405', '--http', '127.0.0.1:0', '--json'];
    await using board = await start(process.execPath, [cli, ...options]);
    const { ports, api } = JSON.parse(board.line) as {
      ports: { usart: { path: string } };
      api: string;
    };
    const reader = ['--input-type=module', '-e', READER, `${api}/boards/board/events`];
    await using _reader = watched ? await start(process.execPath, reader) : undefined;
    return (await timeOf('stm32flash', ['-m', '8n1', '-w', image, '-v', ports.usart.path])) / 1000;
  };
  const [alone, watched]: [number[], number[]] = [[], []];
  for (let pair = 1; pair <= PAIRS; pair++) {
    const order = pair % 2 === 0 ? [true, false] : [false, true];
    for (const isWatched of order) (isWatched ? watched : alone).push(await flash(isWatched));
    progress(
      `stream, pair ${pair} of ${PAIRS}: ${watched.at(-1)!.toFixed(2)} s against ${alone.at(-1)!.toFixed(2)} s`,
    );
  }
  return {
    name: 'stream',
    what: 'stm32flash writes and verifies 1 MiB while a client reads all events',
    ours: median(watched),
    against: { what: 'without a client', value: median(alone) },
    unit: 's',
    bound: { most: 1.15 },
  };
}

/** Snapshot and restore of a full board of 1 MiB in this process, each with its RAM. */
async function measureSnapshots(): Promise<readonly Figure[]> {
  await using board = await createBoard('STM32F405RG');
  board.chip.flash.cells.set(0, randomBytes(1024 * 1024));
  const [taken, restored]: [number[], number[]] = [[], []];
  for (let round = 0; round < RESETS; round++) {
    const began = performance.now();
    const snapshot = board.snapshot();
    taken.push(performance.now() - began);
    const again = performance.now();
    board.restore(snapshot);
    restored.push(performance.now() - again);
  }
  const figure = (name: string, what: string, times: readonly number[]): Figure => ({
    name,
    what,
    ours: median(times),
    unit: 'ms',
    bound: { most: 2 },
  });
  return [
    figure('snapshot', 'snapshot of a full board of 1 MiB', taken),
    figure('restore', 'restore of a full board of 1 MiB', restored),
  ];
}

async function measureReset(server: Server): Promise<Figure> {
  const board = await server.create('STM32F405RG');
  await board.write(FLASH, randomBytes(1024 * 1024));
  await board.snapshot('as-made');
  const times: number[] = [];
  for (let round = 0; round < RESETS; round++) {
    const began = performance.now();
    await board.restore('as-made');
    times.push(performance.now() - began);
  }
  await board.remove();
  return {
    name: 'fixtureReset',
    what: 'the fixture puts a full board of 1 MiB back',
    ours: median(times),
    unit: 'ms',
    bound: { most: 10 },
  };
}

/** Wall time in which hosts, so many at a time, write to all boards of a server; throws where one holds something else. */
async function measureMany(server: Server, progress: (text: string) => void): Promise<Figure> {
  const boards: Board[] = [];
  for (let count = 0; count < BOARDS; count++) {
    boards.push(await server.create('STM32F103RB', { usart: 'tcp' }));
  }
  progress(`${BOARDS} boards in one server`);
  const began = performance.now();
  const left = [...boards];
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (let board = left.pop(); board !== undefined; board = left.pop())
      await writeAndCompare(board);
  });
  await Promise.all(workers);
  const tookMs = performance.now() - began;
  return {
    name: 'manyBoards',
    what: `${BOARDS} boards in one server are written ${KIB_EACH} KiB each and compared, ${AT_A_TIME} at a time`,
    ours: tookMs / 1000,
    unit: 's',
    bound: { most: 300 },
  };
}

async function writeAndCompare(board: Board): Promise<void> {
  const image = randomBytes(KIB_EACH * 1024);
  const host = await TcpHost.connect(board.ports['usart']!.port!);
  const ask = async (bytes: readonly number[]): Promise<void> => {
    const [answer] = await host.ask(bytes, 1);
    if (answer !== 0x79) throw new Error(`${board.id} answers ${answer}`);
  };
  const sealed = (bytes: readonly number[]): readonly number[] => [
    ...bytes,
    bytes.reduce((sum, byte) => sum ^ byte, 0),
  ];
  await ask([0x7f]);
  for (let at = 0; at < image.length; at += 256) {
    const address = Buffer.alloc(4);
    address.writeUInt32BE(FLASH + at);
    await ask([0x31, 0xce]);
    await ask(sealed([...address]));
    await ask(sealed([255, ...image.subarray(at, at + 256)]));
  }
  await host.close();
  if (!image.equals(await board.read(FLASH, image.length))) {
    throw new Error(`${board.id} holds something else than it was written`);
  }
}
