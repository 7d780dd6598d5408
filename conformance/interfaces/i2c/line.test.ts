import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Board } from '../../../emulator/index.ts';
import { OUTCOME, transfer } from './transactions.ts';
import type { Message } from './transactions.ts';
import { partByName } from '../../part/part-by-name.ts';
import { caseName, casesOf, nameOf, runCase } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { BoardLine } from '../../boards/board-line.ts';
import { BoardTarget } from '../../boards/board.ts';
import { i2cRoom } from './room.ts';
import { I2cLine } from './line.ts';

const part = partByName('STM32L412K8', { interface: 'i2c' });

/** A bus as the npm package has one, with an emulated chip on it; who pulls at a line makes transfers fail as Linux says it. */
class Bus {
  readonly board = new Board(part.device, part.flashKiB);
  /** What holds it: SDA until so many clocks, SCL until the chip is reset, or whoever never lets it go. */
  held:
    { readonly line: 'SDA'; clocks: number } | { readonly line: 'SCL' | 'for ever' } | undefined;
  /** Holds the bus when the first transfer has ended. */
  next: Bus['held'];
  /** The controller gives no clocks while SDA is low, and its driver clears the bus as it fails. */
  readonly #looks: boolean;
  readonly #channel = i2cRoom.memoryChannel(this.board, {}, 'at once');

  constructor({ looks }: { looks: boolean }) {
    this.#looks = looks;
    this.board.run();
  }

  async i2cRead(address: number, read: number, buffer: Buffer): Promise<{ bytesRead: number }> {
    buffer.set(await this.#transfer({ address, read }));
    return { bytesRead: read };
  }

  async i2cWrite(address: number, _: number, bytes: Buffer): Promise<void> {
    await this.#transfer({ address, write: [...bytes] });
  }

  async writeQuick(address: number): Promise<void> {
    await this.#transfer({ address, write: [] });
  }

  async close(): Promise<void> {}

  reset(): void {
    if (this.held?.line === 'SCL') this.held = undefined;
    this.board.reset();
    this.board.run();
  }

  async #transfer(message: Exclude<Message, { pause: number }>): Promise<number[]> {
    if (this.held !== undefined) throw this.#fail(message.address === 0x7f && 'read' in message);
    await this.#channel.send(Uint8Array.from(transfer(message)));
    const [outcome, ...bytes] = await this.#heard();
    if (outcome === OUTCOME['no-target']) throw failure('ENXIO');
    // only a chip that is addressed can hold the bus
    this.held = this.next;
    this.next = undefined;
    if (outcome === OUTCOME.refused) throw failure('EREMOTEIO');
    return bytes;
  }

  #fail(nineClocks: boolean): Error {
    const held = this.held!;
    if (held.line === 'SCL') return failure('ETIMEDOUT');
    if (held.line === 'SDA') {
      if (this.#looks) held.clocks = 0;
      else if (nineClocks) held.clocks -= 9;
      if (held.clocks <= 0) this.held = undefined;
    }
    return failure(this.#looks ? 'EBUSY' : 'EAGAIN');
  }

  async #heard(): Promise<number[]> {
    const bytes: number[] = [];
    for (;;) {
      const byte = await this.#channel.next(0);
      if (byte === undefined) return bytes;
      bytes.push(byte);
    }
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: Remote I/O error`), { code });
}

let folder = '';
const started = process.env['INIT_CWD'];

/** The package is installed where the command was started. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-i2c-'));
  const place = join(folder, 'node_modules', 'i2c-bus');
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, 'index.js'),
    'exports.openPromisified = async () => globalThis.i2cBus;',
  );
  writeFileSync(join(folder, 'i2c-1'), '');
  process.env['INIT_CWD'] = folder;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (started === undefined) delete process.env['INIT_CWD'];
  else process.env['INIT_CWD'] = started;
});

const CASES = [
  'i2c/3.1/count@connected',
  'i2c/3.2/version@connected',
  'i2c/3.3/product-id@connected',
];

/** Examines the board on a bus, and says what its cases came to. */
async function examined(
  bus: Bus,
): Promise<{ name: string; verdict: string; dead: boolean; says: string }[]> {
  Object.assign(globalThis, { i2cBus: bus });
  const line = await I2cLine.open(join(folder, 'i2c-1'), part);
  const board = new BoardLine(line, {
    enterBootloader: async () => bus.reset(),
    leave: async () => {},
  });
  const target = new BoardTarget(
    {
      kind: 'i2c',
      path: '/dev/i2c-1',
      part: { device: part.name, interface: 'i2c' },
      reset: { by: 'person' },
      allow: 'nothing',
    },
    part,
    board,
  );
  try {
    const results = [];
    for (const name of CASES) {
      const result = await runCase(
        target,
        casesOf(scenarios).find((each) => nameOf(each) === name)!,
        { seed: 1, inputs: 1 },
      );
      results.push({
        name: caseName(result),
        verdict: result.verdict,
        dead: result.dead,
        says: result.answered.says,
      });
    }
    return results;
  } finally {
    await target.close();
  }
}

const HELD = [
  [
    'SDA is held in the middle of a byte, and a controller gives clocks all the same',
    false,
    { line: 'SDA', clocks: 9 },
  ],
  ['SDA is held for longer', false, { line: 'SDA', clocks: 18 }],
  [
    'SDA is held, and the driver of the controller clears the bus',
    true,
    { line: 'SDA', clocks: 9 },
  ],
  ['the chip holds SCL until it is reset', true, { line: 'SCL' }],
] as const;

test.each(HELD)('%s: the cases behind it are asked', async (_, looks, held) => {
  const bus = new Bus({ looks });
  bus.next = { ...held };
  const [first, ...rest] = await examined(bus);
  expect(first!.verdict).not.toBe('pass'); // its answer did not come
  expect(rest.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
});

test('a bus that nothing frees ends the run, and says what does', async () => {
  const bus = new Bus({ looks: true });
  bus.next = { line: 'for ever' };
  const [, second] = await examined(bus);
  expect(second).toMatchObject({ verdict: 'inconclusive', dead: true });
  expect(second!.says).toBe('the I2C bus stays held: switch all that is on it off and on');
});
