import type { Database } from '../../store/database.ts';
import { findFixByCommit } from '../../store/fixes/fix-queries.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';

/** More attempts than any budget allows. */
const LONGEST_CHAIN = 20;

/**
 * Every failure that a fix answers: what was red on the commit that failed, and what CI has said of the earlier attempts
 * that the fix is built upon. Empty where that can't be told in full.
 */
export async function answeredFailures(
  database: Database,
  fix: Pick<Fix, 'repositoryId' | 'baseSha' | 'parentSha' | 'heals'>,
): Promise<StoredDiagnosis[]> {
  const { repositoryId, baseSha, heals } = fix;
  const onBase = await diagnosesOfCommit(database, repositoryId, baseSha);
  const isHealed = (one: StoredDiagnosis, { incidentId, jobs }: Fix['heals'][number]) =>
    one.incidentId === incidentId && jobs.includes(one.jobName);
  if (!heals.every((healed) => onBase.some((one) => isHealed(one, healed)))) return [];
  const found = onBase.filter((one) => heals.some((healed) => isHealed(one, healed)));
  let parentSha = fix.parentSha;
  for (let length = 0; parentSha !== baseSha; length += 1) {
    const parent = await findFixByCommit(database, repositoryId, parentSha);
    if (!parent || length === LONGEST_CHAIN) return [];
    found.push(...(await diagnosesOfCommit(database, repositoryId, parentSha)));
    parentSha = parent.parentSha;
  }
  return found;
}
