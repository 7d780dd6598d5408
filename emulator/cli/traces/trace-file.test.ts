import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseTrace } from '../../trace/json.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { openTraces, type Traces } from './traces.ts';

const about = { device: 'STM32F405', bootloader: '9.1', ports: [] };
const event = (number: number): TraceEvent => ({
  time: number,
  kind: 'note',
  text: `${number} ${'x'.repeat(1000)}`,
});

let folder: string;
let fifo: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'vstm32-trace-'));
  fifo = join(folder, 'fifo');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

async function open(): Promise<Traces> {
  expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
  return await openTraces({ format: 'json', file: fifo }, undefined, about);
}

/** What is in the pipe now. */
function read(file: number): string {
  const buffer = Buffer.alloc(1 << 22);
  let length = 0;
  try {
    for (let got = 1; got > 0; length += got) {
      got = fs.readSync(file, buffer, length, buffer.length - length, null);
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'EAGAIN' });
  }
  return buffer.toString('utf8', 0, length);
}

describe.skipIf(process.platform === 'win32')('a trace that goes into a pipe', () => {
  test('waits for nobody: without a reader it is opened, written and closed', async () => {
    const traces = await open();
    for (let number = 0; number < 10_000; number++) traces.event(event(number)); // 10 MB
    await expect(traces.close()).resolves.toBeUndefined();
  });

  test('tells a reader that comes late how many events it has missed, and what it has not missed is whole', async () => {
    const traces = await open();
    const reader = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const sent = 4000;
    for (let number = 0; number < sent; number++) traces.event(event(number));
    let heard = read(reader);
    const closing = traces.close();
    const collecting = setInterval(() => (heard += read(reader)), 1);
    await closing;
    clearInterval(collecting);
    heard += read(reader);
    fs.closeSync(reader);
    const { events } = parseTrace(heard.split('\n'));
    const texts = events.map((each) => ('text' in each ? each.text : ''));
    const dropped = texts.map((text) =>
      Number(/not read: (\d+) events were dropped$/.exec(text)?.[1] ?? 0),
    );
    const kept = texts
      .filter((_, at) => dropped[at] === 0)
      .map((text) => Number.parseInt(text, 10));
    expect(dropped.some((count) => count > 0)).toBe(true);
    expect(kept.length + dropped.reduce((sum, count) => sum + count)).toBe(sent);
    expect(kept).toEqual([...new Set(kept)].toSorted((one, other) => one - other));
  });
});
