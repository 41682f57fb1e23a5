import type { Matcher } from '../matcher.ts';

/** Ninja's own faults. `FAILED: target` and `build stopped` are left out: they follow from what a command has said. */
export const ninja: Matcher = {
  id: 'ninja',
  tool: 'ninja',
  cause: 'build-config',
  hints: ['ninja: error: ', 'ninja: fatal: ', 'ninja: warning: '],
  patterns: [
    { expression: /^ninja: (?<severity>error|fatal|warning): (?<path>[^\s:']{1,500}):(?<line>\d{1,7}): (?<message>\S.*)$/ },
    { expression: /^ninja: (?<severity>error|fatal|warning): (?<message>\S.*)$/ },
  ],
};
