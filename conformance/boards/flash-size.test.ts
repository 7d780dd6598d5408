import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { flashSizes } from '../../families/index.ts';
import { identify } from '../run/identify.ts';
import { interfaceNames } from '../interfaces/names.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { protocolOf } from '../interfaces/index.ts';
import { connectLoader } from '../interfaces/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { refuseLarger } from './flash-size.ts';
import { partsOn } from './out-of-step/sequences.ts';

/** A chip, asked for its size as one that is called so. */
async function calling(chip: Part, called: Part): Promise<void> {
  const target = new EmulatedTarget(chip);
  await identify(target);
  const times = { part: called, quietMs: 0, replyMs: 0 };
  await refuseLarger(async () => connectLoader(await target.boot({}), times), called);
}

test.each(interfaceNames)(
  'over %s, a board that is larger than it is called is refused, one that is what it is called is not',
  async (over) => {
    const lines = partsOn(over).filter(
      (part) =>
        flashSizes(part.device).length > 1 &&
        protocolOf(part).moves.lacks(part, 'read') === undefined,
    );
    for (const small of fc.sample(fc.constantFrom(...lines), { numRuns: 4, seed: 13 })) {
      const flashKiB = flashSizes(small.device).at(-1)!;
      const large = partOf(small.device, { flashKiB, interface: over });
      await expect(calling(large, small), small.name).rejects.toThrow(
        /^the board (says that it has|has flash at) .* --flash-size$/,
      );
      await calling(small, small);
      await calling(large, large);
    }
  },
);

test('a board that is sold as the smaller chip and holds the larger one is refused', async () => {
  const [small] = partsOn('usart').filter(({ name }) => name === 'STM32F10x_MD');
  const large = partOf(small!.device, { flashKiB: 128 });
  const { address } = small!.device.flashSizeRegister!;
  const target = new EmulatedTarget(large, {
    replace: {
      memory: (memory) => ({
        ...memory,
        read(from, length) {
          const bytes = memory.read(from, length);
          if (address >= from && address < from + length) {
            bytes.set([64, 0], address - from); // whatever it has, it says 64 KiB
          }
          return bytes;
        },
      }),
    },
  });
  const called = partOf(small!.device, { flashKiB: 64 });
  const times = { part: called, quietMs: 0, replyMs: 0 };
  const connect = async () => connectLoader(await target.boot({}), times);
  await expect(refuseLarger(connect, called)).rejects.toThrow('has flash at 0x08010000');
});
