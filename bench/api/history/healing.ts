import type { CauseCategory } from '../../../src/diagnosis/types.ts';
import { chance, hex, pick, pickWeighted, type Random, uuid } from './random.ts';
import { type Attempt, later } from './runs.ts';
import type { Rows, Value } from './tables.ts';

/** An incident until it is closed; its rows are written together, for each refers to it. */
interface Incident {
  id: string;
  first: Attempt;
  fingerprint: string;
  cause: CauseCategory;
  lastFailureAt: Date;
  diagnoses: Value[][];
}

const CAUSES: readonly { cause: CauseCategory; weight: number }[] = [
  { cause: 'test-failure', weight: 45 },
  { cause: 'compile-error', weight: 15 },
  { cause: 'lint', weight: 12 },
  { cause: 'formatting', weight: 10 },
  { cause: 'network', weight: 6 },
  { cause: 'timeout', weight: 5 },
  { cause: 'lockfile', weight: 4 },
  { cause: 'unknown', weight: 3 },
];

/** More open ones than that in a repository: the oldest one's pull request has ended. */
const MOST_OPEN = 30;
const DECISION = JSON.stringify({
  mode: 'fix',
  remedies: [{ remedy: 'annotate', verdict: 'allowed', reason: 'The mode is fix.' }],
});

/** Writes what Regreen makes of attempts: diagnoses, incidents, fixes, approvals, re-runs and flakes. */
export class HealingWriter {
  readonly #random: Random;
  readonly #rows: Rows;
  /** Of each repository, the oldest first. */
  readonly #open = new Map<number, Map<string, Incident>>();
  readonly #flaked = new Set<string>();

  constructor(random: Random, rows: Rows) {
    this.#random = random;
    this.#rows = rows;
  }

  /** @param attempts of one run, oldest first */
  write(attempts: readonly Attempt[]): void {
    const [first] = attempts;
    if (!first || first.push.branch.startsWith('regreen/')) return;
    for (const attempt of attempts) {
      if (attempt.conclusion === 'failure') this.#red(attempt);
      if (attempt.conclusion === 'success') this.#green(attempt);
    }
    const last = attempts.at(-1);
    if (last && last.number > first.number && last.conclusion !== null) this.#ranAgain(first, last);
  }

  /** What is still open at the end. */
  finish(): void {
    for (const incidents of this.#open.values()) for (const incident of incidents.values()) this.#incident(incident, null);
    this.#open.clear();
  }

  #red(attempt: Attempt): void {
    if (!attempt.failedJob) return;
    const open = this.#openOf(attempt.shop.id);
    const place = placeOf(attempt);
    const incident = open.get(place) ?? this.#newIncident(attempt);
    open.set(place, incident);
    incident.lastFailureAt = attempt.completedAt;
    incident.diagnoses.push(this.#diagnosis(incident, attempt, attempt.failedJob));
    const [oldest] = open.entries();
    if (open.size > MOST_OPEN && oldest) {
      open.delete(oldest[0]);
      this.#incident(oldest[1], { at: attempt.completedAt, reason: 'pull request ended' });
    }
  }

  #green(attempt: Attempt): void {
    const open = this.#openOf(attempt.shop.id);
    const incident = open.get(placeOf(attempt));
    if (!incident) return;
    open.delete(placeOf(attempt));
    this.#incident(incident, { at: attempt.completedAt, reason: 'green again' });
  }

  #openOf(shopId: number): Map<string, Incident> {
    const known = this.#open.get(shopId) ?? new Map<string, Incident>();
    this.#open.set(shopId, known);
    return known;
  }

  #newIncident(attempt: Attempt): Incident {
    const random = this.#random;
    const known = chance(random, 0.5);
    return {
      id: uuid(random),
      first: attempt,
      fingerprint: known ? pick(random, attempt.shop.knownFaults) : hex(random, 32),
      cause: pickWeighted(random, CAUSES).cause,
      lastFailureAt: attempt.completedAt,
      diagnoses: [],
    };
  }

  #diagnosis(incident: Incident, attempt: Attempt, job: { id: number; name: string }): Value[] {
    const { shop, push, runId, number, completedAt } = attempt;
    const { fingerprint, cause } = incident;
    const diagnosis = {
      format: 'github-actions',
      lines: 800,
      failedSteps: [{ name: `Run npm run ${job.name}`, startLine: 120, endLine: 456, exitCode: 1 }],
      excerpts: [{ startLine: 300, endLine: 320, score: 0.9 }],
      diagnostics: [],
      tests: null,
      cause: { category: cause, confidence: 0.9, evidence: [301] },
      fingerprint,
    };
    const excerpt = `Expected: 3\nReceived: 4\n    at ${shop.name}/src/index.test.ts:12:5`;
    const head = [incident.id, shop.id, runId, number, job.id, job.name, push.sha, fingerprint, cause, 0.9];
    return [...head, JSON.stringify(diagnosis), excerpt, DECISION, later(completedAt, 20)];
  }

  #incident(incident: Incident, closed: { at: Date; reason: string } | null): void {
    const { id, first, fingerprint, cause, lastFailureAt, diagnoses } = incident;
    const { shop, workflow, push } = first;
    const openedAt = later(first.completedAt, 20);
    const fix = closed?.reason === 'green again' && chance(this.#random, 0.15) ? uuid(this.#random) : null;
    const where = [shop.id, `${shop.owner}/${shop.name}`, push.branch, push.pullRequest, workflow.path, fingerprint, cause];
    const until = [closed?.at ?? null, closed?.reason ?? null, fix];
    this.#rows.add('incidents', id, ...where, closed ? 'closed' : 'open', diagnoses.length, openedAt, lastFailureAt, ...until);
    for (const diagnosis of diagnoses) this.#rows.add('diagnoses', ...diagnosis);
    if (fix !== null && closed) this.#fix(fix, incident, closed.at);
    if (chance(this.#random, 0.1)) this.#approval(incident, openedAt, closed?.at ?? null);
  }

  #fix(fixId: string, { id, first, fingerprint }: Incident, endedAt: Date): void {
    const { shop, workflow, push, completedAt } = first;
    const made = [`regreen/ci-${fixId.slice(0, 6)}`, 'hash', '--- a/src/index.ts', ['src/index.ts'], 'c'];
    const when = [later(completedAt, 30), endedAt];
    const what = ['prettier', '3.6.2', 'ended', 'verified', workflow.path, push.branch, push.sha];
    this.#rows.add('fixes', fixId, id, shop.id, 1, ...what, ...made, ...when);
    this.#rows.add('fix_incidents', fixId, id, workflow.path, fingerprint, [first.failedJob?.name ?? '']);
  }

  #approval({ id, first }: Incident, askedAt: Date, until: Date | null): void {
    const { shop, push } = first;
    const state = until === null ? 'pending' : chance(this.#random, 0.7) ? 'used' : 'expired';
    const decided = state === 'used' ? [later(askedAt, 600), push.actor, 'button'] : [null, null, null];
    const patch = [push.branch, push.sha, state, '--- a/ci.yml', 'hash', ['workflow-files'], askedAt, later(askedAt, 72 * 3_600)];
    this.#rows.add('approvals', uuid(this.#random), shop.id, id, ...patch, ...decided);
  }

  /** Red and green on one commit: half of these have a test to name. */
  #ranAgain(first: Attempt, last: Attempt): void {
    const random = this.#random;
    const { shop, workflow, push, runId } = first;
    if (first.conclusion !== 'failure' || !first.failedJob) return;
    if (chance(random, 0.5)) {
      const outcome = last.conclusion === 'success' ? 'green' : 'red';
      this.#rows.add('reruns', runId, 1, shop.id, 'It has flickered before.', first.completedAt, outcome, last.completedAt);
    }
    if (last.conclusion !== 'success') return;
    const test = chance(random, 0.5) ? pick(random, shop.shakyTests) : '';
    // Two runs of a workflow on one commit count once.
    const flake = [shop.id, workflow.path, first.failedJob.name, test, push.sha];
    if (this.#flaked.has(flake.join())) return;
    this.#flaked.add(flake.join());
    this.#rows.add('flake_events', ...flake, last.completedAt);
  }
}

function placeOf({ push, workflow }: Attempt): string {
  return `${push.branch} ${workflow.path}`;
}
