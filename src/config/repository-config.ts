import { z } from 'zod';
import { CAUSES } from '../diagnosis/types.ts';
import { DELIVERIES, MODES } from '../policy/types.ts';
import { agents } from './sections/agents.ts';
import { fixers } from './sections/fixers.ts';
import { approvals, budgets, flakyTests, reruns } from './sections/limits.ts';
import { notifications } from './sections/notifications.ts';
import { fix } from './sections/own-command.ts';
import { causes, remedies } from './sections/rules.ts';
import { branches, jobs, paths, problemMatchers, workflows } from './sections/scope.ts';

export { isMatcherFile } from './sections/scope.ts';

/** Where a repository says what Regreen may do. */
export const CONFIG_PATH = '.github/regreen.yml';

/** The one schema of regreen.yml; the JSON Schema for editors is made from it. */
export const repositoryConfigSchema = z
  .strictObject({
    mode: z
      .enum(MODES)
      .default('annotate')
      .describe(
        'How far Regreen may go. observe: diagnose and keep the books, write nothing to GitHub. annotate: also a check run with annotations. fix: also fix pull requests. No other key allows more than the mode does.',
      ),
    causes,
    remedies,
    branches,
    paths,
    workflows,
    jobs,
    delivery: z
      .enum(DELIVERIES)
      .default('pull-request')
      .describe(
        "How a fix of a pull request arrives. pull-request: as one of its own onto the branch. commit: on the branch itself, when that is in this repository, not protected, and its newest commit is a person's. suggestion: as review suggestions, nothing is pushed. Pull requests from forks only ever get suggestions; what is red on the default branch gets a pull request.",
      ),
    autoMerge: z
      .strictObject({
        causes: z
          .array(z.enum(CAUSES))
          .max(CAUSES.length)
          .default([])
          .describe(
            "Causes whose verified fixes are merged: by GitHub's auto-merge once the branch's rules are met, or at once where none holds the merge back.",
          ),
      })
      .prefault({})
      .describe('Which fixes need no person to merge them.'),
    reruns,
    flakyTests,
    budgets,
    approvals,
    fixers,
    fix,
    agents,
    notifications,
    problemMatchers,
  })
  .describe('Regreen: what it may do in this repository.');

export type RepositoryConfig = z.output<typeof repositoryConfigSchema>;

export const DEFAULT_REPOSITORY_CONFIG: RepositoryConfig = repositoryConfigSchema.parse({});

/** The JSON Schema that editors use for regreen.yml. */
export function repositoryConfigJsonSchema(): object {
  return { title: 'regreen.yml', ...z.toJSONSchema(repositoryConfigSchema, { io: 'input', target: 'draft-7' }) };
}
