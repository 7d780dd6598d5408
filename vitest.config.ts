import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

const env = { NO_COLOR: '1' }; // in CI the programs under test would colour even what goes into a pipe

/** What a test waits for comes sooner or later, however busy the machine is: these bounds end what hangs. */
const PATIENCE = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
};

/** Files that take minutes, by what their paths hold: the longest first. */
const LONG = [
  'all-lines.full',
  'out-of-step.full',
  '/mutants',
  'real-speed',
  'hosts.full',
  'tools',
];

/** Begins the long files first, so that none of them runs alone at the end: vitest begins the largest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((each) => moduleId.includes(each));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/** Tests that need half a minute or a host tool end in `.full.test.ts`; the others make up `npm test`. */
export default defineConfig({
  test: {
    pool: 'forks', // threads abort when native addons are unloaded
    sequence: { sequencer: LongestFirst },
    maxWorkers: '100%', // the default leaves a core to the watcher, which there is none of
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{emulator,families,conformance,host-under-test}/**/*.test.ts'],
          exclude: ['**/*.full.test.ts'],
          globalSetup: 'emulator/test/build-once.ts',
          isolate: false, // two fifths of the processor time went into loading the same modules again
          ...PATIENCE,
          env,
        },
      },
      {
        test: {
          name: 'full',
          include: ['{emulator,families,conformance,host-under-test}/**/*.full.test.ts'],
          globalSetup: 'emulator/test/build-once.ts',
          ...PATIENCE,
          env,
        },
      },
    ],
  },
});
