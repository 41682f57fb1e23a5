import type { Matcher } from '../matcher.ts';

/** The Erlang compiler, alone or under rebar3; before OTP 24 without a column. What is no warning is an error. */
export const erlang: Matcher = {
  id: 'erlang',
  tool: 'erlc',
  cause: 'compile-error',
  hints: ['.erl:', '.hrl:', '.yrl:', '.xrl:'],
  patterns: [
    {
      expression:
        /^\s{0,4}(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.[ehxy]rl):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? (?<severity>Warning): (?<message>\S.*)$/,
    },
    {
      expression:
        /^\s{0,4}(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.[ehxy]rl):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? (?:error: )?(?<message>\S.*)$/,
    },
  ],
};
