import type { Account, Repository } from './state/model.ts';
import { fullName } from './state/state.ts';

/** Addresses in answers: the API's under the origin, pages for people under `/web`. */
export class Urls {
  readonly api: string;
  readonly web: string;

  constructor(origin: string) {
    this.api = origin;
    this.web = `${origin}/web`;
  }

  repository(repository: Repository): string {
    return `${this.api}/repos/${fullName(repository)}`;
  }

  repositoryPage(repository: Repository): string {
    return `${this.web}/${fullName(repository)}`;
  }

  user(account: Account): string {
    return `${this.api}/users/${encodeURIComponent(account.login)}`;
  }
}
