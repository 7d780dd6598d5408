import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { dir: import.meta.dirname, include: ['**/flasher.spec.ts'], testTimeout: 180_000 },
});
