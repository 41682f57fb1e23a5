import type { Matcher } from '../matcher.ts';

/** Lua's own parser: `luac: src/cart.lua:1: unexpected symbol near '='`. What fails later has a stack of its own. */
export const lua: Matcher = {
  id: 'lua',
  tool: 'lua',
  cause: 'compile-error',
  hints: ['.lua:'],
  patterns: [
    {
      expression:
        /^(?:\S{0,200}[\\/])?(?:lua|luac|luajit|texlua)[\d.-]{0,8}(?:\.exe)?: (?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.lua):(?<line>\d{1,7}): (?<message>\S.* near .*|.* expected .*|unfinished .*)$/,
    },
  ],
};

/** luacheck: `src/cart.lua:1:7: (W211) unused variable 'total'`; a code only when it was asked for. */
export const luacheck: Matcher = {
  id: 'luacheck',
  tool: 'luacheck',
  cause: 'lint',
  hints: ['.lua:'],
  patterns: [
    {
      expression:
        /^\s{0,8}(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.lua):(?<line>\d{1,7}):(?<column>\d{1,7})(?:-(?<endColumn>\d{1,7}))?: \((?<code>E\d{3})\) (?<message>\S.*)$/,
    },
    {
      expression:
        /^\s{0,8}(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.lua):(?<line>\d{1,7}):(?<column>\d{1,7})(?:-(?<endColumn>\d{1,7}))?: (?:\((?<code>W\d{3})\) )?(?<message>(?!error: |warning: |note: )\S.*)$/,
      severity: 'warning',
    },
  ],
};
