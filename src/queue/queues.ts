import type { RetryPlan } from './retry.ts';

/** What each queue's jobs carry: ids only, for bodies and results lie in tables of their own. */
export interface JobData {
  /** A stored delivery waits to be handed to the Probot application, or some wait to be written into the books. */
  deliveries:
    | { guid: string; guids?: undefined /** It was being worked on by a job that is gone. */; again?: boolean }
    | { guid?: undefined; guids: string[] };
  /** A run has ended red. */
  analysis: { installationId: number; repositoryId: number; runId: number; attempt: number };
  /** Something is to be done on GitHub: show what is known on a commit, fix what is red on a commit, check regreen.yml, answer a command. */
  remedies:
    | { kind: 'report'; installationId: number; repositoryId: number; headSha: string }
    | {
        kind: 'fix';
        installationId: number;
        repositoryId: number;
        branch: string;
        headSha: string;
        /** Why no agent is asked (any more), as a sentence. */
        unasked?: string;
        /** The person who wants it; nobody when the policy alone brought it about. */
        askedBy?: string | undefined;
      }
    | {
        kind: 'suggest';
        installationId: number;
        repositoryId: number;
        branch: string;
        headSha: string;
        pullRequestNumber: number;
      }
    | {
        kind: 'flaky';
        installationId: number;
        repositoryId: number;
        workflowPath: string;
        jobName: string;
        /** Empty for the job itself. */
        test: string;
      }
    | {
        kind: 'ask';
        installationId: number;
        repositoryId: number;
        branch: string;
        /** `owner/name` of the repository that the branch is in; this one when it is not said. */
        headRepository?: string | null;
        headSha: string;
        /** The person who wants it; nobody when the policy alone brought it about. */
        askedBy?: string | undefined;
      }
    /** A button of the check run was pressed. */
    | { kind: 'press'; installationId: number; repositoryId: number; headSha: string; identifier: string; author: string }
    /** Regreen's comment in an issue or pull request is to say what the books say. */
    | { kind: 'answer'; installationId: number; repositoryId: number; number: number }
    | { kind: 'rerun'; installationId: number; repositoryId: number; runId: number; attempt: number; reason: string }
    /** Events may be lost: GitHub is asked what became of it. */
    | { kind: 'look-at-run'; installationId: number; repositoryId: number; runId: number }
    | { kind: 'look-at-pull'; installationId: number; repositoryId: number; number: number }
    | { kind: 'look-at-branch'; installationId: number; repositoryId: number; branch: string }
    | { kind: 'settle'; installationId: number; repositoryId: number; branch: string }
    | { kind: 'withdraw'; installationId: number; repositoryId: number; fixId: string; reason: 'merged' | 'base-ended' }
    | {
        kind: 'config';
        installationId: number;
        repositoryId: number;
        headSha: string;
        /** The pull request that may change it; absent for a push that has. */
        pullRequestNumber?: number;
      }
    | {
        kind: 'command';
        installationId: number;
        repositoryId: number;
        /** Of the issue or pull request. */
        number: number;
        onPullRequest: boolean;
        commentId: number;
        thread: 'issue' | 'review';
        command: string;
        /** What stands behind the command in its line. */
        argument: string;
        /** Commands of the same comment that are not carried out. */
        more: number;
        author: string;
        /** By GitHub's clock, ISO 8601. */
        commentedAt: string;
      };
  /** No fixer has an answer: a coding agent is asked about an incident, for a fix or for a change to be approved. */
  agents: {
    installationId: number;
    repositoryId: number;
    branch: string;
    headSha: string;
    incidentId: string;
    /** What its answer is for: a fix, or a change that a person is to approve. */
    wanted: 'fix' | 'ask';
    /** The person who wants it; nobody when the policy alone brought it about. */
    askedBy?: string | undefined;
  };
  /** CI has spoken on a commit that a fix made. */
  verification: {
    installationId: number;
    repositoryId: number;
    fixId: string /** Events may be lost: GitHub is asked. */;
    swept?: boolean;
  };
  /** Somebody is to be told. */
  notifications: { notificationId: string };
  /** Housekeeping that runs by the clock. */
  maintenance: { task: 'sweep-deliveries' | 'sweep-fixes' | 'refresh-figures' | 'forget' | 'backfill' | 'fetch-missed' };
}

export type QueueName = keyof JobData;

export interface QueueDefinition {
  retry: RetryPlan;
  /** A job that takes longer is ended and counts as failed, in seconds. */
  timeoutSeconds: number;
  /** A worker that shows no life for so long has died; its jobs are given out again. At least 10 (pg-boss's limit). */
  heartbeatSeconds: number;
  /** Jobs fetched in one go. pg-boss fetches continuously only while batches above 1 come back full. */
  batchSize: number;
  /** Jobs of one repository at once, over all processes. */
  perRepository: number;
  /** With a key, at most one job waits; what it would do is decided when it starts, so a second would do nothing. */
  coalesce: boolean;
}

export const QUEUES: Record<QueueName, QueueDefinition> = {
  deliveries: {
    retry: { strategy: 'exponential', baseSeconds: 1, capSeconds: 300, limit: 8 },
    timeoutSeconds: 60,
    heartbeatSeconds: 20,
    batchSize: 20,
    perRepository: 20,
    coalesce: true,
  },
  analysis: {
    retry: { strategy: 'fibonacci', baseSeconds: 2, capSeconds: 300, limit: 7 },
    timeoutSeconds: 300,
    heartbeatSeconds: 20,
    batchSize: 4,
    perRepository: 4,
    coalesce: true,
  },
  // One at a time for each repository: finding what is already on GitHub and making what is missing must not interleave.
  remedies: {
    retry: { strategy: 'exponential', baseSeconds: 2, capSeconds: 600, limit: 7 },
    timeoutSeconds: 300,
    heartbeatSeconds: 20,
    batchSize: 4,
    perRepository: 1,
    coalesce: true,
  },
  // Beside the remedies, so that an agent that thinks for minutes holds up no fix of a fixer.
  agents: {
    retry: { strategy: 'exponential', baseSeconds: 30, capSeconds: 600, limit: 3 },
    timeoutSeconds: 1_800,
    heartbeatSeconds: 20,
    batchSize: 4,
    perRepository: 1,
    coalesce: true,
  },
  verification: {
    retry: { strategy: 'linear', baseSeconds: 5, capSeconds: 120, limit: 10 },
    timeoutSeconds: 120,
    heartbeatSeconds: 20,
    batchSize: 4,
    perRepository: 1,
    coalesce: true,
  },
  notifications: {
    retry: { strategy: 'exponential', baseSeconds: 5, capSeconds: 900, limit: 6 },
    timeoutSeconds: 60,
    heartbeatSeconds: 20,
    batchSize: 10,
    perRepository: 4,
    coalesce: false,
  },
  maintenance: {
    retry: { strategy: 'fixed', baseSeconds: 30, capSeconds: 30, limit: 3 },
    timeoutSeconds: 300,
    heartbeatSeconds: 20,
    batchSize: 2,
    perRepository: 1,
    coalesce: true,
  },
};

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** Where jobs end that no retry could save, with the reason; `redrive` sends them back. */
export const DEAD_LETTERS = 'dead-letters';
