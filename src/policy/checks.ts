import type { ConfigReading } from '../config/effective-config.ts';
import type { RepositoryConfig } from '../config/repository-config.ts';
import type { CauseCategory, Diagnosis } from '../diagnosis/types.ts';
import { refuseBudget, type SpentBudgets } from './budgets.ts';
import { matchesAny, matchesName } from './globs.ts';
import { ruleFor } from './rules.ts';
import { MODES, type Mode, type RemedyDecision, type RuledRemedy } from './types.ts';
import type { VerdictKind } from './verdict.ts';

/** All that a decision rests on; nothing else is read. */
export interface DecisionInput {
  diagnosis: Diagnosis;
  policy: Pick<ConfigReading, 'config' | 'places' | 'broken'>;
  workflowPath: string;
  jobName: string;
  /** The failed branch, or the commit where there is none. */
  branch: string;
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
  /** Coding agents that the server has, by name. */
  agents: readonly string[];
  /** The cause that an agent was asked about, where this is what CI says of its answer. */
  askedAbout?: CauseCategory | undefined;
  spent: SpentBudgets;
  /** Why the run's failed jobs are not run again; `null` when they deserve it. */
  rerunRefusal: { rule: string; reason: string; source: string } | null;
}

/** Why a remedy is not simply allowed. */
export interface Objection {
  verdict: 'asked' | 'refused';
  rule: string;
  reason: string;
  /** A key of the configuration, or `built-in`. */
  source: string;
}

/** One thing that is held before a remedy is allowed; it objects, or has none. */
export interface Check {
  name: string;
  hold(input: DecisionInput): Objection | null;
}

export const ignoredWorkflow: Check = {
  name: 'workflow-ignored',
  hold: ({ policy, workflowPath }) =>
    isIgnoredWorkflow(policy.config, workflowPath)
      ? refused('workflow-ignored', `regreen.yml ignores ${workflowPath}.`, 'workflows.ignore')
      : null,
};

export const ignoredJob: Check = {
  name: 'job-ignored',
  hold: ({ policy, jobName }) =>
    isIgnoredJob(policy.config, jobName)
      ? refused('job-ignored', `regreen.yml ignores the job ${jobName}.`, 'jobs.ignore')
      : null,
};

export function isIgnoredWorkflow({ workflows }: Pick<RepositoryConfig, 'workflows'>, path: string): boolean {
  return matchesAny(path, workflows.ignore);
}

export function isIgnoredJob({ jobs }: Pick<RepositoryConfig, 'jobs'>, name: string): boolean {
  return matchesName(name, jobs.ignore);
}

export const ownBranch: Check = {
  name: 'own-branch',
  hold: (input) =>
    input.ownBranch
      ? refused('own-branch', "The branch is one of Regreen's own; a fix of a fix would go in circles.", 'built-in')
      : null,
};

export const fork: Check = {
  name: 'fork',
  hold: (input) =>
    input.fork ? refused('fork', 'The commit comes from a fork, and Regreen never pushes to forks.', 'built-in') : null,
};

/** The mode that a remedy needs. */
export function mode(wanted: Mode): Check {
  return {
    name: 'mode',
    hold: ({ policy: { config, places, broken } }) => {
      if (MODES.indexOf(config.mode) >= MODES.indexOf(wanted)) return null;
      if (broken !== null && places.get('mode') === broken) {
        const reason = `${broken.file} can't be used (line ${broken.line}); until it is mended the mode is ${config.mode} at most.`;
        return refused('config-broken', reason, 'mode');
      }
      const reason = `The mode is ${config.mode}; "mode: ${wanted}" in .github/regreen.yml would allow it.`;
      return refused('mode', reason, 'mode');
    },
  };
}

export const branch: Check = {
  name: 'branch',
  hold: ({ policy, branch: name }) => {
    const { heal, ignore } = policy.config.branches;
    if (matchesAny(name, ignore))
      return refused('branch', `regreen.yml only shows failures of the branch ${name}.`, 'branches.ignore');
    return matchesAny(name, heal)
      ? null
      : refused('branch', `The branch ${name} is not among those that regreen.yml has healed.`, 'branches.heal');
  },
};

/** What `causes` and `remedies` forbid. */
export function never(remedy: RuledRemedy): Check {
  return {
    name: 'never',
    hold: ({ policy, diagnosis }) => {
      const found = ruleFor(policy.config, diagnosis.cause.category, remedy);
      return found?.rule === 'never'
        ? refused('never', `regreen.yml says never to ${remedy} for ${diagnosis.cause.category}.`, found.key)
        : null;
    },
  };
}

/** What `causes` and `remedies` want a person for; held last, for a refusal is stronger. */
export function ask(remedy: RuledRemedy): Check {
  return {
    name: 'ask',
    hold: ({ policy, diagnosis }) => {
      const found = ruleFor(policy.config, diagnosis.cause.category, remedy);
      if (found?.rule !== 'ask') return null;
      const reason = `regreen.yml wants a person with write permission to agree to ${remedy} for ${diagnosis.cause.category}.`;
      return { verdict: 'asked', rule: 'ask', reason, source: found.key };
    },
  };
}

export const noFixer: Check = {
  name: 'no-fixer',
  hold: ({ fixers, diagnosis }) =>
    fixers.length === 0
      ? refused('no-fixer', `No fixer is known for ${diagnosis.cause.category} of this kind.`, 'built-in')
      : null,
};

export const fixersOff: Check = {
  name: 'fixer-off',
  hold: (input) =>
    input.fixers.length > 0 && enabledFixers(input).length === 0
      ? refused('fixer-off', `regreen.yml switches off ${input.fixers.join(', ')}.`, `fixers.${input.fixers[0]}`)
      : null,
};

/** The fixers that may apply and are switched on. */
export function enabledFixers({ policy, fixers }: DecisionInput): string[] {
  return fixers.filter((id) => fixerEnabled(policy.config, id));
}

/** Whether a fixer is switched on; fixers that the configuration does not know are on. */
export function fixerEnabled({ fixers }: Pick<RepositoryConfig, 'fixers'>, id: string): boolean {
  return (fixers as Record<string, boolean>)[id] ?? true;
}

export const upstream: Check = {
  name: 'upstream',
  hold: ({ verdict, defaultBranch }) =>
    verdict === 'upstream' && !defaultBranch
      ? refused('upstream', 'The base is red with the same failure; that is where it is to be fixed.', 'built-in')
      : null,
};

export const budget: Check = {
  name: 'budget',
  hold: ({ spent, policy }) => {
    const refusal = refuseBudget(spent, policy.config);
    return refusal && { verdict: 'refused', ...refusal };
  },
};

/** Where every file that the log names is protected, whatever a fix does is asked; the rest is told by the patch itself. */
export const protectedPaths: Check = {
  name: 'protected-paths',
  hold: ({ diagnosis, policy }) => {
    const named = diagnosis.diagnostics.flatMap(({ path }) => (path === null ? [] : [path]));
    const isProtected = (path: string) => matchesAny(path, policy.config.paths.protected, { ignoreCase: true });
    const [first] = named;
    if (first === undefined || !named.every(isProtected)) return null;
    const reason = `${first} is protected: a person with write permission must agree to a change of it.`;
    return { verdict: 'asked', rule: 'protected-paths', reason, source: 'paths.protected' };
  },
};

/** Fixers whose changes a person must see, whatever the configuration says. */
export const approval: Check = {
  name: 'approval',
  hold: (input) => {
    const enabled = enabledFixers(input);
    if (enabled.some((id) => !input.approvalFixers.includes(id))) return null;
    const reason = `${enabled.join(', ')} can fix this, and a person with write permission must agree.`;
    return { verdict: 'asked', rule: 'approval', reason, source: 'built-in' };
  },
};

export function refused(rule: string, reason: string, source: string): Objection {
  return { verdict: 'refused', rule, reason, source };
}

/** What the rules came to for one remedy. */
export function holdAll(
  remedy: RemedyDecision['remedy'],
  checks: readonly Check[],
  input: DecisionInput,
  allowed: { rule: string; reason: string; source: string },
): RemedyDecision {
  const passed: string[] = [];
  for (const check of checks) {
    const objection = check.hold(input);
    if (objection) return { remedy, ...located(objection, input), passed };
    passed.push(check.name);
  }
  return { remedy, verdict: 'allowed', ...located(allowed, input), passed };
}

/** Adds the file and line to what names a key; a key that nobody has written is the default. */
function located<T extends { source: string }>(found: T, { policy }: DecisionInput): T & Pick<RemedyDecision, 'place'> {
  if (found.source === 'built-in') return found;
  const place = policy.places.get(found.source);
  return place ? { ...found, source: place.key === '' ? found.source : place.key, place } : { ...found, source: 'default' };
}
