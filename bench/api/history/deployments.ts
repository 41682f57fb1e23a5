import { chance, type Random } from './random.ts';
import { type Attempt, later } from './runs.ts';
import type { Rows } from './tables.ts';

const STATES_OF = { success: ['in_progress', 'success'], failure: ['in_progress', 'failure'] } as const;

/** Writes what green runs of the workflow for it deploy: to staging, and to production, which now and then goes back. */
export class DeploymentWriter {
  readonly #random: Random;
  readonly #rows: Rows;
  /** What was in production last, of each repository. */
  readonly #before = new Map<number, string>();
  #id = 2_000_000_000;

  constructor(random: Random, rows: Rows) {
    this.#random = random;
    this.#rows = rows;
  }

  write(attempts: readonly Attempt[]): void {
    const attempt = attempts.at(-1);
    if (attempt?.conclusion !== 'success' || attempt.workflow.name !== 'Deploy' || attempt.push.branch !== 'main') return;
    const { shop, push, completedAt } = attempt;
    this.#deploy(attempt, 'staging', push.sha, completedAt, 'success');
    const before = this.#before.get(shop.id);
    const went = chance(this.#random, 0.08) ? 'failure' : 'success';
    this.#deploy(attempt, 'production', push.sha, later(completedAt, 600), went);
    if (went === 'failure') return;
    if (before !== undefined && chance(this.#random, 0.04)) {
      this.#deploy(attempt, 'production', before, later(completedAt, 2_400), 'success');
    } else this.#before.set(shop.id, push.sha);
  }

  #deploy({ shop, push }: Attempt, environment: string, sha: string, at: Date, went: 'success' | 'failure'): void {
    this.#id += 10;
    const states = STATES_OF[went];
    for (const [index, state] of states.entries()) {
      this.#rows.add('deployment_states', this.#id + index, this.#id, shop.id, state, later(at, 60 * (index + 1)));
    }
    const last = [later(at, 60 * states.length), 'deploy', environment === 'production', push.actor, at];
    const ever = [went === 'success', went === 'failure'];
    this.#rows.add(
      'deployments',
      this.#id,
      shop.id,
      environment,
      sha,
      'main',
      went,
      ...last,
      this.#id + states.length - 1,
      ...ever,
    );
  }
}
