import type { Made } from './make.ts';
import type { Committed, Proposed } from './propose.ts';

/** What came of the wish to fix; `proposed` waits for CI or a person. */
export type Healing =
  | { outcome: 'none'; reason: string }
  | { outcome: 'refuted'; reason: string; made: Made }
  | { outcome: 'verified' | 'proposed'; reason: string; made: Made; proposed: Proposed | Committed | Suggested };

/** Suggestions on a pull request; `shown` is how many, for lines outside of its diff take none. */
export interface Suggested {
  kind: 'suggestions';
  pull: { number: number; url: string };
  shown: number;
}

/** Nothing was done. @param reason a sentence for people; empty where there was nothing to do */
export function nothing(reason: string): Healing {
  return { outcome: 'none', reason };
}
