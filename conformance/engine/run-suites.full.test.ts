import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { createBoard } from '../../emulator/index.ts';
import { caseName, casesOf, isCaseOf, nameOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { runSuites } from './run-suites.ts';
import type { Assignment } from './assignment.ts';

const CASES = ['usart/3.1/list@synchronised', 'dfu/common/mass-erase@idle'];

test('targets that share a worker are told apart, and come back in their order', async () => {
  const count = 4 * availableParallelism() + 1;
  const assignments = Array.from({ length: count }, (_, at): Assignment => {
    const usb = at % 3 === 2;
    return {
      spec: {
        kind: 'memory',
        part: { device: 'STM32F405', ...(usb ? { interface: 'usb' } : {}) },
        name: `target ${at}`,
        allow: 'chip',
        ...(at === 1 ? { mutant: 'get-closing-ack-missing' } : {}),
      },
      cases: CASES,
      options: { seed: 1, inputs: 1 },
    };
  });
  const heard: string[] = [];
  const run = await runSuites(assignments, { heard: ({ id }) => heard.push(id) });
  const targets = run.targets.filter((each) => each !== undefined);
  expect(heard).toHaveLength(count);
  const came = targets.map(({ target, results }) => [target, results.map(({ id }) => id)]);
  expect(came).toEqual(
    assignments.map(({ spec }) => [
      spec.name,
      [spec.part.interface === 'usb' ? 'dfu/common/mass-erase' : 'usart/3.1/list'],
    ]),
  );
  const failed = targets.filter(({ results }) => results.some(({ verdict }) => verdict === 'fail'));
  expect(failed.map(({ target }) => target)).toEqual(['target 1']);
});

test('targets that share a worker are each asked all of their cases, in their order', async () => {
  const names = casesOf(scenarios)
    .filter((each) => isCaseOf(each, 'usart'))
    .map(nameOf)
    .slice(0, 150); // more than two tests take
  const assignments = ['STM32F405', 'STM32G071', 'STM32L476'].flatMap((device) =>
    Array.from({ length: availableParallelism() }, (): Assignment => {
      const spec = { kind: 'memory', part: { device }, allow: 'chip' } as const;
      return { spec, cases: names, options: { seed: 1, inputs: 1 } };
    }),
  );
  const { targets } = await runSuites(assignments);
  expect(targets.map((each) => each?.results.map(caseName))).toEqual(assignments.map(() => names));
});

test('a run is broken off in the middle of a long case, which says nothing of the board', async () => {
  const [short, long] = ['usart/3.4/system-memory', 'usart/3.4/no-memory-there'];
  const broken = new AbortController();
  let connects = -Infinity;
  await using board = await createBoard('STM32F405', {
    usart: 'rfc2217:127.0.0.1:0',
    wire: 'dtr=nrst,rts=boot0',
    onBoard: ({ trace }) =>
      trace.listen(({ kind }) => {
        if (kind === 'select' && ++connects === 10) broken.abort();
      }),
  });
  const { host, port } = board.ports.usart as { host: string; port: number };
  const run = await runSuites(
    [
      {
        spec: {
          kind: 'rfc2217',
          host,
          port,
          part: { device: 'STM32F405' },
          reset: { by: 'wiring', wire: 'dtr=nrst,rts=boot0' },
          allow: 'nothing',
        },
        cases: [short, long].map((id) => `${id}@synchronised`),
        options: { seed: 1, inputs: 100_000 },
      },
    ],
    { signal: broken.signal, heard: () => void (connects = 0) },
  );
  expect(run.fault).toBeUndefined();
  const [target] = run.targets;
  expect(target).toMatchObject({ interrupted: true });
  expect(target).not.toHaveProperty('insane');
  expect(target!.results.map(({ id, verdict }) => [id, verdict])).toEqual([[short, 'pass']]);
});
