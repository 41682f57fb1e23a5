import { fileURLToPath } from 'node:url';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { builtAction } from '../../support/built-action.ts';
import { TOOL_PATHS } from '../../support/world.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A GitHub whose runners have the action as it is released, an organisation, and somebody who works there. */
export interface ActionSandbox {
  sandbox: Sandbox;
  owner: Account;
  mona: Account;
}

export async function startActionSandbox(): Promise<ActionSandbox> {
  await builtAction();
  const sandbox = await startSandbox({ toolPaths: TOOL_PATHS, actions: { 'regreen/regreen': root }, stepTimeoutMs: 180_000 });
  const owner = sandbox.people.createAccount('octo', { kind: 'Organization', plan: 'team' });
  return { sandbox, owner, mona: sandbox.people.createAccount('mona') };
}

/** A pull request of mona's whose formatting is refused, when its run and all that follows have ended. */
export async function redPullRequest(
  { sandbox, mona }: ActionSandbox,
  repository: Repository,
  files: Record<string, string> = UNFORMATTED_FILES,
): Promise<PullRequest> {
  await sandbox.people.push({ repository, branch: 'discount', actor: mona, files });
  const pull = await sandbox.people.openPullRequest({ repository, actor: mona, head: 'discount', title: 'Add discounts' });
  await sandbox.idle();
  return pull;
}
