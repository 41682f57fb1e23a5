import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CourseInput, chooseCourse } from '../../../src/policy/course.ts';
import { isSelected } from '../../../src/policy/filter-patterns.ts';
import { readTriggers } from '../../../src/policy/workflow-triggers.ts';
import { isSelected as isSelectedBySandbox } from '../../../src/sandbox/runner/workflow/filter.ts';

function workflow(on: string) {
  return { path: '.github/workflows/ci.yml', triggers: readTriggers(`on: ${on}\njobs: {}\n`) };
}

const EVERYTHING = '[push, pull_request]';
const MAIN_ONLY = '{ push: { branches: [main] }, pull_request: { branches: [main] } }';

function course(on: string, change: Partial<CourseInput> = {}) {
  const chosen = chooseCourse({
    workflows: [workflow(on)],
    delivery: 'pull-request',
    branch: 'cart',
    pullRequestBase: 'main',
    defaultBranch: 'main',
    fixBranch: 'regreen/ci-1',
    paths: ['src/cart.ts'],
    noCommit: null,
    ...change,
  });
  return `${chosen.delivery} to ${chosen.targetBranch}${chosen.silent.length > 0 ? ', silent' : ''}${chosen.note ? ', noted' : ''}`;
}

describe('the way of a fix for a pull request', () => {
  it.each<[string, string, Partial<CourseInput>]>([
    [EVERYTHING, 'pull-request to cart', {}],
    ['push', 'pull-request to cart', {}],
    ['pull_request', 'pull-request to cart', {}],
    ['{ pull_request: null }', 'pull-request to cart', {}],
    ['{ push: { branches: [main] }, pull_request: null }', 'pull-request to cart', {}],
    // The base is filtered, and the push goes to a branch that nobody listens to.
    [MAIN_ONLY, 'pull-request to main, noted', {}],
    ['{ push: { branches: ["regreen/**"] }, pull_request: { branches: [main] } }', 'pull-request to cart', {}],
    ['{ push: { branches-ignore: ["regreen/**"] }, pull_request: { branches: [release] } }', 'pull-request to cart, silent', {}],
    ['{ pull_request: { branches: [release] } }', 'pull-request to release, noted', { pullRequestBase: 'release' }],
    ['{ pull_request: { paths: ["docs/**"] } }', 'pull-request to cart, silent', {}],
    ['{ pull_request: { paths-ignore: ["docs/**"] } }', 'pull-request to cart', {}],
    ['{ pull_request: { types: [labeled] } }', 'pull-request to cart, silent', {}],
    ['{ push: { tags: ["v*"] } }', 'pull-request to cart, silent', {}],
    ['workflow_dispatch', 'pull-request to cart, silent', {}],
    // On the default branch itself there is nowhere else to go.
    [MAIN_ONLY, 'pull-request to main', { branch: 'main', pullRequestBase: null }],
    ['{ push: { branches: [main] } }', 'pull-request to main, silent', { branch: 'main', pullRequestBase: null }],
    // As regreen.yml wishes.
    [MAIN_ONLY, 'commit to cart', { delivery: 'commit' }],
    [EVERYTHING, 'pull-request to cart, noted', { delivery: 'commit', noCommit: 'the branch is protected' }],
    [EVERYTHING, 'pull-request to main', { delivery: 'commit', branch: 'main', pullRequestBase: null }],
    // Suggestions need a pull request, and are decided before.
    [EVERYTHING, 'pull-request to cart', { delivery: 'suggestion', pullRequestBase: null }],
    [EVERYTHING, 'pull-request to main', { delivery: 'suggestion', branch: 'main', pullRequestBase: null }],
  ])('%s: %s', (on, expected, change) => {
    expect(course(on, change)).toBe(expected);
  });

  it('says which workflow would not start, and why', () => {
    const { note } = chooseCourse({
      workflows: [workflow(MAIN_ONLY)],
      delivery: 'pull-request',
      branch: 'cart',
      pullRequestBase: 'main',
      defaultBranch: 'main',
      fixBranch: 'regreen/ci-1',
      paths: ['src/cart.ts'],
      noCommit: null,
    });
    expect(note).toContain('`.github/workflows/ci.yml` would not start for a pull request onto `cart`');
    expect(note).toContain('its pull_request.branches leave out cart, and its push.branches leave out regreen/ci-1');
  });
});

describe('a workflow file that nobody can read', () => {
  it.each(['', '[', 'on: 3', '- a', `on: push #${'x'.repeat(300_000)}`])('%#', (text) => {
    expect(readTriggers(text)).toBeNull();
  });
});

it('filters are those of GitHub’s cheat sheet, as the sandbox reads them', () => {
  const piece = fc.constantFrom('a', 'b', '/', '*', '**', '**/', 'a?', 'b+', '[ab]', '\\*', '.js');
  const pattern = fc.tuple(fc.constantFrom('', '', '!'), fc.array(piece, { minLength: 1, maxLength: 6 }));
  const name = fc.array(fc.constantFrom('a', 'b', '/', '.js', '*'), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 3 }), name, (patterns, parts) => {
      const written = patterns.map(([not, pieces]) => `${not}${pieces.join('')}`);
      const text = parts.join('');
      expect(isSelected(written, text), `${written.join(' ')} on ${text}`).toBe(isSelectedBySandbox(written, text));
    }),
    { numRuns: 2_000 },
  );
});

it('a hostile pattern takes no time', () => {
  expect(isSelected([`${'**a+'.repeat(200)}b`], 'a'.repeat(1000))).toBe(false);
});
