/** Writes the files that are made from the code: `npm run generate`. With --check it only says which are stale. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openApiDocument } from '../src/api/openapi.ts';
import { environmentSchema } from '../src/config/environment.ts';
import { repositoryConfigJsonSchema } from '../src/config/repository-config.ts';
import { doctorReportSchema } from '../src/doctor/report.ts';
import { areClientTypesFresh, CLIENT_TYPES, makeClientTypes } from './api-client-types.ts';
import { commandsDocument } from './commands-document.ts';
import { configurationDocument } from './configuration-document.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const FILES: Record<string, () => string> = {
  'schema/regreen.json': () => `${JSON.stringify(repositoryConfigJsonSchema(), null, 2)}\n`,
  'schema/openapi.json': () => `${JSON.stringify(openApiDocument(), null, 2)}\n`,
  'schema/doctor.schema.json': () => `${JSON.stringify(z.toJSONSchema(doctorReportSchema), null, 2)}\n`,
  '.env.example': environmentExample,
  'docs/configuration.md': configurationDocument,
  'docs/commands.md': commandsDocument,
};

/** Names of generated files whose content on disk is not what the code says now. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, content] of Object.entries(FILES)) {
    const found = await readFile(`${root}/${path}`, 'utf8').catch(() => null);
    if (found !== content()) stale.push(path);
  }
  if (!(await areClientTypesFresh())) stale.push(CLIENT_TYPES);
  return stale;
}

async function generate(): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    await writeFile(`${root}/${path}`, content());
    console.log(`wrote ${path}`);
  }
  if (await areClientTypesFresh()) return;
  await makeClientTypes();
  console.log(`wrote ${CLIENT_TYPES}`);
}

/** Required variables stand open; the others show their default as a comment. */
function environmentExample(): string {
  const sections = Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const parsed = schema.safeParse(undefined);
    const line = parsed.success ? `# ${name}=${defaultText(parsed.data)}` : `${name}=`;
    return `# ${schema.description ?? ''}\n${line}\n`;
  });
  return ['# Made by "npm run generate" from src/config/environment.ts. Copy it to .env.\n', ...sections].join('\n');
}

function defaultText(value: unknown): string {
  if (value instanceof Set) return [...value].join(',');
  return value === undefined || Array.isArray(value) ? '' : String(value);
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) await generate();
  const stale = await staleFiles();
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}; run "npm run generate" and commit what it writes`);
    process.exitCode = 1;
  }
}
