/** How a user tests his flashing tool with the fixture stm32; MISTAKE plants one into it. */
import { expect, test as base } from 'vitest';
import { stm32Fixtures } from '../../typescript/vitest.ts';
import type { Stm32 } from '../../typescript/vitest.ts';
import { flash } from './flasher.ts';
import type { Mistake } from './flasher.ts';

const test = base.extend<Stm32>(stm32Fixtures('STM32F405'));

const [START, BLOCK] = [0x0800_0000, 256];
const IMAGE = Buffer.from(Array.from({ length: 4 * BLOCK }, (_, at) => at & 0xff));
/** Operations of the erase in front of the blocks. */
const ERASE = 1;
const mistake = process.env['MISTAKE'] as Mistake | undefined;

test('writes the image', async ({ stm32 }) => {
  await flash(stm32.port, IMAGE, mistake);
  expect((await stm32.flash()).subarray(0, IMAGE.length)).toEqual(IMAGE);
});

test('says that the chip is protected', async ({ stm32 }) => {
  await stm32.protect(1);
  await expect(flash(stm32.port, IMAGE, mistake)).rejects.toThrow('protected');
  await stm32.waitFor('nack', { text: 'protected' });
});

test('notices a power cut in the third block', async ({ stm32 }) => {
  await stm32.arm({ at: 'flash', do: 'power-cut', operation: ERASE + 3, done: 0.5 });
  await expect(flash(stm32.port, IMAGE, mistake)).rejects.toThrow('no answer');
  expect((await stm32.faults())[0]!.struck).toHaveLength(1);
  await stm32.waitFor('program', { address: START + BLOCK });
  await stm32.power(true);
  await flash(stm32.port, IMAGE, mistake);
  expect((await stm32.flash()).subarray(0, IMAGE.length)).toEqual(IMAGE);
});

test('gives up at a block that is refused', async ({ stm32 }) => {
  const address = START + 2 * BLOCK;
  await stm32.arm({ at: 'reply', do: 'refuse', command: 'write-memory', address });
  await expect(flash(stm32.port, IMAGE, mistake)).rejects.toThrow('0x8000200');
});

test('reads back what it has written', async ({ stm32 }) => {
  await stm32.arm({ at: 'flash', do: 'lie', operation: ERASE + 2 });
  await expect(flash(stm32.port, IMAGE, mistake)).rejects.toThrow('readback');
});

test('writes a small chip too', async ({ stm32Factory }) => {
  const small = await stm32Factory('STM32F070x6');
  await flash(small.port, IMAGE, mistake);
  expect(await small.read(START, IMAGE.length)).toEqual(IMAGE);
});
