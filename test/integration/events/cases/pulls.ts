import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { PullRequest, ReviewComment } from '../../../../src/sandbox/state/model.ts';
import { audited, type EventCase, freshCommit, freshId, openedIncident, rows, type Stage, send } from '../stage.ts';

/** Pull requests, their reviews, comments with commands, and issues. */
export const PULL_CASES: EventCase[] = [
  ...(['opened', 'reopened', 'synchronize', 'ready_for_review'] as const).map(
    (action): EventCase => ({
      event: `pull_request.${action}`,
      effect: 'the pull request is recorded, and a run of its head that names none is linked to it',
      check: async (stage) => {
        const pull = await pullPayload(stage, 'open');
        const run = await runWithoutPull(stage, pull.head.sha);
        await send(stage, `pull_request.${action}`, { pull_request: pull });
        expect(await pullRow(stage, pull.number)).toEqual({ state: 'open', head_sha: pull.head.sha, base_branch: 'main' });
        expect(await rows(stage, 'select pull_request_number from runs where id = $1', [run])).toEqual([
          { pull_request_number: pull.number },
        ]);
      },
    }),
  ),
  {
    event: 'pull_request.closed',
    effect: 'the pull request is recorded as closed and its incidents end, saying why',
    check: async (stage) => {
      const pull = await pullPayload(stage, 'closed');
      const incident = await openedIncident(stage, { branch: pull.head.ref, pullRequestNumber: pull.number });
      await send(stage, 'pull_request.closed', { pull_request: pull });
      expect(await pullRow(stage, pull.number)).toMatchObject({ state: 'closed' });
      expect(await rows(stage, 'select status, closed_reason from incidents where id = $1', [incident])).toEqual([
        { status: 'closed', closed_reason: `#${pull.number} was closed` },
      ]);
    },
  },
  ...(['submitted', 'edited', 'dismissed'] as const).map(
    (action): EventCase => ({
      event: `pull_request_review.${action}`,
      effect: "a person's word on a fix pull request goes into the audit log; on others it is not ours",
      check: async (stage) => {
        const review = { state: 'APPROVED', user: { login: 'hubot' } };
        const about = (ref: string, number: number) =>
          send(stage, `pull_request_review.${action}`, { review, pull_request: { number, head: { ref } } });
        const [ours, theirs] = [freshId() % 1_000_000, 999_999];
        await about('regreen/ci-1', ours);
        await about('feature', theirs);
        expect(await audited(stage, `review.${action}`)).toEqual({
          actor: 'mona',
          subject: `octo-shop/${stage.repository.name}#${ours}`,
          details: { state: 'approved', reviewer: 'hubot' },
        });
      },
    }),
  ),
  {
    event: 'issue_comment.created',
    effect: 'a command of somebody who may write is written down, gets a reaction and is answered in one comment',
    check: async (stage) => {
      const pull = await realPull(stage);
      const comment = await stage.world.sandbox.people.comment(
        stage.repository,
        pull.issue,
        stage.world.mona,
        '/regreen explain',
      );
      await stage.world.settled();
      expect(await audited(stage, 'command.given')).toMatchObject({
        actor: 'mona',
        details: { command: 'explain', known: true, from: `comment:${comment.id}` },
      });
      expect(comment.reactions.map((one) => one.content)).toEqual(['eyes']);
      expect(pull.issue.comments.slice(1).map((one) => one.body)).toEqual([
        expect.stringContaining('Nothing that Regreen knows of is red'),
      ]);
    },
  },
  {
    event: 'issue_comment.created',
    effect: 'a command of somebody who may not write, and one that does not exist, are answered with confusion',
    check: async (stage) => {
      const pull = await realPull(stage);
      const { people } = stage.world.sandbox;
      const stranger = people.createAccount(`stranger-${freshId()}`);
      const refused = await people.comment(stage.repository, pull.issue, stranger, '/regreen retry');
      const unknown = await people.comment(stage.repository, pull.issue, stage.world.mona, '/regreen dance');
      await stage.world.settled();
      expect([refused, unknown].map((one) => one.reactions.map(({ content }) => content))).toEqual([['confused'], ['confused']]);
    },
  },
  {
    event: 'pull_request_review_comment.created',
    effect: 'a command in a review thread is written down and gets a reaction',
    check: async (stage) => {
      const pull = await realPull(stage);
      const comment = await reviewComment(stage, pull, '/regreen explain');
      await stage.world.settled();
      expect(await audited(stage, 'command.given')).toMatchObject({
        subject: `octo-shop/${stage.repository.name}#${pull.issue.number}`,
      });
      expect(comment.reactions.map((one) => one.content)).toEqual(['eyes']);
    },
  },
  {
    event: 'issues.closed',
    effect: 'closing an issue that Regreen keeps for an incident is written down and ends the incident',
    check: async (stage) => {
      const incident = await openedIncident(stage);
      await send(stage, 'issues.closed', { issue: { number: 77, body: `Flaky.\n<!-- regreen:incident=${incident} -->` } });
      expect(await audited(stage, 'issue.closed')).toMatchObject({ subject: `incident:${incident}`, details: { issue: 77 } });
      expect(await rows(stage, 'select status, closed_reason from incidents where id = $1', [incident])).toEqual([
        { status: 'closed', closed_reason: 'mona closed #77' },
      ]);
    },
  },
  {
    event: 'issues.reopened',
    effect: 'opening it again is written down; an issue that names no incident of ours is not',
    check: async (stage) => {
      const incident = await openedIncident(stage);
      await send(stage, 'issues.reopened', { issue: { number: 78, body: `<!-- regreen:incident=${incident} -->` } });
      await send(stage, 'issues.reopened', { issue: { number: 79, body: `<!-- regreen:incident=${randomUUID()} -->` } });
      expect(await audited(stage, 'issue.reopened')).toMatchObject({ subject: `incident:${incident}`, details: { issue: 78 } });
      expect(await rows(stage, 'select status from incidents where id = $1', [incident])).toEqual([{ status: 'open' }]);
    },
  },
];

async function pullPayload(stage: Stage, state: 'open' | 'closed') {
  const number = freshId() % 1_000_000;
  const repo = { full_name: `octo-shop/${stage.repository.name}` };
  return {
    number,
    state,
    merged: false,
    merged_at: null,
    head: { sha: await freshCommit(stage), ref: `topic-${number}`, repo },
    base: { ref: 'main', repo },
    updated_at: '2026-11-01T10:00:00Z',
  };
}

async function runWithoutPull(stage: Stage, headSha: string): Promise<number> {
  const id = freshId();
  await send(stage, 'workflow_run.requested', {
    workflow_run: { id, head_sha: headSha, event: 'pull_request', status: 'queued', conclusion: null, pull_requests: [] },
  });
  return id;
}

async function pullRow(stage: Stage, number: number): Promise<Record<string, unknown> | undefined> {
  const text = 'select state, head_sha, base_branch from pull_requests where repository_id = $1 and number = $2';
  return (await rows(stage, text, [stage.repository.id, number]))[0];
}

async function realPull({ world, repository }: Stage): Promise<PullRequest> {
  const branch = `topic-${freshId()}`;
  await world.sandbox.people.push({ repository, branch, actor: world.mona, files: { 'README.md': `${branch}\n` } });
  return world.sandbox.people.openPullRequest({ repository, actor: world.mona, head: branch });
}

/** Writes a comment in a review thread, over GitHub's API as a person. */
async function reviewComment({ world, repository }: Stage, pull: PullRequest, body: string): Promise<ReviewComment> {
  const address = `${world.sandbox.apiUrl}/repos/octo-shop/${repository.name}/pulls/${pull.issue.number}/comments`;
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.sandbox.people.createToken(world.mona)}` },
    body: JSON.stringify({ body, commit_id: pull.head.sha, path: 'README.md', line: 1, side: 'RIGHT' }),
  });
  expect(answer.status).toBe(201);
  const made = pull.reviewComments.at(-1);
  if (!made) throw new Error('GitHub has no review comment');
  return made;
}
