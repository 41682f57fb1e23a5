import type { ConfigReading } from '../../config/effective-config.ts';
import { readFile } from '../../github/files.ts';
import type { At } from '../../github/index.ts';
import { readBranch } from '../../github/reads.ts';
import { code } from '../../github/texts/markdown.ts';
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
    noCommit: policy.config.delivery === 'commit' ? await whyNoCommit(target.at, branch) : null,
  });
}

/**
 * Two bots that answer each other's commits could go on for ever, and one that updates its branches leaves alone what somebody
 * else has pushed to. What is no longer where it failed is found out when it is committed to.
 */
async function whyNoCommit(at: At, branch: string): Promise<string | null> {
  const found = await readBranch(at, branch);
  if (!found) return null;
  if (found.isProtected) return `${branch} is protected`;
  if (/^Regreen-Fix: /m.test(found.message)) return `the newest commit of ${branch} is Regreen's own`;
  return found.bot === null ? null : `the newest commit of ${branch} is ${code(found.bot)}'s, and no person's`;
}
