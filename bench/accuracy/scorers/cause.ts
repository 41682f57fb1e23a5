import { CAUSES, type CauseCategory, type Diagnosis } from '../../../src/diagnosis/types.ts';
import type { Case, CaseOf } from '../case.ts';
import { f1, mean, ratio, type Scores } from '../sums.ts';

/** The cause is right when it is the labelled one, or one that a second labeller found defensible. */
export function scoreCause(one: CaseOf<'cause'>, { cause }: Diagnosis): Scores {
  const isRight = isDefensible(one.truth, cause.category);
  return { accuracy: Number(isRight), worth: Number(isRight) };
}

export interface CausePair {
  wanted: CauseCategory;
  /** The labelled cause where what was said is defensible. */
  said: CauseCategory;
}

/** Labelled and said causes of all cases that have a label. */
export function causePairs(rows: readonly { one: Case; diagnosis: Diagnosis }[]): CausePair[] {
  return rows.flatMap(({ one, diagnosis }) => {
    if (!('cause' in one.truth) || !one.truth.cause) return [];
    const wanted = one.truth.cause;
    const category = diagnosis.cause.category;
    return [{ wanted, said: isDefensible(one.truth, category) ? wanted : category }];
  });
}

/** The mean of F1 over the causes that are labelled, each counting alike however rare it is. */
export function macroF1(pairs: readonly CausePair[]): number {
  const labels = CAUSES.filter((category) => pairs.some(({ wanted }) => wanted === category));
  return mean(
    labels.map((category) => {
      const right = pairs.filter(({ wanted, said }) => wanted === category && said === category).length;
      const said = pairs.filter((pair) => pair.said === category).length;
      return f1(ratio(right, said), ratio(right, pairs.filter(({ wanted }) => wanted === category).length));
    }),
  );
}

function isDefensible(truth: { cause?: CauseCategory | null; accept?: CauseCategory[] | null }, said: CauseCategory): boolean {
  return truth.cause === said || (truth.accept?.includes(said) ?? false);
}
