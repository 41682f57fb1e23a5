import { describe, expect, it } from 'vitest';
import type { TestReport } from '../../../../src/diagnosis/types.ts';
import { analyzeText } from '../support.ts';

function testsOf(lines: readonly string[]): TestReport {
  const { tests } = analyzeText(`${lines.join('\n')}\n`);
  if (!tests) throw new Error('no framework was heard');
  return tests;
}

const figures = ({ total, failedCount, skippedCount }: TestReport) => ({ total, failedCount, skippedCount });

// Guards that a figure means one thing: tests that ran, as the framework's family counts them.
describe('the counts', () => {
  it.each([
    ['jest', ['Tests:       1 failed, 2 skipped, 1 todo, 5 passed, 9 total'], { total: 6, failedCount: 1, skippedCount: 3 }],
    ['vitest', ['      Tests  1 failed | 5 passed | 3 skipped (9)'], { total: 6, failedCount: 1, skippedCount: 3 }],
    [
      'pytest',
      ['=== 1 failed, 4 passed, 2 skipped, 1 xfailed, 1 xpassed, 1 error in 0.10s ==='],
      { total: 8, failedCount: 2, skippedCount: 2 },
    ],
    ['mocha', ['  5 passing (10ms)', '  2 pending', '  1 failing'], { total: 6, failedCount: 1, skippedCount: 2 }],
    ['rspec', ['7 examples, 1 failure, 2 pending'], { total: 5, failedCount: 1, skippedCount: 2 }],
    [
      'cargo',
      ['test result: FAILED. 4 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s'],
      { total: 5, failedCount: 1, skippedCount: 2 },
    ],
    [
      'unittest',
      ['Ran 7 tests in 0.1s', '', 'FAILED (failures=1, errors=1, skipped=2)'],
      { total: 7, failedCount: 2, skippedCount: 2 },
    ],
    ['surefire', ['Tests run: 7, Failures: 1, Errors: 1, Skipped: 2'], { total: 7, failedCount: 2, skippedCount: 2 }],
    ['minitest', ['7 runs, 9 assertions, 1 failures, 1 errors, 2 skips'], { total: 7, failedCount: 2, skippedCount: 2 }],
  ])('of %s', (_, lines, expected) => {
    expect(figures(testsOf(lines))).toEqual(expected);
  });

  it('are summed over the modules of a build, and a class is not counted beside its module', () => {
    const module = (name: string, failed: number) => [
      '[INFO]  T E S T S',
      `[INFO] Running org.shop.${name}Test`,
      `[ERROR] Tests run: 3, Failures: ${failed}, Errors: 0, Skipped: 1, Time elapsed: 0.1 s - in org.shop.${name}Test`,
      '[INFO] Results:',
      `[ERROR] Tests run: 3, Failures: ${failed}, Errors: 0, Skipped: 1`,
    ];
    expect(figures(testsOf([...module('Cart', 0), ...module('Till', 1)]))).toEqual({
      total: 6,
      failedCount: 1,
      skippedCount: 2,
    });
  });
});

describe('a failed test', () => {
  it('is none when it passed on another attempt, even beside one that failed', () => {
    const tests = testsOf([
      '[ERROR] Tests run: 4, Failures: 3, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! - in org.shop.CartTest',
      '[ERROR] org.shop.CartTest.flaky  Time elapsed: 0.01 s  <<< FAILURE!',
      'java.lang.AssertionError: expected:<0> but was:<1>',
      '\tat org.shop.CartTest.flaky(CartTest.java:14)',
      '',
      '[ERROR] org.shop.CartTest.adds  Time elapsed: 0.01 s  <<< FAILURE!',
      'java.lang.AssertionError: expected:<3> but was:<2>',
      '\tat org.shop.CartTest.adds(CartTest.java:20)',
      '',
      '[ERROR] org.shop.CartTest.adds  Time elapsed: 0.01 s  <<< FAILURE!',
      'java.lang.AssertionError: expected:<3> but was:<2>',
      '\tat org.shop.CartTest.adds(CartTest.java:20)',
      '',
      '[INFO] Results:',
      '[INFO] ',
      '[ERROR] Failures: ',
      '[ERROR] org.shop.CartTest.adds',
      '[ERROR]   Run 1: CartTest.adds:20 expected:<3> but was:<2>',
      '[ERROR]   Run 2: CartTest.adds:20 expected:<3> but was:<2>',
      '[INFO] ',
      '[WARNING] Flakes: ',
      '[WARNING] org.shop.CartTest.flaky',
      '[ERROR]   Run 1: CartTest.flaky:14 expected:<0> but was:<1>',
      '[INFO]   Run 2: PASS',
      '[INFO] ',
      '[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Flakes: 1',
    ]);
    expect(figures(tests)).toEqual({ total: 2, failedCount: 1, skippedCount: 0 });
    expect(tests.failed.map(({ name }) => name)).toEqual(['adds']);
  });

  it('is told apart from one of the same name in another file', () => {
    const failure = (file: string) => [
      '____________________ TestTill.test_opens ____________________',
      '    def test_opens(self):',
      '>       assert False',
      'E       assert False',
      '',
      `${file}:4: AssertionError`,
    ];
    const tests = testsOf([
      '=================================== FAILURES ===================================',
      ...failure('a/test_till.py'),
      ...failure('b/test_till.py'),
      '=========================== short test summary info ============================',
      'FAILED a/test_till.py::TestTill::test_opens - assert False',
      'FAILED b/test_till.py::TestTill::test_opens - assert False',
      '============================== 2 failed in 0.02s ===============================',
    ]);
    expect(tests.failed.map(({ file }) => file)).toEqual(['a/test_till.py', 'b/test_till.py']);
  });

  it('says the last exception of a chain, and the innermost own frame', () => {
    const { failed } = testsOf([
      '=================================== FAILURES ===================================',
      '__________________________________ test_loads __________________________________',
      '>       return parse(text)',
      'shop/load.py:3: ',
      '_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _',
      '/usr/lib/python3.11/json/decoder.py:355: ValueError',
      'E       ValueError: no JSON',
      'shop/load.py:4: ValueError',
      '',
      'During handling of the above exception, another exception occurred:',
      '',
      '    def test_loads():',
      '>       load("{")',
      'test_load.py:5: ',
      '_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _',
      'E       shop.load.PriceError: prices are not readable',
      'shop/load.py:6: PriceError',
      '----------------------------- Captured stdout call -----------------------------',
      'E       only printed',
      'shop/printed.py:1: ValueError',
      '============================== 1 failed in 0.02s ===============================',
    ]);
    expect(failed).toMatchObject([
      {
        name: 'test_loads',
        message: 'shop.load.PriceError: prices are not readable',
        frame: { file: 'shop/load.py', line: 6 },
      },
    ]);
  });

  it('skips the frames of dependencies and of the runtime', () => {
    const { failed } = testsOf([
      'FAIL test/cart.test.js',
      '  ● adds up',
      '',
      '    TypeError: prices is undefined',
      '',
      '      at sum (node_modules/lodash/sum.js:12:3)',
      '      at node:internal/process/task_queues:104:5',
      '      at total (/home/runner/work/shop/shop/src/cart.js:8:10)',
      '      at Object.<anonymous> (test/cart.test.js:3:5)',
      '',
      'Tests:       1 failed, 1 total',
    ]);
    expect(failed).toMatchObject([{ message: 'TypeError: prices is undefined', frame: { file: 'src/cart.js', line: 8 } }]);
  });

  it('takes down no more than 500 characters of what it says, whole ones', () => {
    const { failed } = testsOf([
      'FAIL test/cart.test.js',
      '  ● adds up',
      `    ${'x'.repeat(499)}😀`,
      ...Array.from({ length: 50 }, () => '    and more'),
      'Tests:       1 failed, 1 total',
    ]);
    const message = failed[0]?.message ?? '';
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message.isWellFormed()).toBe(true);
  });
});
