import type { RepositoryConfig } from '../config/repository-config.ts';
import type { CauseCategory } from '../diagnosis/types.ts';
import { isIgnoredJob, isIgnoredWorkflow } from './checks.ts';
import { matchesAny } from './globs.ts';
import { mayAskAbout, ruleFor } from './rules.ts';
import type { RemedyDecision } from './types.ts';

/** The failure that a decision was about. */
export interface DecidedFailure {
  cause: CauseCategory;
  workflowPath: string;
  jobName: string;
  branch: string;
  /** The cause that an agent was asked about, where this is what CI says of its answer. */
  askedAbout?: CauseCategory | undefined;
}

/**
 * What a decision of before is worth under the configuration of now. Between the two somebody may have withdrawn what was
 * allowed: then the stricter counts. What was widened counts from the next diagnosis on. Pure.
 */
export function verdictNow(
  { remedy, verdict }: Pick<RemedyDecision, 'verdict'> & { remedy: 'fix' | 'suggest' | 'delegate' | 'rerun' },
  config: RepositoryConfig,
  failure: DecidedFailure,
): RemedyDecision['verdict'] {
  if (verdict === 'refused' || config.mode !== 'fix' || isLeftAlone(config, failure)) return 'refused';
  const rule = ruleFor(config, failure.cause, remedy)?.rule;
  if (rule === 'never') return 'refused';
  if (remedy === 'rerun' && !config.reruns) return 'refused';
  if (remedy === 'delegate' && !mayStillAsk(config, failure)) return 'refused';
  return rule === 'ask' ? 'asked' : verdict;
}

/**
 * Whether a fix that answers these failures may be merged under the configuration of now: regreen.yml names the cause of each,
 * and a fix for each would still be made. Pure.
 * @param approved a person has agreed to its patch
 */
export function mayMergeNow(
  failures: readonly DecidedFailure[],
  config: RepositoryConfig,
  { approved }: { approved: boolean },
): boolean {
  const causes = new Set<string>(config.autoMerge.causes);
  const mayMerge = (failure: DecidedFailure) => {
    const now = verdictNow({ remedy: 'fix', verdict: 'allowed' }, config, failure);
    return causes.has(failure.cause) && (now === 'allowed' || (now === 'asked' && approved));
  };
  return failures.length > 0 && failures.every(mayMerge);
}

function isLeftAlone(config: RepositoryConfig, { workflowPath, jobName, branch }: DecidedFailure): boolean {
  const { heal, ignore } = config.branches;
  return (
    isIgnoredWorkflow(config, workflowPath) ||
    isIgnoredJob(config, jobName) ||
    matchesAny(branch, ignore) ||
    !matchesAny(branch, heal)
  );
}

function mayStillAsk(config: RepositoryConfig, failure: DecidedFailure): boolean {
  return config.agents.use !== null && mayAskAbout(config, failure) && ruleFor(config, failure.cause, 'fix')?.rule !== 'never';
}
