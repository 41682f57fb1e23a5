import type { Diagnosis, PrintedDiff } from '../diagnosis/types.ts';
import type { Edit } from '../policy/gate.ts';

/** What is known of a failed job. */
export interface FixSource {
  diagnosis: Diagnosis;
  printedDiffs: readonly PrintedDiff[];
  /** The workflow file, and the job as GitHub shows it; not known of a log that a person hands in. */
  workflow?: FailedJob;
}

export interface FailedJob {
  path: string;
  jobName: string;
  /** Folders in which the failed steps work, where it matters; see `places/step-folders.ts`. */
  folders?: readonly string[];
  stepFolders?: readonly string[];
}

/** What a fixer asks for before it can work. Paths are relative to the repository, with `/`. */
export interface FixPlan {
  /** Files that it wants to change; all are named by the log. */
  targets: string[];
  /** Files that say how: the tool's configuration. */
  context: string[];
  /** Paths whose being there matters, not what is in them; folders end with `/`. */
  present?: string[];
}

/** Why a fixer does not do it, for people. */
export interface Declined {
  declined: string;
}

/** Contents by path, UTF-8. */
export type Files = Readonly<Record<string, string>>;

export interface FixInput {
  source: FixSource;
  targets: Files;
  context: Files;
  /** As the plan asked for. */
  present?: readonly string[];
  /** A folder of its own in which `context` and `targets` lie as files, for tools that look for their configuration. */
  folder: string;
}

export interface FixResult {
  edits: Edit[];
  /** Named files that it left alone, with the reason. */
  skipped: { path: string; reason: string }[];
  /** The version that did it, where the fixer has several and the repository pins one. */
  version?: string;
}

/** Turns a diagnosis and file contents into file contents. Registered in `registry.ts`. */
export interface Fixer {
  id: string;
  /** The tool and version that does the work, told in the pull request. */
  tool: string;
  version: string;
  /** Its changes need a person's approval each time, whatever the configuration says. */
  needsApproval?: true;
  /** Whether it may be able to fix what the log says. Cheap and pure. */
  applies(source: FixSource): boolean;
  /** Which files it needs, chosen among all paths of the commit. Pure. */
  plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined;
  /**
   * Further files that it needs to see, which only the targets' contents tell. Pure and quick: it runs in the server.
   * @param targets as read
   */
  related?(targets: Files, paths: ReadonlySet<string>): string[];
  /** Runs in a watched child process, without network and token. */
  fix(input: FixInput): Promise<FixResult | Declined>;
}

export function isDeclined(value: object): value is Declined {
  return 'declined' in value;
}
