import { addedOf, type Check, type Edit, type Forbidden } from './edit.ts';
import { isSameButLayout, missingFrom, tokensOf } from './tokens.ts';

/** Files that judge the code: tests, what they compare with, and what they share. */
const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|cypress|testdata|test-data|fixtures|__fixtures__|__snapshots__|__mocks__|golden|goldens|androidTest)\/|(?:^|\/)(?:test_[^/]+|conftest)\.py$|[._-](?:test|tests|spec|cy|e2e)\.[^/]+$|_(?:test|spec)\.[^/]+$|(?:Tests?|Spec|IT)\.(?:java|kt|kts|groovy|scala|cs|fs|vb|swift|php)$|\.(?:snap|approved\.[^/]+|golden)$/;

/** Whether a file's path says that it belongs to the tests. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

/** Marks by which test frameworks pass a test over, or run only some of them. */
const SKIPS: readonly Forbidden[] = [
  {
    what: 'skips tests',
    expression:
      /\b(?:it|test|describe|context|suite|fixture|specify|Scenario|Feature)\s*\.\s*(?:skip|only|todo|fixme|fails|failing|skipIf|runIf|concurrent\.skip)\b|\b(?:xit|xtest|xdescribe|xcontext|xspecify|fit|fdescribe|fcontext)\s*[( ]["'`(]?|\bthis\.skip\(\)|\bt\.(?:skip|todo)\(/g,
  },
  {
    what: 'skips tests',
    expression:
      /@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip\w*|expectedFailure)|skip\w*\b)|\bpytest\.(?:skip|xfail|importorskip)\(|\bself\.skipTest\(|\braise (?:unittest\.)?SkipTest\b/g,
  },
  {
    what: 'skips tests',
    expression:
      /\bt\.Skip(?:f|Now)?\(|\btesting\.Short\(\)|#\[ignore\b|#\[cfg\(any\(\)\)\]|@(?:Ignore|Disabled\w*|EnabledIf\w*)\b|\[(?:Ignore|Explicit)\b|\bSkip\s*=\s*["']|\bAssume\.|\bassumeTrue\(|\bassume(?:That|False)\(/g,
  },
  {
    what: 'skips tests',
    expression:
      /^\s*(?:pending|skip)\b(?: ["'(]|\s*$)|,\s*(?:skip|pending): ?(?:true|["'])|\bmarkTest(?:Skipped|Incomplete)\(|@tag :(?:skip|pending)\b|\bGTEST_SKIP\(|\bDISABLED_\w+|\bXCTSkip\w*\(|\btestthat::skip\w*\(|\bskip_(?:if|on)\w*\(|\bplan skip_all\b|\bT?O?DO_SKIP\b/gm,
  },
];

/** Tests stay as they are, but for their layout and imports that go. */
export const keepTests: Check = (edit) => [...addedOf(edit, SKIPS), ...changedTests(edit)];

function changedTests({ path, before, after }: Edit): string[] {
  if (!isTestPath(path) || isSameButLayout(before, after)) return [];
  const [old, young] = [partsOf(before), partsOf(after)];
  const isChanged = !isSameButLayout(old.rest, young.rest);
  const isAdded = missingFrom(tokensOf(young.imports), tokensOf(old.imports)).length > 0;
  return isChanged || isAdded ? [`The patch changes ${path}, which tests the code: only its layout may change.`] : [];
}

const IMPORT_START =
  /^\s*(?:import\b(?!\s*\(\S)|from\s+\S+\s+import\b|(?:pub )?use\s+[\w:{]|using\s+[\w.]+;|#\s*include\b|(?:const|let|var)\s+.{1,200}=\s*require\()/;
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
