import type { Course } from '../../policy/course.ts';
import { findPullRequestByHead } from '../../store/books/pull-requests.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import { courseOf, type WayRequest } from './course-of.ts';

/** How a fix travels, by what the books know of the branch's pull request. */
export async function chooseWay(services: Services, request: WayRequest & { target: Target }): Promise<Course> {
  const { target, branch, headSha } = request;
  const { repository } = target;
  const pull = await findPullRequestByHead(services.database, repository.id, {
    sha: headSha,
    branch,
    repository: `${repository.owner}/${repository.name}`,
  });
  return courseOf(request, pull?.baseBranch ?? null);
}
