import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG_READING, readRepositoryConfig } from '../../../src/config/effective-config.ts';
import { DEFAULT_REPOSITORY_CONFIG, repositoryConfigJsonSchema } from '../../../src/config/repository-config.ts';

function faults(text: string): string[] {
  return readRepositoryConfig(text).faults.map(({ line, key, message }) => `${line} ${key}: ${message}`);
}

describe('a file that can be used', () => {
  it('gives its values, and the defaults for the rest', () => {
    const reading = readRepositoryConfig('mode: fix\npaths:\n  protected: [db/**]\n');
    expect(reading.faults).toEqual([]);
    expect(reading.config).toEqual({
      ...DEFAULT_REPOSITORY_CONFIG,
      mode: 'fix',
      paths: { allowed: ['**'], protected: ['db/**'] },
    });
  });

  it.each([
    ['absent', null],
    ['empty', ''],
    ['only a comment', '# later\n'],
    ['empty maps', 'paths: {}\nfixers: {}\n'],
  ])('%s: the defaults apply', (_what, text) => {
    expect(readRepositoryConfig(text)).toEqual(DEFAULT_CONFIG_READING);
  });

  it.each(['matchers.json', '../x.json', '.github/../x.json', '.github/a.yml', '/.github/a.json', '.github//a.json'])(
    'names problem matchers under .github/ only: %s is refused',
    (path) => {
      expect(readRepositoryConfig(`problemMatchers: [${path}]\n`).faults[0]?.message).toMatch(/^Name a JSON file under \.github/);
    },
  );

  it('names problem matchers', () => {
    const text = 'problemMatchers: [.github/problem-matcher.json, .github/matchers/till.json]\n';
    expect(readRepositoryConfig(text).config.problemMatchers).toHaveLength(2);
  });

  it('may have a few aliases, and comments, and Windows line ends', () => {
    const text = 'paths:\r\n  protected: &list [a, b] # why\r\nworkflows:\r\n  ignore: *list\r\n';
    expect(readRepositoryConfig(text).config.workflows.ignore).toEqual(['a', 'b']);
  });
});

describe('a file that can not be used gives the defaults and each fault with its line', () => {
  it.each([
    ['an unknown key', 'mode: fix\nmodes: fix\n', ['2 modes: There is no key "modes" here. Did you mean "mode"?']],
    [
      'an unknown key inside',
      'mode: fix\npaths:\n  x: 1\n  protect: []\n',
      [
        '3 paths.x: There is no key "x" here. Known are: allowed, protected.',
        '4 paths.protect: There is no key "protect" here. Did you mean "protected"?',
      ],
    ],
    [
      'a slip of the finger',
      'fixers:\n  pretier: false\n',
      ['2 fixers.pretier: There is no key "pretier" here. Did you mean "prettier"?'],
    ],
    [
      'nothing alike',
      'qqqqqqqqqq: 1\n',
      [
        '1 qqqqqqqqqq: There is no key "qqqqqqqqqq" here. Known are: agents, approvals, autoMerge, branches, budgets, causes, delivery, fix, fixers, flakyTests, jobs, mode, notifications, paths, problemMatchers, remedies, reruns, workflows.',
      ],
    ],
    [
      'a rule that is none',
      'causes:\n  lint: nver\n  formatting:\n    fix: yes\n    fx: ask\n',
      [
        expect.stringMatching(/^2 causes\.lint: .*"allow"\|"ask"\|"never"/),
        expect.stringMatching(/^4 causes\.formatting\.fix: .*"allow"\|"ask"\|"never"/),
        '5 causes.formatting.fx: There is no key "fx" here. Did you mean "fix"?',
      ],
    ],
    ['an ask for what can not be asked', 'remedies: { annotate: ask }\n', [expect.stringMatching(/^1 remedies\.annotate: /)]],
    ['a cause that is none', 'causes: { lints: ask }\n', ['1 causes.lints: There is no key "lints" here. Did you mean "lint"?']],
    [
      'a budget above the built-in one',
      'budgets:\n  fixesPerDay: 21\n',
      [expect.stringMatching(/^2 budgets\.fixesPerDay: .*20/)],
    ],
    ['an approval that lasts too long', 'approvals:\n  expiresAfterHours: 169\n', [expect.stringMatching(/^2 approvals/)]],
    ['an agent that is a command', 'agents: { use: "rm -rf" }\n', [expect.stringMatching(/^1 agents\.use: Name an agent/)]],
    ['a wrong value', '\n\nmode: heal\n', [expect.stringMatching(/^3 mode: .*"observe"\|"annotate"\|"fix"/)]],
    [
      'a wrong type',
      'mode: fix\nfixers:\n  prettier: "yes"\n',
      [expect.stringMatching(/^3 fixers\.prettier: .*expected boolean/)],
    ],
    [
      'a wrong entry in a list',
      'workflows:\n  ignore:\n    - 1\n',
      [expect.stringMatching(/^3 workflows\.ignore\.0: .*expected string/)],
    ],
    ['a list for a map', '- mode: fix\n', [expect.stringMatching(/^1 : .*expected object/)]],
    ['a word', 'fix', [expect.stringMatching(/^1 : .*expected object/)]],
    ['a key twice', 'mode: fix\nmode: observe\n', ['2 : Map keys must be unique']],
    ['a tab', 'paths:\n\tprotected: []\n', [expect.stringMatching(/^[12] : .*[Tt]abs/)]],
    ['an open bracket', 'paths:\n  protected: [a\n', [expect.stringMatching(/^[23] : /)]],
    [
      'braces in a pattern',
      'paths:\n  protected: ["{a,b}/**"]\n',
      [expect.stringMatching(/^2 paths\.protected\.0: Patterns know/)],
    ],
    ['a negated pattern', 'paths:\n  protected: ["!a/**"]\n', [expect.stringMatching(/^2 paths\.protected\.0: Patterns know/)]],
    [
      'several at once, in their order',
      'x: 1\nmode: heal\n',
      [expect.stringMatching(/^1 x: /), expect.stringMatching(/^2 mode: /)],
    ],
  ])('%s', (_what, text, expected) => {
    expect(faults(text)).toEqual(expected);
    const { config, broken } = readRepositoryConfig(text);
    expect(config).toEqual(DEFAULT_REPOSITORY_CONFIG);
    expect(broken).toMatchObject({ layer: 'repository', file: '.github/regreen.yml' });
  });
});

describe('a hostile file', () => {
  const bomb = `a: &a [${'x,'.repeat(9)}]\n${[...'bcdefg'].map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]`).join('\n')}\n`;
  it.each([
    ['aliases that grow', bomb],
    ['thousands of keys', Array.from({ length: 4000 }, (_, at) => `${at.toString(36)}:`).join('\n')],
    ['brackets that nest', '['.repeat(16_000)],
    ['maps that nest', '{a: '.repeat(4_000)],
    ['a key of its whole size', `${'k'.repeat(15_000)}: 1`],
    ['more than any configuration needs', `# ${'x'.repeat(20_000)}`],
    ['a key that is a prototype', '__proto__: { mode: fix }\n'],
    ['a key that is a function', 'toString: 1\nconstructor: { prototype: { mode: fix } }\n'],
    ['a tag', 'mode: !!js/function "function () {}"\npaths: !!binary aGVsbG8='],
  ])('%s is refused soon and in few words', (_what, text) => {
    const startedAt = performance.now();
    const reading = readRepositoryConfig(text);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(reading.config).toEqual(DEFAULT_REPOSITORY_CONFIG);
    expect(reading.faults.length).toBeGreaterThan(0);
    expect(reading.faults.length).toBeLessThanOrEqual(50);
    expect(Math.max(...reading.faults.map((fault) => fault.message.length))).toBeLessThan(500);
  });

  it('never throws, and every fault has a line of the file', () => {
    const word = fc.constantFrom(
      'mode',
      'fix',
      'paths',
      'protected',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '"',
      '|',
      '>',
      '!',
      '?',
      '#',
      '\t',
      '0',
      '~',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const text = words.join('');
        const { faults, broken } = readRepositoryConfig(text);
        expect(broken === null).toBe(faults.length === 0);
        for (const { line } of faults) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it('the JSON Schema names every key, with a description, the defaults, and nothing else', () => {
  expect(repositoryConfigJsonSchema()).toMatchObject({
    title: 'regreen.yml',
    type: 'object',
    additionalProperties: false,
    properties: {
      mode: { enum: ['observe', 'annotate', 'fix'], default: 'annotate', description: expect.any(String) },
      fixers: { additionalProperties: false, properties: { prettier: { type: 'boolean', default: true } } },
      paths: {
        additionalProperties: false,
        properties: { protected: { type: 'array', items: { type: 'string', maxLength: 200 } } },
      },
      workflows: { additionalProperties: false, properties: { ignore: { type: 'array' } } },
    },
  });
  // Every key may be left out: what zod fills in, an editor must not ask for.
  expect(JSON.stringify(repositoryConfigJsonSchema())).not.toContain('"required"');
});
