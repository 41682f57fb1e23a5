import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Whole courses of events on the sandbox, minutes of them: `npm run test:long`. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['test/**/*.long.test.ts'],
    exclude: ['**/node_modules/**'],
    // What takes a minute on a quiet machine took over five with a load of ten times its processors.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
