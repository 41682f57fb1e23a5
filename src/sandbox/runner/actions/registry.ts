import type { Action } from './action.ts';
import { checkout } from './checkout.ts';
import { setupGo, setupJava, setupNode, setupPython } from './set-up.ts';
import { cache, downloadArtifact, uploadArtifact } from './storage.ts';

/** The actions that the sandbox knows, by the name before the `@`. Any version is taken. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'actions/checkout': checkout,
  'actions/setup-node': setupNode,
  'actions/setup-python': setupPython,
  'actions/setup-go': setupGo,
  'actions/setup-java': setupJava,
  'actions/cache': cache,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
};

export type Resolution = { action: Action } | { fault: string };

/**
 * Finds the action of a `uses:`. What the sandbox doesn't know is, for it, not there, and is told in GitHub's words
 * (the runner's log: `Unable to resolve action x/y, repository not found`).
 */
export function resolveAction(uses: string): Resolution {
  if (uses.startsWith('./') || uses.startsWith('docker://')) {
    return { fault: `The sandbox's runner carries out neither actions of the repository itself nor containers: '${uses}'` };
  }
  const [name = '', version] = uses.split('@');
  if (version === undefined || !/^[^/]+\/[^/]+/.test(name)) {
    return { fault: `Expected format {org}/{repo}[/path]@ref. Actual '${uses}'` };
  }
  const key = name.toLowerCase();
  const action = Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
  const [owner, repository] = name.split('/');
  return action ? { action } : { fault: `Unable to resolve action ${owner}/${repository}, repository not found` };
}
