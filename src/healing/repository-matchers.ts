import type { ConfigFault } from '../config/config-faults.ts';
import { readProblemMatchers } from '../config/problem-matchers.ts';
import type { RepositoryConfig } from '../config/repository-config.ts';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import { readFile } from '../github/files.ts';
import type { Target } from './target.ts';

/** What is wrong with one file that regreen.yml names. */
export interface FileFaults {
  path: string;
  faults: ConfigFault[];
}

/**
 * The repository's own problem matchers, from the files that its configuration names. A broken file gives none, and its
 * faults. Of two matchers with one owner the later counts, as on the runner.
 * @param ref the branch or commit to read; the default branch's count, a pull request's are only checked
 */
export async function readRepositoryMatchers(
  { at }: Pick<Target, 'at'>,
  { problemMatchers: paths }: Pick<RepositoryConfig, 'problemMatchers'>,
  ref: string,
): Promise<{ matchers: ProblemMatcher[]; broken: FileFaults[] }> {
  const byOwner = new Map<string, ProblemMatcher>();
  const broken: FileFaults[] = [];
  for (const path of paths) {
    const text = await readFile(at, path, ref);
    const reading = text === null ? { matchers: [], faults: [missing()] } : readProblemMatchers(text);
    for (const matcher of reading.matchers) byOwner.set(matcher.owner.toLowerCase(), matcher);
    if (reading.faults.length > 0) broken.push({ path, faults: reading.faults });
  }
  return { matchers: [...byOwner.values()], broken };
}

function missing(): ConfigFault {
  return { line: 1, key: '', message: 'The file is not there, though "problemMatchers" in regreen.yml names it.' };
}
