import type { Matcher } from '../matcher.ts';

/** Psalm: its console form, and `--output-format=emacs`. */
export const psalm: Matcher = {
  id: 'psalm',
  tool: 'psalm',
  cause: 'lint',
  hints: ['.php:'],
  patterns: [
    {
      expression:
        /^(?<severity>ERROR|WARNING|INFO): (?<code>[A-Z]\w+) - (?<path>[^\s:][^:]*\.php):(?<line>\d{1,7}):(?<column>\d{1,7}) - (?<message>\S.*?)(?: \(see https:\/\/psalm\.dev\/\d+\))?$/,
    },
    {
      expression:
        /^(?<path>[^\s:][^:]*\.php):(?<line>\d{1,7}):(?<column>\d{1,7}):(?<severity>error|warning|info) - (?:(?<code>[A-Z]\w+): )?(?<message>\S.*?)(?: \(see https:\/\/psalm\.dev\/\d+\))?$/,
    },
  ],
};
