import type { RepositoryConfig } from '../../config/repository-config.ts';
import { attemptsAllowed } from '../../policy/budgets.ts';
import { fixesOfBranch, openFixPulls } from '../../store/fixes/fix-queries.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { askedAbout } from '../delegation/asked-about.ts';
import type { Services } from '../services.ts';
import { gatherWork, type Work, workOf } from './gather-work.ts';
import type { FollowUps, Situation } from './plan-attempt.ts';

/** So many fixes of a branch are looked at: more than any budget allows in the time that a branch lives. */
const FIXES_LOOKED_AT = 50;

/** What is known of a head when its failures are to be fixed: those whose fix is allowed, or those that are asked about. */
export async function readSituation(
  services: Services,
  head: { repositoryId: number; branch: string; headSha: string },
  verdict: 'allowed' | 'asked',
  config: RepositoryConfig,
): Promise<Situation> {
  const { repositoryId, branch, headSha } = head;
  // First: a fix that has its pull request by then is written down after it, so the pull request is found by what follows.
  const all = await fixesOfBranch(services.database, { repositoryId, baseBranch: branch }, FIXES_LOOKED_AT);
  const [work, openPulls] = await Promise.all([
    gatherWork(services, { repositoryId, branch, headSha }, { config, verdict }),
    openFixPulls(services.database, repositoryId),
  ]);
  // Suggestions push nothing, and so stand in nobody's way.
  const fixes = all.filter((fix) => fix.delivery !== 'suggestion');
  return {
    headSha,
    work,
    fixes,
    openPulls,
    attempts: attemptsAllowed(config),
    followUps: await readFollowUps(services, fixes[0], { branch, headSha, config, verdict, work }),
  };
}

interface Lane {
  branch: string;
  headSha: string;
  config: RepositoryConfig;
  verdict: 'allowed' | 'asked';
  /** What may be fixed on the head in this lane. */
  work: readonly Work[];
}

/** What CI said on the newest fix's own commit: each has its own rules, and what the fix was made for must still have its. */
async function readFollowUps(services: Services, fix: Fix | undefined, lane: Lane): Promise<FollowUps | null> {
  if (!fix?.commitSha || fix.outcome !== 'refuted') return null;
  const { repositoryId } = fix;
  const said = await diagnosesOfCommit(services.database, repositoryId, fix.commitSha);
  if (said.length === 0) return null;
  const { branch, config, verdict } = lane;
  const other = verdict === 'allowed' ? 'asked' : 'allowed';
  const first = [...lane.work, ...(await gatherWork(services, { ...lane, repositoryId }, { config, verdict: other }))];
  const may = new Set(first.map(({ incident }) => incident.id));
  const kept = said.filter(({ incidentId }) => may.has(incidentId));
  const onBase = await diagnosesOfCommit(services.database, repositoryId, fix.baseSha);
  const ofFix = { config, branch, askedAbout: ({ incidentId }: StoredDiagnosis) => askedAbout(fix, onBase, incidentId) };
  return {
    work: await workOf(services, kept, { ...ofFix, verdict }),
    inOtherLane: (await workOf(services, kept, { ...ofFix, verdict: other })).length > 0,
  };
}
