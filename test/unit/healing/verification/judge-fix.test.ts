import { describe, expect, it } from 'vitest';
import type { Run } from '../../../../src/github/types.ts';
import { dependsOnBase, isRipe, type JudgedJob, type JudgeInput, judge } from '../../../../src/healing/verification/judge-fix.ts';
import { aHealedIncident } from '../../github/texts/models.ts';

const CI = '.github/workflows/ci.yml';
const DOCS = '.github/workflows/docs.yml';

function aRun(conclusion: string | null, change: Partial<Run> = {}): Run {
  return {
    id: 7,
    attempt: 1,
    workflowId: 1,
    workflowName: 'CI',
    workflowPath: CI,
    runNumber: 1,
    event: 'push',
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    headSha: 'a',
    headBranch: 'regreen/x',
    headRepository: 'octo/shop',
    pullRequests: [],
    actor: null,
    url: 'https://github.test/runs/7',
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: null,
    updatedAt: '2026-01-01T00:00:00Z',
    ...change,
  };
}

type Jobs = Record<string, string>;

function jobs(conclusions: Jobs): { id: number; name: string; conclusion: string }[] {
  return Object.entries(conclusions).map(([name, conclusion], index) => ({ id: index + 1, name, conclusion }));
}

function base(workflowPath: string, conclusions: Jobs): JudgedJob[] {
  return jobs(conclusions).map(({ name, conclusion }) => ({ workflowPath, name, conclusion }));
}

/** The jobs of each green run, where nothing else is said of them. */
const LINTED = new Map([7, 8].map((id) => [id, jobs({ lint: 'success', spell: 'success' })]));

function verdict(input: Partial<JudgeInput<Run>>): string {
  const red = (input.runs ?? []).filter(({ conclusion }) => conclusion === 'startup_failure').map(({ id }) => id);
  const known = new Map([...LINTED].filter(([id]) => !red.includes(id)));
  const judgement = judge({ heals: [aHealedIncident({ jobs: ['lint'] })], runs: [], jobs: known, base: [], ...input });
  return judgement.kind === 'refuted' && judgement.newlyRed ? 'newly red' : judgement.kind;
}

describe('what CI says of a fix for `lint`', () => {
  const elsewhere = { workflowPath: DOCS };
  it.each<[string, Run[], string]>([
    ['nothing has begun', [], 'waiting'],
    ['another workflow is green', [aRun('success', elsewhere)], 'waiting'],
    ['it is under way', [aRun(null)], 'waiting'],
    ['it is queued', [aRun(null, { status: 'queued' })], 'waiting'],
    ['it is green', [aRun('success')], 'verified'],
    ['it is red before any job began', [aRun('startup_failure')], 'refuted'],
    ['one of two events is green, the other under way', [aRun('success'), aRun(null, { id: 8 })], 'waiting'],
    ['both are green', [aRun('success'), aRun('success', { id: 8 })], 'verified'],
    ['another workflow is still under way', [aRun('success'), aRun(null, { id: 8, ...elsewhere })], 'waiting'],
    ['another waits for a deployment', [aRun('success'), aRun(null, { id: 8, status: 'waiting', ...elsewhere })], 'verified'],
    ['another is red that never ran on the base', [aRun('success'), aRun('failure', { id: 8, ...elsewhere })], 'verified'],
    ['it waits for a deployment and has passed', [aRun(null, { status: 'waiting' })], 'verified'],
    ['it was skipped', [aRun('skipped')], 'waiting'],
    ['it was cancelled', [aRun('cancelled')], 'waiting'],
    ['a person must let it start', [aRun('action_required')], 'waiting'],
    ['one was cancelled for a newer one', [aRun('cancelled'), aRun('success', { id: 8 })], 'verified'],
  ])('%s', (_what, runs, expected) => {
    expect(verdict({ runs })).toBe(expected);
  });

  const red = [aRun('failure')];
  it.each<[string, Jobs, Jobs, string]>([
    ['it is still red', { lint: 'failure' }, { lint: 'failure' }, 'refuted'],
    ['it timed out', { lint: 'failure' }, { lint: 'timed_out' }, 'refuted'],
    ['test was red and may stay so', { lint: 'failure', test: 'failure' }, { lint: 'success', test: 'failure' }, 'verified'],
    ['test turned red', { lint: 'failure', test: 'success' }, { lint: 'success', test: 'failure' }, 'newly red'],
    ['test runs for the first time', { lint: 'failure', test: 'skipped' }, { lint: 'success', test: 'failure' }, 'newly red'],
    ['a new job is red', { lint: 'failure' }, { lint: 'success', 'test (24)': 'failure' }, 'newly red'],
    [
      'it never ran, for another job failed',
      { lint: 'failure', test: 'failure' },
      { lint: 'skipped', test: 'failure' },
      'refuted',
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(verdict({ runs: red, jobs: new Map([[7, jobs(after)]]), base: base(CI, before) })).toBe(expected);
  });

  it('a job of another workflow that was green before is newly red', () => {
    const runs = [aRun('success'), aRun('failure', { id: 8, ...elsewhere })];
    const input = { runs, jobs: new Map([...LINTED, [8, jobs({ spell: 'failure' })]]) };
    expect(verdict({ ...input, base: base(DOCS, { spell: 'success' }) })).toBe('newly red');
    expect(verdict({ ...input, base: base(DOCS, { spell: 'failure' }) })).toBe('verified');
  });

  it('a red job decides while other runs are under way, and the run is named', () => {
    const judgement = judge({
      heals: [aHealedIncident({ jobs: ['lint'] })],
      runs: [aRun(null), aRun('failure', { id: 8 })],
      jobs: new Map([[8, jobs({ lint: 'failure' })]]),
      base: [],
    });
    expect(judgement).toMatchObject({ kind: 'refuted', run: { id: 8 }, jobs: [{ id: 1, name: 'lint' }] });
  });
});

/** Protects the word "verified": a run is green also when the job that was red has not run at all. */
describe('a green run shows that `lint` is healed', () => {
  const green = [aRun('success')];
  const reading = (given: Partial<JudgeInput<Run>>) => {
    const judgement = judge({ heals: [aHealedIncident({ jobs: ['lint'] })], runs: green, jobs: new Map(), base: [], ...given });
    if (judgement.kind !== 'waiting') return judgement.kind;
    if (judgement.held.length > 0) return 'held';
    return judgement.unproven.map(({ name, state }) => `${name} ${state}`).join(', ');
  };
  const listed = (...runs: Jobs[]) => new Map(runs.map((one, index) => [index + 7, jobs(one)]));

  it.each<[string, Jobs, string]>([
    ['it passed', { lint: 'success' }, 'verified'],
    ['it passed, and another was skipped', { lint: 'success', docs: 'skipped' }, 'verified'],
    ['it was skipped, and another passed', { lint: 'skipped', test: 'success' }, 'lint skipped'],
    ['it was cancelled', { lint: 'cancelled', test: 'success' }, 'lint not-green'],
    ['it was allowed to fail', { lint: 'failure', test: 'success' }, 'lint not-green'],
    ['it is not there', { test: 'success' }, 'lint absent'],
    ['nothing is known of its jobs', {}, 'lint unknown'],
  ])('%s', (_, ran, expected) => {
    expect(reading({ jobs: listed(ran) })).toBe(expected);
  });

  it('one of two events is enough', () => {
    const runs = [aRun('success'), aRun('success', { id: 8 })];
    expect(reading({ runs, jobs: listed({ lint: 'skipped' }, { lint: 'success' }) })).toBe('verified');
    expect(reading({ runs, jobs: listed({ lint: 'skipped' }, { lint: 'skipped' }) })).toBe('lint skipped');
  });

  it.each<[string, string, Jobs, string]>([
    ['a leg of a matrix', 'test (20)', { 'test (20)': 'success' }, 'verified'],
    ['another leg', 'test (20)', { 'test (22)': 'success' }, 'test (20) absent'],
    ['a matrix that was skipped as a whole', 'test (20)', { test: 'skipped', lint: 'success' }, 'test (20) skipped'],
    ['a called workflow', 'call / lint', { 'call / lint': 'success' }, 'verified'],
    ['a called workflow that was skipped', 'call / lint', { call: 'skipped', lint: 'success' }, 'call / lint skipped'],
    ['the run itself, which had not started', 'CI', { lint: 'success' }, 'verified'],
    ['the run of a file that could not be read', CI, { lint: 'success' }, 'verified'],
    ['a job with the name of its workflow', 'CI', { CI: 'skipped', lint: 'success' }, 'CI skipped'],
  ])('%s', (_, name, ran, expected) => {
    expect(reading({ heals: [aHealedIncident({ jobs: [name] })], jobs: listed(ran) })).toBe(expected);
  });

  it('under a new name, where the fix itself has changed the workflow', () => {
    const heals = [aHealedIncident({ jobs: ['test (ubuntu-20.04)'] })];
    const given = { heals, base: base(CI, { 'test (ubuntu-20.04)': 'failure', 'test (macos-15)': 'success' }) };
    const renamed = listed({ 'test (ubuntu-24.04)': 'success', 'test (macos-15)': 'success' });
    expect(reading({ ...given, jobs: renamed, renames: true })).toBe('verified');
    expect(reading({ ...given, jobs: renamed })).toBe('test (ubuntu-20.04) absent');
    expect(reading({ ...given, jobs: listed({ 'test (macos-15)': 'success' }), renames: true })).toBe(
      'test (ubuntu-20.04) absent',
    );
    expect(reading({ ...given, jobs: listed({ 'test (ubuntu-24.04)': 'skipped', lint: 'success' }), renames: true })).toBe(
      'test (ubuntu-20.04) absent',
    );
  });

  it.each<[string, Map<number, ReturnType<typeof jobs>>, string]>([
    ['nothing is known of its jobs', new Map(), 'held'],
    ['it has passed', listed({ lint: 'success' }), 'verified'],
    ['it has passed, and another is red', listed({ lint: 'success', test: 'failure' }), 'held'],
    ['it was skipped', listed({ lint: 'skipped' }), 'held'],
  ])('a run that waits for a deployment: %s', (_, known, expected) => {
    expect(reading({ runs: [aRun(null, { status: 'waiting' })], jobs: known })).toBe(expected);
  });

  it('a run that had not started is red with a job that had never run', () => {
    const heals = [aHealedIncident({ jobs: ['CI'] })];
    expect(reading({ heals, runs: [aRun('failure')], jobs: listed({ lint: 'failure' }) })).toBe('refuted');
  });
});

it('a fix of two workflows waits for both', () => {
  const heals = [aHealedIncident({ jobs: ['lint'] }), aHealedIncident({ workflowPath: DOCS, jobs: ['spell'] })];
  expect(verdict({ heals, runs: [aRun('success')] })).toBe('waiting');
  expect(verdict({ heals, runs: [aRun('success'), aRun('success', { id: 8, workflowPath: DOCS })] })).toBe('verified');
});

/** Protects GitHub's limits: it is asked about a fix when the books let expect an answer, and then always. */
describe('a fix that is worth asking GitHub about', () => {
  const heals = [aHealedIncident({ workflowPath: CI }), aHealedIncident({ workflowPath: DOCS })];

  it.each([
    ['no run is known', [], false],
    ['one of two workflows has passed', [aRun('success')], false],
    ['both have passed', [aRun('success'), aRun('success', { id: 8, workflowPath: DOCS })], true],
    ['one has failed and no job of it is known', [aRun('failure'), aRun(null, { id: 8, workflowPath: DOCS })], true],
    [
      'both have passed and a third runs',
      [aRun('success'), aRun('success', { id: 8, workflowPath: DOCS }), aRun(null, { id: 9, workflowPath: 'x' })],
      false,
    ],
    ['one waits for a person', [aRun('action_required'), aRun('success', { id: 8, workflowPath: DOCS })], false],
  ])('%s', (_, runs, ripe) => {
    expect(isRipe({ heals, runs, jobs: new Map(), base: [] })).toBe(ripe);
  });

  const half = [aRun('failure'), aRun(null, { id: 8, workflowPath: DOCS })];
  it.each<[string, Jobs, Jobs, boolean]>([
    ['its job is still red', { lint: 'failure' }, { lint: 'failure' }, true],
    ['a job beside it turned red', { lint: 'failure', test: 'success' }, { lint: 'success', test: 'failure' }, true],
    [
      'only a job beside it that was red before',
      { lint: 'failure', test: 'failure' },
      { lint: 'success', test: 'failure' },
      false,
    ],
  ])('one has failed and the other runs: %s', (_, before, after, ripe) => {
    const healed = [aHealedIncident({ jobs: ['lint'] })];
    expect(isRipe({ heals: healed, runs: half, jobs: new Map([[7, jobs(after)]]), base: base(CI, before) })).toBe(ripe);
  });
});

/** Protects GitHub's limits: the commit that failed is asked about only where the answer can change something. */
describe('a judgement that depends on what else the commit that failed says', () => {
  const heals = [aHealedIncident({ jobs: ['lint'] })];
  const red = [aRun('failure')];
  const mixed = new Map([[7, jobs({ lint: 'success', test: 'failure' })]]);

  it.each<[string, Partial<JudgeInput<Run>>, boolean]>([
    ['nothing is red', { runs: [aRun('success')] }, false],
    ['it waits', { runs: [aRun(null)] }, false],
    ['its own job is red', { runs: red, jobs: new Map([[7, jobs({ lint: 'failure' })]]) }, false],
    ['another job is red, and was', { runs: red, jobs: mixed, base: base(CI, { lint: 'failure', test: 'failure' }) }, false],
    ['another job is red, and seems new', { runs: red, jobs: mixed, base: base(CI, { lint: 'failure', test: 'success' }) }, true],
    ['another job is red, and the base is not known', { runs: red, jobs: mixed }, true],
    [
      'another workflow is red, and the base of that is not known',
      {
        runs: [aRun('success'), aRun('failure', { id: 8, workflowPath: DOCS })],
        jobs: new Map([...LINTED, [8, jobs({ spell: 'failure' })]]),
        base: base(CI, { lint: 'failure' }),
      },
      true,
    ],
  ])('%s', (_, given, expected) => {
    const input = { heals, runs: [], jobs: LINTED, base: [], ...given };
    expect(dependsOnBase(judge(input), input)).toBe(expected);
  });
});
