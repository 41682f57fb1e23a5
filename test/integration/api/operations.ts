import { openApiDocument } from '../../../src/api/openapi.ts';

/** The parts of the document that are read here, with `$ref`s followed. */
interface Described {
  example?: unknown;
  properties?: Record<string, unknown>;
}

const document = openApiDocument();

export function resolve(node: unknown): Described {
  const reference = (node as { $ref?: string } | undefined)?.$ref;
  if (reference === undefined) return (node ?? {}) as Described;
  return (document.components?.schemas?.[reference.split('/').at(-1) ?? ''] ?? {}) as Described;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Every operation of the API's description. */
export const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    return operation ? [{ path, method, operation, id: operation.operationId ?? '' }] : [];
  }),
);
export type Operation = (typeof operations)[number];

/** The request that the document's examples make, or one without what may be left out of the query. */
export function exampleRequest(
  { path, method, operation }: Operation,
  authorization: Record<string, string>,
  query: 'all' | 'required' = 'all',
): { path: string; init: RequestInit } {
  const parameters = new URLSearchParams();
  const cookies: string[] = [];
  let address = path;
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    const example = resolve(parameter.schema).example;
    if (example === undefined) continue;
    if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, String(example));
    else if (parameter.in === 'cookie') cookies.push(`${parameter.name}=${String(example)}`);
    else if (parameter.in === 'query' && (query === 'all' || parameter.required)) parameters.set(parameter.name, String(example));
  }
  const [type, media] =
    operation.requestBody && 'content' in operation.requestBody ? (Object.entries(operation.requestBody.content)[0] ?? []) : [];
  const example = media && resolve(media.schema).example;
  const headers = {
    ...(operation.security?.length ? authorization : {}),
    ...(type ? { 'content-type': type } : {}),
    ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
  };
  const body = type === 'application/json' ? JSON.stringify(example) : (example as string | undefined);
  const init = { method: method.toUpperCase(), headers, redirect: 'manual' as const, ...(type ? { body } : {}) };
  return { path: parameters.size > 0 ? `${address}?${parameters}` : address, init };
}
