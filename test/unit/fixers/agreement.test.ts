import { describe, expect, it } from 'vitest';
import { settled } from '../../../src/fixers/formatting/format-files.ts';
import { keepsWritten } from '../../../src/fixers/printed-diff/kept.ts';

describe('a layout that several versions leave as it is', () => {
  it('is found, where one brings the other’s result to rest', async () => {
    expect(await settled('A', [(text) => text.toLowerCase(), (text) => `${text.replace(/!$/, '')}!`])).toBe('a!');
  });

  it('is not there when they undo each other’s work, though every round ends alike', async () => {
    expect(await settled('- a', [() => '- a', () => '-   a'])).toBeNull();
  });
});

describe('what a tool has printed as its wish', () => {
  it('is kept where its lines still stand together', () => {
    expect(keepsWritten('b\na\nf( x )\n', 'a\nb\nf( x )\n', 'a\nb\nf(x)\n')).toBe(true);
    expect(keepsWritten('a', 'b', 'b')).toBe(true);
  });

  it('is undone where another tool has written them otherwise', () => {
    expect(
      keepsWritten('from a import b, c\n', 'from a import (b,\n               c)\n', 'from a import (\n    b,\n    c,\n)\n'),
    ).toBe(false);
    expect(keepsWritten('x = 1\n', 'xx = 1\n', 'xx = 1 # \n')).toBe(false);
  });
});
