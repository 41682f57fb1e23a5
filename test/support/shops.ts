import { SHOP_FILES, UNFORMATTED_FILES } from '../../src/demo/shop.ts';
import type { PullRequest, Repository } from '../../src/sandbox/state/model.ts';
import type { World } from './world.ts';

const CONFIG = '.github/regreen.yml';

/** The demo's shop in another mode; `null` for no regreen.yml at all. */
export function shopInMode(mode: string | null): Record<string, string> {
  const { [CONFIG]: _mode, ...files } = SHOP_FILES;
  return mode === null ? files : { ...files, [CONFIG]: `mode: ${mode}\n` };
}

/** A shop in mode `fix` whose CI is this script, on `main` and on pull requests. */
export function shopWithSteps(steps: readonly string[]): Record<string, string> {
  return {
    ...SHOP_FILES,
    '.github/workflows/ci.yml': [
      'name: CI',
      'on:',
      '  push:',
      '    branches: [main]',
      '  pull_request:',
      'jobs:',
      '  checks:',
      '    runs-on: ubuntu-latest',
      '    steps:',
      '      - uses: actions/checkout@v5',
      ...steps.map((step) => `      - run: ${step}`),
      '',
    ].join('\n'),
  };
}

/** A person pushes files to a new branch and opens a pull request. */
export async function propose(
  world: World,
  repository: Repository,
  change: { branch?: string; files?: Record<string, string> } = {},
): Promise<PullRequest> {
  const { branch = 'discount', files = UNFORMATTED_FILES } = change;
  await world.sandbox.people.push({ repository, branch, actor: world.mona, files });
  return world.sandbox.people.openPullRequest({ repository, actor: world.mona, head: branch, title: `Change of ${branch}` });
}

/** Branches of a repository that Regreen made, with the commits that they point at. */
export function fixBranches(repository: Repository): { name: string; sha: string }[] {
  return repository.git.listRefs('refs/heads/regreen/').map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), sha }));
}
