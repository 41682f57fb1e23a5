import { describe, expect, it } from 'vitest';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';
import type { RemedyDecision } from '../../../src/policy/types.ts';
import { mayMergeNow, verdictNow } from '../../../src/policy/verdict-now.ts';

const FAILURE = {
  cause: 'lint' as const,
  workflowPath: '.github/workflows/ci.yml',
  jobName: 'build',
  branch: 'feature/tidy',
};
const AGENT = 'agents: { use: one, causes: [lint] }';

type Verdict = RemedyDecision['verdict'];
type Then = 'fix' | 'suggest' | 'delegate' | 'rerun';

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
    ['rerun', 'allowed', 'mode: fix', 'allowed'],
    ['rerun', 'allowed', 'mode: annotate', 'refused'],
    ['rerun', 'allowed', 'mode: fix\nreruns: false', 'refused'],
    ['rerun', 'allowed', 'mode: fix\nremedies: { rerun: never }', 'refused'],
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

  it.each<[string, Partial<typeof FAILURE> | object, Verdict]>([
    ['', { cause: 'unknown' }, 'refused'],
    ['', { cause: 'unknown', askedAbout: 'lint' }, 'allowed'],
    ['', { cause: 'unknown', askedAbout: 'crash' }, 'refused'],
    ['', { cause: 'crash', askedAbout: 'lint' }, 'refused'],
    ['causes: { unknown: never }', { cause: 'unknown', askedAbout: 'lint' }, 'refused'],
    ['causes: { unknown: ask }', { cause: 'unknown', askedAbout: 'lint' }, 'asked'],
    ['remedies: { delegate: never }', { cause: 'unknown', askedAbout: 'lint' }, 'refused'],
  ])('%j: what CI says of an agent’s answer to lint, %j, goes back to it: %s', (rules, said, expected) => {
    const { config, faults } = readRepositoryConfig(`mode: fix\n${AGENT}\n${rules}`);
    expect(faults).toEqual([]);
    expect(verdictNow({ remedy: 'delegate', verdict: 'allowed' }, config, { ...FAILURE, ...said })).toBe(expected);
  });
});

/** Protects the default branch: what was allowed when a fix was made may be forbidden when CI has passed on it. */
describe('a verified fix of lint and formatting is merged', () => {
  const AUTO = 'autoMerge: { causes: [lint, formatting] }';
  const failures = [FAILURE, { ...FAILURE, cause: 'formatting' as const, jobName: 'format' }];

  it.each<[string, { approved?: boolean }, boolean]>([
    [`mode: fix\n${AUTO}`, {}, true],
    ['mode: fix', {}, false],
    ['mode: fix\nautoMerge: { causes: [lint] }', {}, false],
    [`mode: annotate\n${AUTO}`, {}, false],
    [`mode: observe\n${AUTO}`, { approved: true }, false],
    [`mode: fix\n${AUTO}\ncauses: { formatting: never }`, { approved: true }, false],
    [`mode: fix\n${AUTO}\nremedies: { fix: never }`, {}, false],
    [`mode: fix\n${AUTO}\ncauses: { formatting: ask }`, {}, false],
    [`mode: fix\n${AUTO}\ncauses: { formatting: ask }`, { approved: true }, true],
    [`mode: fix\n${AUTO}\njobs: { ignore: [format] }`, {}, false],
    [`mode: fix\n${AUTO}\nbranches: { ignore: ["feature/*"] }`, {}, false],
  ])('%j, %j: %s', (text, { approved = false }, expected) => {
    const { config, faults } = readRepositoryConfig(text);
    expect(faults).toEqual([]);
    expect(mayMergeNow(failures, config, { approved })).toBe(expected);
  });

  it('not when nothing is known of what it answers', () => {
    const { config } = readRepositoryConfig(`mode: fix\n${AUTO}`);
    expect(mayMergeNow([], config, { approved: true })).toBe(false);
  });
});
