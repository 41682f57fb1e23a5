import { EventEmitter } from 'node:events';
import { Ids } from './ids.ts';
import type {
  Account,
  CheckOwner,
  CheckSuite,
  Delivery,
  Installation,
  Issue,
  PullRequest,
  RecordedRequest,
  Repository,
  Run,
} from './model.ts';

/** All that this GitHub knows, in memory; the contents of repositories lie in git. */
export class State {
  readonly ids = new Ids();
  readonly accounts = new Map<string, Account>();
  readonly repositories = new Map<number, Repository>();
  readonly installations = new Map<number, Installation>();
  /** How many apps there have ever been. */
  registeredApps = 0;
  readonly deliveries: Delivery[] = [];
  readonly requests: RecordedRequest[] = [];
  private readonly changes = new EventEmitter().setMaxListeners(0);

  /** Tells everybody who waits that something is different now. */
  changed(): void {
    this.changes.emit('changed');
  }

  onChange(listener: () => void): () => void {
    this.changes.on('changed', listener);
    return () => this.changes.off('changed', listener);
  }

  account(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase());
  }

  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return [...this.repositories.values()].find((one) => fullName(one).toLowerCase() === wanted);
  }

  installationOf(repository: Repository): Installation | undefined {
    return [...this.installations.values()].find((one) => covers(one, repository));
  }
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function covers(installation: Installation, repository: Repository): boolean {
  if (installation.account.id !== repository.owner.id) return false;
  return installation.selection === 'all' || installation.repositoryIds.has(repository.id);
}

/** The repository at the root of a network of forks. */
export function networkRoot(repository: Repository): Repository {
  return repository.parent ? networkRoot(repository.parent) : repository;
}

export function isFork(pull: PullRequest, base: Repository): boolean {
  return pull.head.repository !== base;
}

/** Open pull requests of the repository whose head is that commit and lies in the repository itself. */
export function pullsAtHead(repository: Repository, sha: string): PullRequest[] {
  // Source: https://docs.github.com/en/rest/checks/runs "pull_requests … empty array for forks"
  return [...repository.pulls.values()].filter(
    (pull) => pull.issue.state === 'open' && pull.head.sha === sha && !isFork(pull, repository),
  );
}

export function findSuite(repository: Repository, owner: CheckOwner, sha: string): CheckSuite | undefined {
  return [...repository.checkSuites.values()].findLast((suite) => suite.owner === owner && suite.headSha === sha);
}

export function latestAttempt(run: Run) {
  const attempt = run.attempts.at(-1);
  if (!attempt) throw new Error(`run ${run.id} has no attempt`);
  return attempt;
}

export function issueOrPull(repository: Repository, number: number): Issue | undefined {
  return repository.issues.get(number) ?? repository.pulls.get(number)?.issue;
}
