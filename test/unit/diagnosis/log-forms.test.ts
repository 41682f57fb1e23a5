import { describe, expect, it } from 'vitest';
import { createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import type { Diagnosis } from '../../../src/diagnosis/types.ts';
import { analyzeText, runnerLog, stepHeader } from './support.ts';

const FINDING = "src/cart.ts(4,3): error TS2322: Type 'number' is not assignable to type 'string'.";
const CHECKOUT = ['##[group]Run actions/checkout@v5', 'with:', '  fetch-depth: 1', '##[endgroup]', 'HEAD is now at 1a2b3c4'];
const JOB = [
  ...CHECKOUT,
  ...stepHeader('npx tsc'),
  'Checking 12 files',
  FINDING,
  '##[error]Process completed with exit code 2.',
  'Post job cleanup.',
];

/** The page shows no marks and no colours, and indents what a group holds. */
const PAGE = [
  'Run actions/checkout@v5',
  '  with:',
  '    fetch-depth: 1',
  'HEAD is now at 1a2b3c4',
  'Run npx tsc',
  '  npx tsc',
  '  shell: /usr/bin/bash -e {0}',
  'Checking 12 files',
  `Error: ${FINDING}`,
  'Error: Process completed with exit code 2.',
];

function analyzeFiles(files: readonly (readonly [name: string, lines: readonly string[]])[]): Diagnosis {
  const analyzer = createLogAnalyzer();
  for (const [name, lines] of files) {
    analyzer.startStep(name);
    analyzer.push(new TextEncoder().encode(runnerLog(lines)));
  }
  return analyzer.finish();
}

function inPage(from: string, to: string): Diagnosis {
  return analyzeText(PAGE.join('\n').replace(from, to));
}

// People have one log in many forms; each must say the same.
describe('one job, in every form of its log', () => {
  const forms: Record<string, Diagnosis> = {
    "GitHub's API": analyzeText(runnerLog(JOB)),
    'with Windows line ends': analyzeText(runnerLog(JOB).replaceAll('\n', '\r\n')),
    'with colours': analyzeText(
      runnerLog(JOB).replace(FINDING, `\x1b[96m${FINDING.replace(': error', ':\x1b[91m error')}\x1b[0m`),
    ),
    'with progress that a carriage return takes back': analyzeText(runnerLog(JOB).replace('Checking', '1 %\r50 %\rChecking')),
    'in groups inside of groups': analyzeText(
      runnerLog(
        JOB.flatMap((line) => (line === FINDING ? ['##[group]all', '##[group]src', line, '##[endgroup]', '##[endgroup]'] : line)),
      ),
    ),
    'the command line of GitHub': analyzeText(
      runnerLog(JOB)
        .slice(1)
        .replaceAll(/^(?=2026)/gm, 'build\tnpx tsc\t'),
    ),
    'a file for each step': analyzeFiles([
      ['actions/checkout', CHECKOUT],
      ['npx tsc', JOB.slice(CHECKOUT.length, -1)],
    ]),
    'copied from the page': analyzeText(PAGE.join('\n')),
    'copied from the page as Markdown, where the number of a line is a link': inPage(
      'cart.ts(4,3)',
      'cart.ts([4](https://github.com/shop/shop/actions/runs/104/job/288#step:5:4),3)',
    ),
    'behind the names of packages': analyzeText(runnerLog(JOB).replace(FINDING, `@shop/web: ${FINDING}`)),
  };

  it.each(Object.entries(forms))('%s', (_, { failedSteps, diagnostics, cause, excerpts }) => {
    expect(failedSteps).toMatchObject([{ name: 'npx tsc', exitCode: 2 }]);
    expect(diagnostics).toMatchObject([{ tool: 'tsc', path: 'src/cart.ts', line: 4, column: 3, code: 'TS2322' }]);
    expect(cause.category).toBe('compile-error');
    expect(excerpts[0]?.startLine).toBeLessThanOrEqual(diagnostics[0]?.logLine ?? 0);
    expect(excerpts[0]?.endLine).toBeGreaterThanOrEqual(diagnostics[0]?.logLine ?? 0);
  });
});
