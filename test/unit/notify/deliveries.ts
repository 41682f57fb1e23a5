import type { Delivery } from '../../../src/notify/channels/channel.ts';
import { type Message, messageOf } from '../../../src/notify/message/message.ts';
import type { IncidentStory, Story } from '../../../src/notify/message/story.ts';
import { allowedTargets } from '../../../src/notify/outgoing/addresses.ts';
import { createSafeFetch, type SafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { NOW } from './notices.ts';

export function anIncident(change: Partial<IncidentStory> = {}): IncidentStory {
  return {
    id: '22222222-2222-4222-8222-222222222222',
    branch: 'main',
    pullRequestNumber: null,
    workflowPath: '.github/workflows/ci.yml',
    cause: 'test-failure',
    status: 'open',
    failures: 1,
    openedAt: NOW,
    closedAt: null,
    closedReason: null,
    failure: {
      workflowName: 'CI',
      jobName: 'test',
      headSha: 'a'.repeat(40),
      runUrl: 'https://github.com/octo/shop/actions/runs/7',
      verdict: 'change',
      words: 'adds up\nexpected 2 to be 3',
      place: 'test/sum.test.js:3',
    },
    ...change,
  };
}

export function aStory(change: Partial<Story> = {}): Story {
  return {
    noticeId: 1,
    kind: 'went-red',
    at: NOW,
    repository: 'octo/shop',
    reason: null,
    channel: null,
    incident: anIncident(),
    fix: null,
    approval: null,
    ...change,
  };
}

export function aDelivery(stories: readonly Story[] = [aStory()], message: Message = messageOf(stories)): Delivery {
  return {
    id: 'c1d2e3f4-a5b6-4c7d-8e9f-0a1b2c3d4e5f',
    now: NOW,
    message,
    stories,
    purpose: 'notices',
    repositoryId: 7,
    signal: new AbortController().signal,
  };
}

/** Reaches this machine, and is impatient. */
export function localFetch(timeoutMs = 60_000): SafeFetch {
  return createSafeFetch({ allowed: allowedTargets(['127.0.0.1']), timeoutMs, mostBytes: 50_000 });
}

/** What a promise is rejected with, as far as channels say it. */
export async function blameOf(sending: Promise<unknown>): Promise<string> {
  try {
    await sending;
    return 'sent';
  } catch (error) {
    const { code, blames, retryAfterSeconds } = error as { code: string; blames: string; retryAfterSeconds: number | null };
    return [code, blames, ...(retryAfterSeconds === null ? [] : [retryAfterSeconds])].join(' ');
  }
}
