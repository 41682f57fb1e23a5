import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_REPOSITORY_CONFIG, type RepositoryConfig } from '../../../src/config/repository-config.ts';
import { BUDGETS, type SpentBudgets } from '../../../src/policy/budgets.ts';
import { type DecisionInput, decide, decisionFor } from '../../../src/policy/decide.ts';
import { DELIVERIES, MODES, type RemedyDecision } from '../../../src/policy/types.ts';
import { VERDICTS } from '../../../src/policy/verdict.ts';
import { aDiagnosis } from '../github/texts/models.ts';

function config(change: Partial<RepositoryConfig>): RepositoryConfig {
  return { ...DEFAULT_REPOSITORY_CONFIG, ...change };
}

const fixable: DecisionInput = {
  diagnosis: aDiagnosis(),
  config: config({ mode: 'fix' }),
  configSource: 'file',
  workflowPath: '.github/workflows/ci.yml',
  fork: false,
  ownBranch: false,
  defaultBranch: false,
  pullRequest: true,
  verdict: 'change',
  fixers: ['prettier'],
  approvalFixers: [],
  spent: spending({}),
  rerunRefusal: { rule: 'verdict', reason: 'Only a flake deserves a re-run.' },
};

function spending(change: Partial<SpentBudgets>): SpentBudgets {
  return { attemptsOfIncident: 0, attemptsOfPullRequest: 0, openFixes: 0, fixesToday: 0, stopped: null, ...change };
}

/** Above every budget; each refusal wins over those below it. */
const SPENT = spending({ stopped: 'x', attemptsOfIncident: 9, attemptsOfPullRequest: 9, fixesToday: 99, openFixes: 9 });

function verdictOn(remedy: RemedyDecision['remedy'], change: Partial<DecisionInput>) {
  const { verdict, rule, source } = decisionFor(decide({ ...fixable, ...change }), remedy);
  return `${verdict} by ${rule} from ${source}`;
}

const ignoring = config({ mode: 'fix', workflows: { ignore: ['**/ci.yml'] } });
const tight = config({ mode: 'fix', budgets: { openPullRequests: 1, fixesPerDay: 2 } });
const fixerOff = config({ mode: 'fix', fixers: { ...DEFAULT_REPOSITORY_CONFIG.fixers, prettier: false } });

describe('the rules for a fix, in their order: each wins over those below it', () => {
  const everythingWrong = {
    config: config({ ...ignoring, mode: 'annotate' }),
    ownBranch: true,
    fork: true,
    fixers: [],
    spent: SPENT,
  };
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by workflow-ignored from workflows.ignore', everythingWrong],
    ['refused by own-branch from built-in', { ...everythingWrong, config: config({ mode: 'annotate' }) }],
    ['refused by fork from built-in', { ...everythingWrong, config: config({ mode: 'annotate' }), ownBranch: false }],
    ['refused by mode from mode', { config: config({ mode: 'annotate' }), fixers: [], spent: SPENT }],
    ['refused by mode from default', { config: DEFAULT_REPOSITORY_CONFIG, configSource: 'default', fixers: [] }],
    ['refused by no-fixer from built-in', { fixers: [], spent: SPENT }],
    ['refused by fixer-off from fixers', { config: fixerOff, spent: SPENT }],
    ['refused by delivery from delivery', { config: config({ mode: 'fix', delivery: 'suggestion' }), spent: SPENT }],
    ['allowed by mode from mode', { config: config({ mode: 'fix', delivery: 'suggestion' }), pullRequest: false }],
    ['refused by upstream from built-in', { verdict: 'upstream', spent: SPENT }],
    ['allowed by mode from mode', { verdict: 'upstream', defaultBranch: true }],
    ['refused by breaker from built-in', { spent: SPENT }],
    ['refused by attempts from built-in', { spent: { ...SPENT, stopped: null } }],
    ['refused by branch-attempts from built-in', { spent: { ...SPENT, stopped: null, attemptsOfIncident: 0 } }],
    ['refused by fixes-per-day from built-in', { spent: spending({ fixesToday: BUDGETS.fixesPerDay, openFixes: 9 }) }],
    ['refused by fixes-per-day from budgets.fixesPerDay', { config: tight, spent: spending({ fixesToday: 2 }) }],
    ['refused by open-fixes from built-in', { spent: spending({ openFixes: BUDGETS.openFixesPerRepository }) }],
    ['refused by open-fixes from budgets.openPullRequests', { config: tight, spent: spending({ openFixes: 1 }) }],
    ['asked by approval from built-in', { approvalFixers: ['prettier'] }],
    ['allowed by mode from mode', { fixers: ['prettier', 'another'], approvalFixers: ['prettier'] }],
    [
      'allowed by mode from mode',
      { spent: spending({ attemptsOfIncident: 2, attemptsOfPullRequest: 2, fixesToday: 19, openFixes: 2 }) },
    ],
    ['allowed by mode from mode', { config: fixerOff, fixers: ['prettier', 'another'] }],
  ])('%s', (expected, change) => {
    expect(verdictOn('fix', change)).toBe(expected);
  });
});

describe('the rules for annotations', () => {
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by workflow-ignored from workflows.ignore', { config: ignoring }],
    ['refused by mode from mode', { config: config({ mode: 'observe' }) }],
    ['allowed by mode from mode', { config: config({ mode: 'annotate' }) }],
    ['allowed by mode from default', { config: DEFAULT_REPOSITORY_CONFIG, configSource: 'default' }],
    ['allowed by mode from mode', { fork: true, ownBranch: true, fixers: [], spent: SPENT }],
  ])('%s', (expected, change) => {
    expect(verdictOn('annotate', change)).toBe(expected);
  });
});

describe('the rules for suggestions', () => {
  const suggesting = config({ mode: 'fix', delivery: 'suggestion' });
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by delivery from delivery', {}],
    ['allowed by mode from mode', { config: suggesting }],
    ['allowed by mode from mode', { fork: true }],
    ['refused by no-pull-request from built-in', { fork: true, pullRequest: false }],
    ['refused by own-branch from built-in', { config: suggesting, ownBranch: true }],
    ['refused by mode from mode', { fork: true, config: config({ mode: 'annotate' }) }],
    ['refused by no-fixer from built-in', { fork: true, fixers: [] }],
    ['refused by approval from built-in', { fork: true, approvalFixers: ['prettier'] }],
  ])('%s', (expected, change) => {
    expect(verdictOn('suggest', change)).toBe(expected);
  });
});

describe('the rules for re-runs', () => {
  const deserved = { rerunRefusal: null, verdict: 'flake' as const };
  it.each<[string, Partial<DecisionInput>]>([
    ['allowed by verdict from built-in', deserved],
    ['refused by verdict from built-in', {}],
    ['refused by workflow-ignored from workflows.ignore', { ...deserved, config: ignoring }],
    ['refused by own-branch from built-in', { ...deserved, ownBranch: true }],
    ['refused by mode from mode', { ...deserved, config: config({ mode: 'annotate' }) }],
    ['refused by reruns-off from reruns', { ...deserved, config: config({ mode: 'fix', reruns: false }) }],
    ['allowed by verdict from built-in', { ...deserved, fork: true, spent: SPENT }],
  ])('%s', (expected, change) => {
    expect(verdictOn('rerun', change)).toBe(expected);
  });
});

it('a refusal says what a person can do about it', () => {
  const decision = decide({ ...fixable, config: DEFAULT_REPOSITORY_CONFIG, configSource: 'default' });
  expect(decisionFor(decision, 'fix').reason).toBe('The mode is annotate; "mode: fix" in .github/regreen.yml would allow it.');
});

it('a remedy that was never considered is refused', () => {
  expect(decisionFor({ mode: 'fix', remedies: [] }, 'fix')).toMatchObject({ verdict: 'refused', rule: 'not-considered' });
});

const glob = fc.constantFrom('**', '*', '**/ci.yml', 'x');
const anyConfig = fc.record({
  mode: fc.constantFrom(...MODES),
  fixers: fc.boolean().map((prettier) => ({ ...DEFAULT_REPOSITORY_CONFIG.fixers, prettier })),
  paths: fc.record({ protected: fc.array(glob, { maxLength: 3 }) }),
  problemMatchers: fc.constant<string[]>([]),
  workflows: fc.record({ ignore: fc.array(glob, { maxLength: 2 }) }),
  delivery: fc.constantFrom(...DELIVERIES),
  autoMerge: fc.constant({ causes: [] as never[] }),
  reruns: fc.boolean(),
  flakyTests: fc.constant({ issues: true }),
  budgets: fc.record({ openPullRequests: fc.nat(3), fixesPerDay: fc.nat(20) }),
});
const anyInput = fc.record({
  diagnosis: fc.constant(fixable.diagnosis),
  config: anyConfig,
  configSource: fc.constantFrom('file' as const, 'default' as const),
  workflowPath: fc.constantFrom('.github/workflows/ci.yml', 'x'),
  fork: fc.boolean(),
  ownBranch: fc.boolean(),
  fixers: fc.subarray(['prettier', 'gofmt']),
  defaultBranch: fc.boolean(),
  pullRequest: fc.boolean(),
  verdict: fc.constantFrom(...VERDICTS),
  approvalFixers: fc.subarray(['prettier', 'gofmt']),
  rerunRefusal: fc.constantFrom(null, { rule: 'verdict', reason: 'No.' }),
  spent: fc.record({
    attemptsOfIncident: fc.nat(6),
    attemptsOfPullRequest: fc.nat(6),
    openFixes: fc.nat(6),
    fixesToday: fc.nat(40),
    stopped: fc.constantFrom(null, 'x'),
  }),
});

describe('whatever the configuration says', () => {
  it('nothing is pushed for a fork, on a branch of our own, or above a budget', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const allowed = decisionFor(decide(input), 'fix').verdict === 'allowed';
        const { spent } = input;
        const spentAll =
          spent.attemptsOfIncident >= 3 || spent.openFixes >= 3 || spent.fixesToday >= 20 || spent.stopped !== null;
        if (input.fork || input.ownBranch || spentAll) expect(allowed).toBe(false);
      }),
    );
  });

  it('what may be fixed may be annotated, and every part of a decision has its reason', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const decision = decide(input);
        if (decisionFor(decision, 'fix').verdict === 'allowed') expect(decisionFor(decision, 'annotate').verdict).toBe('allowed');
        for (const { reason, rule, source } of decision.remedies) {
          expect(reason).toMatch(/\.$/);
          expect(rule).toMatch(/^[a-z-]+$/);
          expect(source).not.toBe('');
        }
      }),
    );
  });
});
