import { addedOf, type Check, countOf, type Edit, type Forbidden } from './edit.ts';

/** Ways in which a command or a program that fails can be made to look as if it had not. */
const SWALLOWS: readonly Forbidden[] = [
  {
    what: 'lets a failing command pass',
    expression:
      /\|\|\s{0,80}(?:true|exit 0|exit \$\(\(0|return 0|echo|printf|\/(?:usr\/)?bin\/true)\b|\|\|\s{0,80}:\s{0,80}$|^[^\S\n]*set \+(?:\w{0,6}e|\w{0,6}o\s{1,80}(?:errexit|pipefail))/gm,
  },
  {
    what: 'ends a program as if all were well',
    expression:
      /\bexit 0\b|\b(?:process|sys|os|System)\.(?:_?exit|Exit)\(0?\)|\braise SystemExit(?:\(0?\))?\s{0,80}$|^[^\S\n]*(?:exit|quit)\(0?\)|\bstd::process::exit\(0\)/gm,
  },
  {
    what: 'lets CI pass over a failure',
    expression:
      /\bcontinue-on-error:\s{0,80}(?!false\b)\S|\ballow_failure:\s{0,80}true|\bcontinueOnError:\s{0,80}true|\bif:\s{0,80}(?:false|\$\{\{\s{0,80}false\s{0,80}\}\})|\bignore_errors:\s{0,80}(?:true|yes)|\bfail_ci_if_error:\s{0,80}false/g,
  },
  {
    what: 'tells a tool to report no failure',
    expression:
      /--(?:exit-zero|no-verify|pass-with-no-tests|passWithNoTests|allow-no-tests|no-error-on-unmatched-pattern|soft-fail|no-fail|quiet-errors|no-run|updateSnapshot|update-snapshots|update-goldens)\b|\b(?:jest|vitest)\s{1,80}-u\b|\bUPDATE_\w{0,20}(?:SNAPSHOTS?|GOLDENS?|EXPECT)\b|\bINSTA_(?:UPDATE|FORCE_PASS)\b|\bgo test\b[^\n]{0,200}\s-{1,2}update\b|\beslint\s{1,80}--quiet\b|\bmake\s{1,80}-\w{0,5}[ik]|\bmvn\b[^\n]{0,200}\s-fn\b|\b(?:HUSKY|LEFTHOOK)=0\b|\bexport SKIP=|--max-warnings\b|-D(?:skipTests|maven\.test\.(?:skip|failure\.ignore)|skipITs)\b|\bpassWithNoTests\b|\btestFailureIgnore\b|\bignoreFailures\s{0,80}=\s{0,80}true|\bNODE_TLS_REJECT_UNAUTHORIZED\b|\bexit_zero\b|\bnoEmitOnError\b/g,
  },
  {
    what: 'swallows an error',
    expression:
      /\bcatch\s{0,80}(?:\([^()\n]{0,200}\))?\s{0,80}\{\s{0,80}(?:\/\/[^\n]{0,200}\s{0,80})?\}|\bexcept\b[^:\n]{0,200}:\s{0,80}(?:#[^\n]{0,200})?\s{0,80}(?:pass|\.\.\.)\b|\.catch\(\s{0,80}\(\s{0,80}\w*\s{0,80}\)\s{0,80}=>\s{0,80}\{\s{0,80}\}\s{0,80}\)|\brescue\b[^\n]{0,100}\n\s{0,80}(?:nil|end)\b|\brescue nil\b|\bcontextlib\.suppress\(|\bsuppress\(\w*(?:Exception|Error)\b|\$ErrorActionPreference\s{0,80}=\s{0,80}["']SilentlyContinue/g,
  },
  {
    what: 'ends a program as if all were well',
    expression:
      /\bexit!(?:\s{0,80}\(?(?:0|true)\b|$)|\bexit\(?\s{0,80}true\b|\bprocess\.exitCode\s{0,80}=\s{0,80}0\b|\bEnvironment\.Exit\(0\)|\.halt\(0\)|\b(?:_Exit|quick_exit)\(0\)|\bexit\(EXIT_SUCCESS\)/gm,
  },
  {
    what: 'swallows an error',
    expression:
      /\bprocess\.(?:on|once)\(\s{0,80}["'](?:uncaughtException|unhandledRejection)|\bsys\.excepthook\s{0,80}=|(?<![\w.])recover\(\)|\bcatch_unwind\b|\bOn Error Resume Next\b|\bset_hook\(/g,
  },
  {
    what: 'makes code behave otherwise under test',
    expression:
      /\bPYTEST_CURRENT_TEST\b|["']pytest["'] (?:not )?in sys\.modules|\bNODE_ENV\b["'\]]{0,2}\s{0,80}[!=]==?\s{0,80}["']test["']|\bJEST_WORKER_ID\b|\bprocess\.env\.VITEST\b|\bimport\.meta\.vitest\b|\bcfg!\(test\)|\btesting\.Testing\(\)|\bflag\.Lookup\(["']test\.|\bRUNNING_UNIT_TESTS\b|\bXCTestConfigurationFilePath\b/g,
  },
];

const SHELL = /\.(?:sh|bash|zsh|ksh|bats)$/i;

/** What lets a script's commands fail unseen, and is something else in other languages. */
const SHELL_SWALLOWS: readonly Forbidden[] = [
  {
    what: 'lets a failing command pass',
    expression:
      /;[^\S\n]*(?:true|:)[^\S\n]*$|^[^\S\n]*(?:exec\s{1,80})(?:true|:)\s{0,80}$|^[^\S\n]*alias\s{1,80}\w{1,40}=["']?(?:true|:|echo)\b|^[^\S\n]*[\w-]{1,40}\s{0,80}\(\)\s{0,80}\{\s{0,80}(?::|true|return 0)?\s{0,80};?\s{0,80}\}|^[^\S\n]*trap\s{1,80}["'](?:exit 0|true|:)/gm,
    paths: SHELL,
  },
  {
    what: 'lets a failing command pass',
    expression:
      /\|\|(?!\s{0,80}(?:exit|return)(?:\s{1,20}(?!0\b)[\d$]|\s{0,20}[;})\n]|$)|\s{0,80}(?:die|fail|false)\b)|^[^\S\n]*(?:exit|return)[^\S\n]*$|^[^\S\n]*return 0\b|^[^\S\n]*(?:function\s{1,20})?(?:npm|npx|yarn|pnpm|node|bun|deno|python3?|pytest|tox|ruff|go|cargo|make|mvn|gradle|bundle|rake|mix|dotnet|composer|exit|set|test|command|false)\s{0,20}\(\)/gm,
    paths: SHELL,
  },
  {
    what: 'keeps commands from being run',
    expression: /<<-?\s{0,20}["'\\]?[A-Za-z_]|\bPATH=/g,
    paths: SHELL,
  },
  {
    what: 'leaves tests out',
    expression:
      /\s--?(?:deselect|ignore|ignore-glob|testPathIgnorePatterns|exclude-tags?|skip|gtest_filter|filter|exclude)\b|\s-k\s{1,20}["']?not\b|\s-run[= ]["']?(?:\^?\$|none)|\bGTEST_FILTER\b|\bPYTEST_ADDOPTS\b/g,
    paths: SHELL,
  },
  {
    what: 'lets a failing command pass',
    expression: /(?:^|[;&|({]|\b(?:then|do|else))\s{0,80}!\s|(?<![&<>|\\])&(?![&>\d])|\b(?:if|while|until)\s/gm,
    paths: SHELL,
  },
];

/** Where a script says that it ends at a failure. */
const STOPS = /^[^\S\n]*set[^\S\n]{1,20}[^\n]{0,20}-\w{0,6}(?:e|o[^\S\n]{1,20}errexit)|^#![^\n]{0,60}\s-\w{0,6}e/gm;
const PIPE_STOPS = /\bpipefail\b/g;

/** What fails goes on failing: no command, step or error is swallowed. */
export const keepFailures: Check = (edit) => [
  ...new Set([...addedOf(edit, [...SWALLOWS, ...SHELL_SWALLOWS]), ...lostStops(edit)]),
];

function lostStops({ path, before, after }: Edit): string[] {
  const isLost = [STOPS, PIPE_STOPS].some((one) => countOf(one, after) < countOf(one, before));
  return isLost ? [`The patch lets ${path} go on after a failure.`] : [];
}
