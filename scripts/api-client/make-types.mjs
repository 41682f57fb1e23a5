// Lints the API's description and writes the types of its client: node make-types.mjs DESCRIPTION TYPES
// JavaScript, because the root's type check must not need what is installed here.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createConfig, lint } from '@redocly/openapi-core';
import openapiTypes, { astToString } from 'openapi-typescript';

const [description, types] = process.argv.slice(2);
const text = await readFile(description, 'utf8');

const config = await createConfig({ extends: ['recommended-strict'] });
/** Sign-in sends browsers elsewhere, so the only answer of these that is none of an error is a 302. */
const REDIRECTS = /^#\/paths\/~1api~1v1~1auth~1github(?:~1callback)?\/get\/responses$/;
const problems = (await lint({ ref: description, config })).filter(
  ({ ruleId, location }) => ruleId !== 'operation-2xx-response' || !REDIRECTS.test(location[0]?.pointer ?? ''),
);
for (const { ruleId, message, location } of problems) {
  console.error(`${ruleId}: ${message} (${location[0]?.pointer ?? '#/'})`);
}
if (problems.length > 0) {
  console.error(`${problems.length} problems; no types are made of a description with problems`);
  process.exit(1);
}

/** People read the description itself. */
const PROSE = new Set(['description', 'example', 'examples', 'summary']);

/** A property of a schema may have such a name. */
function withoutProse(value, parent) {
  if (Array.isArray(value)) return value.map((one) => withoutProse(one, ''));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => parent === 'properties' || !PROSE.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutProse(inner, key)]));
}

const ast = await openapiTypes(withoutProse(JSON.parse(text), ''), { silent: true, defaultNonNullable: false });
const checksum = createHash('sha256').update(text).digest('hex');
await writeFile(types, `// Made by "npm run generate" of openapi.json, sha256:${checksum}\n${astToString(ast)}`);
