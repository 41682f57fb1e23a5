import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { ApprovalView } from '../../store/approvals/approval-views.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { askAgain } from '../caching.ts';
import type { ApiEnv, BodyMiddleware } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { limitBody } from '../middleware.ts';
import { hourlyLimit } from '../rate-limit.ts';
import {
  approvalDetailsExample,
  approvalDetailsSchema,
  approvalExample,
  approvalPageSchema,
  approvalParams,
  approvalQuery,
  type approvalSchema,
  decisionRequestSchema,
  EXAMPLE_APPROVAL_ID,
} from '../schemas/approval.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { beginOf } from '../schemas/paging.ts';
import type { ApiServices, ApprovalResult } from '../services.ts';

export const listApprovalsRoute = createRoute({
  method: 'get',
  path: '/api/v1/approvals',
  operationId: 'listApprovals',
  tags: ['Approvals'],
  summary: "What waits for a person's word, and what was decided; newest first",
  security: [{ bearer: [] }],
  request: { query: approvalQuery },
  responses: {
    200: {
      description: 'One page of them.',
      content: { 'application/json': { schema: approvalPageSchema, example: { items: [approvalExample], nextCursor: null } } },
    },
    ...errorResponses('/api/v1/approvals', 400, 401, 403, 500, 503),
  },
});

const details = { 'application/json': { schema: approvalDetailsSchema, example: approvalDetailsExample } };

export const readApprovalRoute = createRoute({
  method: 'get',
  path: '/api/v1/approvals/{id}',
  operationId: 'readApproval',
  tags: ['Approvals'],
  summary: 'One approval with its patch',
  security: [{ bearer: [] }],
  request: { params: approvalParams, query: noQuery },
  responses: {
    200: { description: 'The approval.', content: details },
    ...errorResponses(`/api/v1/approvals/${EXAMPLE_APPROVAL_ID}`, 400, 401, 403, 404, 500, 503),
  },
});

const decided = {
  ...approvalDetailsExample,
  decidedAt: '2026-11-20T09:30:00.000Z',
  decidedBy: 'api-key:0123456789ab',
  decidedFrom: 'api',
  decisionReason: 'The version is the one that we test with.',
};

export const approveRoute = decisionRoute('approve', 'approved');
export const rejectRoute = decisionRoute('reject', 'rejected');

function decisionRoute<const V extends 'approve' | 'reject'>(verb: V, state: 'approved' | 'rejected') {
  return createRoute({
    method: 'post',
    path: `/api/v1/approvals/{id}/${verb}`,
    operationId: `${verb}Approval`,
    tags: ['Approvals'],
    summary: verb === 'approve' ? 'Say yes: it is carried out' : 'Say no: it is left alone',
    description:
      'Needs a key with the role approver or admin. Of all who decide at once, one is heard; the same word of the same key twice is one word. Every other word that comes too late is answered 409 and changes nothing.',
    security: [{ bearer: [] }],
    request: {
      params: approvalParams,
      query: noQuery,
      body: { required: true, content: { 'application/json': { schema: decisionRequestSchema } } },
    },
    responses: {
      200: {
        description: `It is ${state}.`,
        content: { 'application/json': { schema: approvalDetailsSchema, example: { ...decided, state } } },
      },
      ...errorResponses(`/api/v1/approvals/${EXAMPLE_APPROVAL_ID}/${verb}`, 400, 401, 403, 404, 409, 413, 415, 429, 500, 503),
    },
  });
}

export function registerApprovals(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'approvals:read'), ...askAgain];
  app.openapi({ ...listApprovalsRoute, middleware }, async (c) => {
    const { cursor, ...query } = c.req.valid('query');
    const { items, next } = await services.approvals.list({ ...query, after: beginOf({ cursor, sort: query.sort }) });
    return c.json({ items: items.map(toApproval), nextCursor: next && encodeCursor(next) }, 200);
  });
  app.openapi({ ...readApprovalRoute, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const approval = await services.approvals.read(id);
    if (!approval) throw approvalNotFound(id);
    return c.json(toDetails(approval), 200);
  });
  registerDecisions(app, services, authenticate);
}

function registerDecisions(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const limit = hourlyLimit('approvals', services.limits.approvalsPerHour, services.limitPool);
  const middleware: BodyMiddleware = [requireScope(authenticate, 'approvals:write'), limitBody];
  const decide = async (
    id: string,
    to: 'approved' | 'rejected',
    caller: { id: string; login: string | null },
    reason: string | undefined,
  ) => {
    await limit(caller.id);
    const result = await services.decideApproval({
      id,
      to,
      requestedBy: caller.id,
      isPerson: caller.login !== null,
      reason: reason ?? null,
    });
    if (result.kind !== 'done') throw refusal(id, result);
    const approval = await services.approvals.read(id);
    if (!approval) throw approvalNotFound(id);
    return toDetails(approval);
  };
  app.openapi({ ...approveRoute, middleware }, async (c) =>
    c.json(await decide(c.req.valid('param').id, 'approved', c.get('caller'), c.req.valid('json').reason), 200),
  );
  app.openapi({ ...rejectRoute, middleware }, async (c) =>
    c.json(await decide(c.req.valid('param').id, 'rejected', c.get('caller'), c.req.valid('json').reason), 200),
  );
}

type Refused = Extract<ApprovalResult, { kind: 'refused' }>;

function refusal(id: string, result: Exclude<ApprovalResult, { kind: 'done' }>): NotFoundError | ConflictError {
  if (result.kind === 'unknown') return approvalNotFound(id);
  if (result.kind === 'not-installed') {
    return new NotFoundError('APP_NOT_INSTALLED', 'Regreen is not installed in the repository of this approval (any more).', {
      details: { id },
    });
  }
  const { state, decidedBy } = result;
  return new ConflictError(CODES[result.why], MESSAGES[result.why], { details: { id, state, decidedBy } });
}

const CODES: Record<Refused['why'], string> = {
  decided: 'APPROVAL_DECIDED',
  expired: 'APPROVAL_EXPIRED',
  'moved-on': 'APPROVAL_OUTDATED',
  ended: 'APPROVAL_ENDED',
  stopped: 'PULL_REQUEST_STOPPED',
  'own-change': 'APPROVAL_OF_OWN_CHANGE',
  'not-permitted': 'APPROVAL_NOT_PERMITTED',
};

const MESSAGES: Record<Refused['why'], string> = {
  decided: 'This was decided before.',
  expired: 'The time to decide this is over.',
  'moved-on': 'The branch has a newer commit; what holds for it is asked again.',
  ended: 'The pull request was merged or closed, or the build is green by now.',
  stopped: 'A person has stopped Regreen on this pull request.',
  'own-change': 'Whoever asked for this may not approve it.',
  'not-permitted': 'That needs write permission in the repository.',
};

function approvalNotFound(id: string): NotFoundError {
  return new NotFoundError('APPROVAL_NOT_FOUND', 'There is no approval of this id.', { details: { id } });
}

function toApproval(one: ApprovalView): z.input<typeof approvalSchema> {
  return {
    id: one.id,
    repository: `${one.owner}/${one.name}`,
    incident: one.incidentId,
    remedy: one.remedy,
    state: one.state,
    branch: one.branch,
    headSha: one.headSha,
    run: one.runId === null || one.runAttempt === null ? null : { id: one.runId, attempt: one.runAttempt },
    patchHash: one.patchHash,
    fixers: one.fixers,
    reason: one.reason,
    askedBy: one.askedBy,
    askedAt: one.askedAt.toISOString(),
    expiresAt: one.expiresAt.toISOString(),
    decidedAt: one.decidedAt?.toISOString() ?? null,
    decidedBy: one.decidedBy,
    decidedFrom: one.decidedFrom,
    decisionReason: one.decisionReason,
  };
}

function toDetails(one: ApprovalView): z.input<typeof approvalDetailsSchema> {
  return { ...toApproval(one), patch: one.patch };
}
