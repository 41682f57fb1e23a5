import type { RepositoryConfig } from '../config/repository-config.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import { refuseBudget, type SpentBudgets } from './budgets.ts';
import { matchesAny } from './globs.ts';
import type { Decision, Mode, RemedyDecision } from './types.ts';
import { MODES } from './types.ts';
import type { VerdictKind } from './verdict.ts';

/** All that a decision rests on; nothing else is read. */
export interface DecisionInput {
  diagnosis: Diagnosis;
  config: RepositoryConfig;
  /** Whether the configuration is the repository's file or the default. */
  configSource: 'file' | 'default';
  workflowPath: string;
  /** The failed commit comes from a fork. */
  fork: boolean;
  /** The failed branch is one of Regreen's own. */
  ownBranch: boolean;
  /** The failed branch is the default one. */
  defaultBranch: boolean;
  /** There is a pull request that the failure is known to belong to. */
  pullRequest: boolean;
  verdict: VerdictKind;
  /** The fixers that may apply to the diagnosis, by id; none when nothing known can fix it. */
  fixers: readonly string[];
  /** Those among them whose changes need a person's approval. */
  approvalFixers: readonly string[];
  spent: SpentBudgets;
  /** Why the run's failed jobs are not run again; `null` when they deserve it. */
  rerunRefusal: { rule: string; reason: string } | null;
}

/** Says what may be done about a diagnosis, and why. Pure. */
export function decide(input: DecisionInput): Decision {
  return {
    mode: input.config.mode,
    remedies: [decideAnnotate(input), decideFix(input), decideSuggest(input), decideRerun(input)],
  };
}

/** The part of a decision for one remedy; refused when it was never considered. */
export function decisionFor(decision: Decision, remedy: RemedyDecision['remedy']): RemedyDecision {
  return (
    decision.remedies.find((entry) => entry.remedy === remedy) ?? {
      remedy,
      verdict: 'refused',
      reason: 'It was not considered.',
      rule: 'not-considered',
      source: 'built-in',
    }
  );
}

function decideAnnotate(input: DecisionInput): RemedyDecision {
  const ignored = ignoredWorkflow(input);
  if (ignored) return refuse('annotate', ignored);
  if (!reaches(input.config.mode, 'annotate')) return refuse('annotate', belowMode(input, 'annotate'));
  return allow('annotate', `The mode is ${input.config.mode}.`, 'mode', modeSource(input));
}

/** Rules in order; the first that speaks decides. */
function decideFix(input: DecisionInput): RemedyDecision {
  const ignored = ignoredWorkflow(input);
  if (ignored) return refuse('fix', ignored);
  if (input.ownBranch) {
    return refuse('fix', rule('own-branch', "The branch is one of Regreen's own; a fix of a fix would go in circles."));
  }
  if (input.fork) return refuse('fix', rule('fork', 'The commit comes from a fork, and Regreen never pushes to forks.'));
  const unable = cannotFix(input);
  if (unable) return refuse('fix', unable);
  if (input.config.delivery === 'suggestion' && input.pullRequest) {
    return refuse('fix', { rule: 'delivery', reason: 'regreen.yml asks for review suggestions.', source: 'delivery' });
  }
  if (input.verdict === 'upstream' && !input.defaultBranch) {
    return refuse('fix', rule('upstream', 'The base is red with the same failure; that is where it is to be fixed.'));
  }
  const spent = refuseBudget(input.spent, input.config);
  if (spent) return refuse('fix', spent);
  const enabled = enabledFixers(input);
  const free = enabled.filter((id) => !input.approvalFixers.includes(id));
  if (free.length === 0) {
    const reason = `${enabled.join(', ')} can fix this, and a person with write permission must agree.`;
    return { remedy: 'fix', verdict: 'asked', reason, rule: 'approval', source: 'built-in' };
  }
  return allow('fix', `The mode is ${input.config.mode}, and ${free.join(', ')} can fix this.`, 'mode', modeSource(input));
}

/** Suggestions push nothing, so they are for forks too. */
function decideSuggest(input: DecisionInput): RemedyDecision {
  const ignored = ignoredWorkflow(input);
  if (ignored) return refuse('suggest', ignored);
  if (!input.pullRequest) return refuse('suggest', rule('no-pull-request', 'There is no pull request to put suggestions on.'));
  if (input.ownBranch) return refuse('suggest', rule('own-branch', "The branch is one of Regreen's own."));
  if (!input.fork && input.config.delivery !== 'suggestion') {
    return refuse('suggest', { rule: 'delivery', reason: `Fixes arrive as ${input.config.delivery}.`, source: 'delivery' });
  }
  const unable = cannotFix(input);
  if (unable) return refuse('suggest', unable);
  if (enabledFixers(input).every((id) => input.approvalFixers.includes(id))) {
    return refuse('suggest', rule('approval', 'What could be suggested needs an approval.'));
  }
  return allow('suggest', `The mode is ${input.config.mode}.`, 'mode', modeSource(input));
}

function decideRerun(input: DecisionInput): RemedyDecision {
  const ignored = ignoredWorkflow(input);
  if (ignored) return refuse('rerun', ignored);
  if (input.ownBranch) return refuse('rerun', rule('own-branch', "The branch is one of Regreen's own."));
  if (!reaches(input.config.mode, 'fix')) return refuse('rerun', belowMode(input, 'fix'));
  if (!input.config.reruns) {
    return refuse('rerun', { rule: 'reruns-off', reason: 'regreen.yml switches re-runs off.', source: 'reruns' });
  }
  if (input.rerunRefusal) return refuse('rerun', { ...input.rerunRefusal, source: 'built-in' });
  return allow('rerun', `The verdict is ${input.verdict}.`, 'verdict', 'built-in');
}

/** What neither a fix nor a suggestion can be made without. */
function cannotFix(input: DecisionInput) {
  if (!reaches(input.config.mode, 'fix')) return belowMode(input, 'fix');
  if (input.fixers.length === 0) {
    return rule('no-fixer', `No fixer is known for ${input.diagnosis.cause.category} of this kind.`);
  }
  if (enabledFixers(input).length > 0) return null;
  return { rule: 'fixer-off', reason: `regreen.yml switches off ${input.fixers.join(', ')}.`, source: 'fixers' };
}

function enabledFixers({ config, fixers }: DecisionInput): string[] {
  return fixers.filter((id) => fixerEnabled(config, id));
}

/** Whether a fixer is switched on; fixers that the configuration does not know are on. */
export function fixerEnabled(config: RepositoryConfig, id: string): boolean {
  return (config.fixers as Record<string, boolean>)[id] ?? true;
}

function ignoredWorkflow({ config, workflowPath }: DecisionInput) {
  const ignored = matchesAny(workflowPath, config.workflows.ignore);
  return ignored
    ? { rule: 'workflow-ignored', reason: `regreen.yml ignores ${workflowPath}.`, source: 'workflows.ignore' }
    : null;
}

function reaches(mode: Mode, wanted: Mode): boolean {
  return MODES.indexOf(mode) >= MODES.indexOf(wanted);
}

function belowMode(input: DecisionInput, wanted: Mode) {
  return {
    rule: 'mode',
    reason: `The mode is ${input.config.mode}; "mode: ${wanted}" in .github/regreen.yml would allow it.`,
    source: modeSource(input),
  };
}

function modeSource({ configSource }: DecisionInput): string {
  return configSource === 'file' ? 'mode' : 'default';
}

function rule(name: string, reason: string) {
  return { rule: name, reason, source: 'built-in' };
}

function refuse(remedy: RemedyDecision['remedy'], why: { rule: string; reason: string; source: string }): RemedyDecision {
  return { remedy, verdict: 'refused', ...why };
}

function allow(remedy: RemedyDecision['remedy'], reason: string, ruleName: string, source: string): RemedyDecision {
  return { remedy, verdict: 'allowed', reason, rule: ruleName, source };
}
