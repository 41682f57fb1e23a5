/** The whole gate before tests, `npm run check`: types, lint with the import rules, format, generated files, written documents. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { documentFaults } from './documents/faults.ts';
import { staleFiles } from './generate.ts';
import { verifyGenerated } from './generated-document.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Written by `npm run bench*` alone: figures that somebody typed are worth nothing. */
const MEASURED = [
  'docs/performance.md',
  'docs/performance-api.md',
  'docs/performance-workers.md',
  'docs/accuracy.md',
  'docs/fixes.md',
];

interface Check {
  name: string;
  /** What is wrong, or `null`. */
  run(): Promise<string | null>;
}

const CHECKS: readonly Check[] = [
  {
    name: 'types',
    run: () =>
      tool('tsc', ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/types.tsbuildinfo']),
  },
  { name: 'lint, import rules and format', run: () => tool('biome', ['check', '--error-on-warnings', '.']) },
  { name: 'generated files', run: checkGenerated },
  { name: 'measured documents', run: checkMeasured },
  { name: 'documents: what they name and show', run: checkDocuments },
];

async function checkGenerated(): Promise<string | null> {
  const stale = await staleFiles();
  return stale.length === 0 ? null : `stale: ${stale.join(', ')}; run "npm run generate"`;
}

async function checkMeasured(): Promise<string | null> {
  for (const path of MEASURED) {
    const text = await readFile(`${root}/${path}`, 'utf8').catch(() => null);
    if (text !== null && !verifyGenerated(text)) return `${path} was edited by hand; run the bench that writes it`;
  }
  return null;
}

async function checkDocuments(): Promise<string | null> {
  const faults = await documentFaults(root);
  return faults.length === 0 ? null : faults.join('\n');
}

function tool(name: string, args: readonly string[]): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const child = spawn(`${root}/node_modules/.bin/${name}`, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.once('error', (error) => resolve(error.message));
  child.once('close', (status) => resolve(status === 0 ? null : output.join('')));
  return promise;
}

let failed = 0;
for (const check of CHECKS) {
  const startedAt = performance.now();
  const fault = await check.run();
  console.log(`${fault === null ? 'ok    ' : 'FAILED'} ${check.name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (fault !== null) {
    console.error(fault);
    failed++;
  }
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
