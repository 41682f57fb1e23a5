import { describe, expect, it } from 'vitest';
import { layConfigs, readRepositoryConfig } from '../../../src/config/effective-config.ts';
import type { CauseCategory } from '../../../src/diagnosis/types.ts';
import { type DecisionInput, decide, decisionFor, rerunOfRun } from '../../../src/policy/decide.ts';
import { outcomeOf } from '../../../src/policy/outcome.ts';
import { asksForPatch, ruleFor } from '../../../src/policy/rules.ts';
import type { Decision, Remedy, RuledRemedy } from '../../../src/policy/types.ts';
import { aDiagnosis } from '../github/texts/models.ts';

/** Everything is allowed here, but for what the file under test says. */
function input(text: string, change: Partial<DecisionInput> = {}): DecisionInput {
  const policy = readRepositoryConfig(`mode: fix\n${text}`);
  expect(policy.faults).toEqual([]);
  return {
    diagnosis: aDiagnosis({ cause: { category: 'lint', confidence: 1, evidence: [] }, diagnostics: [] }),
    policy,
    workflowPath: '.github/workflows/ci.yml',
    jobName: 'build / test (ubuntu)',
    branch: 'feature/tidy',
    fork: false,
    ownBranch: false,
    defaultBranch: false,
    pullRequest: true,
    verdict: 'change',
    fixers: ['biome'],
    approvalFixers: [],
    agents: ['one'],
    spent: { attemptsOfIncident: 0, attemptsOfPullRequest: 0, openFixes: 0, fixesToday: 0, stopped: null },
    rerunRefusal: null,
    ...change,
  };
}

function told(remedy: Remedy, text: string, change: Partial<DecisionInput> = {}): string {
  const { verdict, rule, source, place } = decisionFor(decide(input(text, change)), remedy);
  return `${verdict} by ${rule} from ${source}${place ? `:${place.line}` : ''}`;
}

describe('which rule counts', () => {
  it.each<[string, string, RuledRemedy, string | null]>([
    ['none', '', 'fix', null],
    ['the one of the cause', 'causes: { lint: ask }', 'fix', 'ask causes.lint.all'],
    ['the one of the remedy', 'remedies: { fix: never }', 'fix', 'never remedies.fix'],
    ['of both the stricter: the remedy’s', 'causes: { lint: ask }\nremedies: { fix: never }', 'fix', 'never remedies.fix'],
    ['of both the stricter: the cause’s', 'causes: { lint: never }\nremedies: { fix: ask }', 'fix', 'never causes.lint.all'],
    ['of both the stricter: ask before allow', 'causes: { lint: allow }\nremedies: { fix: ask }', 'fix', 'ask remedies.fix'],
    ['where they say the same, the cause’s', 'causes: { lint: ask }\nremedies: { fix: ask }', 'fix', 'ask causes.lint.all'],
    [
      'the pair’s, though it is laxer',
      'causes: { lint: { all: never, fix: allow } }\nremedies: { fix: never }',
      'fix',
      'allow causes.lint.fix',
    ],
    [
      'the pair’s, though it is stricter',
      'causes: { lint: { all: allow, fix: never } }\nremedies: { fix: allow }',
      'fix',
      'never causes.lint.fix',
    ],
    ['another cause’s says nothing', 'causes: { formatting: never }', 'fix', null],
    ['another remedy’s says nothing', 'causes: { lint: { rerun: never } }', 'fix', null],
    ['a cause’s ask is no rule for what only shows', 'causes: { lint: ask }', 'annotate', null],
    ['nor for suggestions', 'causes: { lint: ask }', 'suggest', null],
    ['a cause’s never is one', 'causes: { lint: never }', 'annotate', 'never causes.lint.all'],
  ])('%s', (_what, text, remedy, expected) => {
    const found = ruleFor(input(text).policy.config, 'lint', remedy);
    expect(found && `${found.rule} ${found.key}`).toBe(expected);
  });

  it.each([
    ['', false],
    ['remedies: { fix: ask }', true],
    ['causes: { lint: ask }', true],
    ['causes: { lint: { fix: allow } }\nremedies: { fix: ask }', false],
    ['remedies: { delegate: ask }', false],
  ])('%j: whether a person must agree to a patch, whoever made it: %j', (text, expected) => {
    expect(asksForPatch(input(text).policy.config, 'lint')).toBe(expected);
  });

  it('says in the decision that an agent’s change is asked about as well', () => {
    const decision = decide(input('agents: { use: one, causes: [lint] }\nremedies: { fix: ask }'));
    expect(decisionFor(decision, 'delegate').reason).toBe('one may try what no fixer can; a person must agree to its change.');
  });

  it('is looked for after the files were laid: a pair below wins over a word above', () => {
    const { config } = layConfigs([
      { layer: 'organization', file: 'a', text: 'causes: { lint: { fix: never } }' },
      { layer: 'repository', file: 'b', text: 'causes: { lint: allow }' },
    ]);
    expect(ruleFor(config, 'lint', 'fix')).toEqual({ rule: 'never', key: 'causes.lint.fix' });
    expect(ruleFor(config, 'lint', 'rerun')).toEqual({ rule: 'allow', key: 'causes.lint.all' });
  });
});

describe('every key is heard, and told with its line', () => {
  const agent = 'agents: { use: one, causes: [lint] }';
  it.each<[Remedy, string, string, Partial<DecisionInput>?]>([
    ['fix', '', 'allowed by mode from mode:1'],
    ['fix', 'causes: { lint: { fix: allow } }', 'allowed by allow from causes.lint.fix:2'],
    ['fix', 'causes:\n  lint: ask', 'asked by ask from causes.lint:3'],
    ['fix', 'remedies: { fix: never }', 'refused by never from remedies.fix:2'],
    ['fix', 'branches: { heal: [main] }', 'refused by branch from branches.heal:2'],
    ['fix', 'branches: { heal: ["feature/*"] }', 'allowed by mode from mode:1'],
    ['fix', 'branches: { ignore: ["feature/*"] }', 'refused by branch from branches.ignore:2'],
    ['annotate', 'branches: { ignore: ["**"] }', 'allowed by mode from mode:1'],
    ['fix', 'workflows: { ignore: ["**/ci.yml"] }', 'refused by workflow-ignored from workflows.ignore:2'],
    ['fix', 'jobs: { ignore: ["build*"] }', 'refused by job-ignored from jobs.ignore:2'],
    ['annotate', 'jobs: { ignore: ["*(ubuntu)"] }', 'refused by job-ignored from jobs.ignore:2'],
    ['fix', 'jobs: { ignore: ["test*"] }', 'allowed by mode from mode:1'],
    ['fix', 'fixers: { biome: false }', 'refused by fixer-off from fixers.biome:2'],
    ['fix', 'delivery: suggestion', 'refused by delivery from delivery:2'],
    ['suggest', 'delivery: suggestion', 'allowed by mode from mode:1'],
    ['suggest', 'delivery: suggestion\nremedies: { suggest: never }', 'refused by never from remedies.suggest:3'],
    ['annotate', 'causes: { lint: { annotate: never } }', 'refused by never from causes.lint.annotate:2'],
    ['rerun', '', 'allowed by verdict from built-in'],
    ['rerun', 'reruns: false', 'refused by reruns-off from reruns:2'],
    ['rerun', 'remedies: { rerun: ask }', 'asked by ask from remedies.rerun:2'],
    ['rerun', 'flakyTests: { rerun: false }', 'refused by flaky-reruns-off from flakyTests.rerun:2', { verdict: 'flake' }],
    ['rerun', 'flakyTests: { rerun: false }', 'allowed by verdict from built-in', { verdict: 'infrastructure' }],
    ['issue', 'flakyTests: { issues: false }', 'refused by flaky-issues-off from flakyTests.issues:2', { verdict: 'flake' }],
    ['issue', '', 'allowed by flaky-issue from default', { verdict: 'flake' }],
    ['issue', '', 'refused by verdict from built-in'],
    ['delegate', '', 'refused by agents-off from default'],
    ['delegate', agent, 'allowed by agent from agents.use:2'],
    ['delegate', agent, 'refused by agent-unknown from agents.use:2', { agents: ['two'] }],
    ['delegate', 'agents: { use: one, causes: [] }', 'refused by agent-causes from agents.causes:2'],
    [
      'delegate',
      'agents: { use: one, causes: [crash] }',
      'refused by agent-causes from agents.causes:2',
      { askedAbout: 'crash' },
    ],
    ['delegate', `${agent}\nremedies: { delegate: ask }`, 'asked by ask from remedies.delegate:3'],
    ['delegate', `${agent}\nremedies: { fix: never }`, 'refused by never from remedies.fix:3'],
    ['delegate', `${agent}\nremedies: { fix: ask }`, 'allowed by agent from agents.use:2'],
    ['delegate', `${agent}\ncauses: { lint: ask }`, 'asked by ask from causes.lint:3'],
    ['delegate', `${agent}\ndelivery: suggestion`, 'refused by delivery from delivery:3'],
    ['delegate', agent, 'refused by verdict from built-in', { verdict: 'flake' }],
    ['delegate', agent, 'refused by fork from built-in', { fork: true }],
  ])('%s with %j: %s', (remedy, text, expected, change) => {
    expect(told(remedy, text, change)).toBe(expected);
  });

  it.each<[string, string[], string]>([
    ['all that the log names', ['db/a.sql', 'DB/b.sql'], 'asked by protected-paths from paths.protected:2'],
    ['a part of it, which only the patch can tell', ['db/a.sql', 'src/a.ts'], 'allowed by mode from mode:1'],
    ['nothing of it', [], 'allowed by mode from mode:1'],
  ])('paths.protected: %s', (_what, paths, expected) => {
    const diagnostics = paths.map((path) => ({
      ...aDiagnosis().diagnostics[0],
      path,
    })) as DecisionInput['diagnosis']['diagnostics'];
    const diagnosis = aDiagnosis({ cause: { category: 'lint', confidence: 1, evidence: [] }, diagnostics });
    expect(told('fix', 'paths: { protected: ["db/**"] }', { diagnosis })).toBe(expected);
  });

  it('a refusal is stronger than a question, and what is built in stronger than a rule that allows', () => {
    const allowing = 'causes: { lint: { fix: allow } }';
    expect(told('fix', 'causes: { lint: ask }', { fixers: [] })).toBe('refused by no-fixer from built-in');
    expect(told('fix', allowing, { fork: true })).toBe('refused by fork from built-in');
    expect(told('fix', allowing, { approvalFixers: ['biome'] })).toBe('asked by approval from built-in');
  });

  it('a decision names the checks that passed before it', () => {
    expect(decisionFor(decide(input('remedies: { fix: never }')), 'fix').passed).toEqual([
      'workflow-ignored',
      'job-ignored',
      'own-branch',
      'fork',
      'mode',
      'branch',
    ]);
  });
});

describe('a run, whose failed jobs can only be run again together', () => {
  const of = (cause: CauseCategory, jobName = 'build'): Decision =>
    decide(
      input('causes: { network: allow, crash: never, timeout: ask }\njobs: { ignore: [nightly] }', {
        jobName,
        diagnosis: aDiagnosis({ cause: { category: cause, confidence: 1, evidence: [] } }),
      }),
    );
  it.each<[string, Decision[], string]>([
    ['all may', [of('network'), of('network')], 'allowed'],
    ['one must not', [of('network'), of('crash')], 'refused'],
    ['one must be asked about', [of('network'), of('timeout')], 'asked'],
    ['an ignored job has no say', [of('network'), of('crash', 'nightly')], 'allowed'],
    ['only ignored jobs', [of('network', 'nightly')], 'refused'],
    ['nothing', [], 'refused'],
  ])('%s: %#', (_what, decisions, expected) => {
    expect(rerunOfRun(decisions).verdict).toBe(expected);
  });
});

it('what a decision comes to', () => {
  expect(outcomeOf(decide(input('causes: { lint: { fix: ask } }')))).toEqual({ done: ['rerun', 'annotate'], asked: ['fix'] });
});
