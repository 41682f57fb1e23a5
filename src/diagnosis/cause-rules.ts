import type { CauseCategory } from './types.ts';

/** A line that carries a cause. */
export interface CauseRule {
  readonly category: CauseCategory;
  /** 0 to 1: how sure the cause is when a log holds such a line; also its rank among rules. */
  readonly confidence: number;
  /** Literals of which such a line has at least one. */
  readonly hints: readonly string[];
  readonly expression: RegExp;
  /** The line only sums up what went wrong above it: it says the cause, but an excerpt should show what it sums up. */
  readonly isSummary?: boolean;
}

/** Read as a table, by category. The surest rule that speaks wins; of two equally sure ones, the earlier. */
export const CAUSE_RULES: readonly CauseRule[] = [
  // The machine and the job
  {
    category: 'disk-full',
    confidence: 0.97,
    hints: ['no space left on device', 'not enough space on the disk', 'disk quota exceeded', 'enospc'],
    expression: /no space left on device|not enough space on the disk|disk quota exceeded|\bENOSPC\b/i,
  },
  {
    category: 'timeout',
    confidence: 0.97,
    hints: ['exceeded the maximum execution time', 'job exceeded the maximum'],
    expression: /has exceeded the maximum execution time of|job exceeded the maximum time limit/i,
  },
  {
    category: 'timeout',
    confidence: 0.9,
    hints: ['has timed out after', 'no output has been received in the last'],
    expression: /^The action .* has timed out after \d+ minutes|no output has been received in the last \d+m/i,
  },
  {
    category: 'runner-lost',
    confidence: 0.96,
    hints: ['has received a shutdown signal', 'lost communication with the server', 'runner was shut down', 'did not acquire'],
    expression:
      /runner has received a shutdown signal|lost communication with the server|hosted runner.*(?:lost|was shut down)|The job was not acquired by Runner/i,
  },
  {
    category: 'out-of-memory',
    confidence: 0.96,
    hints: ['heap out of memory', 'outofmemoryerror', 'cannot allocate memory', 'out of memory', 'oomkilled', 'memoryerror'],
    expression:
      /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|cannot allocate memory|\bout of memory\b|OOMKilled|^MemoryError\b/i,
  },
  {
    category: 'cancelled',
    confidence: 0.8,
    hints: ['operation was canceled', 'run was canceled', 'higher priority waiting request'],
    expression: /^The (?:operation|run) was canceled|Canceling since a higher priority waiting request/i,
  },

  // The workflow and its rights
  {
    category: 'workflow-config',
    confidence: 0.95,
    hints: [
      'workflow is not valid',
      'invalid workflow file',
      'unexpected value',
      'unrecognized named-value',
      'input required and not supplied',
      "can't find 'action.yml'",
      'error parsing called workflow',
    ],
    expression:
      /workflow is not valid|Invalid workflow file|\(Line: \d+, Col: \d+\): Unexpected value|Unrecognized named-value|Input required and not supplied|Can't find 'action\.ya?ml'|error parsing called workflow/i,
  },
  {
    category: 'workflow-config',
    confidence: 0.85,
    hints: [
      'this request has been automatically failed',
      'an action could not be found',
      'is deprecated and will fail',
      'command is disabled',
      'node12',
    ],
    expression: /automatically failed because it uses a deprecated version|The `?(?:set-env|add-path)`? command is disabled/i,
  },
  {
    category: 'dependency-unavailable',
    confidence: 0.94,
    hints: ['unable to resolve action', 'unable to find version', 'an action could not be found'],
    expression: /Unable to resolve action|An action could not be found at the URI/i,
  },
  {
    category: 'permission',
    confidence: 0.95,
    hints: ['resource not accessible by', 'refusing to allow', 'permission to ', 'protected branch'],
    expression:
      /Resource not accessible by (?:integration|personal access token)|refusing to allow (?:a|an) .* (?:to create or update|without)|Permission to \S+ denied to|protected branch (?:hook declined|update failed)/i,
  },
  {
    category: 'permission',
    confidence: 0.85,
    hints: [
      'not permitted to create or approve pull requests',
      'insufficient permission',
      'does not have the correct permission',
      'must have admin rights',
      'denied: installation not allowed',
    ],
    expression:
      /not permitted to create or approve pull requests|insufficient permissions?|does not have the correct permissions?|must have admin rights|denied: installation not allowed/i,
  },
  {
    category: 'missing-secret',
    confidence: 0.93,
    hints: [
      'bad credentials',
      'could not read username',
      'could not read password',
      'invalid username or password',
      'authentication failed',
      'eneedauth',
      'no access token',
      'credentials could not be loaded',
      'parameter token',
      'incorrect username or password',
      'support for password authentication',
    ],
    expression:
      /Bad credentials|could not read (?:Username|Password) for|(?:remote|fatal|error|denied): .{0,80}invalid username or password|Authentication failed for|\bENEEDAUTH\b|Credentials could not be loaded|Parameter token or opts\.auth is required|incorrect username or password|Support for password authentication was removed/i,
  },
  {
    category: 'rate-limit',
    confidence: 0.95,
    hints: ['rate limit', 'too many requests', 'toomanyrequests'],
    expression:
      /rate limit (?:exceeded|reached|has been)|exceeded (?:a|the) (?:secondary )?rate limit|\b429\b.*too many requests|too many requests|toomanyrequests/i,
  },

  // Dependencies
  {
    category: 'lockfile',
    confidence: 0.95,
    hints: [
      'err_pnpm_',
      'can only install packages when your package.json',
      'lockfile would have been modified',
      'lockfile needs to be updated',
      'lock file needs to be updated',
      'updates to go.mod needed',
      'missing go.sum entry',
      'poetry.lock is not up to date',
      'pyproject.toml changed significantly',
      'existing package-lock.json',
      'frozen lockfile',
      'your lockfile',
    ],
    expression:
      /\bERR_PNPM_\w*(?:LOCKFILE|FROZEN)\w*|can only install packages when your package\.json and|lockfile would have been modified|lock ?file .*needs to be updated|updates to go\.mod needed|missing go\.sum entry|poetry\.lock is not up to date|pyproject\.toml changed significantly|existing package-lock\.json|lockfile (?:is )?(?:frozen|out of date)|frozen.lockfile.*(?:not|needs)/i,
  },
  {
    category: 'dependency-conflict',
    confidence: 0.94,
    hints: [
      'eresolve',
      'resolutionimpossible',
      'conflicting dependencies',
      'unable to resolve dependency tree',
      'version solving failed',
      'could not find compatible versions',
      'your requirements could not be resolved',
      'failed to select a version',
      'conflicting peer',
    ],
    expression:
      /\bERESOLVE\b|ResolutionImpossible|conflicting dependencies|unable to resolve dependency tree|version solving failed|could not find compatible versions|Your requirements could not be resolved|failed to select a version for/i,
  },
  {
    category: 'dependency-unavailable',
    confidence: 0.9,
    hints: [
      'is not in this registry',
      'no matching version found',
      'no matching distribution found',
      'could not resolve dependencies',
      'unable to locate package',
      'could not find artifact',
      'received status code',
      'manifest unknown',
      'manifest for ',
      'pull access denied',
      'unknown revision',
      'could not find a version that satisfies',
      'e404',
    ],
    expression:
      /is not in (?:this|the npm) registry|No matching version found for|No matching distribution found for|Could not resolve dependencies for|Unable to locate package|Could not find artifact|Could not (?:GET|HEAD) '[^']*'\. Received status code \d+|manifest unknown|manifest for \S+ not found|pull access denied|unknown revision|Could not find a version that satisfies|npm (?:ERR!|error) code E404/i,
  },

  // The network
  {
    category: 'network',
    confidence: 0.8,
    hints: [
      'econnreset',
      'etimedout',
      'enotfound',
      'econnrefused',
      'eai_again',
      'could not resolve host',
      'temporary failure in name resolution',
      'connection reset by peer',
      'tls handshake timeout',
      'connection timed out',
      'bad gateway',
      'service unavailable',
      'unexpected disconnect',
      'failed to connect to',
      'gateway timeout',
      'ssl_error_syscall',
      'i/o timeout',
    ],
    expression:
      /\b(?:ECONNRESET|ETIMEDOUT|ENOTFOUND|ECONNREFUSED|EAI_AGAIN)\b|could not resolve host|temporary failure in name resolution|connection reset by peer|TLS handshake timeout|connection timed out|\b(?:502 bad gateway|503 service unavailable|504 gateway)|failed to connect to \S+ port|SSL_ERROR_SYSCALL|i\/o timeout/i,
  },

  // Tools and checkouts
  {
    category: 'version-control',
    confidence: 0.88,
    hints: [
      'merge conflict',
      'automatic merge failed',
      "couldn't find remote ref",
      'failed to push some refs',
      'did not match any file(s) known to git',
      'no url found for submodule',
      'not our ref',
      'smudge filter lfs failed',
      'unrelated histories',
      'dubious ownership',
      'not a git repository',
    ],
    expression:
      /Merge conflict in|Automatic merge failed|couldn't find remote ref|failed to push some refs|did not match any file\(s\) known to git|No url found for submodule|not our ref|smudge filter lfs failed|unrelated histories|dubious ownership|not a git repository/i,
  },
  {
    category: 'toolchain',
    confidence: 0.86,
    hints: [
      'command not found',
      'glibc',
      'unsupported engine',
      'ebadengine',
      'requires a different python',
      'unsupported class file major version',
      'invalid target release',
      'error while loading shared libraries',
      'is not recognized as an internal or external command',
      'unable to find any version matching',
      'executable file not found',
      'executable was not found',
    ],
    expression:
      /command not found|version [`'](?:GLIBC|GLIBCXX|CXXABI)_[\d.]+' not found|Unsupported engine|EBADENGINE|requires a different Python|Unsupported class file major version|invalid target release|error while loading shared libraries|is not recognized as an internal or external command|executable file not found in|executable was not found/i,
  },
  {
    category: 'toolchain',
    confidence: 0.84,
    hints: ['the engine "node" is incompatible', 'version ', 'not found in manifest'],
    expression:
      /The engine "node" is incompatible|Unable to find \w+ version|[Vv]ersion \S+ (?:with arch \S+ )?(?:was )?not found(?: in|$)/,
  },

  // The code
  {
    category: 'quality-gate',
    confidence: 0.9,
    hints: [
      'coverage threshold',
      'coverage for',
      'less than fail-under',
      'required test coverage',
      'vulnerabilities found',
      'quality gate',
    ],
    expression:
      /coverage threshold for|Required test coverage of|Coverage (?:failure|for \w+ \([\d.]+%\) does not meet)|less than fail-under|quality gate (?:failed|status: (?:failed|error))|found \d+ .*vulnerabilit/i,
  },
  {
    category: 'build-config',
    confidence: 0.8,
    hints: [
      'missing script',
      'cannot find tsconfig',
      "couldn't find an `eslint",
      'no rule to make target',
      'cmake error',
      'failed to load config',
      'could not find a declaration',
    ],
    expression:
      /Missing script:|cannot find tsconfig|No rule to make target|^CMake Error|failed to load config|ESLint couldn't find/i,
  },
  {
    category: 'compile-error',
    confidence: 0.82,
    hints: [': error: ', ': fatal error: ', 'error cs', 'syntaxerror'],
    expression: /^\S[^:]*:\d+:\d+: (?:fatal )?error: |: error CS\d+|^\s*SyntaxError: /i,
  },
  {
    category: 'compile-error',
    confidence: 0.81,
    hints: ['compilation failed', 'compilation error', 'could not compile', 'failed to compile'],
    isSummary: true,
    expression: /COMPILATION ERROR|compilation failed|could not compile `|failed to compile/i,
  },
  {
    category: 'test-failure',
    confidence: 0.83,
    hints: [
      'there are test failures',
      'there were failing tests',
      'tests failed',
      'failures:',
      'test failed',
      'failing',
      '[fail]',
      'there was 1 failure',
      'not ok ',
    ],
    isSummary: true,
    expression:
      /There (?:are|were) (?:test failures|failing tests)|There (?:was|were) \d+ failures?:|Tests run: \d+,.*(?:Failures|Errors): [1-9]|^\s*[1-9]\d* failing$|\b[1-9]\d* tests? failed|Failures: [1-9]|[1-9]\d* failures?\b|^not ok \d|\[FAIL\]/i,
  },
  {
    category: 'crash',
    confidence: 0.75,
    hints: [
      'segmentation fault',
      'core dumped',
      'a fatal error has been detected',
      'unhandled exception',
      'sigsegv',
      'sigabrt',
      'sigbus',
      'sigill',
    ],
    expression:
      /segmentation fault|\(core dumped\)|(?:signal|received|terminated by|exited with|killed by) SIG(?:SEGV|ABRT|BUS|ILL)\b|^# A fatal error has been detected|^unhandled exception/i,
  },
  {
    category: 'lint',
    confidence: 0.7,
    hints: ['lint', 'checkstyle', 'rubocop', 'offenses detected', 'you have ', 'phpcs'],
    isSummary: true,
    expression:
      /\b[1-9]\d* offenses? detected|there are \d+ errors reported by checkstyle|found [1-9]\d* (?:lint )?(?:errors?|problems?|violations?)|You have [1-9]\d* (?:Checkstyle|PMD) violation/i,
  },
  {
    category: 'formatting',
    confidence: 0.75,
    hints: ['would reformat', 'not formatted', 'formatting', 'gofmt', 'clang-format'],
    isSummary: true,
    expression:
      /^would reformat |files? (?:would be reformatted|is not formatted|are not formatted)|formatting (?:issues|violations|errors) (?:found|detected)|needs? (?:gofmt|formatting)|run '[^']*(?:format|fmt|spotless)[^']*' to fix/i,
  },
];

/** What an exit code alone suggests: 128 + the number of the signal that ended the process. */
export const EXIT_CODE_CAUSES: ReadonlyMap<number, { category: CauseCategory; confidence: number }> = new Map([
  [127, { category: 'toolchain', confidence: 0.6 }], // the shell found no such command
  [134, { category: 'crash', confidence: 0.65 }], // SIGABRT
  [137, { category: 'out-of-memory', confidence: 0.6 }], // SIGKILL: on a hosted runner nearly always the kernel's OOM killer
  [139, { category: 'crash', confidence: 0.75 }], // SIGSEGV
]);
