import type { ConfigReading } from '../../config/effective-config.ts';
import { readFile } from '../../github/files.ts';
import type { At } from '../../github/index.ts';
import { isBranchProtected, readCommit } from '../../github/reads.ts';
import { type Course, chooseCourse } from '../../policy/course.ts';
import { readTriggers } from '../../policy/workflow-triggers.ts';
import type { Change } from './make-change.ts';

export interface WayRequest {
  target: { at: At; repository: { defaultBranch: string } };
  /** The branch that failed, and the failed commit. */
  branch: string;
  headSha: string;
  fixBranch: string;
  change: Pick<Change, 'work' | 'edits'>;
  policy: ConfigReading;
}

/**
 * Reads what decides how a fix travels, so that the workflows that failed run on it.
 * @param pullRequestBase the base of the failed branch's pull request, `null` without one
 */
export async function courseOf(request: WayRequest, pullRequestBase: string | null): Promise<Course> {
  const { target, branch, headSha, change, policy } = request;
  const paths = [...new Set(change.work.map(({ incident }) => incident.workflowPath))];
  return chooseCourse({
    workflows: await Promise.all(
      paths.map(async (path) => {
        const text = await readFile(target.at, path, headSha);
        return { path, triggers: text === null ? null : readTriggers(text) };
      }),
    ),
    delivery: policy.config.delivery,
    branch,
    pullRequestBase,
    defaultBranch: target.repository.defaultBranch,
    fixBranch: request.fixBranch,
    paths: change.edits.map((edit) => edit.path),
    noCommit: policy.config.delivery === 'commit' ? await whyNoCommit(target.at, branch, headSha) : null,
  });
}

/** A bot that answers its own commit with another one could go on for ever. */
async function whyNoCommit(at: At, branch: string, headSha: string): Promise<string | null> {
  if (await isBranchProtected(at, branch)) return `${branch} is protected`;
  const { message } = await readCommit(at, headSha);
  return /^Regreen-Fix: /m.test(message) ? `the newest commit of ${branch} is Regreen's own` : null;
}
