import type { CauseCategory } from '../../diagnosis/types.ts';
import type { VerdictKind } from '../../policy/verdict.ts';

/** Each cause in the words of a person. */
export const CAUSE_TEXT: Record<CauseCategory, string> = {
  'test-failure': 'tests failed',
  'compile-error': 'the code does not compile or type-check',
  lint: 'a linter found problems',
  formatting: 'files are not formatted',
  'dependency-conflict': 'dependencies contradict each other',
  'dependency-unavailable': 'a package, image or action is not there',
  lockfile: 'the lock file does not fit the manifest',
  'workflow-config': 'the workflow file is wrong',
  'build-config': 'the build configuration is wrong',
  toolchain: 'a tool, runtime or system library is missing or the wrong one',
  permission: 'something was not permitted',
  'missing-secret': 'credentials are absent or were refused',
  network: 'the network failed',
  'rate-limit': 'a rate limit was hit',
  'out-of-memory': 'memory ran out',
  'disk-full': 'the disk is full',
  timeout: 'it took too long',
  'runner-lost': 'the runner was lost',
  cancelled: 'it was cancelled',
  crash: 'a program crashed',
  'quality-gate': 'a quality gate said no',
  'version-control': 'git or the checkout failed',
  unknown: 'the cause is not clear from the log',
};

/** Each verdict in the words of a person. */
export const VERDICT_TEXT: Record<VerdictKind, string> = {
  change: 'this change',
  upstream: 'the base was red already',
  infrastructure: 'the infrastructure',
  flake: 'a flake',
  inconclusive: 'not clear',
};
