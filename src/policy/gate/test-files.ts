import { addedOf, type Check, type Edit, type Forbidden } from './edit.ts';
import { languageOf } from './languages.ts';
import { isLayoutOnly, isSameButLayout } from './layout.ts';
import { isRecording, isTestPath } from './test-paths.ts';
import { missingFrom, tokensOf } from './tokens.ts';

/** Marks by which test frameworks pass a test over, or run only some of them. */
const SKIPS: readonly Forbidden[] = [
  {
    what: 'skips tests',
    expression:
      /\b(?:it|test|describe|context|suite|fixture|specify|Scenario|Feature)\s{0,80}\.\s{0,80}(?:skip|only|todo|fixme|fails|failing|skipIf|runIf|concurrent\.skip)\b|\b(?:xit|xtest|xdescribe|xcontext|xspecify|fit|fdescribe|fcontext)\s{0,80}[( ]["'`(]?|\bthis\.skip\(\)|\bt\.(?:skip|todo)\(/g,
  },
  {
    what: 'skips tests',
    expression:
      /@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip\w*|expectedFailure)|skip\w*\b)|\bpytest\.(?:skip|xfail|importorskip)\(|\bself\.skipTest\(|\braise (?:unittest\.)?SkipTest\b/g,
  },
  {
    what: 'skips tests',
    expression:
      /\b(?:it|test|describe|context|suite|specify)\s{0,80}\[\s{0,80}["'`]\w{2,12}["'`]\s{0,80}\]|\b(?:ctx|context|Deno\.test)\.(?:skip|todo|ignore|only)\b|\bDeno\.test\(\s{0,80}\{[^{}]{0,200}\bignore:|[{,]\s{0,80}(?:skip|todo|only):\s{0,80}(?:true|["'`])|\bpending\(|\bjest\.retryTimes\(|\bthis\.(?:retries|timeout)\(|\bsetTimeout\(0\)/g,
  },
  {
    what: 'skips tests',
    expression:
      /\bpytest\.mark\.(?:skip|skipif|xfail|flaky)\b|^[^\S\n]*@flaky\b|\bcollect_ignore(?:_glob)?\b|\b__test__\s{0,80}=|\bpytest\.exit\(|\bfrom unittest import[^\n]{0,200}\b(?:skip\w*|expectedFailure|SkipTest)\b/gm,
  },
  {
    what: 'keeps tests from being built',
    expression:
      /^[^\S\n]*\/\/\s{0,80}(?:go:build|\+build)\b|#\[cfg\(not\(test\)\)\]|#\[cfg_attr\([^\]\n]{0,100},\s{0,80}ignore|#\[should_panic\b|@Test\([^)\n]{0,100}\benabled\s{0,80}=\s{0,80}false|@(?:Retry|RepeatedIfExceptionsTest|RetryingTest|Flaky\w*)\b/gm,
  },
  {
    what: 'skips tests',
    expression:
      /\bt\.Skip(?:f|Now)?\(|\btesting\.Short\(\)|#\[ignore\b|#\[cfg\(any\(\)\)\]|@(?:Ignore|Disabled\w*|EnabledIf\w*)\b|\[(?:Ignore|Explicit)\b|\bSkip\s{0,80}=\s{0,80}["']|\bAssume\.|\bassumeTrue\(|\bassume(?:That|False)\(/g,
  },
  {
    what: 'skips tests',
    expression:
      /^[^\S\n]*(?:pending|skip)\b(?: ["'(]|\s{0,80}$)|,\s{0,80}(?:skip|pending): ?(?:true|["'])|\bmarkTest(?:Skipped|Incomplete)\(|@tag :(?:skip|pending)\b|\bGTEST_SKIP\(|\bDISABLED_\w+|\bXCTSkip\w*\(|\btestthat::skip\w*\(|\bskip_(?:if|on)\w*\(|\bplan skip_all\b|\bT?O?DO_SKIP\b/gm,
  },
];

/** Tests stay as they are, but for their layout and imports that go. */
export const keepTests: Check = (edit) => [...addedOf(edit, SKIPS), ...changedTests(edit)];

function changedTests(edit: Edit): string[] {
  const { path, before, after } = edit;
  if (!isTestPath(path) || isLayoutOnly(edit)) return [];
  const [old, young] = [partsOf(before), partsOf(after)];
  const hasImports = (old.imports !== '' || young.imports !== '') && languageOf(path) !== undefined && !isRecording(path);
  const isAdded = missingFrom(tokensOf(young.imports), tokensOf(old.imports)).length > 0;
  return !hasImports || isAdded || !isSameButLayout(path, old.rest, young.rest)
    ? [`The patch changes ${path}, which tests the code: only its layout may change.`]
    : [];
}

const IMPORT_START =
  /^[^\S\n]*(?:import\b(?!\s{0,80}\(\S)|from\s{1,80}\S+\s{1,80}import\b|(?:pub )?use\s{1,80}[\w:{]|using\s{1,80}[\w.]+;|#\s{0,80}include\b|(?:const|let|var)\s{1,80}.{1,200}=\s{0,80}require\()/;
const MAX_IMPORT_LINES = 60;

/** A file's imports, and what is left of it. */
function partsOf(text: string): { imports: string; rest: string } {
  const imports: string[] = [];
  const rest: string[] = [];
  let isOpen = false;
  let lines = 0;
  for (const line of text.split('\n')) {
    const begins: boolean = !isOpen && IMPORT_START.test(line);
    if (!begins && !isOpen) {
      rest.push(line);
      continue;
    }
    imports.push(line);
    lines = begins ? 1 : lines + 1;
    isOpen = (begins ? /[({]\s*(?:\/\/.*)?$/.test(line) : !/^\s*[)}]/.test(line)) && lines < MAX_IMPORT_LINES;
  }
  return { imports: imports.join('\n'), rest: rest.join('\n') };
}
