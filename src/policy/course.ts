import type { FixDelivery } from './types.ts';
import { type FixEvent, type Start, startsOn, type WorkflowTriggers } from './workflow-triggers.ts';

/** What decides how a fix travels, so that CI runs on it. */
export interface CourseInput {
  /** The workflows that failed; `triggers` is null where the file can't be read. */
  workflows: readonly { path: string; triggers: WorkflowTriggers | null }[];
  /** What regreen.yml wishes. */
  delivery: FixDelivery;
  /** The branch that failed, and the base of its pull request, `null` without one. */
  branch: string;
  pullRequestBase: string | null;
  defaultBranch: string;
  /** The branch that the fix would be on. */
  fixBranch: string;
  paths: readonly string[];
  /** Why nothing may be committed to the branch itself; `null` when it may. */
  noCommit: string | null;
}

/** How a fix travels. Suggestions are none: they have a story of their own, and what comes here has no pull request to put them on. */
export interface Course {
  delivery: Exclude<FixDelivery, 'suggestion'>;
  /** Where the pull request goes, or the branch that the commit is put on. */
  targetBranch: string;
  /** A sentence for people when it is not what they would expect; `null` otherwise. */
  note: string | null;
  /** Why CI won't start by itself, by workflow; empty when all will. */
  silent: { path: string; reason: string }[];
}

/**
 * Chooses the way on which the workflows that failed run again: `pull_request: branches:` filters the base, so a pull
 * request onto another branch may start no CI. Pure.
 */
export function chooseCourse(input: CourseInput): Course {
  const isDefault = input.branch === input.defaultBranch;
  const wantsCommit = input.delivery === 'commit' && !isDefault;
  if (wantsCommit && input.noCommit === null) return commit(input, null);
  const refused = wantsCommit ? `regreen.yml asks for a commit on the branch, but ${input.noCommit}.` : null;
  const stacked = {
    delivery: 'pull-request' as const,
    targetBranch: input.branch,
    note: refused,
    silent: silentOn(input, input.branch),
  };
  if (stacked.silent.length === 0 || isDefault) return stacked;
  // A pull request onto the branch starts nothing: one against what the branch itself goes to may.
  const base = input.pullRequestBase ?? input.defaultBranch;
  const silent = silentOn(input, base);
  if (base !== input.branch && silent.length < stacked.silent.length) {
    const why = stacked.silent.map(
      ({ path, reason }) => `\`${path}\` would not start for a pull request onto \`${input.branch}\`: ${reason}`,
    );
    const note = `This pull request goes to \`${base}\` and holds the commits of \`${input.branch}\` too. ${why.join('; ')}.`;
    return { delivery: 'pull-request', targetBranch: base, note: [refused, note].filter(Boolean).join(' '), silent };
  }
  return stacked;
}

function commit(input: CourseInput, note: string | null): Course {
  const events: FixEvent[] = [
    { kind: 'push', branch: input.branch, paths: input.paths },
    ...(input.pullRequestBase === null
      ? []
      : [{ kind: 'pull_request' as const, base: input.pullRequestBase, type: 'synchronize' as const, paths: input.paths }]),
  ];
  return { delivery: 'commit', targetBranch: input.branch, note, silent: silentFor(input, events) };
}

/** The workflows that neither a pull request to that base nor the push of its branch starts. */
function silentOn(input: CourseInput, base: string): Course['silent'] {
  return silentFor(input, [
    { kind: 'pull_request', base, type: 'opened', paths: input.paths },
    { kind: 'push', branch: input.fixBranch, paths: input.paths },
  ]);
}

function silentFor({ workflows }: CourseInput, events: readonly FixEvent[]): Course['silent'] {
  return workflows.flatMap(({ path, triggers }) => {
    // What can't be read is taken to run: CI itself will tell.
    if (triggers === null) return [];
    const answers = events.map((event): Start => startsOn(triggers, event));
    if (answers.some((answer) => answer.starts)) return [];
    return [{ path, reason: answers.flatMap((answer) => (answer.starts ? [] : [answer.reason])).join(', and ') }];
  });
}
