import { describe, expect, it } from 'vitest';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';
import type { RemedyDecision } from '../../../src/policy/types.ts';
import { verdictNow } from '../../../src/policy/verdict-now.ts';

const FAILURE = {
  cause: 'lint' as const,
  workflowPath: '.github/workflows/ci.yml',
  jobName: 'build',
  branch: 'feature/tidy',
};
const AGENT = 'agents: { use: one, causes: [lint] }';

type Verdict = RemedyDecision['verdict'];
type Then = 'fix' | 'suggest' | 'delegate';

/** Protects people who withdraw something from jobs that were decided before: the stricter word counts. */
describe('what was decided before, under the configuration of now', () => {
  it.each<[Then, Verdict, string, Verdict]>([
    ['fix', 'allowed', 'mode: fix', 'allowed'],
    ['fix', 'asked', 'mode: fix', 'asked'],
    ['fix', 'refused', 'mode: fix\nremedies: { fix: allow }', 'refused'],
    ['fix', 'allowed', 'mode: annotate', 'refused'],
    ['fix', 'asked', 'mode: observe', 'refused'],
    ['fix', 'allowed', 'mode: fix\ncauses: { lint: never }', 'refused'],
    ['fix', 'asked', 'mode: fix\nremedies: { fix: never }', 'refused'],
    ['fix', 'allowed', 'mode: fix\nremedies: { fix: ask }', 'asked'],
    ['fix', 'asked', 'mode: fix\nremedies: { fix: allow }', 'asked'],
    ['fix', 'allowed', 'mode: fix\ncauses: { formatting: never }', 'allowed'],
    ['fix', 'allowed', 'mode: fix\nbranches: { ignore: ["feature/*"] }', 'refused'],
    ['fix', 'allowed', 'mode: fix\nbranches: { heal: [main] }', 'refused'],
    ['fix', 'allowed', 'mode: fix\nworkflows: { ignore: ["**/ci.yml"] }', 'refused'],
    ['fix', 'allowed', 'mode: fix\njobs: { ignore: ["build*"] }', 'refused'],
    ['suggest', 'allowed', 'mode: fix', 'allowed'],
    ['suggest', 'allowed', 'mode: fix\nremedies: { suggest: never }', 'refused'],
    ['delegate', 'allowed', `mode: fix\n${AGENT}`, 'allowed'],
    ['delegate', 'allowed', `mode: fix\n${AGENT}\nremedies: { delegate: ask }`, 'asked'],
    ['delegate', 'asked', `mode: fix\n${AGENT}\nremedies: { delegate: never }`, 'refused'],
    ['delegate', 'allowed', `mode: fix\n${AGENT}\nremedies: { fix: never }`, 'refused'],
    ['delegate', 'allowed', `mode: fix\n${AGENT}\nremedies: { fix: ask }`, 'allowed'],
    ['delegate', 'allowed', 'mode: fix', 'refused'],
    ['delegate', 'allowed', 'mode: fix\nagents: { use: one, causes: [crash] }', 'refused'],
  ])('%s %s, and now %j: %s', (remedy, verdict, text, expected) => {
    const { config, faults } = readRepositoryConfig(text);
    expect(faults).toEqual([]);
    expect(verdictNow({ remedy, verdict }, config, FAILURE)).toBe(expected);
  });
});
