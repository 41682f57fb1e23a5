import { addedOf, type Check, type Forbidden } from './edit.ts';

/** Ways in which a command or a program that fails can be made to look as if it had not. */
const SWALLOWS: readonly Forbidden[] = [
  {
    what: 'lets a failing command pass',
    expression: /\|\|\s*(?:true|:|exit 0|echo|\/bin\/true)\b|\|\|\s*:\s*$|^\s*set \+(?:e|o errexit)\b/gm,
  },
  {
    what: 'ends a program as if all were well',
    expression: /\bexit 0\b|\b(?:process|sys|os|System)\.(?:_?exit|Exit)\(0\)|\bstd::process::exit\(0\)/g,
  },
  {
    what: 'lets CI pass over a failure',
    expression:
      /\bcontinue-on-error:\s*(?!false\b)\S|\ballow_failure:\s*true|\bcontinueOnError:\s*true|\bif:\s*(?:false|\$\{\{\s*false\s*\}\})|\bignore_errors:\s*(?:true|yes)|\bfail_ci_if_error:\s*false/g,
  },
  {
    what: 'tells a tool to report no failure',
    expression:
      /--(?:exit-zero|no-verify|pass-with-no-tests|passWithNoTests|allow-no-tests|no-error-on-unmatched-pattern|soft-fail|no-fail|quiet-errors)\b|--max-warnings\b|-D(?:skipTests|maven\.test\.(?:skip|failure\.ignore)|skipITs)\b|\bpassWithNoTests\b|\btestFailureIgnore\b|\bignoreFailures\s*=\s*true|\bNODE_TLS_REJECT_UNAUTHORIZED\b|\bexit_zero\b|\bnoEmitOnError\b/g,
  },
  {
    what: 'swallows an error',
    expression:
      /\bcatch\s*(?:\([^()\n]{0,200}\))?\s*\{\s*(?:\/\/[^\n]{0,200}\s*)?\}|\bexcept\b[^:\n]{0,200}:\s*(?:#[^\n]{0,200})?\s*(?:pass|\.\.\.)\b|\.catch\(\s*\(\s*\w*\s*\)\s*=>\s*\{\s*\}\s*\)|\brescue\b[^\n]{0,100}\n\s*(?:nil|end)\b|\brescue nil\b|\bcontextlib\.suppress\(|\bsuppress\(\w*(?:Exception|Error)\b|\$ErrorActionPreference\s*=\s*["']SilentlyContinue/g,
  },
];

/** What fails goes on failing: no command, step or error is swallowed. */
export const keepFailures: Check = (edit) => addedOf(edit, SWALLOWS);
