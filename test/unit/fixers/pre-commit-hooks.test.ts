import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeLog } from '../../../src/diagnosis/analyzer.ts';
import { preCommitHooks } from '../../../src/fixers/pre-commit-hooks/fixer.ts';
import { HOOKS } from '../../../src/fixers/pre-commit-hooks/hooks.ts';
import { isDeclined } from '../../../src/fixers/types.ts';

const LOG = readFileSync(join(import.meta.dirname, '../../fixtures/diagnosis/pre-commit/files-modified.log'));
const source = { diagnosis: analyzeLog(LOG), printedDiffs: [] };
const CONFIGURATION = [
  'repos:',
  '  - repo: https://github.com/pre-commit/pre-commit-hooks',
  '    rev: v5.0.0',
  '    hooks:',
  '      - id: trailing-whitespace',
  '        args: [--markdown-linebreak-ext=md]',
  '      - id: mixed-line-ending',
  '      - id: fix-byte-order-marker',
  '',
].join('\n');
const targets = {
  'README.md': 'A break  \nand none \n',
  'src/cart.py': 'a = 1   \r\nb = 2\t\n',
  'docs/notes.txt': 'a\r\nb\nc\n',
  'src/shop.cs': '\ufeffclass Shop {}\n',
};

/** Protects what is done to the files that pre-commit named: what its hooks do, and nothing else. */
describe('pre-commit’s own hooks', () => {
  it('are told anew on the files that the log names, under their arguments', async () => {
    expect(preCommitHooks.applies(source)).toBe(true);
    const paths = new Set([...Object.keys(targets), '.pre-commit-config.yaml']);
    expect(preCommitHooks.plan(source, paths)).toEqual({
      targets: Object.keys(targets).toSorted((a, b) => order(a) - order(b)),
      context: ['.pre-commit-config.yaml'],
    });
    const result = await preCommitHooks.fix({
      source,
      targets,
      context: { '.pre-commit-config.yaml': CONFIGURATION },
      folder: '/nowhere',
    });
    if (isDeclined(result)) throw new Error(result.declined);
    expect(Object.fromEntries(result.edits.map(({ path, after }) => [path, after]))).toEqual({
      'README.md': 'A break  \nand none\n',
      'src/cart.py': 'a = 1\r\nb = 2\n',
      'docs/notes.txt': 'a\nb\nc\n',
      'src/shop.cs': 'class Shop {}\n',
    });
  });

  it.each([
    ['without a configuration', preCommitHooks.plan(source, new Set(Object.keys(targets))), /not there/],
    ['without the files', preCommitHooks.plan(source, new Set(['other.py'])), /None of the files/],
  ])('are left alone %s', (_name, plan, reason) => {
    expect(plan).toEqual({ declined: expect.stringMatching(reason) });
  });

  it.each([
    ['a hook that stands there twice', `${CONFIGURATION}      - id: trailing-whitespace\n`],
    ['an argument that is not known', CONFIGURATION.replace('--markdown-linebreak-ext=md', '--chars=x')],
  ])('leave a file alone for %s', async (_name, configuration) => {
    const only = { 'src/cart.py': targets['src/cart.py'] };
    const result = await preCommitHooks.fix({
      source,
      targets: only,
      context: { '.pre-commit-config.yaml': configuration },
      folder: '/nowhere',
    });
    expect(isDeclined(result)).toBe(true);
  });

  it.each([
    ['end-of-file-fixer', 'a\n\n\n', 'a\n'],
    ['end-of-file-fixer', 'a', 'a\n'],
    ['end-of-file-fixer', 'a\r\n\r\n', 'a\r\n'],
    ['end-of-file-fixer', '\n\n', ''],
    ['end-of-file-fixer', '', ''],
    ['trailing-whitespace', 'a \u00a0\n', 'a \u00a0\n'],
    ['mixed-line-ending', 'a\r\nb\r\nc\n', 'a\r\nb\r\nc\r\n'],
    ['pretty-format-json', '{"b":1,"a":[1,"é"]}', '{\n  "a": [\n    1,\n    "\\u00e9"\n  ],\n  "b": 1\n}\n'],
    ['pretty-format-json', '{"a":0.25,"b":[-3,1.5]}', '{\n  "a": 0.25,\n  "b": [\n    -3,\n    1.5\n  ]\n}\n'],
  ])('%s turns %j into %j', (hook, before, after) => {
    expect(HOOKS[hook]?.(before, [], 'a.txt')).toBe(after);
  });

  it.each([
    '{"a":1.0}',
    '{"a":[1.50]}',
    '{"a":1e3}',
    '{"a":0.00001}',
    '{"a":12345678901234567890}',
    '{"a":1,"a":2}',
    '{"1":1,"a":2}',
    'nonsense',
  ])('leave JSON alone that may come out otherwise: %s', (text) => {
    expect(HOOKS['pretty-format-json']?.(text, [], 'a.json')).toHaveProperty('declined');
  });

  it('change nothing the second time, and no word', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\n', '\r', 'é'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.constantFrom('trailing-whitespace', 'end-of-file-fixer', 'mixed-line-ending'), (before, hook) => {
        const once = HOOKS[hook]?.(before, [], 'a.txt');
        expect(HOOKS[hook]?.(String(once), [], 'a.txt')).toBe(once);
        expect(String(once).replace(/\s/g, '')).toBe(before.replace(/\s/g, ''));
      }),
    );
  });
});

/** In the order of the log. */
function order(path: string): number {
  return ['README.md', 'src/cart.py', 'docs/notes.txt', 'src/shop.cs'].indexOf(path);
}
