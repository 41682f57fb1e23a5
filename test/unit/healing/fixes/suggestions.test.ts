import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SUGGESTIONS, suggestionsFor } from '../../../../src/healing/fixes/suggestions.ts';

const everything = new Map([['a.ts', [{ first: 1, last: 10_000 }]]]);

function suggest(before: string, after: string, ranges = everything) {
  return suggestionsFor([{ path: 'a.ts', before, after }], ranges);
}

/** Does what GitHub does when all suggestions are accepted. */
function accept(before: string, comments: ReturnType<typeof suggest>['comments']): string {
  const lines = before.split('\n');
  for (const { line, startLine = line, body } of comments.toReversed()) {
    lines.splice(startLine - 1, line - startLine + 1, ...body.split('\n').slice(1, -1));
  }
  return lines.join('\n');
}

describe('suggestions', () => {
  it('replace the lines that change', () => {
    expect(suggest('a\nb\nc\n', 'a\nB\nc\n').comments).toEqual([{ path: 'a.ts', line: 2, body: '```suggestion\nB\n```' }]);
    expect(suggest('a\nb\nc\n', 'a\nX\n').comments).toEqual([
      { path: 'a.ts', line: 3, startLine: 2, body: '```suggestion\nX\n```' },
    ]);
  });

  it('take a neighbour along where lines are only added, and none where they are only taken away', () => {
    expect(suggest('a\nb\n', 'a\nnew\nb\n').comments[0]).toEqual({ path: 'a.ts', line: 1, body: '```suggestion\na\nnew\n```' });
    expect(suggest('a\nb\n', 'new\na\nb\n').comments[0]).toEqual({ path: 'a.ts', line: 1, body: '```suggestion\nnew\na\n```' });
    expect(suggest('a\nb\n', 'a\n').comments[0]).toEqual({ path: 'a.ts', line: 2, body: '```suggestion\n```' });
  });

  it('stand only on lines that the diff shows; the others are counted', () => {
    const ranges = new Map([['a.ts', [{ first: 1, last: 2 }]]]);
    expect(suggest('a\nb\nc\nd\n', 'A\nb\nc\nD\n', ranges)).toMatchObject({ comments: [{ line: 1 }], left: 1 });
    expect(suggest('a\nb\nc\n', 'a\nB\nC\n', ranges)).toEqual({ comments: [], left: 1 });
  });

  it('can’t be ended by what they hold', () => {
    expect(suggest('a\n', '````\n').comments[0]?.body).toBe('`````suggestion\n````\n`````');
  });

  it('give the change when all are accepted, and are never too many', () => {
    const content = fc
      .array(fc.constantFrom('a', 'b', '', '  c'), { minLength: 1, maxLength: 60 })
      .map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(content, content, (before, after) => {
        const { comments, left } = suggest(before, after);
        expect(comments.length).toBeLessThanOrEqual(MOST_SUGGESTIONS);
        if (left === 0) expect(accept(before, comments)).toBe(after);
      }),
    );
  });
});
