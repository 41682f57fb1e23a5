import { describe, expect, it } from 'vitest';
import { readProblemMatchers } from '../../../src/config/problem-matchers.ts';

const matcher = (patterns: object[], rest: object = {}) =>
  JSON.stringify({ problemMatcher: [{ owner: 'till', pattern: patterns, ...rest }] }, null, 2);
const faultsOf = (text: string) => readProblemMatchers(text).faults;

describe('a file of problem matchers', () => {
  it('is read in the form of the documentation of actions/toolkit, with comments', () => {
    const text = `{
      "problemMatcher": [
        {
          "owner": "eslint-compact", // its name
          "pattern": [
            {
              /* https://eslint.org */
              "regexp": "^(.+):\\\\sline\\\\s(\\\\d+),\\\\scol\\\\s(\\\\d+),\\\\s(Error|Warning|Info)\\\\s-\\\\s(.+)\\\\s\\\\((.+)\\\\)$",
              "file": 1, "line": 2, "column": 3, "severity": 4, "message": 5, "code": 6
            }
          ]
        }
      ]
    }`;
    const { matchers, faults } = readProblemMatchers(text);
    expect(faults).toEqual([]);
    expect(matchers).toMatchObject([{ owner: 'eslint-compact', pattern: [{ file: 1, message: 5 }] }]);
  });

  it('keeps what looks like a comment in a string', () => {
    const { matchers } = readProblemMatchers(matcher([{ regexp: '^https://(.*) /* (.)', message: 1 }]));
    expect(matchers[0]?.pattern[0]?.regexp).toBe('^https://(.*) /* (.)');
  });

  // The rules of `IssueMatcherConfig.Validate` in actions/runner, and ours for the engine.
  it.each([
    ['no message', matcher([{ regexp: '(a)', file: 1 }]), 'problemMatcher.0.pattern', /must set "message"/],
    ['a group that is not there', matcher([{ regexp: '(a)', message: 2 }]), 'problemMatcher.0.pattern.0.message', /no group 2/],
    [
      'a field set twice',
      matcher([
        { regexp: '(a)', file: 1, message: 0 },
        { regexp: '(a)', file: 1 },
      ]),
      'problemMatcher.0.pattern.1.file',
      /twice/,
    ],
    [
      'a loop in a single pattern',
      matcher([{ regexp: '(a)', message: 1, loop: true }]),
      'problemMatcher.0.pattern.0.loop',
      /last pattern/,
    ],
    [
      'a loop before the last',
      matcher([{ regexp: 'a' }, { regexp: '(a)', message: 1, loop: true }, { regexp: 'b' }]),
      'problemMatcher.0.pattern.1.loop',
      /last pattern/,
    ],
    [
      'a loop without a message',
      matcher([
        { regexp: '(a)', message: 1 },
        { regexp: 'b', loop: true },
      ]),
      'problemMatcher.0.pattern.1',
      /must set "message"/,
    ],
    [
      'a severity that is none',
      matcher([{ regexp: '(a)', message: 1 }], { severity: 'fatal' }),
      'problemMatcher.0.severity',
      /"error", "warning" or "notice"/,
    ],
    ['an expression that is none', matcher([{ regexp: '(a', message: 0 }]), 'problemMatcher.0.pattern.0.regexp', /can't be used/],
    ['look-around', matcher([{ regexp: '(?=a)a', message: 0 }]), 'problemMatcher.0.pattern.0.regexp', /Look-around/],
    ['a back-reference', matcher([{ regexp: '(a)\\1', message: 0 }]), 'problemMatcher.0.pattern.0.regexp', /back-references/],
    [
      'repetition of repetition',
      matcher([{ regexp: '((a{100}){100}){100}', message: 0 }]),
      'problemMatcher.0.pattern.0.regexp',
      /can't be used/,
    ],
    ['a huge program', matcher([{ regexp: '(?:a?){900}', message: 0 }]), 'problemMatcher.0.pattern.0.regexp', /too large/],
    [
      'a long expression',
      matcher([{ regexp: 'a'.repeat(1_001), message: 0 }]),
      'problemMatcher.0.pattern.0.regexp',
      /longer than/,
    ],
    ['no pattern', matcher([]), 'problemMatcher.0.pattern', /./],
    ['too many patterns', matcher(Array.from({ length: 11 }, () => ({ regexp: 'a' }))), 'problemMatcher.0.pattern', /./],
    ['no matcher', '{"problemMatcher": []}', 'problemMatcher', /./],
    ['something else', '[]', '', /./],
    ['no JSON', '{"problemMatcher": [}', '', /no JSON/],
    ['a huge file', `{"a":"${'x'.repeat(70_000)}"}`, '', /larger than 64 KB/],
  ])('with %s is refused', (_, text, key, message) => {
    const { matchers, faults } = readProblemMatchers(text);
    expect(matchers).toEqual([]);
    expect(faults[0]).toMatchObject({ key, message: expect.stringMatching(message) });
  });

  it('tells the line of each fault', () => {
    const text = matcher([
      { regexp: '(a)', message: 1 },
      { regexp: '(b', file: 3 },
    ]);
    const line = text.split('\n').findIndex((one) => one.includes('(b')) + 1;
    expect(faultsOf(text)).toMatchObject([{ line, key: 'problemMatcher.0.pattern.1.regexp' }]);
    expect(faultsOf('{\n  "problemMatcher": [\n    {\n  ]\n}')).toMatchObject([{ line: 4 }]);
    expect(faultsOf('{\n  "problemMatcher": [\n    nonsense\n  ]\n}')).toMatchObject([{ line: 3 }]);
  });

  it('may name an owner once', () => {
    const one = { owner: 'till', pattern: [{ regexp: '(a)', message: 1 }] };
    const text = JSON.stringify({ problemMatcher: [one, { ...one, owner: 'Till' }] });
    expect(faultsOf(text)).toMatchObject([{ key: 'problemMatcher.1.owner', message: 'The owner "Till" is there twice.' }]);
  });

  it('is read in time that grows with it, whatever it holds', () => {
    const startedAt = performance.now();
    for (const part of ['/*', '"', '//', '[', '{"a":', '"\\']) readProblemMatchers(part.repeat(Math.floor(65_000 / part.length)));
    readProblemMatchers(`{"problemMatcher":${'['.repeat(30_000)}${']'.repeat(30_000)}}`);
    readProblemMatchers(`{"problemMatcher":[${'{},'.repeat(20_000)}{}]}`);
    readProblemMatchers(`{"problemMatcher":[{"owner":"x","pattern":[{${'"a":1,'.repeat(10_000)}"regexp":"("}]}]}`);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });
});
