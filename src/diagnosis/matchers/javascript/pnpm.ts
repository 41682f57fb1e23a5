import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';

const ERROR = /^\s{0,4}\[?(?<code>ERR_PNPM_[A-Z0-9_]{1,80})\]?:?\s{1,4}(?<message>\S.*)$/;
/** A script of the project failed; what did stands above. */
const CONSEQUENCE = /^ERR_PNPM_RECURSIVE_(?:RUN|EXEC)_FIRST_FAIL$/;

const CAUSES: readonly (readonly [RegExp, CauseCategory])[] = [
  [/LOCKFILE|TARBALL_INTEGRITY|BROKEN_METADATA/, 'lockfile'],
  [/PEER_DEP|CONFLICT/, 'dependency-conflict'],
  [/NO_MATCHING_VERSION|FETCH_404|NO_VERSIONS|SPEC_NOT_SUPPORTED|NOT_FOUND$|NO_OFFLINE/, 'dependency-unavailable'],
  [/FETCH_401/, 'missing-secret'],
  [/FETCH_403/, 'permission'],
  [/FETCH_429/, 'rate-limit'],
  [/FETCH_5\d\d|META_FETCH_FAIL/, 'network'],
  [/ENGINE|BAD_PM_VERSION|UNSUPPORTED_PLATFORM/, 'toolchain'],
  [/NO_SCRIPT|NO_PKG_MANIFEST|NO_IMPORTER_MANIFEST|JSON_PARSE|BAD_PACKAGE_JSON|WORKSPACE/, 'build-config'],
];

/** pnpm: ` ERR_PNPM_…  message`. */
export const pnpm: Matcher = {
  id: 'pnpm',
  tool: 'pnpm',
  cause: null,
  hints: ['err_pnpm_'],
  createReader: createPnpmReader,
};

function createPnpmReader(): LineReader {
  return {
    read(line, report) {
      const groups = ERROR.exec(line.text)?.groups;
      const code = groups?.['code'] ?? '';
      if (!groups || CONSEQUENCE.test(code)) return null;
      const cause = CAUSES.find(([codes]) => codes.test(code))?.[1];
      report.diagnostic({ code, message: groups['message'] ?? '', logLine: line.number }, cause);
      report.highlight(line.number, line.number, 0.85);
      return false;
    },
  };
}
