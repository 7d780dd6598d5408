import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
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
