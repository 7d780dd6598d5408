import { defineConfig } from 'vitest/config';

const env = { NO_COLOR: '1' }; // in CI the programs under test would colour even what goes into a pipe

/** Tests that need half a minute or a host tool end in `.full.test.ts`; the others make up `npm test`. */
export default defineConfig({
  test: {
    pool: 'forks', // threads abort when native addons are unloaded
    maxWorkers: '100%', // the default leaves a core to the watcher, which there is none of
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{emulator,families,conformance,host-under-test}/**/*.test.ts'],
          exclude: ['**/*.full.test.ts'],
          testTimeout: 20_000,
          env,
        },
      },
      {
        test: {
          name: 'full',
          include: ['{emulator,families,conformance,host-under-test}/**/*.full.test.ts'],
          testTimeout: 120_000,
          env,
        },
      },
    ],
  },
});
