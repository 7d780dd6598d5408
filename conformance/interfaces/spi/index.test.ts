import { expect, test } from 'vitest';
import { findDevice } from '../../../families/index.ts';
import { identify } from '../../run/identify.ts';
import { partOfMutant } from '../../mutants/index.ts';
import { partOf } from '../../part/part.ts';
import { casesOf } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { examined } from '../../test/examined.ts';

const own = scenarios.filter(({ id }) => id.startsWith('spi/'));

const unexpectedOn = async (
  target: EmulatedTarget,
  which: (id: string) => boolean,
): Promise<readonly string[]> => {
  const cases = casesOf(own.filter(({ id }) => which(id)));
  const { results } = await examined(target, cases, { seed: 1, inputs: 1 });
  expect(results.length).toBeGreaterThan(0);
  return results
    .filter(({ verdict }) => ['fail', 'error', 'inconclusive'].includes(verdict))
    .map(({ id, entry }) => `${id}@${entry}`);
};

test('Get Checksum, which no line of the tables has, passes on one that speaks protocol 1.3', async () => {
  const part = partOfMutant({ name: '', wrong: '', interface: 'spi', part: 'checksum' });
  expect([part.protocol, part.commands?.at(-1)]).toEqual(['1.3', 'get-checksum']);
  expect(await unexpectedOn(new EmulatedTarget(part), (id) => /2\.(2|13)\//.test(id))).toEqual([]);
});

test('a ROM of protocol 2.0 is asked which commands it offers', async () => {
  const [c051] = findDevice('STM32C051').devices;
  const target = new EmulatedTarget(partOf(c051!, { interface: 'spi' }));
  expect(target.part.commands).toBeUndefined();
  expect(await identify(target)).toBe(true);
  expect(target.part.commands).toContain('extended-special');
  expect(target.part.commands).toHaveLength(13);
});
