import { DEFAULT_REPOSITORY_CONFIG } from '../../../src/config/repository-config.ts';
import { type Rule, type RuleBody, ruleBodySchema, type WeighedNotice } from '../../../src/notify/rules/types.ts';

export const CHANNEL = '11111111-1111-4111-8111-111111111111';
export const NOW = new Date('2026-11-20T10:00:00Z');

type Incident = NonNullable<WeighedNotice['incident']>;

export function aNotice(change: Partial<WeighedNotice> = {}, incident: Partial<Incident> = {}): WeighedNotice {
  return {
    id: 1,
    kind: 'went-red',
    at: NOW,
    repository: 'octo/shop',
    repositoryId: 7,
    channelId: null,
    incident: {
      id: '22222222-2222-4222-8222-222222222222',
      branch: 'main',
      onDefaultBranch: true,
      workflowPath: '.github/workflows/ci.yml',
      cause: 'test-failure',
      fingerprint: 'f00',
      failures: 1,
      ...incident,
    },
    ...change,
  };
}

export function aRule(body: Partial<RuleBody> = {}, enabled = true): Rule {
  const rule = ruleBodySchema.parse({ events: ['went-red', 'still-red', 'green-again'], channels: [CHANNEL], ...body });
  return { id: 'rule', name: 'a rule', enabled, rule };
}

export const SLACK = { id: CHANNEL, name: 'ci', kind: 'slack' as const };
export const CONFIG = DEFAULT_REPOSITORY_CONFIG.notifications;
