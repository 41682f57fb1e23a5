import type { GraphQLSchema } from 'graphql';
import { checkControls } from './checks/controls.ts';
import { checkCoverage, isGraphql } from './checks/coverage.ts';
import { checkDownload } from './checks/downloads.ts';
import { describeProblem, type Problem } from './checks/problem.ts';
import { checkExchange } from './checks/rest.ts';
import { checkDelivery, webhookName } from './checks/webhooks.ts';
import { SchemaCompiler } from './descriptions/compiler.ts';
import { checkGraphql, readGraphqlSchema } from './descriptions/graphql.ts';
import { compareSchemas } from './descriptions/graphql-schemas.ts';
import { isObject, readPackageJson } from './descriptions/json.ts';
import { RestDescription } from './descriptions/rest.ts';
import { WebhookDescription } from './descriptions/webhooks.ts';
import { EXCEPTIONS, ExceptionBook } from './exceptions.ts';
import type { Exchange } from './recording/recorder.ts';
import type { Findings, Report } from './report.ts';
import { recordSession, type Session } from './session/session.ts';
import { WEBHOOKS } from './session/webhooks.ts';

interface Descriptions {
  rest: RestDescription;
  webhooks: WebhookDescription;
  graphql: GraphQLSchema;
}

/** Records a session with the sandbox and holds all of it against GitHub's descriptions. */
export async function checkContract(report: Report): Promise<void> {
  // 1. The descriptions, of which only what is used will be compiled.
  const descriptions = await readDescriptions();
  // 2. A session with the real sandbox and the real Octokit.
  console.log('Recording a session with the sandbox …');
  const session = await recordSession();
  console.log(`Recorded ${session.exchanges.length} requests and ${session.deliveries.length} webhooks.`);
  report.group('Scenes', session.scenes);
  // 3. What was said, one check for each operation, answer status and webhook.
  const book = new ExceptionBook(EXCEPTIONS);
  const exercised = checkRest(report, book, descriptions.rest, session.exchanges);
  report.group('Downloads', session.downloads.map(checkDownload));
  checkWebhooks(report, book, descriptions.webhooks, session);
  checkAllGraphql(report, descriptions.graphql, session);
  // 4. Whether all was said that can be said.
  report.group('Endpoints served', checkCoverage(descriptions.rest, exercised));
  // 5. Whether the checks can fail, and whether what they excuse is still there.
  report.group('Negative controls', checkControls({ ...descriptions, ...session }));
  report.group('Exceptions', checkExceptions(book));
}

async function readDescriptions(): Promise<Descriptions> {
  const rest = await readPackageJson('@octokit/openapi/generated/api.github.com.json');
  const webhooks = await readPackageJson('@octokit/openapi-webhooks/generated/api.github.com.json');
  return {
    rest: new RestDescription(rest, new SchemaCompiler(rest)),
    webhooks: new WebhookDescription(webhooks, new SchemaCompiler(webhooks)),
    graphql: await readGraphqlSchema(),
  };
}

/** @returns the operations that were answered with success */
function checkRest(
  report: Report,
  book: ExceptionBook,
  description: RestDescription,
  exchanges: readonly Exchange[],
): Set<string> {
  const checks = new Checks(book);
  const exercised = new Set<string>();
  for (const exchange of exchanges) {
    const { method, url, status } = exchange;
    if (isGraphql(exchange)) {
      // GraphQL has no description of its own here: its operations are checked one by one below.
      exercised.add(`${method} ${url.pathname}`);
      continue;
    }
    const operation = description.find(method, url.pathname);
    if (!operation) {
      checks.fail(`${method} ${url.pathname}`, 'is not an endpoint of GitHub');
      continue;
    }
    if (status < 400) exercised.add(operation.key);
    checks.add(`${operation.key} → ${status}`, checkExchange(description, operation, exchange));
  }
  report.group('REST requests and answers', checks);
  return exercised;
}

function checkWebhooks(report: Report, book: ExceptionBook, description: WebhookDescription, session: Session): void {
  const checks = new Checks(book);
  for (const name of WEBHOOKS)
    checks.fail(name, ...(session.deliveries.some((one) => webhookName(one) === name) ? [] : ['was never sent']));
  for (const delivery of session.deliveries) {
    const name = webhookName(delivery);
    if (!WEBHOOKS.includes(name)) checks.fail(name, 'is not in the list of webhooks that the session must show');
    checks.add(name, checkDelivery(description, delivery));
  }
  report.group('Webhooks', checks);
}

function checkAllGraphql(report: Report, schema: GraphQLSchema, { exchanges, graphqlSchema }: Session): void {
  const operations = exchanges.filter(isGraphql).map(({ requestBody, body }, index): [string, Findings] => {
    const query = isObject(requestBody) ? String(requestBody['query']) : '';
    return [`${index + 1}: ${query.replace(/\s+/g, ' ').slice(0, 80)}`, checkGraphql(schema, requestBody, body)];
  });
  report.group('GraphQL operations and answers', operations);
  report.group('GraphQL types of the sandbox', compareSchemas(graphqlSchema, schema));
}

function checkExceptions(book: ExceptionBook): [string, Findings][] {
  const unused = book.unused();
  return EXCEPTIONS.map((exception) => {
    const name = `${exception.subject} ${exception.part} ${exception.pointers[0] ?? ''}`;
    return [name, unused.includes(exception) ? ['excuses nothing any more: remove it'] : []];
  });
}

/** Checks by name; what several exchanges have wrong in the same way is told once. */
class Checks implements Iterable<[string, Findings]> {
  private readonly found = new Map<string, Set<string>>();
  private readonly book: ExceptionBook;

  constructor(book: ExceptionBook) {
    this.book = book;
  }

  add(name: string, problems: readonly Problem[]): void {
    this.fail(name, ...problems.filter((problem) => !this.book.excuses(problem)).map(describeProblem));
  }

  fail(name: string, ...findings: string[]): void {
    const known = this.found.get(name) ?? new Set();
    for (const finding of findings) known.add(finding);
    this.found.set(name, known);
  }

  *[Symbol.iterator](): Iterator<[string, Findings]> {
    for (const [name, findings] of this.found) yield [name, [...findings]];
  }
}
