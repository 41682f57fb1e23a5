import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';

/** Yarn 1 marks errors with a word that many others use, too: only its known sentences are taken. */
const CLASSIC: readonly { readonly sentence: RegExp; readonly cause: CauseCategory | null }[] = [
  { sentence: /^error (?<message>Your lockfile needs to be updated.*)$/, cause: 'lockfile' },
  { sentence: /^error (?<message>Integrity check failed for .*|Incorrect integrity when fetching.*)$/, cause: 'lockfile' },
  { sentence: /^error (?<message>Couldn't find package ".*" .*)$/, cause: 'dependency-unavailable' },
  { sentence: /^error (?<message>Couldn't find any versions for ".*" that matches .*)$/, cause: 'dependency-unavailable' },
  {
    sentence: /^error (?<message>.{1,300}: The (?:engine|platform|CPU) ".*" is incompatible with this module\..*)$/,
    cause: 'toolchain',
  },
  { sentence: /^error (?<message>Command ".*" not found\.)$/, cause: 'build-config' },
  {
    sentence:
      /^error (?<message>(?:Workspaces can only be enabled|Cannot find the root|Missing list of packages|No license field).*)$/,
    cause: 'build-config',
  },
  {
    sentence: /^error (?<message>An unexpected error occurred: ".*(?:404 Not Found|Not found).*)$/,
    cause: 'dependency-unavailable',
  },
  {
    sentence:
      /^error (?<message>An unexpected error occurred: ".*(?:ECONN|ETIMEDOUT|ESOCKETTIMEDOUT|ENOTFOUND|EAI_AGAIN|50\d |socket|network).*)$/,
    cause: 'network',
  },
  { sentence: /^error (?<message>An unexpected error occurred: .*)$/, cause: null },
];

/** `➤ YN0028: │ message`; with a colour alone Yarn tells errors from warnings, so only codes of errors are taken. */
const BERRY = /^➤ (?<code>YN\d{4}): (?:[│┌└·] )?(?<message>[^\s│┌└·+-].*)$/;
const BERRY_USAGE =
  /^Usage Error: (?<message>(?:Couldn't find a script named|The nearest package directory|No project found in|The project in|Couldn't find the node_modules state file).*)$/;
const BERRY_CAUSES: Readonly<Record<string, CauseCategory | null>> = {
  YN0001: null, // exception
  YN0009: null, // a package could not be built
  YN0016: 'dependency-unavailable', // remote not found
  YN0018: 'lockfile', // checksum mismatch
  YN0020: 'lockfile', // missing lock file entry
  YN0028: 'lockfile', // frozen lock file
  YN0035: 'dependency-unavailable', // fetch failed
  YN0041: 'missing-secret', // invalid authentication
  YN0078: 'lockfile', // resolution mismatch
  YN0082: 'dependency-unavailable', // no candidates found
};

/** Yarn 1. */
export const yarn: Matcher = {
  id: 'yarn',
  tool: 'yarn',
  cause: null,
  hints: [
    'error your lockfile',
    'error integrity check',
    'error incorrect integrity',
    "error couldn't find",
    'is incompatible with this module',
    'error command "',
    'error workspaces can',
    'error cannot find the root',
    'error missing list',
    'error an unexpected error',
  ],
  createReader: createClassicReader,
};

/** Yarn 2 and later. */
export const yarnBerry: Matcher = {
  id: 'yarn-berry',
  tool: 'yarn',
  cause: null,
  hints: ['➤ yn00', 'usage error: '],
  createReader: createBerryReader,
};

function createClassicReader(): LineReader {
  return {
    read(line, report) {
      for (const { sentence, cause } of CLASSIC) {
        const message = sentence.exec(line.text)?.groups?.['message'];
        if (message === undefined) continue;
        report.diagnostic({ message, logLine: line.number }, cause ?? undefined);
        report.highlight(line.number, line.number, 0.85);
        return false;
      }
      return null;
    },
  };
}

function createBerryReader(): LineReader {
  return {
    read(line, report) {
      const usage = BERRY_USAGE.exec(line.text)?.groups?.['message'];
      if (usage !== undefined) {
        report.diagnostic({ message: usage, logLine: line.number }, 'build-config');
        return 'told';
      }
      const groups = BERRY.exec(line.text)?.groups;
      const code = groups?.['code'] ?? '';
      const cause = BERRY_CAUSES[code];
      if (!groups || cause === undefined) return null;
      report.diagnostic({ code, message: groups['message'] ?? '', logLine: line.number }, cause ?? undefined);
      report.highlight(line.number, line.number, 0.85);
      return false;
    },
  };
}
