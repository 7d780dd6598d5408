import { ConformanceError } from '../errors.ts';
import { readBenchFile } from '../targets/bench-file.ts';
import { specOf, targetDescription } from '../targets/description.ts';
import { partOfSpec } from '../targets/open.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { mutantNamed } from '../mutants/mutant-named.ts';
import { wholeNumber } from './select-cases.ts';
import type { TargetArguments } from './target-options.ts';

/** What a command line examines: the one target that it describes, or those of its bench file. @throws ConformanceError */
export async function specsOf(argv: TargetArguments): Promise<readonly TargetSpec[]> {
  const specs =
    argv.bench === undefined ? [specOfArguments(argv)] : await benchOf(argv.bench, argv);
  for (const spec of specs) {
    partOfSpec(spec); // what there is not is said before anything is begun
    if ('mutant' in spec) mutantNamed(spec.mutant, spec.part.interface);
  }
  return specs;
}

/** The target that a command line describes. @throws ConformanceError */
export function specOfArguments(argv: TargetArguments): TargetSpec {
  if (argv.device === undefined) {
    throw new ConformanceError('name the part to examine: --device STM32F405');
  }
  const described: Record<string, unknown> = {};
  for (const field of Object.keys(targetDescription.shape)) {
    const value = argv[field as keyof TargetArguments];
    if (value !== undefined) described[field] = value;
  }
  for (const field of ['flash-size', 'baud', 'wear-budget'] as const) {
    const value = argv[field];
    if (value !== undefined) described[field] = wholeNumber(field, value);
  }
  const { data, error } = targetDescription.safeParse(described);
  if (error === undefined) return specOf(data);
  const [{ path, message }] = error.issues as [(typeof error.issues)[number]];
  const field = String(path[0]);
  throw new ConformanceError(`--${field} ${message}, not ${String(described[field])}`);
}

async function benchOf(file: string, argv: TargetArguments): Promise<readonly TargetSpec[]> {
  const twice = Object.keys(targetDescription.shape).find(
    (field) => argv[field as keyof TargetArguments] !== undefined,
  );
  if (twice !== undefined) {
    throw new ConformanceError(`--${twice} is said for each board in the bench file ${file}`);
  }
  return readBenchFile(file);
}
