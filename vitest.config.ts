import { defineConfig } from 'vitest/config';

const env = { NO_COLOR: '1' }; // in CI the programs under test would colour even what goes into a pipe

/** What a test waits for comes sooner or later, however busy the machine is: these bounds end what hangs. */
const PATIENCE = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
};

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
