import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownCommandFor } from '../../../src/action/own-command.ts';
import { applyAnswer } from '../../../src/agents/apply-answer.ts';
import { tightened } from '../../../src/agents/spending.ts';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';
import { type RepositoryConfig, repositoryConfigJsonSchema } from '../../../src/config/repository-config.ts';
import { FIXERS } from '../../../src/fixers/registry.ts';
import { NOTICE_KINDS, type NoticeKind } from '../../../src/notify/rules/types.ts';
import { refuseByRepository } from '../../../src/notify/rules/weigh.ts';
import { attemptsAllowed, refuseBudget, type SpentBudgets } from '../../../src/policy/budgets.ts';
import { type DecisionInput, decide, decisionFor } from '../../../src/policy/decide.ts';
import { passGate } from '../../../src/policy/gate.ts';
import { refuseRerun } from '../../../src/policy/rerun.ts';
import type { Remedy } from '../../../src/policy/types.ts';
import { aDiagnosis } from '../github/texts/models.ts';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
}

/** Every key of the schema; the causes take the same, so that one stands for all. */
function keysOf({ properties = {} }: JsonSchema, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const key = prefix + name;
    if (key === 'causes') return ['causes.lint', ...keysOf(property.properties?.['lint']?.anyOf?.[1] ?? {}, 'causes.lint.')];
    return property.properties ? keysOf(property, `${key}.`) : [key];
  });
}

function configOf(text: string): ReturnType<typeof readRepositoryConfig> {
  const reading = readRepositoryConfig(text);
  expect(reading.faults).toEqual([]);
  return reading;
}

const SPENT: SpentBudgets = { attemptsOfIncident: 0, attemptsOfPullRequest: 0, openFixes: 0, fixesToday: 0, stopped: null };

const AGENT = 'agents: { use: one, causes: [lint] }';
/** What is decided under a file, for one remedy. */
function decided(remedy: Remedy, text: string, change: Partial<DecisionInput> = {}): string {
  const { verdict, rule } = decisionFor(
    decide({
      diagnosis: aDiagnosis({ cause: { category: 'lint', confidence: 1, evidence: [] }, diagnostics: [] }),
      policy: configOf(text),
      workflowPath: '.github/workflows/ci.yml',
      jobName: 'build',
      branch: 'topic',
      fork: false,
      ownBranch: false,
      defaultBranch: false,
      pullRequest: true,
      verdict: 'change',
      fixers: ['biome'],
      approvalFixers: [],
      agents: ['one'],
      spent: SPENT,
      rerunRefusal: null,
      ...change,
    }),
    remedy,
  );
  return `${verdict} by ${rule}`;
}

/** What the key changes about what is done: what comes of the file without it, and of the file with it. */
type Row = { before: unknown; after: unknown } | { shownBy: string };

const decision = (remedy: Remedy, key: string, change: Partial<DecisionInput> = {}, base = 'mode: fix'): Row => ({
  before: decided(remedy, base, change),
  after: decided(remedy, `${base}\n${key}`, change),
});
const effect = (read: (config: RepositoryConfig) => unknown, key: string, base = 'mode: fix'): Row => ({
  before: read(configOf(base).config),
  after: read(configOf(`${base}\n${key}`).config),
});
const inFile = (path: string): Row => ({ shownBy: path });

const EDIT = { path: 'db/a.sql', before: 'a\n', after: 'b\n' };
const gate = ({ paths }: RepositoryConfig) =>
  passGate({ edits: [EDIT], namedPaths: [EDIT.path], allowedPaths: paths.allowed, protectedPaths: paths.protected }).pass;
const CEILING = { tokens: 9e9, microDollars: 9e9, milliseconds: 9e9 };
const ceilings = ({ agents }: RepositoryConfig) => tightened({ attempt: CEILING, repository: CEILING, server: CEILING }, agents);
const answer = (path: string) => (config: RepositoryConfig) =>
  'edits' in
  applyAnswer(
    { reason: '', edits: [{ path, content: 'x\n', replacements: [] }] },
    {
      shown: [{ path: 'src/a.js', isPartial: false, redaction: { text: 'a\n', originals: new Map() } }],
      paths: new Set(['src/a.js']),
      limits: { files: 1, bytes: 100, paths: config.agents.paths, newFiles: config.agents.newFiles },
      label: 'l',
    },
  );
const flaky: Partial<DecisionInput> = { verdict: 'flake' };
const reruns = ({ budgets }: RepositoryConfig) =>
  refuseRerun({
    failures: [{ verdict: 'flake', cause: 'test-failure' }],
    failedJobs: 1,
    attempt: 1,
    reruns: 1,
    perRun: budgets.rerunsPerRun,
    age: 0,
  })?.rule ?? null;

const told = (kind: NoticeKind) => (config: RepositoryConfig) =>
  refuseByRepository({ kind }, { id: 'c', name: 'ci', kind: 'slack' }, config.notifications);

const ROWS: Record<string, Row> = {
  mode: decision('fix', 'mode: fix', {}, '# nothing'),
  'causes.lint': decision('fix', 'causes: { lint: ask }'),
  'causes.lint.all': decision('fix', 'causes: { lint: { all: never } }'),
  'causes.lint.annotate': decision('annotate', 'causes: { lint: { annotate: never } }'),
  'causes.lint.rerun': decision('rerun', 'causes: { lint: { rerun: ask } }'),
  'causes.lint.fix': decision('fix', 'causes: { lint: { fix: ask } }'),
  'causes.lint.suggest': decision('suggest', 'causes: { lint: { suggest: never } }', {}, 'mode: fix\ndelivery: suggestion'),
  'causes.lint.delegate': decision('delegate', 'causes: { lint: { delegate: ask } }', {}, `mode: fix\n${AGENT}`),
  'remedies.annotate': decision('annotate', 'remedies: { annotate: never }'),
  'remedies.rerun': decision('rerun', 'remedies: { rerun: ask }'),
  'remedies.fix': decision('fix', 'remedies: { fix: ask }'),
  'remedies.suggest': decision('suggest', 'remedies: { suggest: never }', {}, 'mode: fix\ndelivery: suggestion'),
  'remedies.delegate': decision('delegate', 'remedies: { delegate: ask }', {}, `mode: fix\n${AGENT}`),
  'branches.heal': decision('fix', 'branches: { heal: [main] }'),
  'branches.ignore': decision('fix', 'branches: { ignore: [topic] }'),
  'paths.allowed': effect(gate, 'paths: { allowed: ["src/**"] }'),
  'paths.protected': effect(gate, 'paths: { protected: ["db/**"] }'),
  'workflows.ignore': decision('annotate', 'workflows: { ignore: ["**/ci.yml"] }'),
  'jobs.ignore': decision('annotate', 'jobs: { ignore: [build] }'),
  delivery: decision('suggest', 'delivery: suggestion'),
  'autoMerge.causes': inFile('test/integration/healing/courses.long.test.ts'),
  reruns: decision('rerun', 'reruns: false'),
  'flakyTests.issues': decision('issue', 'flakyTests: { issues: false }', flaky),
  'flakyTests.rerun': decision('rerun', 'flakyTests: { rerun: false }', flaky),
  'budgets.attempts': effect(attemptsAllowed, 'budgets: { attempts: 1 }'),
  'budgets.openPullRequests': effect(
    (config) => refuseBudget({ ...SPENT, openFixes: 1 }, config)?.rule ?? null,
    'budgets: { openPullRequests: 1 }',
  ),
  'budgets.fixesPerDay': effect(
    (config) => refuseBudget({ ...SPENT, fixesToday: 1 }, config)?.rule ?? null,
    'budgets: { fixesPerDay: 1 }',
  ),
  'budgets.rerunsPerRun': effect(reruns, 'budgets: { rerunsPerRun: 1 }'),
  'approvals.expiresAfterHours': inFile('test/integration/agents/spending.long.test.ts'),
  'approvals.fourEyes': inFile('test/integration/healing/approval-races.long.test.ts'),
  ...Object.fromEntries(
    FIXERS.map(({ id }) => [`fixers.${id}`, decision('fix', `fixers: { ${id}: false }`, { fixers: [id] })] as const),
  ),
  fix: effect((config) => ownCommandFor(config, 'lint'), 'fix: npm run lint -- --fix'),
  'agents.use': decision('delegate', 'agents: { use: one, causes: [lint] }'),
  'agents.causes': {
    before: decided('delegate', `mode: fix\n${AGENT}`),
    after: decided('delegate', 'mode: fix\nagents: { use: one, causes: [crash] }'),
  },
  'agents.paths': effect(answer('src/a.js'), 'agents: { paths: ["docs/**"] }'),
  'agents.newFiles': effect(answer('src/new.js'), 'agents: { newFiles: ["src/**"] }'),
  'agents.instructions': inFile('test/integration/agents/spending.long.test.ts'),
  ...Object.fromEntries(
    ['perAttempt', 'perDay'].flatMap((scope) =>
      ['tokens', 'usd', 'minutes'].map((unit) => [
        `agents.${scope}.${unit}`,
        effect(ceilings, `agents: { ${scope}: { ${unit}: 1 } }`),
      ]),
    ),
  ),
  'notifications.enabled': effect(told('went-red'), 'notifications: { enabled: false }'),
  'notifications.channels': effect(told('went-red'), 'notifications: { channels: [] }'),
  ...Object.fromEntries(
    NOTICE_KINDS.filter((kind) => kind !== 'channel-paused').map((kind) => [
      `notifications.events.${kind}`,
      effect(told(kind), `notifications: { events: { ${kind}: false } }`),
    ]),
  ),
  problemMatchers: inFile('test/integration/healing/problem-matchers.test.ts'),
};

describe('every key of regreen.yml', () => {
  const keys = keysOf(repositoryConfigJsonSchema() as JsonSchema);

  it('has a row here, and no row is about a key that there is not', () => {
    expect(Object.keys(ROWS).toSorted()).toEqual(keys.toSorted());
    expect(keys.length).toBeGreaterThan(50);
  });

  it.each(Object.entries(ROWS))('%s changes what is done', (key, row) => {
    if ('shownBy' in row) expect(readFileSync(row.shownBy, 'utf8')).toContain(key.split('.').at(-1) ?? key);
    else expect(row.after).not.toEqual(row.before);
  });
});
