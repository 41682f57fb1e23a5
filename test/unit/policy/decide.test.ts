import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONFIG_LAYERS,
  type ConfigReading,
  DEFAULT_CONFIG_READING,
  layConfigs,
  readRepositoryConfig,
} from '../../../src/config/effective-config.ts';
import { BUDGETS, type SpentBudgets } from '../../../src/policy/budgets.ts';
import { type DecisionInput, decide, decisionFor } from '../../../src/policy/decide.ts';
import { type Edit, passGate } from '../../../src/policy/gate.ts';
import { RERUN_LIMITS } from '../../../src/policy/rerun.ts';
import { DELIVERIES, MODES, type RemedyDecision } from '../../../src/policy/types.ts';
import { VERDICTS } from '../../../src/policy/verdict.ts';
import { aDiagnosis } from '../github/texts/models.ts';

/** A repository's file that must be valid. */
function policy(text: string): ConfigReading {
  const reading = readRepositoryConfig(text);
  expect(reading.faults).toEqual([]);
  return reading;
}

const fixable: DecisionInput = {
  diagnosis: aDiagnosis(),
  policy: policy('mode: fix'),
  workflowPath: '.github/workflows/ci.yml',
  jobName: 'build',
  branch: 'topic',
  fork: false,
  ownBranch: false,
  defaultBranch: false,
  pullRequest: true,
  verdict: 'change',
  fixers: ['prettier'],
  approvalFixers: [],
  agents: [],
  spent: spending({}),
  rerunRefusal: { rule: 'verdict', reason: 'Only a flake deserves a re-run.', source: 'built-in' },
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

const ignoring = policy('mode: fix\nworkflows: { ignore: ["**/ci.yml"] }');
const tight = policy('mode: fix\nbudgets: { openPullRequests: 1, fixesPerDay: 2, attempts: 1 }');
const fixerOff = policy('mode: fix\nfixers: { prettier: false }');
const suggesting = policy('mode: fix\ndelivery: suggestion');
const annotating = policy('mode: annotate');

describe('the rules for a fix, in their order: each wins over those below it', () => {
  const everythingWrong = {
    policy: policy('mode: annotate\nworkflows: { ignore: ["**/ci.yml"] }'),
    ownBranch: true,
    fork: true,
    fixers: [],
    spent: SPENT,
  };
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by workflow-ignored from workflows.ignore', everythingWrong],
    ['refused by own-branch from built-in', { ...everythingWrong, policy: annotating }],
    ['refused by fork from built-in', { ...everythingWrong, policy: annotating, ownBranch: false }],
    ['refused by mode from mode', { policy: annotating, fixers: [], spent: SPENT }],
    ['refused by mode from default', { policy: DEFAULT_CONFIG_READING, fixers: [] }],
    ['refused by no-fixer from built-in', { fixers: [], spent: SPENT }],
    ['refused by fixer-off from fixers.prettier', { policy: fixerOff, spent: SPENT }],
    ['refused by delivery from delivery', { policy: suggesting, spent: SPENT }],
    ['allowed by mode from mode', { policy: suggesting, pullRequest: false }],
    ['refused by upstream from built-in', { verdict: 'upstream', spent: SPENT }],
    ['allowed by mode from mode', { verdict: 'upstream', defaultBranch: true }],
    ['refused by breaker from built-in', { spent: SPENT }],
    ['refused by attempts from built-in', { spent: { ...SPENT, stopped: null } }],
    ['refused by attempts from budgets.attempts', { policy: tight, spent: spending({ attemptsOfIncident: 1 }) }],
    ['refused by branch-attempts from built-in', { spent: { ...SPENT, stopped: null, attemptsOfIncident: 0 } }],
    ['refused by fixes-per-day from built-in', { spent: spending({ fixesToday: BUDGETS.fixesPerDay, openFixes: 9 }) }],
    ['refused by fixes-per-day from budgets.fixesPerDay', { policy: tight, spent: spending({ fixesToday: 2 }) }],
    ['refused by open-fixes from built-in', { spent: spending({ openFixes: BUDGETS.openFixesPerRepository }) }],
    ['refused by open-fixes from budgets.openPullRequests', { policy: tight, spent: spending({ openFixes: 1 }) }],
    ['asked by approval from built-in', { approvalFixers: ['prettier'] }],
    ['allowed by mode from mode', { fixers: ['prettier', 'another'], approvalFixers: ['prettier'] }],
    [
      'allowed by mode from mode',
      { spent: spending({ attemptsOfIncident: 2, attemptsOfPullRequest: 2, fixesToday: 19, openFixes: 2 }) },
    ],
    ['allowed by mode from mode', { policy: fixerOff, fixers: ['prettier', 'another'] }],
  ])('%s', (expected, change) => {
    expect(verdictOn('fix', change)).toBe(expected);
  });
});

describe('the rules for annotations', () => {
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by workflow-ignored from workflows.ignore', { policy: ignoring }],
    ['refused by mode from mode', { policy: policy('mode: observe') }],
    ['allowed by mode from mode', { policy: annotating }],
    ['allowed by mode from default', { policy: DEFAULT_CONFIG_READING }],
    ['allowed by mode from mode', { fork: true, ownBranch: true, fixers: [], spent: SPENT }],
  ])('%s', (expected, change) => {
    expect(verdictOn('annotate', change)).toBe(expected);
  });
});

describe('the rules for suggestions', () => {
  it.each<[string, Partial<DecisionInput>]>([
    ['refused by delivery from default', {}],
    ['refused by delivery from delivery', { policy: policy('mode: fix\ndelivery: commit') }],
    ['allowed by mode from mode', { policy: suggesting }],
    ['allowed by mode from mode', { fork: true }],
    ['refused by no-pull-request from built-in', { fork: true, pullRequest: false }],
    ['refused by own-branch from built-in', { policy: suggesting, ownBranch: true }],
    ['refused by mode from mode', { fork: true, policy: annotating }],
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
    ['refused by workflow-ignored from workflows.ignore', { ...deserved, policy: ignoring }],
    ['refused by own-branch from built-in', { ...deserved, ownBranch: true }],
    ['refused by mode from mode', { ...deserved, policy: annotating }],
    ['refused by reruns-off from reruns', { ...deserved, policy: policy('mode: fix\nreruns: false') }],
    ['allowed by verdict from built-in', { ...deserved, fork: true, spent: SPENT }],
  ])('%s', (expected, change) => {
    expect(verdictOn('rerun', change)).toBe(expected);
  });
});

it('a refusal says what a person can do about it', () => {
  const decision = decide({ ...fixable, policy: DEFAULT_CONFIG_READING });
  expect(decisionFor(decision, 'fix').reason).toBe('The mode is annotate; "mode: fix" in .github/regreen.yml would allow it.');
});

it('a remedy that was never considered is refused', () => {
  expect(decisionFor({ mode: 'fix', remedies: [] }, 'fix')).toMatchObject({ verdict: 'refused', rule: 'not-considered' });
});

const glob = fc.constantFrom('**', '*', '**/ci.yml', 'x');
const rule = fc.constantFrom('allow', 'ask', 'never');
const yesOrNo = fc.constantFrom('allow', 'never');
const anyRules = fc.record({ annotate: yesOrNo, rerun: rule, fix: rule, suggest: yesOrNo, delegate: rule }, { requiredKeys: [] });
/** Any file that the schema takes, as far as decisions read it. */
const anyFile = fc.record(
  {
    mode: fc.constantFrom(...MODES),
    causes: fc.record({ formatting: fc.oneof(rule, anyRules), lint: fc.oneof(rule, anyRules) }, { requiredKeys: [] }),
    remedies: anyRules,
    branches: fc.record(
      { heal: fc.array(glob, { maxLength: 2 }), ignore: fc.array(glob, { maxLength: 2 }) },
      { requiredKeys: [] },
    ),
    fixers: fc.record({ prettier: fc.boolean() }),
    paths: fc.record(
      { allowed: fc.array(glob, { maxLength: 3 }), protected: fc.array(glob, { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
    workflows: fc.record({ ignore: fc.array(glob, { maxLength: 2 }) }),
    jobs: fc.record({ ignore: fc.array(glob, { maxLength: 2 }) }),
    delivery: fc.constantFrom(...DELIVERIES),
    autoMerge: fc.record({ causes: fc.subarray(['formatting', 'lint']) }),
    reruns: fc.boolean(),
    flakyTests: fc.record({ issues: fc.boolean(), rerun: fc.boolean() }, { requiredKeys: [] }),
    budgets: fc.record(
      { attempts: fc.integer({ min: 1, max: 3 }), openPullRequests: fc.nat(3), fixesPerDay: fc.nat(20), rerunsPerRun: fc.nat(2) },
      { requiredKeys: [] },
    ),
    agents: fc.record(
      { use: fc.constantFrom('one', 'other'), causes: fc.subarray(['formatting', 'lint']) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
/** Each of the three files, or none, or a broken one. */
const anyText = fc.oneof(
  { weight: 6, arbitrary: anyFile.map((value) => JSON.stringify(value)) },
  fc.constantFrom(null, '', 'mode: fx', 'mode: fix\nfixes: all', ': :'),
);
const anyPolicy = fc
  .record({ server: anyText, organization: anyText, repository: anyText })
  .map((texts) => layConfigs(CONFIG_LAYERS.map((layer) => ({ layer, file: `${layer}.yml`, text: texts[layer] }))));
const anyInput = fc.record({
  diagnosis: fc.constant(fixable.diagnosis),
  policy: anyPolicy,
  jobName: fc.constantFrom('build', 'x'),
  branch: fc.constantFrom('main', 'topic', 'x'),
  agents: fc.subarray(['one', 'other']),
  workflowPath: fc.constantFrom('.github/workflows/ci.yml', 'x'),
  fork: fc.boolean(),
  ownBranch: fc.boolean(),
  fixers: fc.subarray(['prettier', 'gofmt']),
  defaultBranch: fc.boolean(),
  pullRequest: fc.boolean(),
  verdict: fc.constantFrom(...VERDICTS),
  approvalFixers: fc.subarray(['prettier', 'gofmt']),
  rerunRefusal: fc.constantFrom(null, { rule: 'verdict', reason: 'No.', source: 'built-in' }),
  spent: fc.record({
    attemptsOfIncident: fc.nat(6),
    attemptsOfPullRequest: fc.nat(6),
    openFixes: fc.nat(6),
    fixesToday: fc.nat(40),
    stopped: fc.constantFrom(null, 'x'),
  }),
});

describe('whatever the configurations say, one over the other', () => {
  it('nothing is pushed for a fork, on a branch of our own, or above a budget', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const decision = decide(input);
        const { spent } = input;
        const spentAll =
          spent.attemptsOfIncident >= 3 ||
          spent.attemptsOfPullRequest >= 3 ||
          spent.openFixes >= 3 ||
          spent.fixesToday >= 20 ||
          spent.stopped !== null;
        for (const remedy of ['fix', 'delegate'] as const) {
          if (input.fork || input.ownBranch || spentAll) expect(decisionFor(decision, remedy).verdict).toBe('refused');
        }
        if (input.ownBranch || input.rerunRefusal) expect(decisionFor(decision, 'rerun').verdict).toBe('refused');
        if (input.ownBranch) expect(decisionFor(decision, 'suggest').verdict).toBe('refused');
      }),
      { numRuns: 300 },
    );
  });

  it('what must be approved is never simply allowed, and an agent that the server lacks is never asked', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const decision = decide(input);
        const free = input.fixers.filter((id) => !input.approvalFixers.includes(id));
        if (free.length === 0) {
          expect(decisionFor(decision, 'fix').verdict).not.toBe('allowed');
          expect(decisionFor(decision, 'suggest').verdict).not.toBe('allowed');
        }
        const { use } = input.policy.config.agents;
        if (use === null || !input.agents.includes(use)) expect(decisionFor(decision, 'delegate').verdict).toBe('refused');
      }),
      { numRuns: 300 },
    );
  });

  it('no budget is above the built-in one, and a broken file leaves nothing but annotations', () => {
    fc.assert(
      fc.property(anyPolicy, ({ config, faults, broken }) => {
        expect(config.budgets.attempts).toBeLessThanOrEqual(BUDGETS.attemptsPerIncident);
        expect(config.budgets.openPullRequests).toBeLessThanOrEqual(BUDGETS.openFixesPerRepository);
        expect(config.budgets.fixesPerDay).toBeLessThanOrEqual(BUDGETS.fixesPerDay);
        expect(config.budgets.rerunsPerRun).toBeLessThanOrEqual(RERUN_LIMITS.perRun);
        expect(broken === null).toBe(faults.length === 0);
        if (broken) expect(config.mode).not.toBe('fix');
      }),
      { numRuns: 300 },
    );
  });

  it('no patch that cheats passes the gate, nor one of what decides about what is allowed, also when a person agrees', () => {
    const cheats: Edit[] = [
      { path: 'test/a.test.ts', before: 'it("adds", () => {});\n', after: 'it.skip("adds", () => {});\n' },
      { path: 'src/a.ts', before: 'f();\n', after: '// @ts-ignore\nf();\n' },
      { path: '.github/regreen.yml', before: 'mode: annotate\n', after: 'mode: fix\n' },
      { path: 'CODEOWNERS', before: '* @a\n', after: '* @b\n' },
      { path: '../a.ts', before: 'a\n', after: 'b\n' },
    ];
    fc.assert(
      fc.property(anyPolicy, fc.constantFrom(...cheats), fc.boolean(), ({ config: { paths } }, edit, approved) => {
        const { allowed: allowedPaths, protected: protectedPaths } = paths;
        const result = passGate({ edits: [edit], namedPaths: [edit.path], allowedPaths, protectedPaths, approved });
        expect(result).toMatchObject({ pass: false, askable: false });
      }),
      { numRuns: 300 },
    );
  });

  it('a change is made in mode fix only, and every part of a decision has its reason and the line that said so', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const decision = decide(input);
        for (const { remedy, verdict, reason, rule: name, source, place } of decision.remedies) {
          expect(reason).toMatch(/\.$/);
          expect(name).toMatch(/^[a-z-]+$/);
          expect(source).not.toBe('');
          if (remedy !== 'annotate' && verdict !== 'refused') expect(decision.mode).toBe('fix');
          expect(place === undefined).toBe(source === 'built-in' || source === 'default');
          if (place) expect(place.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
