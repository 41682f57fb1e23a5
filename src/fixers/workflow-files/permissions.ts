import { isMap, isScalar, type YAMLMap } from 'yaml';
import type { Declined, FixSource } from '../types.ts';
import type { Mend, MendTask } from './mend.ts';
import {
  indentOf,
  type JobNode,
  jobsOf,
  placeOf,
  type Replacement,
  replaceIn,
  scalarAt,
  type WorkflowText,
} from './workflow-text.ts';

type Rights = Readonly<Record<string, 'read' | 'write'>>;

const PULL_REQUESTS: Rights = { 'pull-requests': 'write' };
const CONTENTS: Rights = { contents: 'write' };
const ISSUES: Rights = { issues: 'write' };
const CHANGES: Rights = { contents: 'write', 'pull-requests': 'write' };

/** What actions need, as their own documentation says. */
const RIGHTS_OF_ACTIONS: Readonly<Record<string, Rights>> = {
  'actions/labeler': { contents: 'read', 'pull-requests': 'write' },
  'actions/stale': { issues: 'write', 'pull-requests': 'write' },
  'actions/first-interaction': { issues: 'write', 'pull-requests': 'write' },
  'peter-evans/create-pull-request': CHANGES,
  'peter-evans/create-or-update-comment': { issues: 'write', 'pull-requests': 'write' },
  'marocchino/sticky-pull-request-comment': PULL_REQUESTS,
  'thollander/actions-comment-pull-request': PULL_REQUESTS,
  'softprops/action-gh-release': CONTENTS,
  'ncipollo/release-action': CONTENTS,
  'peaceiris/actions-gh-pages': CONTENTS,
  'JamesIves/github-pages-deploy-action': CONTENTS,
  'release-drafter/release-drafter': CHANGES,
  'googleapis/release-please-action': CHANGES,
  'changesets/action': CHANGES,
  'dorny/test-reporter': { checks: 'write' },
  'EnricoMi/publish-unit-test-result-action': { checks: 'write', 'pull-requests': 'write' },
  'github/codeql-action/analyze': { 'security-events': 'write' },
  'github/codeql-action/upload-sarif': { 'security-events': 'write' },
  'actions/deploy-pages': { pages: 'write', 'id-token': 'write' },
};

/** What commands of GitHub's own program need: https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
const RIGHTS_OF_COMMANDS: readonly (readonly [RegExp, Rights])[] = [
  [/\bgh pr merge\b/, CHANGES],
  [/\bgh pr (?:comment|edit|create|review|close|reopen|ready)\b/, PULL_REQUESTS],
  [/\bgh (?:issue|label)\b/, ISSUES],
  [/\bgh release\b/, CONTENTS],
  [/\bgh workflow run\b/, { actions: 'write' }],
  [/^\s*git push\b/, CONTENTS],
];

/** A job whose token may not do what a step of it does. */
export const missingRights: Mend = {
  applies: (source) => source.diagnosis.cause.category === 'permission' && neededIn(source) !== null,
  mend(task) {
    const needed = neededIn(task.source);
    if (!needed) return { declined: 'Which right the step needs is not known.' };
    const job = failedJob(task);
    if (!job) return { declined: 'Which job of the file has failed can not be told.' };
    return grant(task.workflow, job, needed);
  },
};

function neededIn({ diagnosis }: FixSource): Rights | null {
  const name = diagnosis.failedSteps[0]?.name ?? '';
  const action = RIGHTS_OF_ACTIONS[name.split('@')[0] ?? ''];
  return action ?? RIGHTS_OF_COMMANDS.find(([expression]) => expression.test(name))?.[1] ?? null;
}

/** GitHub shows a job by its name, and by its key where it has none; jobs of a matrix have their values behind. */
function failedJob({ source, workflow }: MendTask): JobNode | null {
  const shown = source.workflow?.jobName ?? '';
  const matching = jobsOf(workflow).filter(({ key, map }) => {
    const name = String(map.get('name') ?? key);
    return shown === name || shown.startsWith(`${name} (`);
  });
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

/** The least that lets the step go on: the job keeps what it has and gets what it needs, and no other job gets more. */
function grant(workflow: WorkflowText, job: JobNode, needed: Rights): Replacement[] | Declined {
  const own = job.map.get('permissions', true);
  if (isMap(own)) return addTo(workflow, own, needed);
  if (own !== undefined) return { declined: 'The job asks for all rights of one kind at once; name those that it needs.' };
  const shared = workflow.document.get('permissions', true);
  if (shared !== undefined && !isMap(shared)) return { declined: 'The workflow asks for all rights of one kind at once.' };
  return addOwn(workflow, job, { ...(shared ? rightsOf(shared) : { contents: 'read' }), ...needed });
}

function rightsOf(map: YAMLMap): Record<string, string> {
  return Object.fromEntries(
    map.items.flatMap((pair) =>
      isScalar(pair.key) && isScalar(pair.value) ? [[String(pair.key.value), String(pair.value.value)]] : [],
    ),
  );
}

function addTo(workflow: WorkflowText, map: YAMLMap, needed: Rights): Replacement[] | Declined {
  const indent = indentOf(workflow, map);
  const first = map.items[0]?.key;
  const start = isScalar(first) ? placeOf(first)?.start : undefined;
  if (indent === null || start === undefined) return { declined: 'The permissions are in a form that can not be added to.' };
  const replacements: Replacement[] = [];
  for (const [right, level] of Object.entries(needed)) {
    const known = scalarAt(map, right);
    if (!known) replacements.push({ start, end: start, text: `${right}: ${level}\n${' '.repeat(indent)}` });
    else if (level === 'write' && known.value !== 'write') {
      const raised = replaceIn(workflow, known, String(known.value), level);
      if (raised) replacements.push(raised);
    }
  }
  return replacements.length > 0
    ? replacements
    : { declined: 'The job has the rights already; the repository or the organisation takes them away.' };
}

function addOwn(workflow: WorkflowText, job: JobNode, rights: Readonly<Record<string, string>>): Replacement[] | Declined {
  const indent = indentOf(workflow, job.map);
  const first = job.map.items[0]?.key;
  const start = isScalar(first) ? placeOf(first)?.start : undefined;
  if (indent === null || start === undefined) return { declined: 'The job is in a form that can not be added to.' };
  const blanks = ' '.repeat(indent);
  const lines = Object.entries(rights).map(([right, level]) => `${blanks}  ${right}: ${level}\n`);
  return [{ start, end: start, text: `permissions:\n${lines.join('')}${blanks}` }];
}
