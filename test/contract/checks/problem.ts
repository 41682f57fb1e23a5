import type { Difference } from '../descriptions/compiler.ts';

/** One way in which what the sandbox said differs from GitHub's descriptions. */
export interface Problem extends Difference {
  /** What it belongs to: `GET /app`, `check_run.created`. Checks are grouped and exceptions made by it. */
  subject: string;
  /** `request`, `answer 200`, `payload`. */
  part: string;
}

export function describeProblem({ part, pointer, message }: Problem): string {
  return `${part}${pointer === '' ? '' : ` at ${pointer}`} ${message}`;
}
