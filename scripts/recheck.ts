/**
 * `npm run recheck [SECONDS]`: checks with recheck how much work the analyser's regular expressions can be made to do, and
 * writes test/fixtures/recheck.json, which a test reads. Checks those that are new since the last time; with
 * SECONDS also those of which it could not tell when it had less time for each.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expressionsOfDiagnosis, keyOf, VERDICTS_FILE, type Verdict, type Verdicts } from './expressions.ts';

const SAVE_EVERY = 20;
const DEFAULT_SECONDS = 4;

const seconds = Number(process.argv[2] ?? DEFAULT_SECONDS);
const isRepeating = process.argv[2] !== undefined;

const expressions = new Map((await expressionsOfDiagnosis()).map((one) => [keyOf(one), one]));
const known = readVerdicts();
const verdicts: Verdicts = Object.fromEntries(Object.entries(known).filter(([key]) => expressions.has(key)));
const open = [...expressions].filter(([key]) => isOpen(verdicts[key]));
console.log(`${expressions.size} expressions, ${open.length} to check`);

let done = 0;
const next = open.values();
await Promise.all(Array.from({ length: Math.min(availableParallelism(), open.length) }, checkSome));
save();
report();

function isOpen(verdict: Verdict | undefined): boolean {
  return verdict === undefined || (isRepeating && (verdict.seconds ?? Number.POSITIVE_INFINITY) < seconds);
}

/** Checks one after the other in a thread of its own until none is left. */
async function checkSome(): Promise<void> {
  const worker = new Worker(new URL('./recheck-worker.ts', import.meta.url), { workerData: { seconds } });
  try {
    for (const [key, { source, flags }] of next) {
      const answer = Promise.withResolvers<Verdict>();
      worker.once('message', answer.resolve);
      worker.once('error', answer.reject);
      worker.postMessage({ source, flags });
      verdicts[key] = await answer.promise;
      worker.removeListener('error', answer.reject);
      if (++done % SAVE_EVERY === 0) save();
    }
  } finally {
    await worker.terminate();
  }
}

function readVerdicts(): Verdicts {
  try {
    return JSON.parse(readFileSync(VERDICTS_FILE, 'utf8')) as Verdicts;
  } catch {
    return {};
  }
}

/** A line each, in order, so that branches rarely touch the same one. */
function save(): void {
  const lines = Object.keys(verdicts)
    .sort()
    .map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(verdicts[key])}`);
  writeFileSync(VERDICTS_FILE, `{\n${lines.join(',\n')}\n}\n`);
  if (done > 0) console.log(`${done} of ${open.length}`);
}

function report(): void {
  const exponential = [...expressions].filter(([key]) => verdicts[key]?.is === 'exponential').map(([, one]) => one);
  for (const { file, source, flags } of exponential) console.error(`exponential: ${file} /${source}/${flags}`);
  const counts = Object.groupBy(Object.values(verdicts), ({ is }) => is);
  console.log(
    Object.entries(counts)
      .map(([is, list]) => `${list?.length} ${is}`)
      .join(', '),
  );
  process.exitCode = exponential.length === 0 ? 0 : 1;
}
