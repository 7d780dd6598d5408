import { parse } from 'yaml';
import { z } from 'zod';
import { ConformanceError } from '../errors.ts';
import { readText } from '../reports/read-text.ts';
import { specOf, targetDescription } from './description.ts';
import { addressOf, isBoard } from './spec.ts';
import type { TargetSpec } from './spec.ts';

const bench = z.strictObject({
  boards: z.array(targetDescription).min(1).describe('The boards, which are examined side by side'),
});

/** Targets of a bench file, .yaml or .json. @throws ConformanceError that names the field that is wrong. */
export async function readBenchFile(path: string): Promise<readonly TargetSpec[]> {
  const text = await readText(path);
  const specs = described(path, text).boards.map((board, at) => {
    try {
      return specOf(board);
    } catch (cause) {
      if (!(cause instanceof ConformanceError)) throw cause;
      throw new ConformanceError(`${path}: boards[${at}]: ${cause.message}`, { cause });
    }
  });
  refuseTwins(path, specs);
  return specs;
}

/** JSON schema of a bench file, for editors. */
export function benchSchema(): object {
  return { title: 'Bench of vstm32 conform', ...z.toJSONSchema(bench, { io: 'input' }) };
}

function described(path: string, text: string): z.output<typeof bench> {
  let content: unknown;
  try {
    content = parse(text); // JSON is YAML
  } catch (cause) {
    const [line] = (cause as Error).message.split('\n');
    throw new ConformanceError(`${path}: ${line}`, { cause });
  }
  const { data, error } = bench.safeParse(content);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const where = issue!.path.map((each) =>
    typeof each === 'number' ? `[${each}]` : `.${String(each)}`,
  );
  const field = where.join('').replace(/^\./, '');
  throw new ConformanceError(`${path}: ${field === '' ? '' : `${field}: `}${issue!.message}`);
}

function refuseTwins(path: string, specs: readonly TargetSpec[]): void {
  const seen = new Set<string>();
  for (const spec of specs) {
    const [address, name] = [addressOf(spec), spec.name];
    if (isBoard(spec) && seen.has(address)) {
      throw new ConformanceError(`${path}: two boards are at ${address}`);
    }
    if (name !== undefined && seen.has(`name ${name}`)) {
      throw new ConformanceError(`${path}: two boards are called ${name}`);
    }
    seen.add(address).add(`name ${name}`);
  }
}
