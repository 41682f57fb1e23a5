import { whySilent } from '../github/texts/silent.ts';
import { branchName } from '../healing/fixes/branch-name.ts';
import { courseOf } from '../healing/fixes/course-of.ts';
import type { Course } from '../policy/course.ts';
import type { Action } from './action.ts';
import { branchOf } from './failures.ts';
import { fixesOf } from './history.ts';
import type { Proposal } from './propose.ts';
import type { Way } from './story.ts';

/** How a fix travels: by a pull request of its own, or, where regreen.yml wishes it and all is well, as a commit on the branch. */
export async function wayOf(action: Action, { made, trial, open }: Proposal): Promise<Way> {
  const { occasion, history } = action;
  const base = branchOf(occasion.run);
  const incident = made.work[0]?.incident;
  const earlier = fixesOf(history, { base, fingerprint: incident?.fingerprint ?? '' });
  const fixBranch = open?.pull.headBranch ?? branchName(incident, earlier.length + 1);
  const course = await chooseCourse(action, { made, trial, open, fixBranch });
  const { delivery } = course;
  return {
    attempt: earlier.length + 1,
    branch: delivery === 'commit' ? base : fixBranch,
    targetBranch: open?.pull.baseBranch ?? course.targetBranch,
    courseNote: course.note,
    delivery,
    pullRequestNumber: open?.pull.number ?? null,
    stalledReason: whySilent(course.silent),
  };
}

async function chooseCourse(
  { at, occasion, policy, environment }: Action,
  { made, trial, open, fixBranch }: Proposal & { fixBranch: string },
): Promise<Course> {
  const { repository, run, pullRequest } = occasion;
  const base = branchOf(run);
  const onto: Course = { delivery: 'pull-request', targetBranch: base, note: null, silent: [] };
  const wantsCommit = policy.config.delivery === 'commit' && open === null && !occasion.fork;
  // What starts no CI goes where people see it, and onto their branch only when it is seen to help, and CI can be let run.
  if (!environment.startsWorkflows && !(wantsCommit && trial?.kind === 'passed' && pullRequest !== null)) {
    const why = pullRequest === null ? 'without a pull request no CI would run on it' : 'it could not be verified before';
    const note = `regreen.yml asks for a commit on the branch, but ${why}.`;
    return wantsCommit && base !== repository.defaultBranch ? { ...onto, note } : onto;
  }
  const delivery = wantsCommit ? ('commit' as const) : ('pull-request' as const);
  const course = await courseOf(
    {
      target: { at, repository },
      branch: base,
      headSha: run.headSha,
      fixBranch,
      change: made,
      policy: { ...policy, config: { ...policy.config, delivery } },
    },
    pullRequest?.baseBranch ?? null,
  );
  if (environment.startsWorkflows || course.delivery === 'commit') return course;
  return { ...onto, note: course.targetBranch === base ? course.note : null };
}
