import type { CauseCategory } from '../../diagnosis/types.ts';
import type { VerdictKind } from '../../policy/verdict.ts';
import type { ApprovalRemedy } from '../../store/tables/guard-tables.ts';
import type { NoticeKind } from '../rules/types.ts';

/** One notice with what the books say of it by now. */
export interface Story {
  noticeId: number;
  kind: NoticeKind;
  at: Date;
  /** `owner/name`; null for what belongs to no repository. */
  repository: string | null;
  /** Why, where no row of the books explains it; the name of a paused channel. */
  reason: string | null;
  channel: string | null;
  incident: IncidentStory | null;
  fix: FixStory | null;
  approval: { id: string; remedy: ApprovalRemedy; reason: string; state: string } | null;
}

export interface IncidentStory {
  id: string;
  branch: string;
  pullRequestNumber: number | null;
  workflowPath: string;
  cause: CauseCategory;
  status: 'open' | 'closed';
  failures: number;
  openedAt: Date;
  closedAt: Date | null;
  closedReason: string | null;
  /** Of its newest failure; null when there is none yet. */
  failure: FailureStory | null;
}

export interface FailureStory {
  workflowName: string;
  jobName: string;
  headSha: string;
  runUrl: string | null;
  verdict: VerdictKind | null;
  /** What the log says first: a failed test, a diagnostic. */
  words: string | null;
  /** `path:line` of it. */
  place: string | null;
}

export interface FixStory {
  id: string;
  outcome: string | null;
  reason: string | null;
  pullRequestNumber: number | null;
  /** Names of the fixers. */
  fixers: string[];
}
