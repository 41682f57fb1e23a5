import type { Matcher } from '../matcher.ts';

/** fasterer: `app/models/post.rb:57 Array#select.first is slower than Array#detect.` */
export const fasterer: Matcher = {
  id: 'fasterer',
  tool: 'fasterer',
  cause: 'lint',
  hints: [' is slower than ', ', rather check with '],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:]+\.rb):(?<line>\d{1,7}) (?<message>\S.* is slower than \S.*\.|Don't rescue \w+, rather check with .*)$/,
    },
  ],
};
