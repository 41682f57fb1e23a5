import packageManifest from '../../package.json' with { type: 'json' };
import type { Environment } from '../config/environment.ts';
import { answeredStatusOf } from '../github/errors.ts';
import { type AppFile, readAppFile } from '../setup/manifest.ts';
import type { Inspection } from '../store/inspect.ts';
import { found } from './catalogue.ts';
import { type Configured, checkConfiguration } from './checks/configuration.ts';
import { checkDatabase, checkDisk, checkQueue, type DiskSpace, readDisk } from './checks/database.ts';
import { checkApp, checkClock, checkInstallations } from './checks/github.ts';
import { checkAgent, checkChannels } from './checks/people.ts';
import { checkServer } from './checks/server.ts';
import { checkTraces } from './checks/traces.ts';
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
  await look(rounds, 'server', () => checkServer(environment));
  await look(rounds, 'disk', () => checkDisk(environment, disk));
  const { answer, inspection } = await checkDatabase(environment);
  note(rounds, 'database', answer);
  try {
    if (inspection === null)
      skip(rounds, ['queue', 'channels'], 'The database is not open; where a server runs, its health says more.');
    else {
      await look(rounds, 'queue', () => checkQueue(inspection, now()));
      await look(rounds, 'channels', () => checkChannels(environment, inspection));
    }
    await examineGitHub(rounds, environment, inspection, { wanted, now });
    await look(rounds, 'agent', () => checkAgent(environment));
    await look(rounds, 'traces', () => checkTraces(environment));
  } finally {
    await inspection?.close();
  }
}

async function examineGitHub(
  rounds: Rounds,
  environment: Environment,
  inspection: Inspection | null,
  { wanted, now }: { wanted: AppFile; now(): Date },
): Promise<void> {
  const { answer, known } = await checkApp(environment, wanted);
  note(rounds, 'app', answer);
  if (known === null) {
    skip(rounds, ['clock', 'installations', 'webhooks'], 'GitHub does not know us.');
    return;
  }
  note(rounds, 'clock', checkClock(known.app, now()));
  await look(rounds, 'installations', () => checkInstallations(known, wanted));
  await look(rounds, 'webhooks', () => checkWebhooks(known.client, environment, inspection, now()));
}

/** A check that breaks off says so, and the others go on. */
async function look(rounds: Rounds, name: string, check: () => Promise<CheckAnswer>): Promise<void> {
  note(rounds, name, await check().catch(brokenOff));
}

function brokenOff(error: unknown): CheckAnswer {
  const said = error instanceof Error ? error.message.slice(0, 200) : String(error);
  const status = answeredStatusOf(error);
  if (status === undefined) return { summary: `This could not be looked at: ${said}`, findings: [], skipped: true };
  const finding = found('GITHUB_FAILING', `GitHub answers ${status}: ${said}.`);
  return { summary: finding.what, findings: [finding] };
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
