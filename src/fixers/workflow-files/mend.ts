import type { Declined, FixSource } from '../types.ts';
import type { Replacement, WorkflowText } from './workflow-text.ts';

export interface MendTask {
  source: FixSource;
  workflow: WorkflowText;
  /** The repository's other workflow files. */
  others: readonly WorkflowText[];
}

/** Mends one kind of fault of a workflow file. */
export interface Mend {
  /** Whether the log tells of this fault. */
  applies(source: FixSource): boolean;
  /** What to replace, or why not. */
  mend(task: MendTask): Replacement[] | Declined;
}

/** The runner's own messages, those of steps included. */
export function runnerMessages({ diagnosis }: FixSource): string[] {
  return diagnosis.diagnostics
    .filter(({ tool, severity }) => tool === 'runner' && severity === 'error')
    .map(({ message }) => message);
}
