import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts', 'test/contract/**', 'test/fixtures/**', 'test/scenarios/**', '**/node_modules/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Processes, not threads: tests start child processes and servers, and one that hangs must be killable.
    pool: 'forks',
    maxWorkers: 4,
    // Generous: whether a test passes must not depend on what else the machine does.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 20_000,
  },
});
