import type { CauseCategory } from '../../types.ts';
import type { Matcher } from '../matcher.ts';

/** What the go command says of modules, with what it means. Ordered: the first that fits decides. */
const KINDS: readonly { expression: RegExp; cause: CauseCategory }[] = [
  { expression: /^go: (?<message>updates to go\.(?:mod|sum|work) needed.*)$/, cause: 'lockfile' },
  { expression: /^go: (?<message>inconsistent vendoring in .*)$/, cause: 'lockfile' },
  { expression: /^(?:go: )?(?<message>\S+: missing go\.sum entry.*)$/, cause: 'lockfile' },
  { expression: /^(?:go: |verifying )(?<message>.*: checksum mismatch)$/, cause: 'lockfile' },
  { expression: /^go: (?<message>(?:\S+ )?(?:go\.mod )?requires go >= \S+ \(running go .*)$/, cause: 'toolchain' },
  { expression: /^go: (?<message>(?<path>\S*go\.mod):(?<line>\d{1,7}): .*)$/, cause: 'build-config' },
  { expression: /^go: (?<message>(?:go\.mod file not found|cannot find main module).*)$/, cause: 'build-config' },
  {
    expression: /^(?:pattern \S+: )?(?<message>directory (?:prefix )?\S+ does not contain main module.*)$/,
    cause: 'build-config',
  },
  { expression: /^(?<path>\S*go\.mod):(?<line>\d{1,7})(?::\d{1,7})?: (?<message>\S.*)$/, cause: 'build-config' },
  {
    expression:
      /^go: (?<message>\S+@\S+(?: requires)?: .*(?:unknown revision|invalid version|not found|404|module declares its path as|reading ).*)$/,
    cause: 'dependency-unavailable',
  },
  {
    expression: /^\s*(?:go: )?(?<message>(?:module|package) \S+: .*(?:404 Not Found|410 Gone|unrecognized import path).*)$/,
    cause: 'dependency-unavailable',
  },
  { expression: /^\timports (?<message>\S+: import cycle not allowed(?: in test)?)$/, cause: 'compile-error' },
];

/** The go command on modules: go.mod, go.sum, the toolchain, import cycles. */
export const goModules: Matcher = {
  id: 'go-modules',
  tool: 'go',
  cause: 'dependency-unavailable',
  hints: [
    'go.mod',
    'go.sum',
    'requires go >=',
    'checksum mismatch',
    'inconsistent vendoring',
    'unknown revision',
    'import cycle not allowed',
    '404 not found',
    '410 gone',
    'cannot find main module',
    'does not contain main module',
    'invalid version',
    'unrecognized import path',
  ],
  createReader: () => ({
    read(line, report) {
      for (const { expression, cause } of KINDS) {
        const groups = expression.exec(line.text)?.groups;
        if (!groups) continue;
        const { path = null, message = '' } = groups;
        const at = groups['line'] === undefined ? null : Number(groups['line']);
        report.diagnostic({ path, line: at, message, logLine: line.number }, cause);
        return 'told';
      }
      return null;
    },
  }),
};
