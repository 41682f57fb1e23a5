import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, codeBlock, cut, firstLines, inline, plain } from '../../../../src/github/texts/markdown.ts';
import { textOutsideCode } from './outside-code.ts';

/** Pieces from which hostile names are made. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@mona',
        '#12',
        'GH-7',
        '`',
        '``',
        '```',
        '~~~',
        '\n',
        '\r\n',
        ' ',
        '<img src=x>',
        '&commat;mona',
        '&#64;mona',
        '[a](https://x.example)',
        '![](x)',
        '\\',
        '|',
        '_',
        '*',
        '# ',
        '- ',
        '1. ',
        '> ',
        'https://evil.example/@mona',
        'www.evil.example',
        '\u0000',
        '\u202e',
        '\ud800',
        'fixes #3',
        '-->',
        '=== ',
        '1) ',
      ),
      fc.string({ maxLength: 10 }),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** What GitHub turns into a mention, a reference, a link or an element. */
const LIVE = /(?<!\\)[<>]|(?<!\\)\]\(|@(?=\w)|#(?=\d)|https?:\/\/|\bwww\.|GH-\d|(?<!\\)&(?=[\w#])|\p{Cc}|[\u202a-\u202e]/iu;

describe('a name from outside', () => {
  it.each([
    ['@mona', '@\u200dmona'],
    ['fixes #12', 'fixes \\#\u200d12'],
    ['# Heading', '\\# Heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['&commat;mona', '\\&commat;mona'],
    ['https://x.example', 'https\u200d://x.example'],
    ['a  b\n\nc', 'a b c'],
    ['<b>*x*</b>', '\\<b\\>\\*x\\*\\</b\\>'],
    ['', ''],
  ])('%j becomes %j in a sentence', (text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  it.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`a`', '`` `a` ``'],
    ['', '` `'],
    [' \n ', '` `'],
    ['a\nb', '`a b`'],
    ['x'.repeat(300), `\`${'x'.repeat(199)}…\``],
  ])('%j becomes %j as code', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it('mentions nobody, links to nothing and makes no element, in a sentence', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = inline(text);
        expect(written).not.toMatch(LIVE);
        expect(written).not.toMatch(/[\r\n]/);
        expect(written.isWellFormed()).toBe(true);
        expect(textOutsideCode(written)).toBe(written.trimEnd());
      }),
      { numRuns: 1_000 },
    );
  });

  it('mentions nobody and closes no issue in a commit message', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(plain(text)).not.toMatch(/@(?=\w)|#(?=\d)|https?:\/\/|[\r\n]/i);
        expect(plain(text).length).toBeLessThan(250);
      }),
    );
  });

  it('stays inside its code span, whatever stands around it', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        expect(textOutsideCode(`before ${code(one)} between ${code(other)} after`)).toBe('before ¤ between ¤ after');
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays inside its block', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        expect(textOutsideCode(`before\n\n${codeBlock(one, 'text')}\n\nbetween\n\n${codeBlock(other)}\n\nafter`)).toBe(
          'before\n\n¤\n\nbetween\n\n¤\n\nafter',
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('in the message of a squashed commit, where code is text', () => {
  it.each(['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[Actions Skip]', 'skip-checks: true', '***NO_CI***'])(
    '%s keeps no CI from running',
    (mark) => {
      for (const text of [plain(mark), code(mark), codeBlock(`a\n${mark}`)])
        expect(text).not.toMatch(/\[(?:skip|ci|no|actions)[ _-](?:skip|ci|actions)\]|\bskip-checks:|\*\*\*NO_CI/i);
    },
  );

  it.each(['fixes #12', 'Closes: mona/shop#12', 'resolve GH-12', 'fixed https://github.com/mona/shop/issues/12'])(
    '%s closes no issue',
    (words) => {
      for (const text of [inline(words), plain(words), code(words), codeBlock(`a\n${words}`)])
        expect(text).not.toMatch(/#\d|GH-\d|https:\/\//i);
    },
  );
});

describe('what is long', () => {
  it('is cut without breaking a character in two', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        expect(cut(text, limit).length).toBeLessThanOrEqual(limit);
        expect(cut(text, limit).isWellFormed()).toBe(true);
      }),
    );
  });

  it('is bounded in lines and in each line', () => {
    expect(firstLines('a\nb\nc\n', 3)).toBe('a\nb\nc');
    expect(firstLines('a\nb\nc\nd\n', 2)).toBe('a\nb\n… 2 more lines');
    expect(firstLines('x'.repeat(1_000_000), 5)).toHaveLength(300);
  });

  it('costs little, also when it is nothing but spaces or back-ticks', () => {
    const startedAt = performance.now();
    for (const text of [`${' '.repeat(200_000)}x`, '`'.repeat(200_000), '@'.repeat(200_000), '\n '.repeat(100_000)]) {
      inline(text);
      code(text);
      codeBlock(firstLines(text, 40));
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
