import type { Problem } from './checks/problem.ts';

/** A place where GitHub's description is wrong or unfinished, and the sandbox follows GitHub instead. */
export interface Exception {
  /** The operation or webhook; `*` for all. */
  subject: string;
  /** `request`, `answer 200`, `payload`; `answer *` for every status. */
  part: string;
  /** Pointers into the value, `*` for one step; `**` alone for any place. */
  pointers: readonly string[];
  keywords: readonly string[];
  /** Which values are excused. Default: all. */
  value?: RegExp;
  /** Why the description is wrong here. */
  reason: string;
  /** Where that can be read. */
  source: string;
}

const OWN_DESCRIPTION = 'https://github.com/github/rest-api-description';

/** Each must be needed: one that excuses nothing any more fails the run. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    subject: '*',
    part: 'answer *',
    pointers: ['/status'],
    keywords: ['undescribed'],
    reason: 'Every refusal carries its status as text; of the components only basic-error says so.',
    source: 'https://github.com/NixOS/nixpkgs-merge-bot/issues/179 (a 405 as answered), basic-error of the description',
  },
  {
    subject: 'GET /repos/{owner}/{repo}/contents/{path}',
    part: 'answer 200',
    pointers: [''],
    keywords: ['status'],
    reason: 'The media type application/vnd.github.raw answers the bare file; the description lists JSON only.',
    source: 'https://docs.github.com/en/rest/repos/contents#get-repository-content, "custom media types"',
  },
  {
    subject: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    part: 'answer 200',
    pointers: [''],
    keywords: ['status'],
    reason: 'The media type application/vnd.github.diff answers the diff; the description lists it for commits only.',
    source: 'https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request, "custom media types"',
  },
  {
    subject: 'PUT /repos/{owner}/{repo}/contents/{path}',
    part: 'answer 409',
    pointers: [''],
    keywords: ['oneOf'],
    reason: 'Neither of the two bodies requires anything, so whatever is one of them is both, and oneOf can never hold.',
    source: `${OWN_DESCRIPTION}: basic-error and repository-rule-violation-error`,
  },
  {
    subject: 'GET /repos/{owner}/{repo}/actions/runs',
    part: 'query',
    pointers: ['/created'],
    keywords: ['format'],
    reason: 'The parameter takes a range in the syntax of searches, as its own text says, and not one point in time.',
    source: 'https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository',
  },
  {
    subject: 'GET /app/installations',
    part: 'answer 200',
    pointers: ['/*/account', '/*/account/user_view_type', '/*/client_id'],
    keywords: ['required', 'type', 'anyOf', 'undescribed'],
    reason: 'An old copy of the installation, whose account must be a user and an enterprise at once and lacks newer fields.',
    source: `${OWN_DESCRIPTION}: the component installation, which GET /app/installations/{installation_id} has`,
  },
  {
    subject: '*',
    part: 'payload',
    pointers: ['**'],
    keywords: ['format'],
    value: /^\d+\+[a-z0-9-]+\[bot\]@users\.noreply\.github\.com$/,
    reason: 'Addresses of apps, such as 41898282+github-actions[bot]@users.noreply.github.com, hold brackets; RFC 5321 has none.',
    source: 'https://github.com/actions/checkout#push-a-commit-using-the-built-in-token',
  },
  {
    subject: 'workflow_run.in_progress',
    part: 'payload',
    pointers: [
      '/workflow_run/display_title',
      '/workflow_run/actor/user_view_type',
      '/workflow_run/triggering_actor/user_view_type',
      '/workflow_run/repository/owner/user_view_type',
      '/workflow_run/head_repository/owner/user_view_type',
    ],
    keywords: ['undescribed'],
    reason: 'The same run has these fields in the events before and after this one.',
    source: `${OWN_DESCRIPTION}: webhook-workflow-run-requested and webhook-workflow-run-completed`,
  },
  {
    subject: 'status',
    part: 'payload',
    pointers: ['/commit/author/user_view_type', '/commit/committer/user_view_type'],
    keywords: ['undescribed'],
    reason: 'Every user has this field; this schema has an older copy of the user.',
    source: `${OWN_DESCRIPTION}: simple-user`,
  },
  ...['issues.opened', 'issues.reopened'].map(
    (subject): Exception => ({
      subject,
      part: 'payload',
      pointers: ['/issue/performed_via_github_app/client_id'],
      keywords: ['undescribed'],
      reason: 'Every app has this field; this schema has an older copy of the app.',
      source: `${OWN_DESCRIPTION}: integration`,
    }),
  ),
];

/** Keeps count of which exceptions were needed. */
export class ExceptionBook {
  private readonly used = new Set<Exception>();
  private readonly exceptions: readonly Exception[];

  constructor(exceptions: readonly Exception[]) {
    this.exceptions = exceptions;
  }

  /** Whether a known fault of the description explains the problem. */
  excuses(problem: Problem): boolean {
    const found = this.exceptions.find((exception) => matches(exception, problem));
    if (found) this.used.add(found);
    return found !== undefined;
  }

  /** The exceptions that have excused nothing so far. */
  unused(): Exception[] {
    return this.exceptions.filter((exception) => !this.used.has(exception));
  }
}

function matches(exception: Exception, problem: Problem): boolean {
  return (
    (exception.subject === '*' || exception.subject === problem.subject) &&
    (exception.part === problem.part || (exception.part === 'answer *' && problem.part.startsWith('answer '))) &&
    exception.keywords.includes(problem.keyword) &&
    (exception.value === undefined || (typeof problem.value === 'string' && exception.value.test(problem.value))) &&
    exception.pointers.some((pattern) => matchesPointer(pattern, problem.pointer))
  );
}

function matchesPointer(pattern: string, pointer: string): boolean {
  if (pattern === '**') return true;
  const [wanted, given] = [pattern.split('/'), pointer.split('/')];
  if (wanted.length !== given.length) return false;
  return wanted.every((step, index) => step === '*' || step === given[index]);
}
