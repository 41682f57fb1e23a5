import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Tables that a history fills, in the order in which their rows may be written, with the columns that it says something of. */
const COLUMNS = {
  pull_requests:
    'repository_id, number, state, merged, author, title, head_sha, head_branch, head_repository, base_branch, updated_at, merged_at',
  runs: `id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status, conclusion, head_sha,
    head_branch, head_repository, pull_request_number, actor, url, created_at, started_at, completed_at, received_at, updated_at`,
  jobs: `id, run_id, run_attempt, repository_id, name, status, conclusion, runner_labels, created_at, queued_at, running_at,
    started_at, completed_at, steps`,
  incidents: `id, repository_id, head_repository, branch, pull_request_number, workflow_path, fingerprint, cause, status, failures,
    opened_at, last_failure_at, closed_at, closed_reason, fixed_by`,
  diagnoses: `incident_id, repository_id, run_id, run_attempt, job_id, job_name, head_sha, fingerprint, cause, confidence, diagnosis,
    excerpt, decision, created_at`,
  fixes: `id, incident_id, repository_id, attempt, fixer, fixer_version, state, outcome, workflow_path, base_branch, base_sha,
    branch, patch_hash, patch, paths, correlation_id, created_at, ended_at`,
  fix_incidents: 'fix_id, incident_id, workflow_path, fingerprint, jobs',
  approvals: `id, repository_id, incident_id, branch, head_sha, state, patch, patch_hash, fixers, asked_at, expires_at, decided_at,
    decided_by, decided_from`,
  reruns: 'run_id, attempt, repository_id, reason, requested_at, outcome, ended_at',
  flake_events: 'repository_id, workflow_path, job_name, test, head_sha, at',
  flaky_tests: 'repository_id, workflow_path, job_name, test, state, score, last_flake_at, updated_at',
  deployments: `id, repository_id, environment, sha, ref, state, updated_at, task, production, creator, created_at, state_id,
    ever_succeeded, ever_failed`,
  deployment_states: 'id, deployment_id, repository_id, state, at',
} as const;

export type Table = keyof typeof COLUMNS;
export type Value = string | number | boolean | null | Date | readonly string[];

/** Rows on their way into the tables, as the text that COPY takes. */
export class Rows {
  #lines = new Map<Table, string[]>();
  readonly counts: Partial<Record<Table, number>> = {};
  #waiting = 0;

  add(table: Table, ...values: readonly Value[]): void {
    const lines = this.#lines.get(table) ?? [];
    if (lines.length === 0) this.#lines.set(table, lines);
    lines.push(`${values.map(copyText).join('\t')}\n`);
    this.counts[table] = (this.counts[table] ?? 0) + 1;
    this.#waiting += 1;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Writes what waits now in one transaction; what is added meanwhile waits for the next. */
  async write(pool: pg.Pool): Promise<void> {
    const all = this.#lines;
    this.#lines = new Map();
    this.#waiting = 0;
    const client = await pool.connect();
    try {
      await client.query('begin');
      for (const [table, columns] of Object.entries(COLUMNS) as [Table, string][]) {
        const lines = all.get(table);
        if (lines) await pipeline([lines.join('')], client.query(copyFrom(`copy ${table} (${columns}) from stdin`)));
      }
      await client.query('commit');
    } finally {
      client.release();
    }
  }
}

/** https://www.postgresql.org/docs/18/sql-copy.html: text format. */
function copyText(value: Value): string {
  if (value === null) return '\\N';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return escaped(`{${value.map((one) => `"${one}"`).join(',')}}`);
  return typeof value === 'string' ? escaped(value) : String(value);
}

function escaped(text: string): string {
  return /[\\\n\r\t]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
    : text;
}
