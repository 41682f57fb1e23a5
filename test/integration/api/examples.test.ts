import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdKeySchema, keyListSchema, keySchema, revokedTokenSchema, tokenSchema } from '../../../src/api/schemas/access.ts';
import { agentUsageSchema } from '../../../src/api/schemas/agent.ts';
import {
  approvalDetailsExample,
  approvalDetailsSchema,
  approvalExample,
  approvalPageSchema,
} from '../../../src/api/schemas/approval.ts';
import { auditPageSchema } from '../../../src/api/schemas/audit.ts';
import { buildDetailsSchema, buildPageSchema } from '../../../src/api/schemas/build.ts';
import { orderResponseSchema, rollbackPageSchema } from '../../../src/api/schemas/build-orders.ts';
import { deploymentPageSchema } from '../../../src/api/schemas/deployment.ts';
import { errorSchema } from '../../../src/api/schemas/error.ts';
import * as figures from '../../../src/api/schemas/figures.ts';
import { aboutSchema, healthSchema, livenessSchema, pingSchema, readinessSchema } from '../../../src/api/schemas/health.ts';
import { incidentDetailsSchema, incidentPageSchema } from '../../../src/api/schemas/incident.ts';
import { incidentDetailsExample, incidentPageExample } from '../../../src/api/schemas/incident-examples.ts';
import { ticketSchema } from '../../../src/api/schemas/live.ts';
import { parsedJobLogSchema } from '../../../src/api/schemas/log.ts';
import * as notifications from '../../../src/api/schemas/notification.ts';
import * as outside from '../../../src/api/schemas/outside.ts';
import * as pipeline from '../../../src/api/schemas/pipeline.ts';
import * as repositories from '../../../src/api/schemas/repository.ts';
import { sessionSchema } from '../../../src/api/schemas/session.ts';
import * as tasks from '../../../src/api/schemas/task.ts';
import { parsedLogSchema, triggerResponseSchema } from '../../../src/api/schemas/trigger.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { exampleRequest, operations, resolve } from './operations.ts';
import {
  insertExampleApproval,
  insertExampleIncident,
  insertExampleKey,
  insertExampleOutside,
  replaceExampleNotifications,
} from './rows.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

/** The schema of each operation's success, by operationId; a new operation without one fails the test. */
const SUCCESS: Record<string, { status: number; schema: z.ZodType }> = {
  about: { status: 200, schema: aboutSchema },
  ping: { status: 200, schema: pingSchema },
  health: { status: 200, schema: healthSchema },
  liveness: { status: 200, schema: livenessSchema },
  readiness: { status: 200, schema: readinessSchema },
  metrics: { status: 200, schema: z.string().startsWith('# HELP') },
  triggerDiagnosis: { status: 202, schema: triggerResponseSchema },
  listIncidents: { status: 200, schema: incidentPageSchema },
  diagnoseLog: { status: 200, schema: parsedLogSchema },
  diagnoseIncident: { status: 202, schema: outside.diagnosisOrderSchema },
  fixIncident: { status: 202, schema: outside.fixOrderSchema },
  reportIncident: { status: 200, schema: outside.reportResponseSchema },
  listOutsideIncidents: { status: 200, schema: outside.outsidePageSchema },
  readOutsideIncident: { status: 200, schema: outside.outsideSchema },
  readIncident: { status: 200, schema: incidentDetailsSchema },
  agentUsage: { status: 200, schema: agentUsageSchema },
  listApprovals: { status: 200, schema: approvalPageSchema },
  readApproval: { status: 200, schema: approvalDetailsSchema },
  approveApproval: { status: 200, schema: approvalDetailsSchema },
  rejectApproval: { status: 200, schema: approvalDetailsSchema },
  listBuilds: { status: 200, schema: buildPageSchema },
  listDeployments: { status: 200, schema: deploymentPageSchema },
  readBuild: { status: 200, schema: buildDetailsSchema },
  pipelineOverview: { status: 200, schema: pipeline.pipelineOverviewSchema },
  pipelineStatus: { status: 200, schema: pipeline.pipelineStatusSchema },
  pipelineMetrics: { status: 200, schema: pipeline.pipelineMetricsSchema },
  pipelineRecent: { status: 200, schema: pipeline.pipelineRecentSchema },
  analyticsOverview: { status: 200, schema: figures.overviewSchema },
  analyticsTrends: { status: 200, schema: figures.trendsSchema },
  analyticsPerformance: { status: 200, schema: figures.performanceSchema },
  analyticsRecovery: { status: 200, schema: figures.recoverySchema },
  analyticsFailures: { status: 200, schema: figures.failuresSchema },
  analyticsFlaky: { status: 200, schema: figures.flakySchema },
  listRollbacks: { status: 200, schema: rollbackPageSchema },
  rerunBuild: { status: 202, schema: orderResponseSchema },
  cancelBuild: { status: 202, schema: orderResponseSchema },
  downloadLogs: { status: 200, schema: z.string() },
  readJobLog: { status: 200, schema: z.string() },
  readParsedLog: { status: 200, schema: parsedJobLogSchema },
  listInstallations: { status: 200, schema: repositories.installationPageSchema },
  listRepositories: { status: 200, schema: repositories.repositoryPageSchema },
  readRepository: { status: 200, schema: repositories.repositorySchema },
  readConfiguration: { status: 200, schema: repositories.configurationSchema },
  listTasks: { status: 200, schema: tasks.taskPageSchema },
  readTask: { status: 200, schema: tasks.taskSchema },
  retryTask: { status: 202, schema: tasks.taskOrderSchema },
  cancelTask: { status: 200, schema: tasks.taskOrderSchema },
  listQueues: { status: 200, schema: tasks.queuesSchema },
  listDeadLetters: { status: 200, schema: tasks.deadLetterPageSchema },
  redriveDeadLetters: { status: 200, schema: tasks.redriveResponseSchema },
  redriveDeadLetter: { status: 202, schema: tasks.taskOrderSchema },
  listNotificationChannels: { status: 200, schema: notifications.channelListSchema },
  addNotificationChannel: { status: 201, schema: notifications.channelSchema },
  readNotificationChannel: { status: 200, schema: notifications.channelSchema },
  changeNotificationChannel: { status: 200, schema: notifications.channelSchema },
  removeNotificationChannel: { status: 204, schema: z.literal('') },
  testNotificationChannel: { status: 200, schema: notifications.testResultSchema },
  resumeNotificationChannel: { status: 200, schema: notifications.channelSchema },
  listNotificationRules: { status: 200, schema: notifications.ruleListSchema },
  addNotificationRule: { status: 201, schema: notifications.ruleSchema },
  readNotificationRule: { status: 200, schema: notifications.ruleSchema },
  replaceNotificationRule: { status: 200, schema: notifications.ruleSchema },
  removeNotificationRule: { status: 204, schema: z.literal('') },
  readNotificationSettings: { status: 200, schema: notifications.settingsSchema },
  saveNotificationSettings: { status: 200, schema: notifications.settingsSchema },
  listNotifications: { status: 200, schema: notifications.historySchema },
  retryNotification: { status: 202, schema: notifications.queuedSchema },
  sendToSlack: { status: 202, schema: notifications.queuedSchema },
  listAudit: { status: 200, schema: auditPageSchema },
  createLiveTicket: { status: 201, schema: ticketSchema },
  listKeys: { status: 200, schema: keyListSchema },
  createKey: { status: 201, schema: createdKeySchema },
  revokeKey: { status: 200, schema: keySchema },
  issueToken: { status: 201, schema: tokenSchema },
  revokeToken: { status: 200, schema: revokedTokenSchema },
  beginSignIn: { status: 302, schema: z.literal('') },
  completeSignIn: { status: 302, schema: z.literal('') },
  readSession: { status: 200, schema: sessionSchema },
  endSession: { status: 204, schema: z.literal('') },
  compareWorkflows: { status: 200, schema: figures.comparisonSchema },
};

let test: TestDatabase;
let api: RunningApi;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test.database);
  await insertExampleIncident(test.database);
  await insertExampleApproval(test.database);
  await insertExampleKey(test.database);
  await insertExampleOutside(test.database);
});

afterAll(async () => {
  await api.close();
  await test.drop();
});

describe.each(operations)('the examples of $method $path', (one) => {
  beforeAll(() => replaceExampleNotifications(test.database));

  it('make a request that is answered as described', async () => {
    const { path, init } = exampleRequest(one, AUTHORIZED);
    const response = await fetch(`${api.origin}${path}`, init);
    const text = await response.text();
    const wanted = SUCCESS[one.id];

    expect(response.status, text).toBe(wanted?.status);
    const answer: unknown = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
    // What the schema does not know would be stripped, so equality says that everything is described.
    expect(wanted?.schema.parse(answer)).toEqual(answer);
  });

  it('are answers of the form that they stand beside', () => {
    const answers = Object.entries(one.operation.responses ?? {}).flatMap(([status, response]) => {
      const media = (response as { content?: Record<string, { example?: unknown; schema?: unknown }> }).content?.[
        'application/json'
      ];
      return media ? [{ status: Number(status), example: media.example ?? resolve(media.schema).example }] : [];
    });

    for (const { status, example } of answers) {
      const isError = status >= 400 && !(status === 503 && ['health', 'readiness'].includes(one.id));
      const schema = isError ? errorSchema : SUCCESS[one.id]?.schema;
      expect(schema?.parse(example), `${one.id} ${status}`).toEqual(example);
    }
  });
});

describe('the example incident', () => {
  it('is what the API answers for its rows, to the letter', async () => {
    const get = async (path: string) => (await fetch(`${api.origin}${path}`, { headers: AUTHORIZED })).json();

    expect(await get('/api/v1/incidents')).toEqual(incidentPageExample);
    expect(await get(`/api/v1/incidents/${incidentDetailsExample.id}`)).toEqual(incidentDetailsExample);
  });
});

describe('the example approval', () => {
  it('is what the API answers for its row, to the letter', async () => {
    const get = async (path: string) => (await fetch(`${api.origin}${path}`, { headers: AUTHORIZED })).json();

    expect(await get('/api/v1/approvals')).toEqual({ items: [approvalExample], nextCursor: null });
    expect(await get(`/api/v1/approvals/${approvalExample.id}`)).toEqual(approvalDetailsExample);
  });
});
