import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Json = Record<string, unknown>;

/** One payload of `@octokit/webhooks-examples`, as GitHub has once sent it. */
export interface Example {
  event: string;
  action: string | null;
  payload: Json;
}

const INDEX = fileURLToPath(new URL('../../node_modules/@octokit/webhooks-examples/api.github.com/index.json', import.meta.url));

let examples: Example[] | undefined;

/** All payloads that were collected from github.com. */
export function allExamples(): Example[] {
  examples ??= (JSON.parse(readFileSync(INDEX, 'utf8')) as { name: string; examples: Json[] }[]).flatMap(
    ({ name, examples: list }) =>
      list.map((payload) => ({
        event: name,
        action: typeof payload['action'] === 'string' ? payload['action'] : null,
        payload,
      })),
  );
  return examples;
}

/** A copy of an example of that event, of that action where there is one; with the action set in any case. */
export function exampleOf(event: string, action: string | null): Json {
  const ofEvent = allExamples().filter((one) => one.event === event);
  const found = ofEvent.find((one) => one.action === action) ?? ofEvent[0];
  if (!found) throw new Error(`there is no example of ${event}`);
  return { ...structuredClone(found.payload), ...(action === null ? {} : { action }) };
}

/** `changes` laid over `base`, objects within objects too; arrays and plain values are replaced. */
export function overlay(base: Json, changes: Json): Json {
  const result: Json = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const below = result[key];
    result[key] = isObject(value) && isObject(below) ? overlay(below, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
