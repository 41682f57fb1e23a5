import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressionFault } from '../../../src/sandbox/runner/expressions/fault.ts';
import { matrixSuffix, unfoldMatrix } from '../../../src/sandbox/runner/run/matrix.ts';

describe('the combinations of a matrix', () => {
  it('are the product of its lists, the last list fastest', () => {
    expect(unfoldMatrix({ os: ['a', 'b'], node: [18, 20] })).toEqual([
      { os: 'a', node: 18 },
      { os: 'a', node: 20 },
      { os: 'b', node: 18 },
      { os: 'b', node: 20 },
    ]);
  });

  it('leave out what `exclude` covers, also in part', () => {
    expect(unfoldMatrix({ os: ['a', 'b'], node: [18, 20], exclude: [{ os: 'a' }, { os: 'b', node: 18 }] })).toEqual([
      { os: 'b', node: 20 },
    ]);
  });

  // The example of https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrixinclude
  it('take `include` as in the example of the documentation', () => {
    const matrix = {
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    };
    expect(unfoldMatrix(matrix)).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  it('may be `include` alone', () => {
    expect(unfoldMatrix({ include: [{ a: 1 }, { a: 2 }] })).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each([
    ['no mapping', 'x'],
    ['no list', { os: 'ubuntu' }],
    ['an empty list', { os: [] }],
    ['nothing', {}],
    ['all excluded', { os: ['a'], exclude: [{ os: 'a' }] }],
    ['include that is no list of mappings', { include: ['a'] }],
    // "A matrix will generate a maximum of 256 jobs per workflow run."
    ['257 jobs', { n: Array.from({ length: 257 }, (_, i) => i) }],
    [
      'a product that would not fit in memory',
      Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`a${i}`, Array(100).fill(0)])),
    ],
  ])('are refused: %s', (_why, matrix) => {
    expect(() => unfoldMatrix(matrix)).toThrow(ExpressionFault);
  });

  it('never hold what is excluded', () => {
    const values = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, values, fc.integer({ min: 0, max: 5 }), (a, b, excluded) => {
        fc.pre(a.some((value) => value !== excluded));
        const combinations = unfoldMatrix({ a, b, exclude: [{ a: excluded }] });
        expect(combinations).toHaveLength(a.filter((value) => value !== excluded).length * b.length);
        expect(combinations.some((one) => one['a'] === excluded)).toBe(false);
      }),
    );
  });
});

it('names the jobs of a matrix by its values', () => {
  expect(matrixSuffix({ os: 'ubuntu-latest', node: 20, more: { a: true } })).toBe(' (ubuntu-latest, 20, true)');
  expect(matrixSuffix({})).toBe('');
});
