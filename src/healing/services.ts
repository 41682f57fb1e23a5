import type { Agent } from '../agents/agent.ts';
import type { ConfigLayer } from '../config/effective-config.ts';
import type { ExcerptLine } from '../diagnosis/analyzer.ts';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { Diagnosis, PrintedDiff } from '../diagnosis/types.ts';
import type { Declined, FixResult } from '../fixers/types.ts';
import type { GitHub } from '../github/index.ts';
import type { FixerTask } from '../isolation/fixer-process.ts';
import type { GateInput, GateResult } from '../policy/gate.ts';
import type { Queue } from '../queue/queue.ts';
import type { Spending } from '../store/agent-calls/agent-calls.ts';
import type { Database } from '../store/database.ts';
import type { AgentCallOutcome } from '../store/tables/agent-tables.ts';
import type { Outcome } from '../store/tables/healing-tables.ts';
import type { Logger } from '../telemetry/log.ts';

/** A diagnosis with the lines of its excerpts, which the log is not kept for. */
export interface Analysis {
  diagnosis: Diagnosis;
  /** Lines of the log for people to read, secrets taken out. */
  excerpt: string;
  /** The same by excerpts and lines. */
  excerptLines: ExcerptLine[][];
  printedDiffs: PrintedDiff[];
}

/** What the use cases work with. Built in compose/services.ts, and by tests around a sandbox. */
export interface Services {
  database: Database;
  queue: Pick<Queue, 'send'>;
  github: GitHub;
  /** `problemMatchers` are the repository's own. */
  analyse(log: AsyncIterable<Uint8Array>, signal: AbortSignal, problemMatchers: readonly ProblemMatcher[]): Promise<Analysis>;
  /** Holds a patch against the gate. */
  judgePatch(input: GateInput, signal: AbortSignal): Promise<GateResult>;
  runFixer(task: FixerTask, signal: AbortSignal): Promise<FixResult | Declined>;
  /** `null` where none is configured. */
  agent: Agent | null;
  observe: {
    diagnosed(cause: Diagnosis['cause']['category']): void;
    fixEnded(outcome: Outcome): void;
    agentAsked(backend: string, outcome: AgentCallOutcome, spent: Spending): void;
  };
  /** What counts where neither a repository nor its organisation says otherwise; `null` for the built-in defaults alone. */
  serverDefault: ConfigLayer | null;
  log: Logger;
  now(): Date;
}

/** What a change is made with; it needs no books. */
export type Makers = Pick<Services, 'judgePatch' | 'runFixer'>;

/** Branches that Regreen makes begin so; its own are never healed, only verified. */
export const BRANCH_PREFIX = 'regreen/';

export function isOwnBranch(branch: string | null): boolean {
  return branch?.startsWith(BRANCH_PREFIX) ?? false;
}
