import type { ExcerptLine } from '../../diagnosis/analyzer.ts';
import type { Diagnosis, LineRange } from '../../diagnosis/types.ts';
import { readJobLog } from '../../github/logs.ts';
import { answered } from '../../github/refusals.ts';
import type { Job } from '../../github/types.ts';
import { readRepositoryMatchers } from '../repository-matchers.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { runTarget } from './known-places.ts';
import { jobOfRun, logNotFound } from './read-logs.ts';

/** A place in a log, for people: the line, and GitHub's page of it. */
interface Anchored {
  url: string | null;
}

/** What a log says, with where on GitHub each thing can be seen. */
export interface ParsedLog extends Omit<Diagnosis, 'excerpts' | 'failedSteps' | 'diagnostics'> {
  failedSteps: (Diagnosis['failedSteps'][number] & { number: number | null } & Anchored)[];
  excerpts: (LineRange & { score: number; lines: (ExcerptLine & Anchored)[] })[];
  diagnostics: (Diagnosis['diagnostics'][number] & Anchored)[];
}

/** Reads the log of a job anew, whatever its end was. @throws RegreenError that says why it can't be */
export async function parseJobLog(
  services: Services,
  { runId, jobId, signal }: { runId: number; jobId: number; signal: AbortSignal },
): Promise<{ job: Job; log: ParsedLog }> {
  const { target, run } = await runTarget(services, runId);
  const job = await jobOfRun(target.at, runId, jobId);
  const { config } = await answered(readPolicy(target));
  const { matchers } = await answered(readRepositoryMatchers(target, config, target.repository.defaultBranch));
  const log = await answered(readJobLog(target.at, jobId, signal));
  if (log === null) throw logNotFound(jobId);
  const { diagnosis, excerptLines } = await services.analyse(log, signal, matchers);
  return { job, log: anchored(diagnosis, excerptLines, { page: `${run.url}/job/${jobId}`, job }) };
}

/** Reads a log that somebody has sent; there is no page of it. */
export async function parseUploadedLog(
  services: Services,
  { log, signal }: { log: AsyncIterable<Uint8Array>; signal: AbortSignal },
): Promise<ParsedLog> {
  const { diagnosis, excerptLines } = await services.analyse(log, signal, []);
  return anchored(diagnosis, excerptLines, null);
}

function anchored(
  diagnosis: Diagnosis,
  excerptLines: readonly (readonly ExcerptLine[])[],
  on: { page: string; job: Job } | null,
): ParsedLog {
  const steps = diagnosis.failedSteps.map((step) => ({ ...step, number: on ? numberOf(on.job, step.name) : null }));
  // GitHub's page counts the lines of each step from 1.
  const urlOf = (line: number): string | null => {
    const step = steps.find((one) => one.startLine <= line && line <= one.endLine);
    if (!on) return null;
    return step?.number ? `${on.page}#step:${step.number}:${line - step.startLine + 1}` : on.page;
  };
  return {
    ...diagnosis,
    failedSteps: steps.map((step) => ({ ...step, url: on && urlOf(step.startLine) })),
    excerpts: diagnosis.excerpts.map((excerpt, index) => ({
      ...excerpt,
      lines: (excerptLines[index] ?? []).map((line) => ({ ...line, url: urlOf(line.line) })),
    })),
    diagnostics: diagnosis.diagnostics.map((one) => ({ ...one, url: urlOf(one.logLine) })),
  };
}

/** The log says `Run npm test`, GitHub's list of steps too unless the step has a name; then the one that failed is meant. */
function numberOf({ steps }: Job, name: string): number | null {
  const named = steps.find((step) => step.name === name || step.name === `Run ${name}`);
  const failed = steps.filter((step) => step.conclusion === 'failure');
  return (named ?? (failed.length === 1 ? failed[0] : undefined))?.number ?? null;
}
