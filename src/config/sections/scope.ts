import { z } from 'zod';
import { globs } from './patterns.ts';

/** Where Regreen may work: branches, files, workflows, jobs. */
export const branches = z
  .strictObject({
    heal: globs
      .default(['**'])
      .describe(
        'Branches on which something may be done beside showing it, as glob patterns; for a pull request its own branch.',
      ),
    ignore: globs.default([]).describe('Branches among those on which nothing is done but showing it, as glob patterns.'),
  })
  .prefault({})
  .describe('Which branches are healed.');

export const paths = z
  .strictObject({
    allowed: globs.default(['**']).describe('Files that a fix may touch, as glob patterns; everything else is refused.'),
    protected: globs
      .default([])
      .describe(
        'Files that a fix may touch only after a person has approved the very patch, as glob patterns; upper and lower case count as the same. Workflow files are always so.',
      ),
  })
  .prefault({})
  .describe('Which files fixes may touch.');

export const workflows = z
  .strictObject({ ignore: globs.default([]).describe('Workflow files that Regreen leaves alone, as glob patterns.') })
  .prefault({})
  .describe('Which workflows Regreen watches.');

export const jobs = z
  .strictObject({
    ignore: globs
      .default([])
      .describe('Names of jobs that Regreen leaves alone, as glob patterns; a name is no path, so * stands for anything in it.'),
  })
  .prefault({})
  .describe('Which jobs Regreen watches.');

/** Problem matchers lie beside the workflows, so that a push which changes them is known by its paths. */
const MATCHER_FILE = /^\.github\/(?:[\w-][\w.-]{0,99}\/){0,5}[\w-][\w.-]{0,99}\.json$/;

/** Whether a path may be one of a file that `problemMatchers` names. */
export function isMatcherFile(path: string): boolean {
  return MATCHER_FILE.test(path);
}

export const problemMatchers = z
  .array(z.string().regex(MATCHER_FILE, 'Name a JSON file under .github/, such as .github/problem-matcher.json.'))
  .max(10)
  .default([])
  .describe(
    "Files with problem matchers in GitHub's own form; they find what tools print that Regreen does not know. Their expressions can't use look-around or back-references.",
  );
