import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rerunAll, rerunFailed } from './actions/reruns.ts';
import { mayWrite, roleOf } from './auth/permissions.ts';
import { GitRepository } from './git/repository.ts';
import { personCause } from './operations/cause.ts';
import { commitToBranch } from './operations/commits.ts';
import { addComment, editComment, refuseWhenLocked } from './operations/issues.ts';
import { closePull, createPull, mergePull, reopenPull, setDraft } from './operations/pulls.ts';
import { deleteRef } from './operations/refs.ts';
import { createReview } from './operations/reviews.ts';
import { addStatus, type NewStatus } from './operations/statuses.ts';
import type { Platform } from './platform.ts';
import { isEventName } from './state/events.ts';
import type {
  Account,
  CheckRun,
  CheckSuite,
  Comment,
  CommitStatus,
  Installation,
  Issue,
  Permissions,
  Plan,
  PullRequest,
  Repository,
  Role,
  Run,
} from './state/model.ts';
import { tellCheckRun, tellRequestedAction, tellSuite } from './webhooks/checks.ts';
import { tellAuthorisationRevoked, tellInstallation, tellRepositoriesAdded } from './webhooks/installation.ts';

export interface NewRepository {
  owner: Account;
  name: string;
  /** Default: public. */
  private?: boolean;
  /** Default: `main`. */
  defaultBranch?: string;
  /** The first commit's files. Without any, the repository is empty. */
  files?: Record<string, string | Buffer>;
  /** What `secrets.*` holds in workflows. */
  secrets?: Record<string, string>;
  collaborators?: Record<string, Role>;
  /** Default: GitHub's, `first_time_contributors`. */
  forkApproval?: Repository['forkApproval'];
  actionsMayOpenPulls?: boolean;
}

export interface NewInstallation {
  account: Account;
  /** Default: all repositories of the account. */
  repositories?: readonly Repository[];
  /** Default: those of app.yml. */
  permissions?: Permissions;
  /** Default: those of app.yml. */
  events?: readonly string[];
}

export interface Push {
  repository: Repository;
  /** Made from the default branch when it does not exist. */
  branch: string;
  actor: Account;
  /** Content by path; `null` removes the file. */
  files: Record<string, string | Buffer | null>;
  message?: string;
}

export interface OpenPullRequest {
  /** Where it wants to be merged. */
  repository: Repository;
  actor: Account;
  /** `branch`, or `owner:branch` of a fork. */
  head: string;
  /** Default: the default branch. */
  base?: string;
  title?: string;
  body?: string;
  draft?: boolean;
}

/** What people do on GitHub: in the browser, or with git. Each method ends when GitHub would have answered. */
export class People {
  private readonly platform: Platform;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  createAccount(login: string, options: { kind?: 'User' | 'Organization'; plan?: Plan } = {}): Account {
    const { state, clock } = this.platform;
    if (state.account(login)) throw new Error(`there is an account ${login} already`);
    const id = state.ids.take('account');
    const account: Account = {
      id,
      login,
      kind: options.kind ?? 'User',
      plan: options.plan ?? 'free',
      name: login,
      email: `${id}+${login}@users.noreply.github.com`,
      createdAt: clock.now(),
    };
    state.accounts.set(login.toLowerCase(), account);
    return account;
  }

  /** A personal access token, for requests in the person's own name. */
  createToken(account: Account): string {
    return this.platform.tokens.forPerson(account);
  }

  /**
   * Presses "Authorize" on GitHub's page, or "Cancel", and answers with the address that the browser is sent to.
   * @param address where the app has sent the person: `…/login/oauth/authorize?…`
   */
  authorise(account: Account, address: string, decision: 'authorise' | 'cancel' = 'authorise'): string {
    return this.platform.authorisation.decide(account, address, decision === 'authorise');
  }

  /** Takes back, in the person's settings, what the app may do for them. */
  revokeAuthorisation(account: Account): void {
    this.platform.authorisation.revokeAll(account);
    tellAuthorisationRevoked(this.platform, account);
  }

  /** Makes a repository. Its first commit is a push like every other: workflows in it run, webhooks tell of it. */
  async createRepository(facts: NewRepository): Promise<Repository> {
    const defaultBranch = facts.defaultBranch ?? 'main';
    const repository = await this.addRepository(facts, null, (directory) => GitRepository.create(directory, defaultBranch));
    if (facts.files) {
      await this.push({ repository, branch: defaultBranch, actor: facts.owner, files: facts.files, message: 'Initial commit' });
    }
    return repository;
  }

  /** Forks a repository into another account. */
  createFork(repository: Repository, owner: Account): Promise<Repository> {
    const facts = { owner, name: repository.name, private: repository.private, defaultBranch: repository.defaultBranch };
    return this.addRepository(facts, repository, (directory) =>
      GitRepository.fork(repository.git, directory, repository.defaultBranch),
    );
  }

  installApp(facts: NewInstallation): Installation {
    const { state, clock, app } = this.platform;
    const now = clock.now();
    const installation: Installation = {
      id: state.ids.take('installation'),
      account: facts.account,
      selection: facts.repositories ? 'selected' : 'all',
      repositoryIds: new Set(facts.repositories?.map((one) => one.id)),
      permissions: facts.permissions ?? app.permissions,
      events: facts.events?.filter(isEventName) ?? app.events,
      suspendedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    state.installations.set(installation.id, installation);
    tellInstallation(this.platform, installation, 'created', facts.account);
    state.changed();
    return installation;
  }

  uninstallApp(installation: Installation): void {
    tellInstallation(this.platform, installation, 'deleted', installation.account);
    this.platform.state.installations.delete(installation.id);
    this.platform.state.changed();
  }

  /** Lets the app into more repositories of the account. */
  addToInstallation(installation: Installation, repositories: readonly Repository[]): void {
    for (const repository of repositories) installation.repositoryIds.add(repository.id);
    tellRepositoriesAdded(this.platform, installation, repositories, installation.account);
    this.platform.state.changed();
  }

  /** Commits and pushes; returns the commit's name. */
  push(push: Push): Promise<string> {
    const { repository, branch } = push;
    const files = Object.fromEntries(
      Object.entries(push.files).map(([path, content]) => [path, content === null ? null : { content: Buffer.from(content) }]),
    );
    const startAt = repository.git.branch(repository.defaultBranch);
    const change = { branch, message: push.message ?? 'Change', files, startAt, signed: false };
    return commitToBranch(this.platform, repository, change, personCause(push.actor));
  }

  deleteBranch(repository: Repository, branch: string, actor: Account): Promise<void> {
    return deleteRef(this.platform, repository, `refs/heads/${branch}`, personCause(actor));
  }

  openPullRequest(facts: OpenPullRequest): Promise<PullRequest> {
    const { repository, head } = facts;
    const pull = {
      title: facts.title ?? `Change of ${head}`,
      body: facts.body ?? null,
      head,
      base: facts.base ?? repository.defaultBranch,
      draft: facts.draft ?? false,
    };
    return createPull(this.platform, repository, pull, personCause(facts.actor));
  }

  closePullRequest(repository: Repository, pull: PullRequest, actor: Account): Promise<void> {
    return closePull(this.platform, repository, pull, personCause(actor));
  }

  reopenPullRequest(repository: Repository, pull: PullRequest, actor: Account): Promise<void> {
    return reopenPull(this.platform, repository, pull, personCause(actor));
  }

  /** Merges and returns the merge commit's name. */
  mergePullRequest(repository: Repository, pull: PullRequest, actor: Account): Promise<string> {
    return mergePull(this.platform, repository, pull, { method: 'merge' }, personCause(actor));
  }

  /** Approves what a pull request holds now. */
  async approvePullRequest(repository: Repository, pull: PullRequest, actor: Account): Promise<void> {
    const review = { event: 'APPROVE' as const, body: '', commitSha: pull.head.sha, comments: [] };
    await createReview(this.platform, repository, pull, review, personCause(actor));
  }

  markReadyForReview(repository: Repository, pull: PullRequest, actor: Account): Promise<void> {
    return setDraft(this.platform, repository, pull, false, personCause(actor));
  }

  /** Writes a comment, as anybody may who can read; in a locked conversation only people with write permission. */
  async comment(repository: Repository, issue: Issue, actor: Account, body: string): Promise<Comment> {
    if (roleOf(repository, actor.id, actor.login) === null) throw new Error(`${actor.login} does not see the repository`);
    refuseWhenLocked(issue, mayWrite(repository, actor));
    return addComment(this.platform, repository, issue, body, personCause(actor));
  }

  /** Edits a comment: one's own, or another's with write permission. Source: https://docs.github.com/en/communities/moderating-comments-and-conversations/managing-disruptive-comments#editing-a-comment */
  editComment(repository: Repository, found: { issue: Issue; comment: Comment }, actor: Account, body: string): Promise<void> {
    if (found.comment.user !== actor && !mayWrite(repository, actor)) throw new Error(`${actor.login} may not edit that comment`);
    return editComment(this.platform, repository, found, body, personCause(actor));
  }

  /** Limits a conversation to people with write permission. Source: https://docs.github.com/en/communities/moderating-comments-and-conversations/locking-conversations */
  lockConversation(repository: Repository, issue: Issue, actor: Account): void {
    if (!mayWrite(repository, actor)) throw new Error(`${actor.login} may not lock conversations`);
    issue.locked = true;
    this.platform.state.changed();
  }

  /** Another CI system reports a commit status. */
  reportStatus(repository: Repository, actor: Account, status: NewStatus): Promise<CommitStatus> {
    return addStatus(this.platform, repository, status, actor);
  }

  /**
   * Presses one of a check run's buttons, which only people with write permission see.
   * Source: https://github.com/wip/app/issues/102 "custom actions are only visible to users with write access"
   */
  async pressButton(repository: Repository, run: CheckRun, identifier: string, actor: Account): Promise<void> {
    if (!mayWrite(repository, actor)) throw new Error(`${actor.login} sees no buttons: that needs write permission`);
    if (!run.actions.some((action) => action.identifier === identifier))
      throw new Error(`the check run has no button ${identifier}`);
    await tellRequestedAction(this.platform, repository, run, identifier, actor);
  }

  /** "Re-run" beside one of the app's check runs. */
  rerequestCheckRun(repository: Repository, run: CheckRun, actor: Account): Promise<void> {
    return tellCheckRun(this.platform, repository, run, 'rerequested', actor);
  }

  /** "Re-run all checks" for one of the app's check suites. */
  rerequestCheckSuite(repository: Repository, suite: CheckSuite, actor: Account): Promise<void> {
    return tellSuite(this.platform, repository, suite, 'rerequested', actor);
  }

  rerun(repository: Repository, run: Run, actor: Account, which: 'all' | 'failed' = 'all'): Promise<void> {
    return which === 'all' ? rerunAll(this.platform, repository, run, actor) : rerunFailed(this.platform, repository, run, actor);
  }

  /** Lets a run of a first-time contributor, or of a workflow's pull request, start. */
  approveRun(repository: Repository, run: Run): Promise<void> {
    return this.platform.actions.approve(this.platform, repository, run);
  }

  private async addRepository(
    facts: NewRepository,
    parent: Repository | null,
    open: (directory: string) => Promise<GitRepository>,
  ): Promise<Repository> {
    const { state, clock, directory } = this.platform;
    if (state.repository(facts.owner.login, facts.name)) throw new Error(`${facts.owner.login}/${facts.name} exists already`);
    const id = state.ids.take('repository');
    const folder = join(directory, 'repositories', `${id}.git`);
    await mkdir(folder, { recursive: true });
    const now = clock.now();
    const repository: Repository = {
      id,
      owner: facts.owner,
      name: facts.name,
      private: facts.private ?? false,
      description: null,
      defaultBranch: facts.defaultBranch ?? 'main',
      parent,
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
      git: await open(folder),
      collaborators: new Map(Object.entries(facts.collaborators ?? {})),
      secrets: facts.secrets ?? {},
      forkApproval: facts.forkApproval ?? 'first_time_contributors',
      allowAutoMerge: false,
      actionsMayOpenPulls: facts.actionsMayOpenPulls ?? false,
      mergeMethods: new Set(['merge', 'squash', 'rebase']),
      protectedBranches: new Map(),
      nextNumber: 1,
      issues: new Map(),
      pulls: new Map(),
      labels: new Map(),
      checkSuites: new Map(),
      checkRuns: new Map(),
      statuses: [],
      workflows: new Map(),
      runs: new Map(),
    };
    state.repositories.set(id, repository);
    state.changed();
    return repository;
  }
}
