import { code } from './markdown.ts';

/** What a fix waits for though CI has nothing more to do on its own. */
export interface Unproven {
  /** Runs that a person must let go on. */
  held: readonly { workflowPath: string; url: string }[];
  /** Jobs that were to be healed and that no run shows green. */
  unproven: readonly { workflowPath: string; name: string; state: 'skipped' | 'not-green' | 'absent' | 'unknown' }[];
}

const MOST_NAMED = 5;

const STATE_TEXT: Record<Unproven['unproven'][number]['state'], string> = {
  skipped: 'was skipped here',
  'not-green': 'has not passed here',
  absent: 'is not among the jobs that ran here',
  unknown: 'has told nothing yet',
};

/** Why CI can't judge a fix though it has ended, and what a person can do; `null` where it still may. */
export function whyUnproven({ held, unproven }: Unproven): string | null {
  const [run] = held;
  if (run) {
    return `a person must let [the run](${run.url}) of ${code(run.workflowPath)} go on: it waits for the approval of a deployment.`;
  }
  const seen = unproven.filter(({ state }) => state !== 'unknown');
  if (seen.length === 0) return null;
  const each = seen
    .slice(0, MOST_NAMED)
    .map(({ name, workflowPath, state }) => `${code(name)} of ${code(workflowPath)} ${STATE_TEXT[state]}`);
  const more = seen.length > MOST_NAMED ? `, and ${seen.length - MOST_NAMED} more` : '';
  return `${each.join(', ')}${more}, so CI has not shown that it is healed. Have the workflow run it on \`regreen/**\` too, or judge the change yourself and merge it.`;
}
