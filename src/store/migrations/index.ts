import type { Migration, MigrationProvider } from 'kysely';
import * as mainJob from './0001-main-job.ts';
import * as printedDiffs from './0002-printed-diffs.ts';
import * as fixesOfHeads from './0003-fixes-of-heads.ts';
import * as verdictsAndGuards from './0004-verdicts-and-guards.ts';
import * as books from './0005-books.ts';
import * as figures from './0006-figures.ts';
import * as approvalsOfEveryKind from './0007-approvals-of-every-kind.ts';
import * as declines from './0008-declines.ts';
import * as agentCalls from './0009-agent-calls.ts';
import * as organizationDefaults from './0010-organization-defaults.ts';
import * as figuresApart from './0011-figures-apart.ts';
import * as backfills from './0012-backfills.ts';
import * as approvalsOfAgents from './0015-approvals-of-agents.ts';
import * as listsAtSize from './0016-lists-at-size.ts';
import * as outsideIncidents from './0017-outside-incidents.ts';
import * as access from './0018-access.ts';
import * as live from './0019-live.ts';
import * as notifications from './0020-notifications.ts';
import * as sessions from './0021-sessions.ts';
import * as workflowsByTheHour from './0023-workflows-by-the-hour.ts';
import * as twoFilters from './0025-two-filters.ts';
import * as tracesOfNotices from './0026-traces-of-notices.ts';
import * as redeployments from './0027-redeployments.ts';
import * as runTotals from './0030-run-totals.ts';
import * as jobWeeks from './0031-job-weeks.ts';

/** In order; a migration that has been released is never edited, only followed by another. */
const migrations: Record<string, Migration> = {
  '0001-main-job': mainJob,
  '0002-printed-diffs': printedDiffs,
  '0003-fixes-of-heads': fixesOfHeads,
  '0004-verdicts-and-guards': verdictsAndGuards,
  '0005-books': books,
  '0006-figures': figures,
  '0007-approvals-of-every-kind': approvalsOfEveryKind,
  '0008-declines': declines,
  '0009-agent-calls': agentCalls,
  '0010-organization-defaults': organizationDefaults,
  '0011-figures-apart': figuresApart,
  '0012-backfills': backfills,
  '0015-approvals-of-agents': approvalsOfAgents,
  '0016-lists-at-size': listsAtSize,
  '0017-outside-incidents': outsideIncidents,
  '0018-access': access,
  '0019-live': live,
  '0020-notifications': notifications,
  '0021-sessions': sessions,
  '0023-workflows-by-the-hour': workflowsByTheHour,
  '0025-two-filters': twoFilters,
  '0026-traces-of-notices': tracesOfNotices,
  '0027-redeployments': redeployments,
  '0030-run-totals': runTotals,
  '0031-job-weeks': jobWeeks,
};

export const migrationProvider: MigrationProvider = {
  getMigrations: async () => migrations,
};
