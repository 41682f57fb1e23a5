import type { PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import type { World } from '../world.ts';
import { answerText } from './openai-server.ts';

const PRICE = 'export const price = 12;\nexport const label = String(price);\n';

/** A shop whose CI refuses a word in the code, in the words of a compiler; no fixer knows what to do about it. */
export function shopForAgents(config = ''): Record<string, string> {
  return {
    'README.md': '# shop\n',
    '.github/regreen.yml': `mode: fix\nagents:\n  use: openai-compatible\n${config}`,
    '.github/workflows/ci.yml': `name: CI
on:
  push:
    branches: [main]
  pull_request:
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: |
          if grep -q WRONG src/price.js; then echo "src/price.js(2,14): error TS2322: Type is wrong."; exit 2; fi
`,
    'src/price.js': PRICE,
  };
}

/** Pushes what CI refuses to a branch, opens a pull request, and waits until all is settled. */
export async function breakShop(
  world: World,
  repository: Repository,
  { branch = 'topic' }: { branch?: string } = {},
): Promise<PullRequest> {
  const { people } = world.sandbox;
  const files = { 'src/price.js': `${PRICE}// WRONG on ${branch}\n` };
  await people.push({ repository, branch, actor: world.mona, files });
  const pull = await people.openPullRequest({ repository, actor: world.mona, head: branch });
  await world.settled();
  return pull;
}

/** The answer that mends it. */
export const MENDED = answerText('The word is gone.', [
  { path: 'src/price.js', replacements: [{ search: '// WRONG on', replace: '// Right on' }] },
]);
/** An answer that proposes nothing, which is paid for all the same. */
export const NO_IDEA = answerText('I do not know.', []);
