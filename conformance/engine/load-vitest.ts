import type * as vitestNode from 'vitest/node';
import { packageManifest } from '../../emulator/package-files.ts';
import { ConformanceError } from '../errors.ts';

const TESTED = packageManifest().devDependencies['vitest']!;
const HOW = `npm install vitest@${TESTED} where vstm32 is installed (with -g where that is global)`;

/**
 * What examines; it is installed by those who want that alone, since it brings more than all else together.
 * @throws ConformanceError that says how to install it
 */
export async function loadVitest(): Promise<typeof vitestNode> {
  const vitest = await import('vitest/node').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new ConformanceError(`vitest is missing: ${HOW}`, { exitCode: 3, cause });
  });
  if (vitest.version.split('.')[0] === TESTED.split('.')[0]) return vitest;
  throw new ConformanceError(
    `vitest ${vitest.version} is another than conform is made for: ${HOW}`,
    {
      exitCode: 3,
    },
  );
}
