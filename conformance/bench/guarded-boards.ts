/**
 * Plays sequences that are made to get out of step through the guard to emulated boards, and tells what they
 * did to them: `tsx conformance/bench/guarded-boards.ts [sequences a bus] [seed] [buses, with commas]`.
 * The exit code is 1 where a board was harmed; the sequence, made small, is printed.
 */
import * as fc from 'fast-check';
import { interfaceNames } from '../interfaces/names.ts';
import { harmOf } from '../boards/out-of-step/harm.ts';
import { partsOn, savedPart, sequences } from '../boards/out-of-step/sequences.ts';

const [count = '10000', seed = '1', buses = interfaceNames.join()] = process.argv.slice(2);

for (const over of interfaceNames.filter((each) => buses.split(',').includes(each))) {
  const saved = await Promise.all(partsOn(over).map(savedPart));
  let [sent, withheld] = [0, 0];
  const property = fc.asyncProperty(sequences(over, saved), async (sequence) => {
    const outcome = await harmOf(sequence);
    sent += outcome.sent;
    withheld += outcome.withheld;
    if (outcome.harm !== undefined) throw new Error(outcome.harm);
  });
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(property, {
    numRuns: Number(count),
    seed: Number(seed),
  });
  console.log(
    `${over}: ${count} sequences from seed ${seed} on ${saved.length} lines, ${sent} bursts sent, ${withheld} withheld`,
  );
  if (!failed) continue;
  process.exitCode = 1;
  console.log(`harmed: ${String(errorInstance)}, path ${counterexamplePath}`);
  console.log(JSON.stringify(counterexample?.[0]));
}
