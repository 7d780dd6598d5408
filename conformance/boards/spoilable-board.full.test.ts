import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBoard } from '../../emulator/index.ts';
import type { BoardOptions, ConnectedBoard } from '../../emulator/index.ts';
import { identify } from '../run/identify.ts';
import { playSession } from '../fuzz/play.ts';
import { mutants } from '../mutants/index.ts';
import { casesOf, nameOf, runCase } from '../run/run.ts';
import type { CaseResult } from '../run/run.ts';
import { guarded } from './backup/guarded.ts';
import { scenarios } from '../scenarios/index.ts';
import { openTarget } from '../targets/open.ts';
import type { BoardSpec } from '../targets/spec.ts';

const DEVICE = 'STM32F103x4';
const WIRE = 'dtr=nrst,rts=boot0';
const PATTERN = Uint8Array.from({ length: 16 * 1024 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-boards-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A board with a firmware of its own, whose serial port is exported by RFC 2217. */
function board(options: BoardOptions = {}): Promise<ConnectedBoard> {
  const load = [{ address: 0x0800_0000, bytes: PATTERN }];
  const usart = 'rfc2217:127.0.0.1:0';
  return createBoard(DEVICE, { load, boot0: 0, wire: WIRE, usart, ...options });
}

/** Runs cases on a board, guarded, and says what they came to and what was said. */
async function examine(
  connected: ConnectedBoard,
  /** Scenarios, or single cases of them. */
  ids: readonly string[],
  wishes: Partial<Pick<BoardSpec, 'allow' | 'wearBudget' | 'timeBudgetMs'>> = {},
  seen: (result: CaseResult) => void = () => {},
): Promise<{ results: CaseResult[]; said: string[] }> {
  const { port } = connected.ports.usart as { port: number };
  const said: string[] = [];
  const spec: BoardSpec = {
    kind: 'rfc2217',
    host: '127.0.0.1',
    port,
    part: { device: DEVICE },
    reset: { by: 'wiring', wire: WIRE },
    allow: 'options',
    ...wishes,
  };
  const say = (line: string): void => void said.push(line);
  const results = await guarded(spec, { folder, say }, async (_, given) => {
    const target = await openTarget(given);
    const found: CaseResult[] = [];
    try {
      await identify(target);
      const wanted = casesOf(scenarios).filter(
        (each) => ids.includes(each.scenario.id) || ids.includes(nameOf(each)),
      );
      for (const each of wanted) {
        const result = await runCase(target, each, { seed: 1, inputs: 1, allow: given.allow });
        found.push(result);
        seen(result);
        if (result.dead) break;
      }
    } finally {
      await target.close();
    }
    return found;
  });
  return { results, said };
}

const verdictsOf = (results: readonly CaseResult[]): ReadonlySet<string> =>
  new Set(results.map(({ verdict }) => verdict));

test('what a case leaves in flash and option bytes is seen, and all of it is undone', async () => {
  await using connected = await board({ options: { nRST_STOP: 0, WRP1: 0xfe } });
  const options = connected.memories.find(({ name }) => name === 'options')!;
  const before = options.read(0, options.length);
  const { results, said } = await examine(connected, [
    'usart/3.4/blank-flash',
    'usart/3.6/flash',
    'usart/3.6/write-protected-page',
    'usart/3.7/one-page',
    'usart/3.7/global',
    'usart/3.9/protects',
    'usart/3.10/unprotects',
  ]);
  expect(verdictsOf(results)).toEqual(new Set(['pass']));
  expect(verdictsOf(results.map((each) => ({ ...each, verdict: each.left.verdict })))).toEqual(
    new Set(['pass']),
  );
  expect(connected.flashImage()).toEqual(PATTERN);
  expect(options.read(0, options.length)).toEqual(before);
  expect(said.at(-1)).toMatch(/verified: 16 pages were written, and the option bytes/);
});

test.each([
  ['flash-write-does-nothing', 'usart/3.6/flash@synchronised'],
  ['nack-that-still-writes', 'usart/3.6/wrong-block-checksum@synchronised'],
  ['erase-v2-one-too-many', 'usart/3.7/one-page@synchronised'],
  ['always-ack', 'usart/3/wrong-complement@synchronised'],
])('a board that is %s fails %s', async (name, id) => {
  const { replace } = mutants.find((each) => each.name === name)!;
  await using connected = await board(replace === undefined ? {} : { replace });
  const found: CaseResult[] = [];
  // its own faults may keep it from being restored
  await examine(connected, [id], {}, (result) => found.push(result)).catch(() => {});
  expect(verdictsOf(found)).toContain('fail');
  await rm(folder, { recursive: true, force: true }); // with the image of this board
});

test('bare bytes are not sent to a board, whatever may be spoilt', async () => {
  await using connected = await board();
  const { port } = connected.ports.usart as { port: number };
  const target = await openTarget({
    kind: 'rfc2217',
    host: '127.0.0.1',
    port,
    part: { device: DEVICE },
    reset: { by: 'wiring', wire: WIRE },
    allow: 'options',
  });
  try {
    const heard: unknown[] = [];
    connected.trace.listen((event) => {
      if (event.kind === 'rx') heard.push(event);
    });
    const { answered } = await playSession(target, { bursts: [[0x7f], [0x00, 0xff]] });
    expect(answered.verdict).toBe('skipped');
    expect(heard).toEqual([]);
  } finally {
    await target.close();
  }
});

test('a board that cannot be prepared for a case is not judged by it', async () => {
  const { replace } = mutants.find((each) => each.name === 'erase-v2-does-nothing')!;
  await using connected = await board({ replace: replace! });
  const { results } = await examine(connected, ['usart/3.7/one-page@synchronised']);
  expect(results[0]).toMatchObject({ verdict: 'inconclusive', dead: false });
  expect(results[0]!.answered.says).toBe('page 0 does not take the content of the case');
});

test('when the wear budget is used up, what spoils is skipped and the rest goes on', async () => {
  await using connected = await board();
  const ids = ['usart/3.7/one-page', 'usart/3.1/list'];
  const { results, said } = await examine(connected, ids, { wearBudget: 2 });
  const erases = results.filter(({ id }) => id === 'usart/3.7/one-page');
  expect(verdictsOf(erases)).toEqual(new Set(['pass', 'skipped']));
  expect(erases.at(-1)!.answered.says).toBe('the wear budget of 2 erases of a page is used up');
  const lists = results.filter(({ id, entry }) => id === 'usart/3.1/list' && entry !== 'rdp-1');
  expect(lists.some(({ verdict }) => verdict === 'pass')).toBe(true);
  expect(said.at(-1)).toMatch(/the cases cost \d+ erases, at most \d of one page/);
});

test('a time budget ends the questions, not the restoring', async () => {
  await using connected = await board();
  const { results } = await examine(connected, ['usart/3.7/global'], { timeBudgetMs: 1 });
  expect(verdictsOf(results)).toEqual(new Set(['skipped']));
  expect(connected.flashImage()).toEqual(PATTERN);
});

test('a write-protected board keeps its protection unless options may be spoilt', async () => {
  await using connected = await board({ options: { WRP0: 0x00 } });
  const { results } = await examine(connected, ['usart/3.6/flash'], { allow: 'flash' });
  expect(results[0]!.answered.says).toMatch(/write-protected: --allow options/);
});

test('a read-protected board is asked what its state allows, and nothing is spoilt', async () => {
  await using connected = await board({ rdp: 1 });
  const ids = ['usart/3.1/list', 'usart/3.4/protected', 'usart/3.6/flash', 'usart/3.12/two-acks'];
  const { results, said } = await examine(connected, ids, { allow: 'flash' });
  expect(said.join('\n')).toMatch(/is protected .* so nothing that spoils is asked of it/);
  const asked = results.filter(({ verdict }) => verdict !== 'skipped');
  expect(verdictsOf(asked)).toEqual(new Set(['pass']));
  expect(asked.map(({ id, entry }) => `${id}@${entry}`)).toEqual([
    'usart/3.1/list@synchronised',
    'usart/3.1/list@after-nack',
    'usart/3.1/list@half-command',
    'usart/3.1/list@rdp-1',
    'usart/3.4/protected@rdp-1',
  ]);
  expect(connected.flashImage()).toEqual(PATTERN);
});

test('a port that vanishes ends the run without a pass, and the image stays', async () => {
  await using connected = await board();
  const found: CaseResult[] = [];
  const run = examine(connected, ['usart/3.6/flash'], {}, (result) => {
    found.push(result);
    if (found.length === 1) void connected[Symbol.asyncDispose]();
  });
  await expect(run).rejects.toThrow(/was not given its content back: .*--restore/);
  expect(found.at(-1)).toMatchObject({ verdict: 'inconclusive', dead: true });
  expect(found.at(-1)!.answered.says).toMatch(/^the port vanished: 127\.0\.0\.1:/);
});

test('another part than the one named is not touched', async () => {
  await using connected = await createBoard('STM32F405', {
    boot0: 0,
    wire: WIRE,
    usart: 'rfc2217:127.0.0.1:0',
  });
  await expect(examine(connected, ['usart/3.6/flash'])).rejects.toThrow(/has the product ID/);
});
