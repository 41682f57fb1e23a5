import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLinear, type LinearClient } from '../../../src/notify/channels/linear.ts';
import { ticketOf } from '../../../src/notify/message/ticket.ts';
import type { SafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { type LinearFault, type LinearServer, startLinear } from '../../support/notify/linear-server.ts';
import { anIncident, blameOf, localFetch } from './deliveries.ts';
import { NOW } from './notices.ts';

const ID = '5b0e8f1a-6c7d-4e2f-9a3b-1c2d3e4f5a6b';
const SETTINGS = { teamId: '11111111-1111-4111-8111-111111111111', projectId: null, labelIds: [], priority: 2 };
const ticket = (change: Parameters<typeof anIncident>[0] = {}) =>
  ticketOf({ repository: 'octo/shop', incident: anIncident(change), fixes: [], approvalPending: false }, '');
const CLOSED = { status: 'closed' as const, closedAt: NOW, closedReason: 'CI is green again' };

/** Protects that an incident has one issue in Linear, whatever gets lost on the way. */
describe('an issue in Linear', () => {
  let server: LinearServer;
  let safe: SafeFetch;
  let linear: LinearClient;
  const clientWith = (apiKey: string) =>
    createLinear({ safe, apiUrl: server.url, apiKey, now: NOW, signal: new AbortController().signal });

  beforeAll(async () => {
    server = await startLinear();
    safe = localFetch();
    linear = await clientWith('lin_api_of_the_test');
  });
  beforeEach(() => {
    server.issues.clear();
    server.operations.splice(0);
  });
  afterAll(async () => {
    await safe.close();
    await server.close();
  });

  it('is opened, edited when there is news, closed and opened again', async () => {
    expect(await linear.keep(ID, ticket(), SETTINGS)).toContain(ID);
    await linear.keep(ID, ticket({ failures: 4 }), SETTINGS);
    expect(server.issues.get(ID)).toMatchObject({ title: 'octo/shop main: tests failed', stateType: 'unstarted' });
    expect(server.issues.get(ID)?.description).toContain('Failures: 4,');
    await linear.keep(ID, ticket({ ...CLOSED, failures: 4 }), SETTINGS);
    expect(server.issues.get(ID)?.stateType).toBe('completed');
    await linear.keep(ID, ticket(), SETTINGS);
    expect(server.issues.get(ID)?.stateType).toBe('unstarted');
    expect(server.operations.filter((name) => name === 'issueCreate')).toHaveLength(1);
  });

  it('is not written when it says the same', async () => {
    await linear.keep(ID, ticket(), SETTINGS);
    await linear.keep(ID, ticket(), SETTINGS);
    expect(server.operations).not.toContain('issueUpdate');
  });

  it('is found again when the answer to its making was lost', async () => {
    server.loseNextCreation();
    expect(await blameOf(linear.keep(ID, ticket(), SETTINGS))).toBe('UND_ERR_SOCKET again');
    await linear.keep(ID, ticket(), SETTINGS);
    expect(server.issues.size).toBe(1);
  });

  it.each<[LinearFault, string]>([
    ['authentication', 'LINEAR_AUTHENTICATION channel'],
    ['forbidden', 'LINEAR_FORBIDDEN channel'],
    ['rateLimited', 'LINEAR_RATE_LIMITED again 900'],
    ['invalid', 'LINEAR_REFUSED message'],
    ['internal', 'LINEAR_HTTP_500 again'],
    ['notJson', 'LINEAR_HTTP_502 again'],
  ])('where Linear answers %s', async (fault, expected) => {
    server.failWith(fault);
    expect(await blameOf(linear.keep(ID, ticket(), SETTINGS))).toBe(expected);
  });

  it('asks who it is by a test, with the key as it is', async () => {
    expect(await linear.whoAmI()).toBe('Mona');
    expect(await blameOf((await clientWith('wrong')).whoAmI())).toBe('LINEAR_AUTHENTICATION channel');
  });
});
