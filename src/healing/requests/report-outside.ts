import { createHash } from 'node:crypto';
import { redactedDeep } from '../../secrets.ts';
import { record } from '../../store/audit.ts';
import { type OutsideEffect, type OutsideReport, reportOutside } from '../../store/incidents/outside-incidents.ts';
import { whenReachable } from '../../store/repositories/reachable.ts';
import { findRepositoryByName } from '../../store/repositories/repositories.ts';
import type { Services } from '../services.ts';
import type { Requester } from './order-runs.ts';

/** What another CI says of one of its runs. */
export interface OutsideRun {
  /** The system, as people call it. */
  source: string;
  repository: { owner: string; name: string } | null;
  /** The pipeline or job. */
  name: string;
  state: 'red' | 'green';
  branch: string | null;
  sha: string | null;
  url: string | null;
  /** By what it is known again; repository, branch and name when null. */
  key: string | null;
  /** When it ended, by the system's clock; now when null. */
  at: Date | null;
  summary: string | null;
  severity: string | null;
  /** Its log, to be read. */
  log: string | null;
}

/** One alert of Alertmanager's webhook, version 4. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface Alert {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt?: string | undefined;
  generatorURL?: string | undefined;
  /** Missing before Alertmanager 0.19. */
  fingerprint?: string | undefined;
}

export interface Reported {
  id: string;
  effect: OutsideEffect;
}

const MOST_LABELS = 50;
const LONGEST_TEXT = 1_000;

/** Opens, feeds or closes the incident of a run of another CI. A log is read in a worker thread, and not kept. */
export async function reportOutsideRun(
  services: Services,
  { run, signal, ...asked }: { run: OutsideRun; signal: AbortSignal } & Requester,
): Promise<Reported> {
  const diagnosis = run.log === null ? null : await read(services, run.log, signal);
  const at = run.at ?? services.now();
  const where = run.repository ? `${run.repository.owner}/${run.repository.name}` : '';
  const report: OutsideReport = {
    source: run.source,
    key: hashOf([run.key ?? [where.toLowerCase(), run.branch ?? '', run.name].join('\n')]),
    state: run.state,
    repositoryId: await repositoryIdOf(services, run.repository),
    startedAt: at,
    endedAt: run.state === 'green' ? at : null,
    title: cut(run.summary ?? `${run.name} is ${run.state}`),
    severity: run.severity,
    branch: run.branch,
    sha: run.sha,
    url: run.url,
    labels: { name: run.name },
    diagnosis,
    reportedBy: asked.requestedBy,
  };
  return keep(services, report, asked);
}

/** Opens, feeds or closes the incident of each alert of a webhook; an alert's label `repository` may name one of ours. */
export async function reportAlerts(
  services: Services,
  { alerts, ...asked }: { alerts: readonly Alert[] } & Requester,
): Promise<Reported[]> {
  const answers: Reported[] = [];
  for (const alert of alerts) {
    const labels = Object.fromEntries(
      Object.entries(alert.labels)
        .slice(0, MOST_LABELS)
        .map(([name, value]) => [name, cut(value)]),
    );
    const { summary, description } = alert.annotations;
    const report: OutsideReport = {
      source: 'alertmanager',
      key: alert.fingerprint ?? hashOf(Object.entries(alert.labels).sort().flat()),
      state: alert.status === 'firing' ? 'red' : 'green',
      repositoryId: await repositoryIdOf(services, repositoryOfAlert(alert)),
      startedAt: new Date(alert.startsAt),
      endedAt: alert.status === 'resolved' && alert.endsAt !== undefined ? new Date(alert.endsAt) : null,
      title: cut(summary ?? description ?? labels['alertname'] ?? 'An alert without a name'),
      severity: labels['severity'] ?? null,
      branch: labels['branch'] ?? null,
      sha: null,
      url: alert.generatorURL || null,
      labels,
      diagnosis: null,
      reportedBy: asked.requestedBy,
    };
    answers.push(await keep(services, report, asked));
  }
  return answers;
}

/** The repository that an alert names by its label; null where it names none. */
export function repositoryOfAlert({ labels }: Alert): { owner: string; name: string } | null {
  const [, owner, name] = /^([\w-]{1,39})\/([\w.-]{1,100})$/.exec(labels['repository'] ?? '') ?? [];
  return owner !== undefined && name !== undefined ? { owner, name } : null;
}

async function read(services: Services, log: string, signal: AbortSignal): Promise<OutsideReport['diagnosis']> {
  const { diagnosis, excerpt } = await services.analyse(once(Buffer.from(log)), signal, []);
  return { cause: diagnosis.cause.category, fingerprint: diagnosis.fingerprint, excerpt };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function keep(services: Services, report: OutsideReport, { requestedBy, correlationId }: Requester): Promise<Reported> {
  const { title, url, labels } = report;
  const shown = { ...report, ...redactedDeep({ title, url, labels }) };
  const answer = await whenReachable(reportOutside(services.database, shown, services.now()));
  if (answer.effect === 'opened' || answer.effect === 'closed') {
    await record(services.database, {
      actor: requestedBy,
      action: `outside_incident.${answer.effect}`,
      subject: `outside-incident:${answer.id}`,
      repositoryId: report.repositoryId,
      correlationId,
      details: { source: report.source },
    });
  }
  return answer;
}

/** Null for a repository that the books don't know: the trouble is told all the same. */
async function repositoryIdOf(services: Services, repository: { owner: string; name: string } | null): Promise<number | null> {
  if (repository === null) return null;
  return (await whenReachable(findRepositoryByName(services.database, repository.owner, repository.name)))?.id ?? null;
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
