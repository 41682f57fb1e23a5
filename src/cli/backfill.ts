import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, loadEnvironmentFile, readEnvironment } from '../config/environment.ts';
import { InvalidRequestError, NotFoundError } from '../errors.ts';
import { createGitHub } from '../github/index.ts';
import { backfillSome } from '../healing/backfill.ts';
import type { Services } from '../healing/services.ts';
import { refreshFigures } from '../insights/refresh.ts';
import { findBackfills, requestBackfills } from '../store/books/backfills.ts';
import { openStore } from '../store/open.ts';
import { findRepositoryByName, installedRepositoryIds } from '../store/repositories/repositories.ts';
import { createLog } from '../telemetry/log.ts';
import { tellError } from './tell-error.ts';

export interface BackfillOptions {
  days: string;
  repository?: string;
}

const DAY_MS = 24 * 3_600_000;
const MOST_DAYS = 400;
const TURN_MS = 45_000;
const PAUSE_MS = 60_000;

/** Reads the past into the books, with a line for each step. @returns the exit status: 0, or 1 with the reason on stderr */
export async function runBackfill(options: BackfillOptions): Promise<number> {
  try {
    loadEnvironmentFile();
    await backfill(readEnvironment(), options, (line) => process.stdout.write(`${line}\n`));
    return 0;
  } catch (error) {
    return tellError(error);
  }
}

/** The same with a configuration and a place for the lines; ends when all is read. */
export async function backfill(
  environment: Environment,
  options: BackfillOptions,
  say: (line: string) => void,
  pauseMs = PAUSE_MS,
): Promise<void> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw new InvalidRequestError('DAYS_INVALID', `--days must be a whole number from 1 to ${MOST_DAYS}.`);
  }
  const log = createLog({ level: 'silent' });
  const store = await openStore({ environment, log, connections: 4 });
  try {
    const github = createGitHub({ ...environment.github, webhookSecret: '', log, observe: () => undefined });
    const services = { database: store.database, github, log, now: () => new Date() };
    // 1 Which repositories?
    const ids = await repositoriesOf(services, options.repository);
    const at = services.now();
    await requestBackfills(store.database, ids, { since: new Date(at.getTime() - days * DAY_MS), at });
    say(`Reading ${days} days of ${ids.length} ${ids.length === 1 ? 'repository' : 'repositories'}.`);
    // 2 Read, with pauses when half of the hour's requests are used
    const progress = ({ repositoryId, doneFrom }: { repositoryId: number; doneFrom: Date }, runs: number) =>
      say(`repository ${repositoryId}: ${runs} runs read of the day before ${doneFrom.toISOString()}`);
    for (;;) {
      const stop = await backfillSome(services, { milliseconds: TURN_MS, progress });
      if (stop === null) break;
      if (stop === 'out of requests') {
        say("Half of the hour's requests to GitHub are used; waiting.");
        await sleep(pauseMs);
      }
    }
    // 3 What came of it
    await refreshFigures(store.database);
    for (const one of (await findBackfills(store.database)).filter(({ repositoryId }) => ids.includes(repositoryId))) {
      say(`repository ${one.repositoryId}: ${one.state}, ${one.runs} runs${one.reason === null ? '' : `. ${one.reason}`}`);
    }
  } finally {
    await store.close();
  }
}

async function repositoriesOf({ database }: Pick<Services, 'database'>, name: string | undefined): Promise<number[]> {
  if (name === undefined) return installedRepositoryIds(database);
  const [owner = '', repository = ''] = name.split('/');
  const found = await findRepositoryByName(database, owner, repository);
  if (found) return [found.id];
  throw new NotFoundError('REPOSITORY_NOT_FOUND', `Regreen knows no repository ${name}.`, {
    hint: 'The app must be installed on it, and the server must have heard of that.',
  });
}
