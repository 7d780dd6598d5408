import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { install } from '../build/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The command line as it is published; where it is not built, tests run the source. */
    readonly builtCli: string;
  }
}

/** Builds the package once for a run of tests that start the command line hundreds of times: it starts several times as fast. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-built-'));
  project.provide('builtCli', await install(folder));
  return () => rm(folder, { recursive: true });
}
