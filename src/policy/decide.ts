import type { RepositoryConfig } from '../config/repository-config.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import { matchesAny } from './globs.ts';
import type { Decision, Mode, RemedyDecision } from './types.ts';
import { MODES } from './types.ts';

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
  /** The fixers that may apply to the diagnosis, by id; none when nothing known can fix it. */
  fixers: readonly string[];
  /** Attempts to fix that the incident has seen. */
  attempts: number;
  /** Fix pull requests of Regreen that are open in the repository. */
  openFixes: number;
}

/** No configuration raises these: they keep a mistake of ours from becoming a flood. */
export const BUDGETS = { attemptsPerIncident: 3, openFixesPerRepository: 3 } as const;

/** Says what may be done about a diagnosis, and why. Pure. */
export function decide(input: DecisionInput): Decision {
  return { mode: input.config.mode, remedies: [decideAnnotate(input), decideFix(input)] };
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
  if (!reaches(input.config.mode, 'fix')) return refuse('fix', belowMode(input, 'fix'));
  if (input.fixers.length === 0) {
    return refuse('fix', rule('no-fixer', `No fixer is known for ${input.diagnosis.cause.category} of this kind.`));
  }
  const enabled = input.fixers.filter((id) => fixerEnabled(input.config, id));
  if (enabled.length === 0) {
    return refuse('fix', { rule: 'fixer-off', reason: `regreen.yml switches off ${input.fixers.join(', ')}.`, source: 'fixers' });
  }
  if (input.attempts >= BUDGETS.attemptsPerIncident) {
    return refuse('fix', rule('attempts', `${input.attempts} attempts have been made; a person should look.`));
  }
  if (input.openFixes >= BUDGETS.openFixesPerRepository) {
    return refuse('fix', rule('open-fixes', `${input.openFixes} fix pull requests are open already.`));
  }
  return allow('fix', `The mode is ${input.config.mode}, and ${enabled.join(', ')} can fix this.`, 'mode', modeSource(input));
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
