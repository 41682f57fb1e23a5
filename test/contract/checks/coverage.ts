import { endpoints } from '../../../src/sandbox/routes/index.ts';
import type { RestDescription } from '../descriptions/rest.ts';
import type { Exchange } from '../recording/recorder.ts';
import type { Findings } from '../report.ts';

const GRAPHQL = 'POST /graphql';

export function isGraphql(exchange: Exchange): boolean {
  return `${exchange.method} ${exchange.url.pathname}` === GRAPHQL;
}

/**
 * Each endpoint that the sandbox serves, by its own list, must be one of GitHub's, and the session must have had a
 * success from it.
 * @param exercised the operations that were answered with success
 */
export function checkCoverage(description: RestDescription, exercised: ReadonlySet<string>): [string, Findings][] {
  return endpoints.map(({ method, path }) => {
    const key = `${method.toUpperCase()} ${path}`;
    if (key !== GRAPHQL && !description.has(key)) return [key, ['is served, but GitHub has no such endpoint']];
    return [key, exercised.has(key) ? [] : ['is served, but was never exercised with success']];
  });
}
