import { describe, expect, it } from 'vitest';
import { analyzeLog, createBaselineBuilder } from '../../../../src/diagnosis/analyzer.ts';
import { analyzeText, runnerLog, stepHeader } from '../support.ts';

/** The texts of the excerpts, best first. */
function shown(lines: string[]): string[][] {
  const { excerpts } = analyzeText(lines.join('\n'));
  return excerpts.map(({ startLine, endLine }) => lines.slice(startLine - 1, endLine));
}

// People read the excerpt before anything else: it must hold the lines that explain, and few others.
describe('the excerpt', () => {
  it('prefers what a matcher understood to what only sounds bad', () => {
    expect(
      shown([
        'Error: the build is broken',
        '',
        '',
        '',
        "a.ts(1,2): error TS2304: Cannot find name 'x'.",
        '',
        '',
        '',
        'failed: everything',
      ]),
    ).toEqual([["a.ts(1,2): error TS2304: Cannot find name 'x'."]]);
  });

  it('shows beside it what is said aloud so long after that it must be something else', () => {
    const understood = "a.ts(1,2): error TS2304: Cannot find name 'x'.";
    const log = (between: number) => {
      const quiet = Array.from({ length: between }, (_, index) => `part-${index} of the till`);
      return [understood, '', '', ...quiet, '', '', 'Error: no till', '', 'The command "make" exited with 2.'];
    };
    expect(shown(log(20))).toEqual([[understood]]);
    expect(shown(log(120))).toEqual([[understood], ['Error: no till']]);
  });

  it('shows what a verdict sums up, even where a matcher knows who speaks it', () => {
    const log = ['till', '', '  rings: FAIL', '    no bell', '', '', '1 out of 2 tests failed', 'Test suite till: FAIL'];
    expect(shown(log)).toContainEqual(['  rings: FAIL', '    no bell']);
  });

  it('shows what a script of Perl died of, not that it had no plan', () => {
    const died = "t/till.t .. Can't locate Shop/Bell.pm in @INC (@INC contains: lib) at lib/Shop/Till.pm line 3.";
    const met = [
      'BEGIN failed--compilation aborted at t/till.t line 4.',
      't/till.t .. Dubious, test returned 2 (wstat 512, 0x200)',
    ];
    const report = ['Test Summary Report', '-------------------', 't/till.t (Wstat: 512 Tests: 0 Failed: 0)'];
    const verdict = '  Parse errors: No plan found in TAP output';
    const log = [died, ...met, 'No subtests run', '', ...report, verdict, 'Files=1, Tests=0, 0 wallclock secs', 'Result: FAIL'];
    expect(shown(log).flat()).toContain(died);
  });

  it('shows the whole list that a command of a few words ends with', () => {
    const list = ['cart', 'till', 'drawer', 'bell', 'price', 'tax'].map((name) => `Missing license header: src/${name}.c`);
    const log = ['fine', '$ scripts/check-headers', ...list, 'The command "scripts/check-headers" exited with 1.'];
    expect(shown(log)[0]).toEqual(expect.arrayContaining(list));
  });

  it('does not take the tests that pass between those that fail', () => {
    const passes = ['=== RUN   TestBell', '--- PASS: TestBell (0.00s)', '=== RUN   TestTax', '--- PASS: TestTax (0.00s)'];
    const fails = (name: string) => [
      `=== RUN   ${name}`,
      '    till_test.go:9: the total is 3, not 4',
      `--- FAIL: ${name} (0.00s)`,
    ];
    const log = [...fails('TestTill'), ...passes, ...fails('TestDrawer'), 'FAIL', 'FAIL\texample.com/shop\t0.004s'];
    expect(shown(log).flat()).not.toContain('--- PASS: TestTax (0.00s)');
  });

  it('shows which threshold was not met rather than what the tests that passed have printed', () => {
    const printed = [
      '  ● Console',
      '',
      '    console.error',
      '      Error: the till is locked',
      '      at open (src/till.js:3:9)',
      '',
    ];
    const unmet = 'Jest: "global" coverage threshold for lines (99%) not met: 72.72%';
    const log = [...printed, 'PASS test/till.test.js', unmet, '', 'Tests:       3 passed, 3 total'];
    expect(shown(log).flat()).toContain(unmet);
    expect(shown(log).flat()).not.toContain('      Error: the till is locked');
  });

  it('takes the runner’s word that a line is an error', () => {
    expect(shown(['fine', '', 'Error: till:1:rings.', '', 'fine'])).toEqual([['Error: till:1:rings.']]);
  });

  it('shows where prove met a script that does not say what failed, and not where the script does', () => {
    const quiet = Array.from({ length: 30 }, (_, index) => `t/part-${index}.t .. ok`);
    const met = ['t/till.t ..', 'Dubious, test returned 1 (wstat 256, 0x100)', 'Failed 1/13 subtests'];
    const report = [
      'Test Summary Report',
      '-------------------',
      't/till.t (Wstat: 256 Tests: 13 Failed: 1)',
      '  Failed test:  13',
    ];
    const sums = ['Files=31, Tests=99, 1 wallclock secs', 'Result: FAIL'];
    expect(shown([...quiet, ...met, ...quiet, '', ...report, ...sums])).toContainEqual(expect.arrayContaining(met));
    const said = ["#   Failed test 'rings'", '#   at t/till.t line 3.', '# Looks like you failed 1 test of 13.'];
    const texts = shown([...quiet, ...said, '', '', ...met, ...quiet, '', ...report, ...sums]).flat();
    expect(texts).toEqual(expect.arrayContaining(said));
    expect(texts).not.toContain(met[1]);
  });

  it('grows a line of an unknown tool to its block, up to a blank line', () => {
    expect(shown(['fine', '', 'pack shop', 'Error: no till', '  at till 3', '', 'fine'])).toEqual([
      ['pack shop', 'Error: no till', '  at till 3'],
    ]);
  });

  it('takes what stands near the exit before what was said long before it', () => {
    const quiet = Array.from({ length: 600 }, (_, index) => `step ${index}`);
    const lines = ['error: the cache is cold', '', ...quiet, '', 'error: no till', '', 'The command "make" exited with 2.'];
    expect(shown(lines)[0]).toEqual(['error: no till']);
  });

  it('shows the last lines of the command where nothing else speaks', () => {
    const log = runnerLog([...stepHeader('./till'), 'one', 'two', '##[error]Process completed with exit code 3.']);
    expect(analyzeText(log).excerpts).toMatchObject([{ startLine: 5, endLine: 6 }]);
  });

  it('shows what explains before what sums up', () => {
    expect(shown(['There were 2 failures:'])).toEqual([['There were 2 failures:']]);
    expect(shown(['AssertionError: 1 is not 2', '', '', '', '', 'Tests run: 3, Failures: 2'])[0]).toEqual([
      'AssertionError: 1 is not 2',
    ]);
  });

  it('never shows a consequence: that a script, make or a command has failed', () => {
    const log = runnerLog([
      ...stepHeader('npm test'),
      'till.ts is out of order',
      'make: *** [Makefile:2: test] Error 1',
      'npm ERR! code ELIFECYCLE',
      'npm ERR! errno 1',
      '##[error]Process completed with exit code 1.',
    ]);
    expect(analyzeText(log).excerpts).toMatchObject([{ startLine: 5, endLine: 5 }]);
  });

  it('takes the whole of a failure that a matcher understood in parts', () => {
    const lines = [
      '=================================== FAILURES ===================================',
      '___________________________________ test_sum ___________________________________',
      '',
      '    def test_sum():',
      '>       assert add(1, 2) == 4',
      'E       assert 3 == 4',
      '',
      'test_sum.py:5: AssertionError',
      '=========================== short test summary info ============================',
      'FAILED test_sum.py::test_sum - assert 3 == 4',
      '============================== 1 failed in 0.01s ===============================',
    ];
    const [excerpt] = analyzeText(lines.join('\n')).excerpts;
    expect(excerpt?.startLine).toBeLessThanOrEqual(2);
    expect(excerpt?.endLine).toBeGreaterThanOrEqual(10);
  });

  it('does not believe what repeats: the name of a test may sound bad', () => {
    const names = Array.from({ length: 20 }, (_, index) => `  'case${index}' should fail without an error`);
    expect(shown([...names, '', 'error: no till', '', ...names])[0]).toEqual(['error: no till']);
  });

  it('reads double-spaced logs as if they were not', () => {
    const lines = [
      'one',
      'two',
      'three',
      'error: no till',
      '  at till 3',
      '  at shop',
      'four',
      'five',
      'six',
      'seven',
      'eight',
      'nine',
      'ten',
    ];
    const [excerpt] = analyzeText(lines.join('\n\n')).excerpts;
    expect(excerpt?.endLine).toBeGreaterThanOrEqual(11);
  });

  it('looks before the command where the command itself says nothing', () => {
    const log = [
      ...[
        'travis_time:start:1',
        '$ ./till --test',
        'error: no till',
        'travis_time:end:1',
        'The command "./till --test" exited with 0.',
        '',
      ],
      ...[
        'travis_time:start:2',
        '$ grep -q passed report',
        'travis_time:end:2',
        'The command "grep -q passed report" exited with 1.',
      ],
    ];
    expect(shown(log)[0]).toContain('error: no till');
  });

  it('never shows the command, but with the little that it said', () => {
    const exit = ['', 'The command "./till" exited with 1.'];
    expect(shown(['$ ./till', 'error: no till', ...exit])[0]).toEqual(['$ ./till', 'error: no till']);
    const long = ['one', 'two', 'three', 'four', 'five', 'error: no till'];
    expect(shown(['travis_time:start:1', '$ ./till', ...long, ...exit])[0]).not.toContain('$ ./till');
  });

  it('stays between the lines that part sections', () => {
    const section = ['fine', '======', 'Error: no till', 'at the shop', '- - - - - - -', 'and so on'];
    expect(shown(section)).toEqual([['Error: no till', 'at the shop']]);
  });

  it('does not take in what counts progress', () => {
    const progress = Array.from({ length: 6 }, (_, index) => `CASE ${index}/6`);
    expect(shown(['', 'error: no till', 'in the shop', ...progress])[0]).toEqual(['error: no till', 'in the shop']);
  });

  it('takes the whole of a difference that a checking tool prints', () => {
    const diff = ['diff --git a/a b/a', '--- a/a', '+++ b/a', '@@ -1,3 +1,3 @@', ' # Till', '', '-one', '+two'];
    const log = runnerLog([...stepHeader('./check'), 'checking', ...diff, '##[error]Process completed with exit code 1.']);
    expect(analyzeText(log).excerpts[0]).toMatchObject({ startLine: 6, endLine: 13 });
  });

  it('shows the exit where its code says more than that something has failed', () => {
    const log = runnerLog([...stepHeader('timeout 9 ./till'), 'one', '##[error]Process completed with exit code 124.']);
    expect(analyzeText(log).excerpts[0]).toMatchObject({ endLine: 6 });
  });

  it('takes the end of the command with what explains it, up to the exit', () => {
    const log = runnerLog([
      ...stepHeader('make vet'),
      'till.go:3:5: undefined: shop',
      'exit status 3',
      'make: *** [Makefile:2: vet] Error 1',
      '##[error]Process completed with exit code 2.',
    ]);
    expect(analyzeText(log).excerpts).toMatchObject([{ startLine: 5, endLine: 7 }]);
  });

  it('shows what the green log does not hold beside what matchers understood', () => {
    const lines = ["a.ts(1,2): error TS2304: Cannot find name 'x'.", ...Array(9).fill('fine'), 'fatal error: no till', 'ok'];
    const green = createBaselineBuilder();
    green.push(new TextEncoder().encode('fine\nok'));
    const { excerpts } = analyzeLog(new TextEncoder().encode(lines.join('\n')), { baseline: green.finish() });
    expect(excerpts).toMatchObject([{ startLine: 1 }, { startLine: 11 }]);
  });

  it.each([
    ['a place', 'src/till.shop:12:3 no till here'],
    ['a place in parentheses', 'src/till.shop(12): no till here'],
    ['a place in words', 'src/till.shop: line 12, col 3, no till here'],
    ['a number', '  1) a till rings'],
  ])('believes that a line is a finding which begins with %s', (_, finding) => {
    const quiet = Array.from({ length: 30 }, (_item, index) => `fetching part-${index}`);
    expect(shown([...quiet, '', finding, '', ...quiet, '', 'The command "./till" exited with 1.'])[0]).toEqual([finding]);
  });

  it('does not take frames for findings, nor warnings beside an error', () => {
    expect(shown(['all is well', "shop/till.rb:12:in `ring'"])).toEqual([]);
    expect(shown(['src/till.shop:12:3 no till', '', '', '', 'till.shop(3,4): warning TS219: not used'])).toEqual([
      ['src/till.shop:12:3 no till'],
    ]);
  });

  it('shows what an unknown framework tells below «Failures:», blank lines and all', () => {
    const quiet = Array.from({ length: 30 }, (_, index) => `fetching part-${index}`);
    const failures = ['1> a till rings', '', '   wanted: ring', '', '2> a till shuts', '', '   wanted: shut'];
    const log = [...quiet, '', 'Failures:', '', ...failures, '', '12 checks', '', 'The command "./till" exited with 1.'];
    expect(shown(log)[0]).toEqual(expect.arrayContaining(failures));
  });

  it('shows what failed rather than how many have', () => {
    const sums = ['1 out of 5 checks failed (0.01s)', 'FAILED (failures=1)', '3 examples (2 passed, 1 failed)', 'Failed: 1'];
    for (const sum of sums) {
      const log = ['till', '  opens', '  rings: FAIL (0.01s)', '    no bell', '  shuts', '', sum];
      expect(shown(log)[0]).toEqual(expect.arrayContaining(['  rings: FAIL (0.01s)', '    no bell']));
    }
    expect(shown(['FAILED (failures=1)'])).toEqual([['FAILED (failures=1)']]);
  });

  it.each([
    'ASSERT:the sum expected:<4> but was:<3>',
    '[-] adds up 62ms',
    '  (2/5) [EXECUTE] (X) 4 should be 3',
    '==> X till.adds  0.02s',
    '    - ERROR | [till] no bell',
    'till (CRITICAL): no bell',
    'expected `ring`, got nothing',
  ])('knows the marks of frameworks that it does not know: %s', (line) => {
    const quiet = Array.from({ length: 30 }, (_, index) => `part-${index} of the till`);
    expect(shown([...quiet, '', line, '', ...quiet, '', 'nothing more', '', 'The command "./till" exited with 1.'])[0]).toEqual([
      line,
    ]);
  });

  it('does not take the successes beside a failure for a part of it', () => {
    expect(shown(['[+] opens 45ms', '[-] adds up 62ms', '  Expected 4, but got 3.', '[+] rings 12ms'])).toEqual([
      ['[-] adds up 62ms', '  Expected 4, but got 3.'],
    ]);
  });

  it('begins with the beginnings of all, however long the first is', () => {
    const long = (name: string) => [
      '',
      `Error: no ${name}`,
      ...Array.from({ length: 40 }, (_, index) => `  at ${name} ${index}`),
      '',
    ];
    const excerpts = shown([...long('till'), '', '', ...long('bell')]);
    expect(excerpts.map((lines) => lines.length)).toEqual([20, 20, 21, 21]);
    expect(excerpts.slice(0, 2).map(([first]) => first)).toEqual(['Error: no bell', 'Error: no till']);
    expect(shown(long('till')).map((lines) => lines.length)).toEqual([41]);
  });

  it('parts what two blank lines part', () => {
    expect(shown(['Error: no till', '', 'Error: no bell', '', '', 'Error: no shop'])).toEqual([
      ['Error: no shop'],
      ['Error: no till', '', 'Error: no bell'],
    ]);
  });

  it('never shows a verdict alone', () => {
    expect(shown(['till.shop:3:4 no till', '', 'BUILD FAILED', '', 'One or more tests failed.'])).toEqual([
      ['till.shop:3:4 no till'],
    ]);
  });

  it('shows after the rest what failed before and was passed over', () => {
    const log = [
      ...['travis_time:start:1', '$ tsc', "a.ts(1,2): error TS2304: Cannot find name 'x'.", ''],
      ...['The command "tsc" failed. Retrying, 2 of 3.', '', 'travis_time:end:1'],
      ...['travis_time:start:2', '$ ./till', 'opening', 'error: no till', 'travis_time:end:2', ''],
      'The command "./till" exited with 1.',
    ];
    expect(shown(log)).toEqual([['$ ./till', 'opening', 'error: no till'], ["a.ts(1,2): error TS2304: Cannot find name 'x'."]]);
  });

  it('shows nothing of a log that says nothing', () => {
    expect(shown(['all is well', '2 tests, 0 failures'])).toEqual([]);
  });
});
