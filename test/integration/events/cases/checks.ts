import { expect } from 'vitest';
import { regreenCheck } from '../../../support/world.ts';
import { audited, type EventCase, freshCommit, redStage, rows, type Stage, send } from '../stage.ts';

const OTHER_APP = { id: 15_368_000, slug: 'other-ci' };

/** Checks and statuses, our own and those of other systems. */
export const CHECK_CASES: EventCase[] = [
  {
    event: 'check_run.completed',
    effect: 'a failed check of another app is recorded and shown on the commit',
    check: async (stage) => {
      const sha = await freshCommit(stage);
      await send(stage, 'check_run.completed', {
        check_run: {
          name: 'other / build',
          head_sha: sha,
          conclusion: 'failure',
          app: OTHER_APP,
          completed_at: '2026-11-01T10:00:00Z',
        },
      });
      expect(await externalChecks(stage, sha)).toEqual([{ kind: 'check_run', name: 'other / build', state: 'failure' }]);
      expect(regreenCheck(stage.repository, sha)).toMatchObject({ title: '1 external check failed', conclusion: 'neutral' });
    },
  },
  {
    event: 'check_run.completed',
    effect: 'our own check run and those of GitHub Actions are not external checks',
    check: async (stage) => {
      const sha = await freshCommit(stage);
      const check = { name: 'x', head_sha: sha, conclusion: 'failure', completed_at: '2026-11-01T10:00:00Z' };
      const own = { id: stage.world.sandbox.app.id, slug: stage.world.sandbox.app.slug };
      await send(stage, 'check_run.completed', { check_run: { ...check, app: own } });
      await send(stage, 'check_run.completed', { check_run: { ...check, app: { id: 15_368, slug: 'github-actions' } } });
      expect(await externalChecks(stage, sha)).toEqual([]);
      expect(regreenCheck(stage.repository, sha)).toBeUndefined();
    },
  },
  {
    event: 'check_run.rerequested',
    effect: 'the failed runs of the commit are diagnosed again, from a log read anew',
    check: (stage) =>
      diagnosedAgain(stage, (at, red, app) => send(at, 'check_run.rerequested', { check_run: { head_sha: red, app } })),
  },
  {
    event: 'check_suite.rerequested',
    effect: 'the failed runs of the commit are diagnosed again, from a log read anew',
    check: (stage) =>
      diagnosedAgain(stage, (at, red, app) => send(at, 'check_suite.rerequested', { check_suite: { head_sha: red, app } })),
  },
  {
    event: 'check_run.requested_action',
    effect: 'which button was pressed, by whom and on which commit, is written down',
    check: async (stage) => {
      await send(stage, 'check_run.requested_action', {
        check_run: { head_sha: stage.headSha, app: { id: stage.world.sandbox.app.id } },
        requested_action: { identifier: 'fix' },
      });
      expect(await audited(stage, 'check.button_pressed')).toEqual({
        actor: 'mona',
        subject: `commit:${stage.headSha}`,
        details: { button: 'fix' },
      });
    },
  },
  {
    event: 'check_suite.completed',
    effect: "another app's suite brings the commit's report up to date with the books",
    check: async (stage) => {
      const sha = await freshCommit(stage);
      await rows(
        stage,
        `insert into external_checks (repository_id, head_sha, kind, name, state, updated_at)
         values ($1, $2, 'check_run', 'told without an event', 'failure', now())`,
        [stage.repository.id, sha],
      );
      await send(stage, 'check_suite.completed', { check_suite: { head_sha: sha, conclusion: 'failure', app: OTHER_APP } });
      expect(regreenCheck(stage.repository, sha)?.summary).toContain('told without an event');
    },
  },
  {
    event: 'status',
    effect: 'a failed status is recorded and shown; a later success makes the report green',
    check: async (stage) => {
      const sha = await freshCommit(stage);
      const tell = (state: string, at: string) =>
        send(stage, 'status', { sha, context: 'jenkins', state, description: 'Build #7', target_url: null, updated_at: at });
      await tell('pending', '2026-11-01T10:00:00Z');
      expect(regreenCheck(stage.repository, sha)).toBeUndefined();
      await tell('failure', '2026-11-01T10:01:00Z');
      expect(await externalChecks(stage, sha)).toEqual([{ kind: 'status', name: 'jenkins', state: 'failure' }]);
      expect(regreenCheck(stage.repository, sha)?.summary).toContain('jenkins: failure, Build');
      await tell('success', '2026-11-01T10:02:00Z');
      expect(regreenCheck(stage.repository, sha)?.conclusion).toBe('success');
    },
  },
];

function externalChecks(stage: Stage, sha: string): Promise<Record<string, unknown>[]> {
  return rows(stage, 'select kind, name, state from external_checks where head_sha = $1', [sha]);
}

/** Makes a red run, sends the event about its commit, and looks for the log being read once more. */
async function diagnosedAgain(stage: Stage, ask: (at: Stage, redSha: string, app: object) => Promise<void>): Promise<void> {
  const { world } = stage;
  const { repository, headSha: red } = await redStage(stage);
  const logsRead = () =>
    world.sandbox.state.requests.filter((one) => one.path.includes(`/${repository.name}/`) && one.route.endsWith('/logs')).length;
  expect(logsRead()).toBe(1);
  await ask({ ...stage, repository }, red, { id: world.sandbox.app.id, slug: world.sandbox.app.slug });
  expect(await audited(stage, 'check.rerequested')).toMatchObject({ actor: 'mona', subject: `commit:${red}` });
  expect(logsRead()).toBe(2);
  expect(await rows(stage, 'select failures from incidents where repository_id = $1', [repository.id])).toEqual([
    { failures: 1 },
  ]);
}
