import type { CauseCategory } from '../diagnosis/types.ts';

/** Whose fault a failure is. */
export const VERDICTS = ['change', 'upstream', 'infrastructure', 'flake', 'inconclusive'] as const;
export type VerdictKind = (typeof VERDICTS)[number];

export interface Verdict {
  kind: VerdictKind;
  /** Sentences for people: what it rests on. */
  evidence: string[];
}

/** What the base is known to look like: the default branch, or the commit before on the default branch itself. */
export interface BaseState {
  /** What the same job said there last. */
  state: 'green' | 'red' | 'unknown';
  /** It was red there with the same fingerprint. */
  sameFailure: boolean;
}

/** All that a verdict rests on. */
export interface VerdictInput {
  cause: CauseCategory;
  /** 0 to 1. */
  confidence: number;
  base: BaseState;
  /** Other outcomes of the same job on the same commit: earlier attempts, and runs for other events. */
  sameCommit: { green: number; red: number };
  /** Failed tests, and those among them that are known to be flaky. */
  failedTests: number;
  flakyTests: number;
}

/** Causes that lie outside of the code, whatever was changed. */
const INFRASTRUCTURE: ReadonlySet<CauseCategory> = new Set(['network', 'rate-limit', 'runner-lost', 'disk-full']);

/** Causes that say the same of the same commit each time: a tool has read the files and refused them. */
export const DETERMINISTIC: ReadonlySet<CauseCategory> = new Set([
  'compile-error',
  'lint',
  'formatting',
  'lockfile',
  'workflow-config',
  'build-config',
  'dependency-conflict',
]);

/** Below this the cause is a guess, and no verdict is built on it. */
const SURE = 0.5;

/** Says whose fault a failure is, with what it rests on. Rules in order; the first that speaks decides. Pure. */
export function judgeFailure(input: VerdictInput): Verdict {
  const { cause, base, sameCommit } = input;
  if (isInfrastructure(input)) return verdict('infrastructure', `The log says ${cause}, which lies outside of the code.`);
  if (base.sameFailure) return verdict('upstream', 'The base is red with the same failure, so this change did not cause it.');
  if (sameCommit.green > 0 && !DETERMINISTIC.has(cause)) {
    return verdict('flake', `The same job has also passed on this very commit (${times(sameCommit.green)}).`);
  }
  if (allKnownFlaky(input) && sameCommit.red === 0) {
    const tests = input.failedTests === 1 ? 'The one failed test is' : `All ${input.failedTests} failed tests are`;
    return verdict('flake', `${tests} known to be flaky.`);
  }
  return blame(input);
}

/** Whether the cause alone says that it lies outside of the code. */
export function isInfrastructure({ cause, confidence }: Pick<VerdictInput, 'cause' | 'confidence'>): boolean {
  return INFRASTRUCTURE.has(cause) && confidence >= SURE;
}

function allKnownFlaky({ failedTests, flakyTests }: VerdictInput): boolean {
  return failedTests > 0 && flakyTests === failedTests;
}

/** No excuse is known: it is the change, where enough is known to say so. */
function blame({ cause, confidence, base, sameCommit }: VerdictInput): Verdict {
  const again = sameCommit.red > 0 ? [`It failed again on the same commit (${times(sameCommit.red)}).`] : [];
  if (sameCommit.green > 0) {
    return verdict('inconclusive', `The log says ${cause}, yet the same job has also passed on this commit.`);
  }
  if (base.state === 'green') return verdict('change', 'The same job is green on the base.', ...again);
  if (again.length > 0 && base.state === 'unknown') return verdict('change', ...again, 'Nothing is known of the base.');
  if (DETERMINISTIC.has(cause) && confidence >= SURE && base.state === 'unknown') {
    return verdict('change', `The log says ${cause}, which is the same each time. Nothing is known of the base.`);
  }
  if (base.state === 'red') return verdict('inconclusive', 'The base is red too, but with another failure.', ...again);
  return verdict('inconclusive', 'Nothing is known of this job on the base, nor of other outcomes on this commit.');
}

function verdict(kind: VerdictKind, ...evidence: string[]): Verdict {
  return { kind, evidence };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
