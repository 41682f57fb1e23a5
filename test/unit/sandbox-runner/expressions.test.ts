// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub Actions are written so.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/sandbox/runner/expressions/expression.ts';
import { ExpressionFault } from '../../../src/sandbox/runner/expressions/fault.ts';
import { hashFiles } from '../../../src/sandbox/runner/expressions/hash-files.ts';
import { evaluateCondition, evaluateText, evaluateValue } from '../../../src/sandbox/runner/expressions/template.ts';

const scope = (status: 'success' | 'failure' = 'success'): Scope => ({
  contexts: {
    github: { ref: 'refs/heads/main', event: { number: 7 } },
    env: { NAME: 'mona' },
    needs: { a: { result: 'failure' }, b: { result: 'success' } },
    steps: { s: { outputs: { list: '[1,2]' } } },
    secrets: { TOKEN: 'abc' },
  },
  functions: {
    always: () => true,
    success: () => status === 'success',
    failure: () => status === 'failure',
    cancelled: () => false,
    hashFiles: (...patterns) => patterns.join('+'),
  },
});

describe('texts with expressions', () => {
  it.each([
    ['plain', 'plain'],
    ['${{ env.NAME }}', 'mona'],
    ['a ${{ env.NAME }} b ${{ github.event.number }}', 'a mona b 7'],
    ["${{ 'a }} b' }}", 'a }} b'],
    ["${{ format('{0}-{1}', github.ref, env.name) }}", 'refs/heads/main-mona'],
    ['${{ github.nothing.at.all }}', ''],
    ["${{ env['NAME'] == 'MONA' }}", 'true'],
    ["${{ contains(needs.*.result, 'failure') }}", 'true'],
    ["${{ hashFiles('a', 'b') }}", 'a+b'],
    ['${{ secrets.TOKEN }}', 'abc'],
    ["${{ github.ref == 'refs/heads/main' && 'yes' || 'no' }}", 'yes'],
  ])('%s → %s', (template, expected) => {
    expect(evaluateText(template, 'step', scope())).toBe(expected);
  });

  it('keep the type of a value that is one expression, as a matrix needs it', () => {
    expect(evaluateValue('${{ fromJSON(steps.s.outputs.list) }}', 'step', scope())).toEqual([1, 2]);
    expect(evaluateValue({ a: ['${{ github.event.number }}', 'x${{ true }}'] }, 'step', scope())).toEqual({ a: [7, 'xtrue'] });
  });

  it.each(['${{ fromJSON(env.NAME) }}', "${{ fromJSON('') }}"])('%s has no value', (template) => {
    expect(() => evaluateText(template, 'step', scope())).toThrow(ExpressionFault);
  });
});

// "The maximum allowed memory size was exceeded" is GitHub's own answer; its limit is 10 MB.
describe('expressions that would grow without end are refused', () => {
  const nested = (depth: number, wrap: (inner: string) => string): string =>
    `\${{ ${Array.from({ length: depth }).reduce<string>((inner) => wrap(inner), "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'")} }}`;

  it.each([
    ['format', nested(30, (inner) => `format('{0}{0}', ${inner})`)],
    ['one format', `\${{ format('${'{0}'.repeat(6000)}', format('${'{0}'.repeat(300)}', 'xxxxxxxxxx')) }}`],
    ['toJSON', nested(40, (inner) => `toJSON(${inner})`)],
    ['join', `\${{ join(fromJSON('[${'1,'.repeat(9000)}1]'), format('${'{0}'.repeat(200)}', '0123456789')) }}`],
  ])('%s', (_name, template) => {
    expect(() => evaluateText(template, 'step', scope())).toThrow('The maximum allowed memory size was exceeded');
  });

  it('and one nested too deep is a fault, not a crash', () => {
    const deep: Scope = { ...scope(), contexts: { env: { DEEP: '['.repeat(100_000) + ']'.repeat(100_000) } } };
    expect(() => evaluateValue('${{ fromJSON(env.DEEP) }}', 'step', deep)).toThrow(ExpressionFault);
  });
});

// Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
describe('conditions', () => {
  it.each([
    [undefined, true, false],
    ['', true, false],
    ['always()', true, true],
    ['${{ always() }}', true, true],
    ['failure()', false, true],
    ['success() || failure()', true, true],
    ["github.ref == 'refs/heads/main'", true, false],
    ["${{ github.ref == 'refs/heads/dev' }}", false, false],
    ['!cancelled()', true, true],
    ["'failure()'", true, false], // A text that looks like a function is none.
    ['false', false, false],
    ['${{ false }} ', false, false],
    // A known trap: text around an expression makes a text, and a text is true.
    ["${{ github.ref }} == 'nothing'", true, false],
  ])('%s is %s after success, %s after failure', (condition, afterSuccess, afterFailure) => {
    expect(evaluateCondition(condition, 'step.if', scope('success'))).toBe(afterSuccess);
    expect(evaluateCondition(condition, 'step.if', scope('failure'))).toBe(afterFailure);
  });
});

describe('hashFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hash-files-'));
    await mkdir(path.join(folder, 'a/b'), { recursive: true });
    await writeFile(path.join(folder, 'package-lock.json'), '1');
    await writeFile(path.join(folder, 'a/b/package-lock.json'), '2');
    await writeFile(path.join(folder, 'a/x.txt'), '3');
    await symlink('/etc/passwd', path.join(folder, 'a/link.txt'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is the same for the same files, however they are selected, and differs for others', () => {
    const all = hashFiles(folder, ['**/package-lock.json']);
    expect(all).toMatch(/^[0-9a-f]{64}$/);
    expect(hashFiles(folder, ['package-lock.json', 'a/b/*.json'])).toBe(all);
    expect(hashFiles(folder, ['**/package-lock.json', '!a/**'])).toBe(hashFiles(folder, ['./package-lock.json']));
    expect(hashFiles(folder, ['*.json'])).not.toBe(all);
  });

  it('is empty when nothing is selected', () => {
    expect(hashFiles(folder, ['**/nothing'])).toBe('');
  });

  it('does not follow links out of the workspace', () => {
    expect(hashFiles(folder, ['a/*.txt'])).toBe(hashFiles(folder, ['a/x.txt']));
    expect(hashFiles(folder, ['../**', '/etc/passwd'])).toBe('');
  });

  it('tells of a pattern that cannot be read', () => {
    expect(() => hashFiles(folder, ['[a'])).toThrow(ExpressionFault);
  });
});
