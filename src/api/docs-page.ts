import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './openapi.ts';

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Json;
}

interface Operation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, Media> };
  responses?: Record<string, { description?: string; content?: Record<string, Media> }>;
}

interface Media {
  schema?: Json;
  example?: unknown;
}

interface Described {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Json> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
code, pre { font: 0.875rem/1.45 ui-monospace, monospace }
pre { overflow: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 4px }
nav ul { columns: 18rem; padding: 0; list-style: none }
section { border-top: 1px solid #8886; margin-top: 2rem }
h3 code { font-size: 1rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #8883 }
td:first-child { white-space: nowrap }
`;

/** The only thing beside text that the page has: nothing is loaded, and nothing runs. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The API's description as one page that needs no network and no script. */
export function docsPage(document: OpenApiDocument): string {
  const described = JSON.parse(JSON.stringify(document)) as Described;
  const { title, version, description = '' } = described.info;
  const operations = Object.entries(described.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (item[method] ? [{ path, method, operation: item[method] }] : [])),
  );
  const tags = (described.tags ?? []).map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags?.includes(tag.name)),
  }));
  const links = tags.map(
    ({ name, operations: own }) =>
      `<h2>${escaped(name)}</h2><ul>${own.map(({ operation }) => `<li><a href="#${idOf(operation)}">${escaped(operation.summary)}</a>`).join('')}</ul>`,
  );
  const sections = tags.map(
    ({ name, description: about, operations: own }) =>
      `<section><h2>${escaped(name)}</h2><p>${escaped(about)}</p>${own.map(showOperation).join('')}</section>`,
  );
  const schemas = Object.entries(described.components?.schemas ?? {}).map(showSchema);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} API</title>
<style>${STYLE}</style></head><body>
<h1>${escaped(title)} API <small>${escaped(version)}</small></h1>
${escaped(description)
  .split('\n\n')
  .map((paragraph) => `<p>${paragraph}</p>`)
  .join('')}
<p>The same for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<nav>${links.join('')}</nav>
${sections.join('')}
<section><h2>Schemas</h2>${schemas.join('')}</section>
</body></html>
`;
}

function showOperation({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary, description, parameters = [], requestBody, responses = {} } = operation;
  return [
    `<h3 id="${idOf(operation)}"><code>${method.toUpperCase()} ${escaped(path)}</code></h3><p><strong>${escaped(summary)}</strong></p>`,
    description ? `<p>${escaped(description)}</p>` : '',
    parameters.length === 0 ? '' : table(parameters.map(showParameter)),
    ...Object.entries(requestBody?.content ?? {}).map(([type, media]) => `<p>Body</p>${showMedia(type, media)}`),
    ...Object.entries(responses).map(([status, { description: what, content = {} }]) => {
      const media = Object.entries(content).map(([type, one]) => showMedia(type, one));
      return `<details><summary>${escaped(status)} ${escaped(what)}</summary>${media.join('')}</details>`;
    }),
  ].join('');
}

function showParameter({ name, in: place, required, description, schema = {} }: Parameter): string[] {
  const about = [description ?? schema['description'], schema['default'] === undefined ? '' : `Default: ${schema['default']}.`];
  return [
    `<code>${escaped(name)}</code>`,
    `${escaped(place)}${required ? ', required' : ''}`,
    typeOf(schema),
    escaped(about.join(' ')),
  ];
}

function showMedia(type: string, { schema = {}, example }: Media): string {
  const shown = example === undefined ? '' : `<pre>${escaped(JSON.stringify(example, null, 2))}</pre>`;
  return `<p><code>${escaped(type)}</code> ${typeOf(schema)}</p>${shown}`;
}

function showSchema([name, schema]: [string, Json]): string {
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const properties = Object.entries((schema['properties'] as Record<string, Json> | undefined) ?? {});
  const rows = properties.map(([key, one]) => [
    `<code>${escaped(key)}</code>`,
    required.has(key) ? '' : 'optional',
    typeOf(one),
    escaped(one['description']),
  ]);
  const example = schema['example'] === undefined ? '' : `<pre>${escaped(JSON.stringify(schema['example'], null, 2))}</pre>`;
  const about = schema['description'] ? `<p>${escaped(schema['description'])}</p>` : '';
  return `<h3 id="schema-${escaped(name)}">${escaped(name)}</h3>${about}${rows.length > 0 ? table(rows) : `<p>${typeOf(schema)}</p>`}${example}`;
}

/** What a value may be, with links to the schemas that are named. */
function typeOf(schema: Json): string {
  const { $ref, anyOf, oneOf, allOf, type, items, properties } = schema as Json & {
    items?: Json;
    properties?: Record<string, Json>;
  };
  const values = schema['enum'] as unknown[] | undefined;
  if (typeof $ref === 'string') {
    const name = escaped($ref.split('/').at(-1));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const several = (anyOf ?? oneOf ?? allOf) as Json[] | undefined;
  if (several) return several.map(typeOf).join(allOf ? ' and ' : ' or ');
  if (values) return values.map((one) => `<code>${escaped(JSON.stringify(one))}</code>`).join(' ');
  if (items) return `list of ${typeOf(items)}`;
  if (properties) {
    const inner = Object.entries(properties).map(([key, one]) => [
      `<code>${escaped(key)}</code>`,
      typeOf(one),
      escaped(one['description']),
    ]);
    return table(inner);
  }
  return escaped([type ?? 'any value'].flat().join(' or '));
}

function table(rows: readonly (readonly string[])[]): string {
  return `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`;
}

function idOf({ operationId }: Operation): string {
  return escaped(operationId);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: unknown): string {
  return String(text ?? '').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
