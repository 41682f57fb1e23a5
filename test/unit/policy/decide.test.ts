import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_REPOSITORY_CONFIG, type RepositoryConfig } from '../../../src/config/repository-config.ts';
import { BUDGETS, type DecisionInput, decide, decisionFor } from '../../../src/policy/decide.ts';
import { DELIVERIES, MODES } from '../../../src/policy/types.ts';
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
  fixers: ['prettier'],
  attempts: 0,
  openFixes: 0,
};

function verdictOn(remedy: 'annotate' | 'fix', change: Partial<DecisionInput>) {
  const { verdict, rule, source } = decisionFor(decide({ ...fixable, ...change }), remedy);
  return `${verdict} by ${rule} from ${source}`;
}

const ignoring = config({ mode: 'fix', workflows: { ignore: ['**/ci.yml'] } });
const fixerOff = config({ mode: 'fix', fixers: { ...DEFAULT_REPOSITORY_CONFIG.fixers, prettier: false } });

describe('the rules for a fix, in their order: each wins over those below it', () => {
  const everythingWrong = {
    config: config({ ...ignoring, mode: 'annotate' }),
    ownBranch: true,
    fork: true,
    fixers: [],
    attempts: 9,
    openFixes: 9,
  };
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by workflow-ignored from workflows.ignore', everythingWrong],
    ['refused by own-branch from built-in', { ...everythingWrong, config: config({ mode: 'annotate' }) }],
    ['refused by fork from built-in', { ...everythingWrong, config: config({ mode: 'annotate' }), ownBranch: false }],
    ['refused by mode from mode', { config: config({ mode: 'annotate' }), fixers: [], attempts: 9, openFixes: 9 }],
    ['refused by mode from default', { config: DEFAULT_REPOSITORY_CONFIG, configSource: 'default', fixers: [] }],
    ['refused by no-fixer from built-in', { fixers: [], attempts: 9, openFixes: 9 }],
    ['refused by fixer-off from fixers', { config: fixerOff, attempts: 9, openFixes: 9 }],
    ['refused by attempts from built-in', { attempts: BUDGETS.attemptsPerIncident, openFixes: 9 }],
    ['refused by open-fixes from built-in', { openFixes: BUDGETS.openFixesPerRepository }],
    ['allowed by mode from mode', { attempts: BUDGETS.attemptsPerIncident - 1, openFixes: BUDGETS.openFixesPerRepository - 1 }],
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
    ['allowed by mode from mode', { fork: true, ownBranch: true, fixers: [], attempts: 9, openFixes: 9 }],
  ])('%s', (expected, change) => {
    expect(verdictOn('annotate', change)).toBe(expected);
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
  attempts: fc.nat(6),
  openFixes: fc.nat(6),
});

describe('whatever the configuration says', () => {
  it('nothing is pushed for a fork, on a branch of our own, or above a budget', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const allowed = decisionFor(decide(input), 'fix').verdict === 'allowed';
        if (input.fork || input.ownBranch || input.attempts >= 3 || input.openFixes >= 3) expect(allowed).toBe(false);
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
