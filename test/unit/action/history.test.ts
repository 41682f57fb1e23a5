import { describe, expect, it } from 'vitest';
import { historyOf, openFixOf, spentOn, wasRejected } from '../../../src/action/history.ts';
import { type Marker, readMarker, replaceMarker, writeMarker } from '../../../src/action/marker.ts';
import type { DatedPullRequest } from '../../../src/github/own-pulls.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const HEALS = [{ workflowPath: '.github/workflows/ci.yml', jobs: ['build'] }];

function marker(facts: Partial<Marker> = {}): Marker {
  return { base: 'topic', sha: 'a'.repeat(40), fingerprints: ['f1'], outcome: null, heals: HEALS, ...facts };
}

function pull(facts: Partial<DatedPullRequest>, of: Partial<Marker> = {}): DatedPullRequest {
  return {
    number: 7,
    nodeId: 'PR_7',
    state: 'open',
    merged: false,
    draft: false,
    author: 'github-actions[bot]',
    title: 'Format',
    body: `What was done.\n${writeMarker(marker(of))}`,
    headSha: 'b'.repeat(40),
    headBranch: 'regreen/ci-f1',
    headRepository: 'octo/shop',
    baseBranch: 'topic',
    url: 'https://github.com/octo/shop/pull/7',
    updatedAt: '2026-11-28T11:00:00Z',
    mergedAt: null,
    createdAt: '2026-11-28T11:00:00Z',
    closedAt: null,
    ...facts,
  };
}

const OF_TOPIC = { base: 'topic', workflowPath: '.github/workflows/ci.yml', fingerprint: 'f1', defaultBranch: 'main' };

/** Protects the only memory that the action has. */
describe('a marker', () => {
  it('comes back as it was written, whatever branches are called', () => {
    const written = marker({ base: 'x-->"<!--%25', outcome: 'verified' });
    const body = `Text <!-- another --> ${writeMarker(written)}`;
    expect(writeMarker(written).indexOf('-->')).toBe(writeMarker(written).length - 3);
    expect(readMarker(body)).toEqual(written);
    const ofSuggestions = { ...written, saysHash: 'c'.repeat(64) };
    expect(readMarker(writeMarker(ofSuggestions))).toEqual(ofSuggestions);
    expect(readMarker(replaceMarker(body, { ...written, outcome: 'refuted' }))?.outcome).toBe('refuted');
  });

  it.each(['', 'none', '<!-- regreen:action=%7B -->', '<!-- regreen:action=%5B%5D -->', '<!-- regreen:action=%E0%A4%A -->'])(
    'is none in %j',
    (body) => {
      expect(readMarker(body)).toBeNull();
    },
  );
});

describe('budgets out of pull requests', () => {
  it('counts what CI has refuted, for the failure and for the branch', () => {
    const history = historyOf(
      [
        pull({ state: 'closed' }, { outcome: 'refuted' }),
        pull({ state: 'closed' }, { outcome: 'refuted', fingerprints: ['f2'] }),
        pull({ state: 'closed' }, { outcome: 'refuted', base: 'other' }),
        pull({ body: 'by a person' }),
      ],
      NOW,
    );
    expect(spentOn(history, OF_TOPIC)).toMatchObject({ attemptsOfIncident: 1, attemptsOfPullRequest: 2, fixesToday: 3 });
    expect(spentOn(history, { ...OF_TOPIC, defaultBranch: 'topic' }).attemptsOfPullRequest).toBe(0);
  });

  it('counts those that are open for other branches, and those of the last day', () => {
    const history = historyOf([pull({}), pull({ createdAt: '2026-11-27T11:00:00Z' }, { base: 'other' })], NOW);
    expect(spentOn(history, OF_TOPIC)).toMatchObject({ openFixes: 1, fixesToday: 1, stopped: null });
    expect(openFixOf(history, OF_TOPIC)?.pull.number).toBe(7);
    expect(openFixOf(history, { ...OF_TOPIC, base: 'main' })).toBeNull();
    // Another workflow of the same branch has a fix of its own.
    expect(openFixOf(history, { ...OF_TOPIC, workflowPath: '.github/workflows/lint.yml' })).toBeNull();
  });

  it('stops after three refuted ones in a row within a day', () => {
    const refuted = [1, 2, 3].map(() => pull({ state: 'closed' }, { outcome: 'refuted' }));
    const { stopped } = spentOn(historyOf(refuted, NOW), OF_TOPIC);
    expect(stopped).toContain('3 fixes in a row');
    // A comment would be heard by the server only.
    expect(stopped).not.toContain('/regreen');
    expect(spentOn(historyOf([pull({}, { outcome: 'verified' }), ...refuted], NOW), OF_TOPIC).stopped).toBeNull();
  });

  it('takes a fix that a person closed for a no, and one that CI refuted for none', () => {
    const closed = historyOf([pull({ state: 'closed' })], NOW);
    expect(wasRejected(closed, OF_TOPIC)).toBe(true);
    expect(wasRejected(closed, { ...OF_TOPIC, fingerprint: 'f2' })).toBe(false);
    expect(wasRejected(historyOf([pull({ state: 'closed', merged: true })], NOW), OF_TOPIC)).toBe(false);
    expect(wasRejected(historyOf([pull({ state: 'closed' }, { outcome: 'refuted' })], NOW), OF_TOPIC)).toBe(false);
  });
});
