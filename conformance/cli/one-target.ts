import { ConformanceError } from '../errors.ts';
import { identify } from '../run/identify.ts';
import type { Target } from '../run/target.ts';
import { openTarget } from '../targets/open.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { specsOf } from './target-of.ts';
import type { TargetArguments } from './target-options.ts';

/** The target of a command that takes only one. @throws ConformanceError */
export async function oneSpecOf(argv: TargetArguments): Promise<TargetSpec> {
  const [spec, another] = await specsOf(argv);
  if (spec !== undefined && another === undefined) return spec;
  throw new ConformanceError('this takes one target: a bench file of one, or --device');
}

/** Opens a target for as long as `use` needs it; one that does not answer is said, and undefined returned. */
export async function withTarget<T>(
  spec: TargetSpec,
  use: (target: Target) => Promise<T>,
): Promise<T | undefined> {
  const target = await openTarget(spec);
  try {
    if (await identify(target)) return await use(target);
    console.error(`vstm32: ${target.name} does not answer over ${target.part.interface}`);
    return undefined;
  } finally {
    await target.close();
  }
}
