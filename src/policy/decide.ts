import {
  approval,
  ask,
  branch,
  budget,
  type Check,
  type DecisionInput,
  enabledFixers,
  fixersOff,
  fork,
  holdAll,
  ignoredJob,
  ignoredWorkflow,
  mode,
  never,
  noFixer,
  ownBranch,
  protectedPaths,
  refused,
  upstream,
} from './checks.ts';
import { asksForPatch, mayAskAbout, ruleFor } from './rules.ts';
import type { Decision, RemedyDecision, RuledRemedy } from './types.ts';

export { type DecisionInput, fixerEnabled } from './checks.ts';

/**
 * Says what may be done about a diagnosis, and why: for each remedy, the first check that objects decides. What no
 * configuration switches off is held among the first; what only wants a person is held last, for a refusal is stronger.
 * Pure.
 */
export function decide(input: DecisionInput): Decision {
  return {
    mode: input.policy.config.mode,
    remedies: [
      holdAll('annotate', ANNOTATE, input, byMode(input)),
      holdAll('fix', FIX, input, fixAllowed(input)),
      holdAll('suggest', SUGGEST, input, byRule(input, 'suggest') ?? byMode(input)),
      holdAll('rerun', RERUN, input, {
        rule: 'verdict',
        reason: `The verdict is ${input.verdict}.`,
        source: 'built-in',
      }),
      holdAll('issue', ISSUE, input, {
        rule: 'flaky-issue',
        reason: 'Each flaky test gets one issue.',
        source: 'flakyTests.issues',
      }),
      holdAll('delegate', DELEGATE, input, delegateAllowed(input)),
    ],
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

/**
 * What becomes of a run whose failed jobs can only be run again together: what one failure's rules refuse or ask is not done
 * for the others. Ignored jobs have no say.
 */
export function rerunOfRun(decisions: readonly Decision[]): RemedyDecision {
  const found = decisions.map((one) => decisionFor(one, 'rerun'));
  const heard = found.filter(({ rule }) => !IGNORED.some(({ name }) => name === rule));
  return (
    heard.find(({ verdict }) => verdict === 'refused') ??
    heard.find(({ verdict }) => verdict === 'asked') ??
    heard[0] ??
    found[0] ??
    decisionFor({ mode: 'observe', remedies: [] }, 'rerun')
  );
}

const IGNORED = [ignoredWorkflow, ignoredJob] as const;

const ANNOTATE: readonly Check[] = [...IGNORED, mode('annotate'), never('annotate')];

/** What is pushed is no suggestion. */
const suggestionsWanted: Check = {
  name: 'delivery',
  hold: ({ policy, pullRequest }) =>
    policy.config.delivery === 'suggestion' && pullRequest
      ? refused('delivery', 'regreen.yml asks for review suggestions.', 'delivery')
      : null,
};

const FIX: readonly Check[] = [
  ...IGNORED,
  ownBranch,
  fork,
  mode('fix'),
  branch,
  never('fix'),
  noFixer,
  fixersOff,
  suggestionsWanted,
  upstream,
  budget,
  approval,
  protectedPaths,
  ask('fix'),
];

/** Suggestions push nothing, so they are for forks too. */
const SUGGEST: readonly Check[] = [
  ...IGNORED,
  {
    name: 'no-pull-request',
    hold: ({ pullRequest }) =>
      pullRequest ? null : refused('no-pull-request', 'There is no pull request to put suggestions on.', 'built-in'),
  },
  ownBranch,
  {
    name: 'delivery',
    hold: ({ fork: fromFork, policy }) =>
      !fromFork && policy.config.delivery !== 'suggestion'
        ? refused('delivery', `Fixes arrive as ${policy.config.delivery}.`, 'delivery')
        : null,
  },
  mode('fix'),
  branch,
  never('suggest'),
  noFixer,
  fixersOff,
  {
    name: 'approval',
    hold: (input) => approval.hold(input) && refused('approval', 'What could be suggested needs an approval.', 'built-in'),
  },
];

const RERUN: readonly Check[] = [
  ...IGNORED,
  ownBranch,
  mode('fix'),
  branch,
  never('rerun'),
  {
    name: 'reruns-off',
    hold: ({ policy }) => (policy.config.reruns ? null : refused('reruns-off', 'regreen.yml switches re-runs off.', 'reruns')),
  },
  {
    name: 'flaky-reruns-off',
    hold: ({ policy, verdict }) =>
      verdict === 'flake' && !policy.config.flakyTests.rerun
        ? refused('flaky-reruns-off', 'regreen.yml switches re-runs of flakes off.', 'flakyTests.rerun')
        : null,
  },
  {
    name: 'deserved',
    hold: ({ rerunRefusal }) => rerunRefusal && refused(rerunRefusal.rule, rerunRefusal.reason, rerunRefusal.source),
  },
  ask('rerun'),
];

const ISSUE: readonly Check[] = [
  ...IGNORED,
  mode('fix'),
  {
    name: 'flaky-issues-off',
    hold: ({ policy }) =>
      policy.config.flakyTests.issues
        ? null
        : refused('flaky-issues-off', 'regreen.yml switches issues of flaky tests off.', 'flakyTests.issues'),
  },
  {
    name: 'verdict',
    hold: ({ verdict }) => (verdict === 'flake' ? null : refused('verdict', 'Only flaky tests get issues.', 'built-in')),
  },
];

/** What a coding agent is asked about; that fixers have their turn first is the story's, not the policy's. */
const DELEGATE: readonly Check[] = [
  ...IGNORED,
  ownBranch,
  fork,
  mode('fix'),
  branch,
  never('delegate'),
  // What an agent proposes arrives as a fix does.
  never('fix'),
  {
    name: 'agents-off',
    hold: ({ policy }) =>
      policy.config.agents.use === null ? refused('agents-off', 'regreen.yml uses no coding agent.', 'agents.use') : null,
  },
  {
    name: 'agent-unknown',
    hold: ({ policy: { config }, agents }) =>
      config.agents.use !== null && !agents.includes(config.agents.use)
        ? refused('agent-unknown', `This server has no coding agent called ${config.agents.use}.`, 'agents.use')
        : null,
  },
  {
    name: 'agent-causes',
    hold: ({ policy, diagnosis: { cause }, askedAbout }) =>
      mayAskAbout(policy.config, { cause: cause.category, askedAbout })
        ? null
        : refused('agent-causes', `Agents are not asked about ${cause.category}.`, 'agents.causes'),
  },
  suggestionsWanted,
  upstream,
  {
    name: 'verdict',
    hold: ({ verdict }) =>
      verdict === 'change'
        ? null
        : refused('verdict', `The verdict is ${verdict}; agents are asked about changes only.`, 'built-in'),
  },
  budget,
  ask('delegate'),
];

function fixAllowed(input: DecisionInput) {
  const free = enabledFixers(input).filter((id) => !input.approvalFixers.includes(id));
  const { rule, reason, source } = byRule(input, 'fix') ?? byMode(input);
  return { rule, reason: `${reason.slice(0, -1)}, and ${free.join(', ')} can fix this.`, source };
}

function delegateAllowed({ policy: { config }, diagnosis }: DecisionInput) {
  const then = asksForPatch(config, diagnosis.cause.category) ? '; a person must agree to its change' : '';
  return { rule: 'agent', reason: `${config.agents.use} may try what no fixer can${then}.`, source: 'agents.use' };
}

function byMode({ policy }: DecisionInput) {
  return { rule: 'mode', reason: `The mode is ${policy.config.mode}.`, source: 'mode' };
}

/** Where a rule allows it by name. */
function byRule({ policy, diagnosis }: DecisionInput, remedy: RuledRemedy) {
  const found = ruleFor(policy.config, diagnosis.cause.category, remedy);
  if (found?.rule !== 'allow') return null;
  return { rule: 'allow', reason: `regreen.yml allows ${remedy} for ${diagnosis.cause.category}.`, source: found.key };
}
