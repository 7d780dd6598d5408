import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { compare, scores } from './compare.ts';
import type { Fidelity } from './compare.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import type { PartChoice } from '../part/part.ts';
import { casesOf } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Play } from '../record/play.ts';
import { LiveSide } from '../record/side.ts';
import type { Inputs, Side } from '../record/side.ts';
import type { About } from './results.ts';
import type { Step } from '../run/script.ts';
import { EmulatedTarget } from '../targets/emulated.ts';

const cases = casesOf(scenarios.map((each) => ({ ...each, entries: each.entries.slice(-2) })));
const options = { seed: 1, inputs: 2 };

function target(name: string, choice: PartChoice = {}, mutant?: string): LiveSide {
  const part = partOf(findDevice(name).devices[0]!, choice);
  const wrong = mutants.find((each) => each.name === mutant);
  return new LiveSide(new EmulatedTarget(part, wrong), 'chip');
}

const different = ({ comparisons }: Fidelity): string[] => [
  ...new Set(
    comparisons
      .filter(({ difference }) => difference !== undefined)
      .map(({ name }) => name.replace(/@.*/, '')),
  ),
];

test('a device is like itself', async () => {
  const fidelity = await compare(target('STM32F405'), target('STM32F405'), cases, options);
  expect(different(fidelity)).toEqual([]);
  const all = scores(fidelity).find(({ of }) => of === 'all')!;
  expect(all.matching).toBe(all.asked);
  expect(fidelity.notAsked).toContain('usart/3.7/one-page@refused-go');
});

test('versions 3.0 and 3.1 of the F405 differ in the missing NACK, in the two NACKs and in what they say of themselves', async () => {
  const fidelity = await compare(
    target('STM32F405', { version: '3.0' }),
    target('STM32F405', { version: '3.1' }),
    cases,
    options,
  );
  expect(different(fidelity)).toMatchInlineSnapshot(`
    [
      "usart/3.1/count",
      "usart/3.1/version",
      "usart/3.1/list",
      "usart/3.1/list-under-rdp",
      "usart/3.1/erase-in-seventh-place",
      "usart/3.1/closing-ack",
      "usart/3.2/version",
      "usart/3.2/option-bytes-zero",
      "usart/3.2/same-version-as-get",
      "usart/3.3/asking-changes-nothing",
      "usart/3.4/bootloader-id",
      "usart/3.4/no-memory-there",
      "usart/3.4/bootloader-ram",
      "usart/3.4/protected",
      "usart/3.4/protected-reveals-nothing",
      "usart/3.6/no-memory-there",
      "usart/3.6/system-memory",
      "usart/3.6/bootloader-ram",
      "usart/3.6/option-bytes-not-at-base",
      "usart/3.6/protected",
      "usart/3.11/protects",
      "usart/3.12/protect-and-unprotect",
      "usart/common/read-nowhere",
      "usart/common/write-nowhere",
      "usart/common/protected-read",
      "usart/common/protected-write",
    ]
  `);
});

test('versions 2.0 and 2.2 of the F103 differ in what protocol 2.1 and 2.2 changed', async () => {
  const fidelity = await compare(
    target('STM32F103xB', { version: '2.0' }),
    target('STM32F103xB', { version: '2.2' }),
    cases,
    options,
  );
  expect(different(fidelity)).toMatchInlineSnapshot(`
    [
      "usart/1/command-follows-sync",
      "usart/1/no-parity",
      "usart/1/parity-errors-ignored",
      "usart/3/waits-for-a-command-after-nack",
      "usart/3/half-a-command-waits",
      "usart/3/commands-back-to-back",
      "usart/3.1/count",
      "usart/3.1/version",
      "usart/3.1/list",
      "usart/3.1/list-under-rdp",
      "usart/3.1/erase-in-seventh-place",
      "usart/3.1/closing-ack",
      "usart/3.2/version",
      "usart/3.2/option-bytes-zero",
      "usart/3.2/same-version-as-get",
      "usart/3.3/product-id",
      "usart/3.3/count",
      "usart/3.3/one-byte-id-before-2.1",
      "usart/3.3/asking-changes-nothing",
      "usart/3.4/bootloader-ram",
      "usart/3.5/system-memory",
      "usart/3.5/option-bytes",
      "usart/3.5/bootloader-ram",
      "usart/3.6/bootloader-ram",
      "usart/3.12/clears-ram",
    ]
  `);
});

test('what takes another order of magnitude is told, and is no difference', async () => {
  const side = target('STM32F405');
  const slow = new Slow(side, 40);
  const some = cases.filter(({ scenario }) => scenario.id === 'usart/3.2/version');
  const { comparisons } = await compare(new Slow(side, 1), slow, some, options);
  expect(comparisons.map(({ difference }) => difference)).toEqual([undefined, undefined]);
  expect(comparisons[0]!.timing).toContain('get-version: under 3 ms, 30-100 ms');
});

/** A side whose answers all take so many ms. */
class Slow implements Side {
  readonly recorded = false;
  readonly #side: LiveSide;
  readonly #ms: number;

  constructor(side: LiveSide, ms: number) {
    this.#side = side;
    this.#ms = ms;
  }

  get about(): About {
    return this.#side.about;
  }

  canAsk(each: Case): boolean {
    return this.#side.canAsk(each);
  }

  scripts(each: Case, inputs: Inputs): readonly (readonly Step[])[] | undefined {
    return this.#side.scripts(each, inputs);
  }

  async play(each: Case, steps: readonly Step[]): Promise<Play> {
    const { answers, changed } = await this.#side.play(each, steps);
    return { answers: answers.map((answer) => ({ ...answer, ms: this.#ms })), changed };
  }
}

test('a difference in memory counts, though every answer is the same', async () => {
  const wrong = target('STM32F405', {}, 'flash-write-does-nothing');
  const flash = cases.filter(({ scenario }) => scenario.id === 'usart/3.6/flash');
  const { comparisons } = await compare(target('STM32F405'), wrong, flash, options);
  expect(comparisons.map(({ difference }) => difference)).toContain('the memory left differs');
});
