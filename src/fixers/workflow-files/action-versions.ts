import { isMap, isScalar, type Scalar, type YAMLMap } from 'yaml';
import type { Declined, FixSource } from '../types.ts';
import { type Mend, type MendTask, runnerMessages } from './mend.ts';
import {
  indentOf,
  jobsOf,
  placeOf,
  type Replacement,
  replaceIn,
  scalarAt,
  scalarsOf,
  stepsOf,
  type WorkflowText,
} from './workflow-text.ts';

/** `actions/upload-artifact: v3` in the words of GitHub's refusal. */
const RETIRED = /uses a deprecated version of `(?<name>[\w.-]{1,100}\/[\w./-]{1,200}): (?<ref>[^`\s]{1,100})`/;
const UNRESOLVED =
  /Unable to resolve action `?(?<name>[\w.-]{1,100}\/[\w./-]{1,200})@(?<ref>[^`,\s]{1,100})`?, unable to find version/;

/**
 * The least major that still runs in place of retired ones, where the inputs of both fit.
 * https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/,
 * https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/ (cache),
 * https://github.blog/changelog/2025-01-10-code-scanning-codeql-action-v2-is-now-deprecated/
 */
const SUCCESSORS: Readonly<Record<string, string>> = {
  'actions/upload-artifact': 'v4',
  'actions/download-artifact': 'v4',
  'actions/cache': 'v4',
  'actions/cache/save': 'v4',
  'actions/cache/restore': 'v4',
  'actions/upload-pages-artifact': 'v3',
  'actions/deploy-pages': 'v4',
  'github/codeql-action/init': 'v3',
  'github/codeql-action/analyze': 'v3',
  'github/codeql-action/autobuild': 'v3',
  'github/codeql-action/upload-sarif': 'v3',
};

const ARTIFACT_ACTIONS = ['actions/upload-artifact', 'actions/download-artifact'];

/** Majors that are there, for what was meant by a version that is not. From the releases of each action. */
const MAJORS: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout': ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'],
  'actions/setup-node': ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'],
  'actions/setup-python': ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'],
  'actions/setup-go': ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'],
  'actions/setup-java': ['v1', 'v2', 'v3', 'v4', 'v5'],
  'actions/setup-dotnet': ['v1', 'v2', 'v3', 'v4', 'v5'],
  'actions/cache': ['v3', 'v4'],
  'actions/upload-artifact': ['v4', 'v5'],
  'actions/download-artifact': ['v4', 'v5', 'v6'],
  'actions/github-script': ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8'],
};

/** Versions of actions that GitHub has retired, or that never were. */
export const actionVersions: Mend = {
  applies: (source) => retiredOf(source).length + unresolvedOf(source).length > 0,
  mend(task) {
    const replacements: Replacement[] = [];
    for (const { name, ref } of retiredOf(task.source)) {
      const result = mendRetired(task, name, ref);
      if ('declined' in result) return result;
      replacements.push(...result);
    }
    for (const { name, ref } of unresolvedOf(task.source)) {
      const meant = meantBy(task, name, ref);
      if (typeof meant !== 'string') return meant;
      replacements.push(...versionsReplaced(task.workflow, name, ref, meant));
    }
    return replacements.length > 0
      ? replacements
      : { declined: 'The workflow file does not name the version that GitHub refuses.' };
  },
};

interface ActionVersion {
  name: string;
  ref: string;
}

function retiredOf(source: FixSource): ActionVersion[] {
  return found(source, RETIRED);
}

function unresolvedOf(source: FixSource): ActionVersion[] {
  return found(source, UNRESOLVED);
}

function found(source: FixSource, expression: RegExp): ActionVersion[] {
  return runnerMessages(source).flatMap((message) => {
    const { name, ref } = expression.exec(message)?.groups ?? {};
    return name && ref ? [{ name, ref }] : [];
  });
}

function mendRetired({ workflow }: MendTask, name: string, ref: string): Replacement[] | Declined {
  const successor = SUCCESSORS[name];
  if (!successor) return { declined: `Which version of ${name} works in place of ${ref} is not known.` };
  if (!/^v\d/.test(ref))
    return { declined: `${name} is pinned to the commit ${ref.slice(0, 12)}; name the commit of ${successor} by hand.` };
  if (!ARTIFACT_ACTIONS.includes(name)) return versionsReplaced(workflow, name, ref, successor);
  return mendArtifacts(workflow, successor);
}

/** Artifacts of the fourth major are not seen by the third, so what uploads and what downloads change together. */
function mendArtifacts(workflow: WorkflowText, successor: string): Replacement[] | Declined {
  const fault = artifactFault(workflow);
  if (fault) return { declined: fault };
  const replacements = ARTIFACT_ACTIONS.flatMap((name) =>
    ['v1', 'v2', 'v3'].flatMap((major) => versionsReplaced(workflow, name, major, successor)),
  );
  const hidden = jobsOf(workflow)
    .flatMap(stepsOf)
    .filter((step) => nameOf(scalarAt(step, 'uses')) === 'actions/upload-artifact')
    .map((step) => keepHiddenFiles(workflow, step));
  const refused = hidden.find((one) => one !== null && 'declined' in one);
  if (refused && 'declined' in refused) return refused;
  return [...replacements, ...hidden.filter((one): one is Replacement => one !== null && 'start' in one)];
}

/**
 * What the fourth major refuses: an artifact can't be uploaded to twice.
 * https://github.com/actions/upload-artifact/blob/main/docs/MIGRATION.md
 */
function artifactFault(workflow: WorkflowText): string | null {
  const names: string[] = [];
  for (const job of jobsOf(workflow)) {
    const isMatrix = job.map.has('strategy');
    for (const step of stepsOf(job)) {
      if (nameOf(scalarAt(step, 'uses')) !== 'actions/upload-artifact') continue;
      const name = String(withOf(step)?.get('name') ?? 'artifact');
      if (isMatrix && !/\$\{\{\s*(?:matrix|strategy)\./.test(name))
        return `The jobs of the matrix ${job.key} all upload to "${name}", which the newer major of upload-artifact refuses.`;
      names.push(name);
    }
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `"${twice}" is uploaded to twice, which the newer major of upload-artifact refuses.`;
}

/** From 4.4 on, hidden files are left out unless asked for. */
function keepHiddenFiles(workflow: WorkflowText, step: YAMLMap): Replacement | Declined | null {
  const inputs = withOf(step);
  const path = inputs && scalarAt(inputs, 'path');
  if (!inputs || !path || inputs.has('include-hidden-files')) return null;
  const isHidden = String(path.value)
    .split(/\s+/)
    .some((one) => /(?:^|\/)\.[^./]/.test(one));
  if (!isHidden) return null;
  const indent = indentOf(workflow, inputs);
  const key = inputs.items[0]?.key;
  const start = isScalar(key) ? placeOf(key)?.start : undefined;
  if (indent === null || start === undefined)
    return { declined: 'The step uploads hidden files, and its `with` is in a form that can not be added to.' };
  return { start, end: start, text: `include-hidden-files: true\n${' '.repeat(indent)}` };
}

function withOf(step: YAMLMap): YAMLMap | undefined {
  const inputs = step.get('with', true);
  return isMap(inputs) ? inputs : undefined;
}

function versionsReplaced(workflow: WorkflowText, name: string, ref: string, to: string): Replacement[] {
  return scalarsOf(workflow, 'uses')
    .filter((node) => isVersion(String(node.value), name, ref))
    .map((node) => replaceIn(workflow, node, `@${String(node.value).split('@')[1]}`, `@${to}`))
    .filter((one) => one !== null);
}

/** `actions/x@v3` and, for a major, also its releases: `actions/x@v3.1.2`. */
function isVersion(uses: string, name: string, ref: string): boolean {
  const [own, version = ''] = uses.split('@');
  return own?.toLowerCase() === name.toLowerCase() && (version === ref || (/^v\d+$/.test(ref) && version.startsWith(`${ref}.`)));
}

function nameOf(uses: Scalar | undefined): string {
  return String(uses?.value ?? '').split('@')[0] ?? '';
}

/** What the repository uses elsewhere, or the one major that is a slip of a finger away. */
function meantBy({ workflow, others }: MendTask, name: string, ref: string): string | Declined {
  const elsewhere = [workflow, ...others]
    .flatMap((one) => scalarsOf(one, 'uses').map((node) => String(node.value).split('@')))
    .filter(([own, version]) => own?.toLowerCase() === name.toLowerCase() && version !== ref)
    .map(([, version]) => version ?? '');
  const near = (MAJORS[name.toLowerCase()] ?? []).filter((major) => isOneSlipAway(ref.toLowerCase(), major));
  const candidates = new Set(near.length > 0 ? near : elsewhere);
  const [meant] = candidates;
  if (meant && candidates.size === 1) return meant;
  return { declined: `Which version of ${name} was meant by ${ref} can not be told.` };
}

/** One character more, less or other. */
function isOneSlipAway(typed: string, meant: string): boolean {
  const [short, long] = typed.length < meant.length ? [typed, meant] : [meant, typed];
  if (typed === meant || long.length - short.length > 1) return typed === meant;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  const rest = long.length === short.length ? short.slice(same + 1) : short.slice(same);
  return rest === long.slice(same + 1);
}
