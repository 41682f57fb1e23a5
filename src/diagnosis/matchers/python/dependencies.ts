import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher, Report } from '../matcher.ts';

interface Statement {
  readonly expression: RegExp;
  readonly cause: CauseCategory;
}

/** A reader of lines each of which says, by itself, what is wrong. */
function statements(list: readonly Statement[]): () => LineReader {
  return () => ({
    read(line, report) {
      for (const { expression, cause } of list) {
        const message = expression.exec(line.text)?.groups?.['message'];
        if (message === undefined) continue;
        report.diagnostic({ message, logLine: line.number }, cause);
        return 'told';
      }
      return null;
    },
  });
}

/** Lines of a list that a message takes up. */
const MAX_LIST_LINES = 5;

/** As `statements`, beside one whose reasons stand in a list below it. */
function withList(heading: RegExp, cause: CauseCategory, list: readonly Statement[]): () => LineReader {
  return () => {
    const plain = statements(list)();
    let open: { text: string; items: string[]; logLine: number } | null = null;
    const tell = (report: Report) => {
      if (open) report.diagnostic({ message: `${open.text} ${open.items.join('; ')}`.trim(), logLine: open.logLine }, cause);
      open = null;
    };
    return {
      read(line, report) {
        const item = open && /^\s+- (?<item>\S.*)$/.exec(line.text)?.groups?.['item'];
        if (open && item && open.items.length < MAX_LIST_LINES) {
          open.items.push(item);
          return true;
        }
        tell(report);
        if (!heading.test(line.text)) return plain.read(line, report);
        open = { text: line.text, items: [], logLine: line.number };
        return true;
      },
      finish: tell,
    };
  };
}

/** Poetry: a solver that finds no versions, a lock file that is out of date, settings that are wrong. */
export const poetry: Matcher = {
  id: 'poetry',
  tool: 'poetry',
  cause: 'dependency-conflict',
  hints: [
    'version solving failed',
    'poetry.lock',
    'poetry configuration is invalid',
    'pyproject.toml changed significantly',
    'is a required property',
  ],
  createReader: withList(/^The Poetry configuration is invalid:$/, 'build-config', [
    {
      expression: /^(?:And |So, )?(?<message>(?:[Bb]ecause|because) .* version solving failed\.)$/,
      cause: 'dependency-conflict',
    },
    {
      expression: /^(?:Error: )?(?<message>poetry\.lock is not (?:consistent|up to date) with pyproject\.toml\..*)$/,
      cause: 'lockfile',
    },
    {
      expression: /^(?:Error: )?(?<message>pyproject\.toml changed significantly since poetry\.lock was last generated\..*)$/,
      cause: 'lockfile',
    },
    // A long reason goes on in lines that begin with a blank.
    { expression: /^\s+(?<message>and .* version solving failed\.)$/, cause: 'dependency-conflict' },
  ]),
};

/** What uv prints below its cross is wrapped and indented; the first line says enough to know the matter. */
export const uv: Matcher = {
  id: 'uv',
  tool: 'uv',
  cause: 'dependency-conflict',
  hints: [
    'no solution found when resolving',
    '╰─▶ because ',
    'lockfile at `uv.lock` needs',
    'unable to find lockfile at `uv.lock`',
    '× failed to ',
    'no interpreter found for python',
  ],
  createReader: () => {
    const plain = statements([
      { expression: /^(?:error: )?(?<message>The lockfile at `uv\.lock` needs to be updated.*)$/, cause: 'lockfile' },
      { expression: /^error: (?<message>Unable to find lockfile at `uv\.lock`.*)$/, cause: 'lockfile' },
      { expression: /^\s*× (?<message>Failed to (?:download|fetch) .*)$/, cause: 'dependency-unavailable' },
      { expression: /^\s*× (?<message>Failed to build .*)$/, cause: 'build-config' },
      { expression: /^error: (?<message>No interpreter found for Python .*)$/, cause: 'toolchain' },
    ])();
    let reason: { text: string; logLine: number } | null = null;
    return {
      read(line, report) {
        if (reason) {
          const rest = /^ {6}(?<text>\S.*)$/.exec(line.text)?.groups?.['text'];
          if (rest !== undefined && !/^(?:And because|hint: )/.test(rest)) {
            reason.text += ` ${rest}`;
            return true;
          }
          const isMissing =
            /not found in the (?:package registry|cache|provided package locations)|there is no version of|there are no versions of/.test(
              reason.text,
            );
          report.diagnostic({ message: reason.text, logLine: reason.logLine }, isMissing ? 'dependency-unavailable' : undefined);
          reason = null;
          return false;
        }
        const because = /^\s*╰─▶ (?<text>Because .*)$/.exec(line.text)?.groups?.['text'];
        if (because === undefined) return plain.read(line, report);
        const above = report.previous(1)?.text ?? '';
        const isUv = /No solution found when resolving|^\s*│/.test(above);
        if (isUv) reason = { text: because, logLine: line.number };
        return isUv;
      },
      finish(report) {
        if (reason) report.diagnostic({ message: reason.text, logLine: reason.logLine });
      },
    };
  },
};

/** tox: its summary only repeats that commands failed; what it could not start is told by nobody else. */
export const tox: Matcher = {
  id: 'tox',
  tool: 'tox',
  cause: 'toolchain',
  hints: [
    'could not find executable',
    'interpreternotfound',
    'could not find python interpreter',
    'is not allowed, use allowlist_externals',
    'unknown environment ',
  ],
  createReader: statements([
    { expression: /^ERROR: InvocationError for command (?<message>could not find executable .*)$/, cause: 'toolchain' },
    { expression: /^ERROR: +[^:]+: (?<message>InterpreterNotFound: .*)$/, cause: 'toolchain' },
    { expression: /^[^\s:]+: failed with (?<message>could not find python interpreter .*)$/, cause: 'toolchain' },
    { expression: /^[^\s:]+: failed with (?<message>.* is not allowed, use allowlist_externals.*)$/, cause: 'build-config' },
    { expression: /^ERROR: (?<message>unknown environment '.*')$/, cause: 'build-config' },
  ]),
};
