import packageManifest from '../../package.json' with { type: 'json' };
import type { Environment } from '../config/environment.ts';
import { type AppFile, readAppFile } from '../setup/manifest.ts';
import { type Configured, checkConfiguration } from './checks/configuration.ts';
import { checkDatabase, checkDisk, checkQueue, type DiskSpace, readDisk } from './checks/database.ts';
import { checkApp, checkClock, checkInstallations } from './checks/github.ts';
import { checkAgent, checkChannels } from './checks/people.ts';
import { checkServer } from './checks/server.ts';
import { checkWebhooks } from './checks/webhooks.ts';
import type { CheckAnswer, CheckReport, DoctorReport, Finding } from './types.ts';

export interface ExamineOptions extends Configured {
  now?: () => Date;
  disk?: (folder: string) => Promise<DiskSpace>;
}

interface Rounds {
  checks: CheckReport[];
  findings: Finding[];
}

/** Looks at everything once, and changes nothing. What can't be looked at, because something before it is wrong, is skipped. */
export async function examine({ now = () => new Date(), disk = readDisk, ...configured }: ExamineOptions): Promise<DoctorReport> {
  const rounds: Rounds = { checks: [], findings: [] };
  const { answer, environment } = await checkConfiguration(configured);
  note(rounds, 'configuration', answer);
  if (environment !== null) await examineParts(rounds, environment, await readAppFile(), { now, disk });
  const { checks, findings } = rounds;
  const worst = findings.some(({ severity }) => severity === 'error') ? 'errors' : findings.length > 0 ? 'warnings' : 'ok';
  return { status: worst, checkedAt: now(), version: packageManifest.version, checks, findings };
}

async function examineParts(
  rounds: Rounds,
  environment: Environment,
  wanted: AppFile,
  { now, disk }: Required<Pick<ExamineOptions, 'now' | 'disk'>>,
): Promise<void> {
  note(rounds, 'server', await checkServer(environment));
  note(rounds, 'disk', await checkDisk(environment, disk));
  const { answer, inspection } = await checkDatabase(environment);
  note(rounds, 'database', answer);
  try {
    if (inspection === null)
      skip(rounds, ['queue', 'channels'], 'The database is not open; where a server runs, its health says more.');
    else {
      note(rounds, 'queue', await checkQueue(inspection, now()));
      note(rounds, 'channels', await checkChannels(environment, inspection));
    }
    const app = await checkApp(environment, wanted);
    note(rounds, 'app', app.answer);
    if (app.known === null) skip(rounds, ['clock', 'installations', 'webhooks'], 'GitHub does not know us.');
    else {
      note(rounds, 'clock', checkClock(app.known.app, now()));
      note(rounds, 'installations', await checkInstallations(app.known, wanted));
      note(rounds, 'webhooks', await checkWebhooks(app.known.client, environment, inspection, now()));
    }
    note(rounds, 'agent', await checkAgent(environment));
  } finally {
    await inspection?.close();
  }
}

function note({ checks, findings }: Rounds, name: string, answer: CheckAnswer): void {
  const worst = answer.findings.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
  const status = answer.findings.length > 0 ? worst : answer.skipped ? 'skipped' : 'ok';
  checks.push({ name, status, summary: answer.summary });
  findings.push(...answer.findings);
}

function skip(rounds: Rounds, names: readonly string[], summary: string): void {
  for (const name of names) note(rounds, name, { summary, findings: [], skipped: true });
}
