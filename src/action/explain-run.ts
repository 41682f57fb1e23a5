import { z } from 'zod';
import { createLogAnalyzer } from '../diagnosis/analyzer.ts';
import { readPayload, repositorySchema, runSchema } from '../events/payloads.ts';
import type { Client } from '../github/client.ts';
import { readJobLog } from '../github/logs.ts';
import { readJobs } from '../github/reads.ts';
import { CAUSE_TEXT } from '../github/texts/causes.ts';
import { code, codeBlock, firstLines } from '../github/texts/markdown.ts';
import { diagnosticAnnotations } from '../github/texts/report-annotations.ts';
import type { Job } from '../github/types.ts';
import { diagnosisWithoutLog } from '../healing/failures/missing-log.ts';
import { isRed } from '../healing/failures/red.ts';
import type { Analysis } from '../healing/services.ts';
import { redactedDeep, redactSecrets } from '../secrets.ts';
import { toWorkflowCommand } from './commands.ts';

const schema = z.object({ repository: repositorySchema, workflow_run: runSchema });

const EXCERPT_LINES = 40;
const JOB_TIMEOUT_MS = 120_000;

/** Where an action may write: its log, and the summary of its job. */
export interface ActionOutput {
  log(line: string): void;
  summary(markdown: string): Promise<void>;
}

/**
 * Explains the run that a `workflow_run` event is about: annotations as workflow commands, and the job's summary. Reads
 * with the job's own token, writes nothing to the repository, and needs no server and no database.
 */
export async function explainRun(client: Client, payload: unknown, output: ActionOutput): Promise<void> {
  const { repository, workflow_run: run } = readPayload(schema, payload);
  if (!isRed(run.conclusion)) {
    output.log(`Nothing to explain: ${run.workflowName} ended with ${run.conclusion ?? 'no conclusion'}.`);
    return;
  }
  const at = { client, repository: { owner: repository.owner.login, name: repository.name } };
  const failed = (await readJobs(at, run.id, run.attempt)).filter((job) => isRed(job.conclusion));
  for (const job of failed) {
    const log = await readJobLog(at, job.id, AbortSignal.timeout(JOB_TIMEOUT_MS));
    const analysis = log ? await analyse(log) : diagnosisWithoutLog(job.conclusion);
    for (const annotation of diagnosticAnnotations(analysis.diagnosis)) output.log(toWorkflowCommand(annotation));
    await output.summary(summaryOf(job, analysis, run.url));
  }
}

async function analyse(log: AsyncIterable<Uint8Array>): Promise<Analysis> {
  const analyzer = createLogAnalyzer();
  for await (const chunk of log) analyzer.push(chunk);
  const diagnosis = analyzer.finish();
  const excerptLines = diagnosis.excerpts.map((range) => analyzer.textOf(range));
  const texts = excerptLines.map((lines) => lines.map((line) => line.text).join('\n'));
  return {
    diagnosis: redactedDeep(diagnosis),
    printedDiffs: analyzer.printedDiffs(),
    excerpt: redactSecrets(texts.join('\n…\n')),
    excerptLines: redactedDeep(excerptLines),
  };
}

function summaryOf(job: Job, { diagnosis, excerpt }: Analysis, runUrl: string): string {
  const { category, confidence } = diagnosis.cause;
  return [
    `## ${code(job.name)} failed: ${CAUSE_TEXT[category]}`,
    `Cause ${code(category)} (confidence ${Math.round(confidence * 100)} %) · [run](${runUrl})`,
    codeBlock(firstLines(excerpt, EXCERPT_LINES), 'text'),
    '',
  ].join('\n\n');
}
