import { z } from 'zod';
import { noteLateOutcomes, type OutcomeServices } from '../healing/failures/note-outcomes.ts';
import type { Services } from '../healing/services.ts';
import { currentReceipt } from '../queue/receipt.ts';
import { type JobWord, saveJobs } from '../store/books/jobs.ts';
import type { ReceivedDelivery } from '../store/deliveries/deliveries.ts';
import { saveRepositories, type ToldRepository } from '../store/repositories/repositories.ts';
import { type RepositoryEvent, readEvent } from './handler.ts';
import { jobSchema, readPayload } from './payloads.ts';

const schema = z.object({ workflow_job: jobSchema });

/**
 * queued, waiting, in_progress, completed: the job is recorded; `queued` and `in_progress` with the time of receipt, the
 * only honest beginning and end of the wait.
 */
export async function onWorkflowJob(services: Services, event: RepositoryEvent): Promise<void> {
  await writeWords(services, [wordOf(event, event.repository.id, currentReceipt() ?? services.now())]);
}

/**
 * The same for many deliveries of this event at once: hardly anybody but the books hears of them, and they are most of what GitHub
 * sends.
 * @returns the GUIDs of those that were written; what can't be read is left to its own way, which says why
 */
export async function recordJobs(services: OutcomeServices, deliveries: readonly ReceivedDelivery[]): Promise<string[]> {
  const told = deliveries.flatMap((delivery) => readJobEvent(delivery) ?? []);
  await saveRepositories(
    services.database,
    told.map(({ repository }) => repository),
  );
  await writeWords(
    services,
    told.map(({ word }) => word),
  );
  return told.map(({ guid }) => guid);
}

async function writeWords(services: OutcomeServices, words: readonly JobWord[]): Promise<void> {
  await saveJobs(services.database, words);
  const green = words.filter(({ job }) => job.conclusion === 'success').map(({ job }) => job.id);
  await noteLateOutcomes(services, green);
}

function readJobEvent({ guid, event: name, body, receivedAt }: ReceivedDelivery): {
  guid: string;
  repository: ToldRepository;
  word: JobWord;
} | null {
  try {
    const { event, repository } = readEvent({ name, payload: JSON.parse(body.toString('utf8')) });
    if (!repository || !HEARD.has(event.action ?? '')) return null;
    return { guid, repository, word: wordOf(event, repository.known.id, receivedAt) };
  } catch {
    return null;
  }
}

/** Others, which GitHub may add, are not known to mean the same. */
const HEARD: ReadonlySet<string> = new Set(['queued', 'waiting', 'in_progress', 'completed']);

function wordOf({ action, payload }: Pick<RepositoryEvent, 'action' | 'payload'>, repositoryId: number, at: Date): JobWord {
  const { workflow_job: job } = readPayload(schema, payload);
  const heard = action === 'queued' ? { queuedAt: at } : action === 'in_progress' ? { runningAt: at } : null;
  return { repositoryId, job, heard };
}
