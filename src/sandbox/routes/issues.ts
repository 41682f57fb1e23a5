import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { requireAccess } from '../auth/permissions.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound, validationFailed } from '../http/refusal.ts';
import { causeOf } from '../operations/cause.ts';
import {
  addComment,
  closeIssue,
  createIssue,
  deleteComment,
  editComment,
  findComment,
  labelNamed,
  refuseBadTitle,
  refuseLongBody,
  refuseWhenLocked,
  reopenIssue,
} from '../operations/issues.ts';
import { commentPayload, issuePayload, labelPayload } from '../payloads/issue.ts';
import type { Issue, Repository } from '../state/model.ts';
import { issueOrPull } from '../state/state.ts';
import { tellIssue } from '../webhooks/issues.ts';

/** Comments and labels of pull requests need either permission. Source: …/authentication/permissions-required-for-github-apps */
const READ = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const WRITE = [{ issues: 'write' }, { pull_requests: 'write' }] as const;

/** The issue or pull request of that number; its kind decides which of the two permissions counts. */
function find(repository: Repository, number: string, caller: Caller, level: 'read' | 'write'): Issue {
  const issue = issueOrPull(repository, idParameter(number));
  if (!issue) throw notFound();
  const isPull = repository.pulls.has(issue.number);
  requireAccess(caller, repository, isPull ? [{ pull_requests: level }, { issues: level }] : [{ issues: level }]);
  return issue;
}

const labelNames = z
  .array(z.union([z.string(), z.object({ name: z.string() })]))
  .transform((labels) => labels.map((one) => (typeof one === 'string' ? one : one.name)));

const issueRoutesOnly: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/issues', {
    access: [{ issues: 'read' }],
    source: 'issues/issues#list-repository-issues',
    handle: (call) => {
      const { platform, repository, query } = call;
      const state = query.get('state') ?? 'open';
      const labels = query.get('labels')?.split(',') ?? [];
      const creator = query.get('creator');
      const all = [...repository.issues.values(), ...[...repository.pulls.values()].map((pull) => pull.issue)]
        .filter((issue) => state === 'all' || issue.state === state)
        .filter((issue) => labels.every((name) => issue.labels.some((label) => label.name === name)))
        .filter((issue) => creator === null || issue.user.login === creator)
        .sort((a, b) => b.number - a.number);
      const page = paginate(call, all);
      return { status: 200, body: page.items.map((issue) => issuePayload(platform, repository, issue)), headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/issues', {
    access: [{ issues: 'write' }],
    source: 'issues/issues#create-an-issue',
    body: z.object({
      title: z.union([z.string(), z.number()]),
      body: z.string().nullable().default(null),
      labels: labelNames.default([]),
    }),
    handle: async ({ platform, repository, body, caller }) => {
      const facts = { title: String(body.title), body: body.body, labels: body.labels };
      const issue = await createIssue(platform, repository, facts, causeOf(caller));
      return { status: 201, body: issuePayload(platform, repository, issue) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/issues/{issue_number}', {
    access: READ,
    source: 'issues/issues#get-an-issue',
    handle: ({ platform, repository, params, caller }) => ({
      status: 200,
      body: issuePayload(platform, repository, find(repository, params.issue_number, caller, 'read')),
    }),
  }),
  endpoint('patch', '/repos/{owner}/{repo}/issues/{issue_number}', {
    access: WRITE,
    source: 'issues/issues#update-an-issue',
    body: z.object({
      title: z.string().optional(),
      body: z.string().nullable().optional(),
      state: z.enum(['open', 'closed']).optional(),
      state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullable().optional(),
      labels: labelNames.optional(),
    }),
    handle: async ({ platform, repository, params, body, caller }) => {
      const issue = find(repository, params.issue_number, caller, 'write');
      const cause = causeOf(caller);
      if (body.title !== undefined) refuseBadTitle('Issue', body.title);
      refuseLongBody('Issue', body.body);
      issue.title = body.title ?? issue.title;
      issue.body = body.body === undefined ? issue.body : body.body;
      issue.updatedAt = platform.clock.now();
      if (body.labels) issue.labels = body.labels.map((name) => labelNamed(platform, repository, name));
      const turned = body.state !== undefined && body.state !== issue.state;
      if (turned && body.state === 'closed') closeIssue(platform, issue, cause, body.state_reason ?? 'completed');
      if (turned && body.state === 'open') reopenIssue(platform, issue);
      if (turned && repository.issues.has(issue.number)) {
        await tellIssue(platform, repository, issue, body.state === 'closed' ? 'closed' : 'reopened', cause.actor);
      }
      return { status: 200, body: issuePayload(platform, repository, issue) };
    },
  }),
];

const labelRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/labels', {
    access: READ,
    source: 'issues/labels#list-labels-for-a-repository',
    handle: (call) => {
      const page = paginate(call, [...call.repository.labels.values()]);
      const body = page.items.map((label) => labelPayload(call.platform, call.repository, label));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/labels', {
    access: WRITE,
    source: 'issues/labels#create-a-label',
    body: z.object({
      name: z.string(),
      color: z
        .string()
        .regex(/^[0-9a-fA-F]{6}$/)
        .optional(),
      description: z.string().max(100).optional(),
    }),
    handle: ({ platform, repository, body }) => {
      if (repository.labels.has(body.name.toLowerCase())) {
        throw validationFailed({ resource: 'Label', field: 'name', code: 'already_exists' });
      }
      const label = labelNamed(platform, repository, body.name);
      Object.assign(label, { color: body.color ?? label.color, description: body.description ?? null });
      return { status: 201, body: labelPayload(platform, repository, label) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/issues/{issue_number}/labels', {
    access: READ,
    source: 'issues/labels#list-labels-for-an-issue',
    handle: (call) => {
      const { platform, repository, params, caller } = call;
      const page = paginate(call, find(repository, params.issue_number, caller, 'read').labels);
      return { status: 200, body: page.items.map((label) => labelPayload(platform, repository, label)), headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/issues/{issue_number}/labels', {
    access: WRITE,
    source: 'issues/labels#add-labels-to-an-issue',
    content: false,
    body: z.union([z.object({ labels: labelNames }), labelNames.transform((labels) => ({ labels }))]),
    handle: ({ platform, repository, params, body, caller }) => {
      const issue = find(repository, params.issue_number, caller, 'write');
      const added = body.labels.map((name) => labelNamed(platform, repository, name));
      issue.labels = [...new Set([...issue.labels, ...added])];
      return { status: 200, body: issue.labels.map((label) => labelPayload(platform, repository, label)) };
    },
  }),
  endpoint('delete', '/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
    access: WRITE,
    source: 'issues/labels#remove-a-label-from-an-issue',
    handle: ({ platform, repository, params, caller }) => {
      const issue = find(repository, params.issue_number, caller, 'write');
      const kept = issue.labels.filter((label) => label.name.toLowerCase() !== params.name.toLowerCase());
      if (kept.length === issue.labels.length) throw notFound();
      issue.labels = kept;
      return { status: 200, body: kept.map((label) => labelPayload(platform, repository, label)) };
    },
  }),
];

const commentBody = z.object({ body: z.string() });

const commentRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/issues/{issue_number}/comments', {
    access: READ,
    source: 'issues/comments#list-issue-comments',
    handle: (call) => {
      const { platform, repository, params, caller } = call;
      const issue = find(repository, params.issue_number, caller, 'read');
      const page = paginate(call, issue.comments);
      const body = page.items.map((comment) => commentPayload(platform, repository, issue, comment));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/issues/{issue_number}/comments', {
    access: WRITE,
    source: 'issues/comments#create-an-issue-comment',
    body: commentBody,
    handle: async ({ platform, repository, params, body, caller }) => {
      const issue = find(repository, params.issue_number, caller, 'write');
      refuseWhenLocked(issue, caller.kind === 'person');
      const comment = await addComment(platform, repository, issue, body.body, causeOf(caller));
      return { status: 201, body: commentPayload(platform, repository, issue, comment) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/issues/comments/{comment_id}', {
    access: READ,
    source: 'issues/comments#get-an-issue-comment',
    handle: ({ platform, repository, params }) => {
      const found = findComment(repository, idParameter(params.comment_id));
      if (!found) throw notFound();
      return { status: 200, body: commentPayload(platform, repository, found.issue, found.comment) };
    },
  }),
  endpoint('patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}', {
    access: WRITE,
    source: 'issues/comments#update-an-issue-comment',
    body: commentBody,
    handle: async ({ platform, repository, params, body, caller }) => {
      const found = findComment(repository, idParameter(params.comment_id));
      if (!found) throw notFound();
      await editComment(platform, repository, found, body.body, causeOf(caller));
      return { status: 200, body: commentPayload(platform, repository, found.issue, found.comment) };
    },
  }),
  endpoint('delete', '/repos/{owner}/{repo}/issues/comments/{comment_id}', {
    access: WRITE,
    source: 'issues/comments#delete-an-issue-comment',
    handle: async ({ platform, repository, params, caller }) => {
      const found = findComment(repository, idParameter(params.comment_id));
      if (!found) throw notFound();
      await deleteComment(platform, repository, found, causeOf(caller));
      return { status: 204 };
    },
  }),
];

export const issueRoutes: Endpoint[] = [...issueRoutesOnly, ...labelRoutes, ...commentRoutes];
