import type { Diagnosis } from '../../../src/diagnosis/types.ts';
import type { CaseOf } from '../case.ts';
import { f1, ratio, type Scores } from '../sums.ts';

/** Names this long are hardly part of another one by chance. */
const TELLING_LENGTH = 8;

interface Found {
  name: string;
  full: string;
  isTaken: boolean;
}

/** How many of the failed tests were named, and whether the counts are right. */
export function scoreTests({ truth }: CaseOf<'tests'>, { tests }: Diagnosis): Scores {
  const found = (tests?.failed ?? []).map(
    ({ name, suite, file }): Found => ({
      name: folded(name),
      full: folded([file, suite, name].filter(Boolean).join(' ')),
      isTaken: false,
    }),
  );
  const scores: Scores = { worth: 1 };
  if (truth.failed) {
    let named = 0;
    for (const wanted of truth.failed) {
      const match = found.find((one) => !one.isTaken && isNamed(one, wanted));
      if (!match) continue;
      match.isTaken = true;
      named++;
    }
    scores['recall'] = named / truth.failed.length;
    scores['precision'] = ratio(named, found.length);
    scores.worth = f1(scores['precision'], scores['recall']);
  }
  if (typeof truth.num_t_failed === 'number') {
    scores['failedCount'] = Number((tests?.failedCount ?? 0) === truth.num_t_failed);
    scores.worth = Math.min(scores.worth, scores['failedCount']);
  }
  if (typeof truth.num_t_run === 'number') scores['runCount'] = Number((tests?.total ?? 0) === truth.num_t_run);
  return scores;
}

/** Labels name tests in a form of their own, `name(class)`: it is the same test when one name holds the other. */
function isNamed({ name, full }: Found, wanted: string): boolean {
  const whole = folded(wanted);
  const own = folded(
    wanted
      .replace(/\(.*\)$/s, '')
      .split('::')
      .at(-1) ?? '',
  );
  return (
    full === whole ||
    name === own ||
    full.endsWith(` ${own}`) ||
    whole.endsWith(` ${name}`) ||
    (name.length >= TELLING_LENGTH && whole.includes(name)) ||
    (own.length >= TELLING_LENGTH && full.includes(own))
  );
}

function folded(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
