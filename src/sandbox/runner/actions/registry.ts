import type { Action } from './action.ts';
import { checkout } from './checkout.ts';
import { javascriptAction } from './javascript-action.ts';
import { setupGo, setupJava, setupNode, setupPython } from './set-up.ts';
import { cache, downloadArtifact, uploadArtifact } from './storage.ts';

/** The actions that the sandbox knows, by the name before the `@`. */
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

/** The newest major of each; a branch, a release or a commit is taken as it is. From the releases of the actions. */
const NEWEST_MAJORS: Readonly<Record<string, number>> = {
  'actions/checkout': 6,
  'actions/setup-node': 6,
  'actions/setup-python': 6,
  'actions/setup-go': 6,
  'actions/setup-java': 5,
  'actions/cache': 5,
  'actions/upload-artifact': 7,
  'actions/download-artifact': 8,
};

/**
 * The last major of those that GitHub refuses to run.
 * https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/ (from 30 January 2025 on),
 * https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/ (cache)
 */
const RETIRED_MAJORS: Readonly<Record<string, { last: number; notice: string }>> = {
  'actions/upload-artifact': { last: 3, notice: '2024-04-16-deprecation-notice-v3-of-the-artifact-actions' },
  'actions/download-artifact': { last: 3, notice: '2024-04-16-deprecation-notice-v3-of-the-artifact-actions' },
  'actions/cache': {
    last: 2,
    notice: '2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions',
  },
};

export type Resolution = { action: Action } | { fault: string };

/**
 * Finds the action of a `uses:`. What the sandbox doesn't know is, for it, not there, and is told in GitHub's words
 * (the runner's log: `Unable to resolve action x/y, repository not found`).
 * @param given folders of further actions, by their names
 */
export function resolveAction(uses: string, given: Readonly<Record<string, string>> = {}): Resolution {
  if (uses.startsWith('./') || uses.startsWith('docker://')) {
    return { fault: `The sandbox's runner carries out neither actions of the repository itself nor containers: '${uses}'` };
  }
  const [name = '', version] = uses.split('@');
  if (version === undefined || !/^[^/]+\/[^/]+/.test(name)) {
    return { fault: `Expected format {org}/{repo}[/path]@ref. Actual '${uses}'` };
  }
  const key = name.toLowerCase();
  const folder = Object.hasOwn(given, key) ? given[key] : undefined;
  if (folder !== undefined) return javascriptAction(folder);
  const action = Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
  const [owner, repository] = name.split('/');
  const fault = action && versionFault(key, version);
  if (fault) return { fault };
  return action ? { action } : { fault: `Unable to resolve action ${owner}/${repository}, repository not found` };
}

/** Why GitHub does not run this version, in its words (seen in public logs); `null` when it does. */
function versionFault(name: string, version: string): string | null {
  const major = Number(/^v(\d{1,4})(?:\.\d{1,4}){0,2}$/.exec(version)?.[1] ?? Number.NaN);
  const isTag = /^v?\d/.test(version) && !/^[0-9a-f]{40}$/.test(version);
  if (isTag && !(major >= 1 && major <= (NEWEST_MAJORS[name] ?? 0)))
    return `Unable to resolve action \`${name}@${version}\`, unable to find version \`${version}\``;
  const retired = RETIRED_MAJORS[name];
  return retired && major <= retired.last
    ? `This request has been automatically failed because it uses a deprecated version of \`${name}: ${version}\`. Learn more: https://github.blog/changelog/${retired.notice}/`
    : null;
}
