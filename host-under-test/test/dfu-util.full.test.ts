import { expect, test } from 'vitest';
import { has } from '../../emulator/test/host-tool.ts';
import type { TraceEvent } from '../../emulator/index.ts';
import { everyStepOf, faultAtEveryStep, type StepFault, type StepTable } from '../every-step.ts';
import { find } from '../tools/find.ts';
import { dfuUtil } from '../tools/dfu-util.ts';
import { runOne } from './bench.ts';

const ready = has('dfu-util') && has('cc');

/** Control transfers as `GETSTATUS 0 -> 00 00 00 00 05 00`, `DNLOAD 0 41 00 00 00 08`. */
function transfers(trace: readonly TraceEvent[]): readonly string[] {
  return trace.flatMap((event) => {
    if (event.kind === 'setup') {
      return [`${event.request} ${event.setup.wValue} ${hex(event.bytes)}`.trim()];
    }
    if (event.kind !== 'answer') return [];
    return event.answer === 'done' ? [`-> ${hex(event.bytes)}`.trim()] : [`-> ${event.answer}`];
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

test.skipIf(!ready)(
  'dfu-util fails when the GETSTATUS that leaves is not answered: the octets',
  async () => {
    const { verdict, evidence } = await runOne('D01c', await find(dfuUtil));
    expect(verdict).toBe('wrong-exit');
    expect(evidence).toMatchObject({ exitCode: 74, runs: true });
    expect(transfers(evidence!.trace).slice(-4)).toEqual([
      'DNLOAD 2',
      '->',
      'GETSTATUS 0',
      '-> none',
    ]);
  },
);

test.skipIf(!ready)(
  'dfu-util sleeps for 35 s after a mass erase that asked for 100 ms: the octets',
  { timeout: 60_000 },
  async () => {
    const tool = await find(dfuUtil);
    const slept = await runOne('D11', tool);
    expect(slept.verdict).toBe('hang');
    // erased, and not asked again
    expect(transfers(slept.evidence!.trace).slice(-4)).toEqual([
      'DNLOAD 0 41',
      '->',
      'GETSTATUS 0',
      '-> 00 64 00 00 04 00',
    ]);
    expect(slept.evidence!.after.bytes.every((byte) => byte === 0xff)).toBe(true);
    expect(await runOne('D11b', tool)).toMatchObject({ verdict: 'pass' });
  },
);

test.skipIf(!ready)('dfu-util downloads to a device that is busy: the octets', async () => {
  const { verdict, lint } = await runOne('D03b', await find(dfuUtil));
  expect(verdict).toBe('gave-up');
  expect(lint.map(({ rule, octets }) => `${rule}: ${octets}`)).toEqual([
    'request-out-of-place: 21 01 00 00 00 00 05 00 | 41 00 00 00 08 (DNLOAD, block 0, 5 bytes)',
  ]);
});

/** What dfu-util makes of a fault at each transfer of one block: it reads nothing back. */
const ONE_BLOCK: readonly (readonly [StepFault, Partial<StepTable>])[] = [
  ['stall', {}],
  ['disconnect', {}],
  ['lie', { steps: 2, succeeded: 0, corrupted: 2 }],
];

test.skipIf(!ready).each(ONE_BLOCK)(
  'dfu-util meets %s at each step, and nothing hangs',
  { timeout: 120_000 },
  async (fault, ends) => {
    const tool = await find(dfuUtil);
    const base = everyStepOf(tool);
    expect(base.job.do).toBe('write');
    const small = { ...base, job: { ...base.job, image: { length: 1024 } } };
    const table = await faultAtEveryStep(tool, fault, { jobs: 6 }, small);
    expect(table).toMatchObject({ ...ends, hung: 0 });
    expect(table.succeeded + table.failed + table.corrupted).toBe(table.steps);
    if (fault !== 'lie') expect(table.corrupted).toBe(0);
  },
);
