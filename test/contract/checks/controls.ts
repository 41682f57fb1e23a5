import type { GraphQLSchema } from 'graphql';
import type { Delivery } from '../../../src/sandbox/state/model.ts';
import { checkGraphql } from '../descriptions/graphql.ts';
import { isObject, type Json, type JsonObject } from '../descriptions/json.ts';
import type { RestDescription } from '../descriptions/rest.ts';
import type { WebhookDescription } from '../descriptions/webhooks.ts';
import type { Exchange } from '../recording/recorder.ts';
import type { Findings } from '../report.ts';
import { isGraphql } from './coverage.ts';
import { checkExchange } from './rest.ts';
import { checkDelivery } from './webhooks.ts';

export interface ControlSubjects {
  rest: RestDescription;
  webhooks: WebhookDescription;
  graphql: GraphQLSchema;
  exchanges: readonly Exchange[];
  deliveries: readonly Delivery[];
}

type Control = [name: string, findings: Findings];
type Mutation = (value: JsonObject) => void;

/** Faults put into what was recorded, each of which the validators must find: otherwise they prove nothing. */
export function checkControls(subjects: ControlSubjects): Control[] {
  return [...answerControls(subjects), ...requestControls(subjects), ...webhookControls(subjects), ...graphqlControls(subjects)];
}

function answerControls({ rest, exchanges }: ControlSubjects): Control[] {
  const [operation, answer] = exchangeOf(rest, exchanges, 'GET', '/repos/acme/widgets/actions/runs/1');
  const count = (exchange: Exchange) => checkExchange(rest, operation, exchange).length;
  const control = controlsOf(count, answer);
  const body = (change: Mutation) => ({ ...answer, body: changed(answer.body, change) });
  return [
    control('answer without a required field', body(without('head_sha'))),
    control('answer with a wrong type', body(having('id', 'seven'))),
    control('answer with a wrong format', body(having('created_at', 'yesterday'))),
    control('answer with null where a value must be', body(having('repository', null))),
    control('answer with an invented field', body(having('invented', 1))),
    control('answer of a status that is not described', { ...answer, status: 299 }),
    control('answer without rate limit headers', { ...answer, headers: new Headers() }),
  ];
}

function requestControls({ rest, exchanges }: ControlSubjects): Control[] {
  const [operation, request] = exchangeOf(rest, exchanges, 'POST', '/repos/acme/widgets/check-runs');
  const control = controlsOf((exchange) => checkExchange(rest, operation, exchange).length, request);
  const body = (change: Mutation) => ({ ...request, requestBody: changed(request.requestBody, change) });
  return [
    control('request without a required field', body(without('name'))),
    control('request with a wrong type', body(having('status', 1))),
    control('request without its body', { ...request, requestBody: undefined }),
    control('query that is not described', { ...request, url: new URL(`${request.url}?invented=1`) }),
  ];
}

function webhookControls({ webhooks, deliveries }: ControlSubjects): Control[] {
  const delivery = need(deliveries.find((one) => one.event === 'workflow_run' && one.action === 'completed'));
  const control = controlsOf((other) => checkDelivery(webhooks, other).length, delivery);
  const run = (change: Mutation): Delivery => {
    const payload: JsonObject = JSON.parse(delivery.body);
    return { ...delivery, body: JSON.stringify({ ...payload, workflow_run: changed(payload['workflow_run'], change) }) };
  };
  return [
    control('webhook without a required field', run(without('head_sha'))),
    control('webhook with a wrong type', run(having('id', 'seven'))),
    control('webhook with an unknown value', run(having('conclusion', 'so-so'))),
    control('webhook with an invented field', run(having('invented', 1))),
    control('webhook of an event that GitHub lacks', { ...delivery, action: 'finished' }),
    control('webhook without its headers', { ...delivery, requestHeaders: {} }),
  ];
}

interface Spoken {
  request: Json | undefined;
  answer: Json | undefined;
}

function graphqlControls({ graphql, exchanges }: ControlSubjects): Control[] {
  const commit = need(exchanges.find((one) => isGraphql(one) && JSON.stringify(one.body).includes('"oid"')));
  const good: Spoken = { request: commit.requestBody, answer: commit.body };
  const control = controlsOf(({ request, answer }: Spoken) => checkGraphql(graphql, request, answer).length, good);
  const query = isObject(good.request) ? String(good.request['query']) : '';
  const answer = (oid: string): Json => JSON.parse(JSON.stringify(good.answer).replace(/"oid":"[^"]+"/, oid));
  return [
    control('GraphQL operation with an unknown field', { ...good, request: { query: query.replace(/\boid\b/, 'invented') } }),
    control('GraphQL operation with wrong variables', { ...good, request: changed(good.request, having('variables', {})) }),
    control('GraphQL answer without a field', { ...good, answer: answer('"other":"x"') }),
    control('GraphQL answer with an invented field', { ...good, answer: answer('"oid":"x","invented":1') }),
    control('GraphQL answer with null where a value must be', { ...good, answer: answer('"oid":null') }),
    control('GraphQL answer with a wrong type', { ...good, answer: answer('"oid":[]') }),
    control('GraphQL errors without messages', { ...good, answer: { errors: [{}] } }),
  ];
}

/** A control passes when the mutated thing has more wrong with it than the thing as it was recorded. */
function controlsOf<T>(count: (value: T) => number, recorded: T): (name: string, mutated: T) => Control {
  const before = count(recorded);
  return (name, mutated) => [name, count(mutated) > before ? [] : ['was not found to be wrong']];
}

function without(key: string): Mutation {
  return (value) => {
    delete value[key];
  };
}

function having(key: string, other: Json): Mutation {
  return (value) => {
    value[key] = other;
  };
}

/** A copy of the object, changed. */
function changed(value: Json | undefined, change: Mutation): Json {
  const copy: Json = structuredClone(value ?? null);
  if (!isObject(copy)) throw new Error('only objects are changed here');
  change(copy);
  return copy;
}

function exchangeOf(rest: RestDescription, exchanges: readonly Exchange[], method: string, path: string) {
  const operation = need(rest.find(method, path));
  const isSuccess = (one: Exchange) => one.status < 300 && operation.pattern.test(`${one.method} ${one.url.pathname}`);
  return [operation, need(exchanges.find(isSuccess))] as const;
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the recording lacks what a negative control starts from');
  return value;
}
