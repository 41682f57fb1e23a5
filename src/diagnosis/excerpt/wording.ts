/**
 * How much a line sounds like a failure, for tools that have no matcher. Ordered: the first that fits decides.
 * The hints are what brings a line here.
 */
interface Wording {
  readonly expression: RegExp;
  readonly weight: number;
}

/** Literals of which a line has at least one before its wording is weighed. */
export const WORDING_HINTS: readonly string[] = [
  'error',
  'fail',
  'fatal',
  'exception',
  'panic',
  'traceback',
  'cannot ',
  "can't ",
  'could not',
  'unable to',
  'not found',
  'no such',
  'denied',
  'invalid',
  'undefined',
  'unexpected',
  'assert',
  'killed',
  'abort',
  'segmentation',
  'expected',
  'conflict',
  'missing',
  'unresolved',
  'timed out',
  'npm err!',
  '❌',
  'not defined',
  'unknown ',
  'unrecognized',
  'illegal ',
  'up-to-date',
];

/** Weight of a sum: less than that of the last words. */
const SUM_WEIGHT = 0.25;

const WORDINGS: readonly Wording[] = [
  // What says that all is well, or only names an error.
  { expression: /\b(?:0|no) (?:errors?|failures?|failed|problems?)\b(?!.*\b[1-9]\d* (?:errors?|failures?|failed))/i, weight: 0 },
  {
    expression: /\b(?:errors?|failures?|failed|skipped)\s*[:=]\s*0\b(?!.*(?:errors?|failures?|failed)\s*[:=]\s*[1-9])/i,
    weight: 0,
  },
  {
    expression: /(?:-W|--)(?:no-)?error\b|\b(?:if|on|ignore|continue)[-_ ](?:no[-_])?(?:error|fail|failure)\b|fail-?fast/i,
    weight: 0,
  },
  {
    expression:
      /^(?:Download|Get:|Unpacking|Setting up|Selecting|Installing|Using|Fetching|Collecting|\s*create mode|Requirement already|\s*(?:Installing|Compiling|Downloaded) )/,
    weight: 0,
  },
  { expression: /^\s*(?:✓|✔|√|ok \d|PASS\b|\[ +OK|SKIP)|\bskipped: /, weight: 0 },
  {
    expression:
      /(?:[\s.:]|\.{3})(?:PASS(?:ED)?|XFAIL|SKIP(?:PED)?|(?<!not )ok|OK)(?:\s{1,80}\[ {0,3}\d{1,3}%\]|\s?\([^()]{1,40}\))?$/,
    weight: 0,
  },
  {
    expression:
      /^\s*(?:warning|\[warn|npm (?:WARN|warn)\b|\d+:\d+ +warning)|^[^'"`]{0,200}\bwarning\b(?: [A-Z]{1,4}\d{1,5})?[:\]]|deprecat/i,
    weight: 0.1,
  },
  // Sums: how many have failed. What failed stands above.
  {
    expression:
      /\b[1-9]\d{0,8} (?:(?:tests?|specs?|examples?|scenarios?|suites?|checks?|unexpected) )?(?:errors?|failures?|failed|failing|problems?|violations?|offen[cs]es?)\b(?!.*:\d)|\b(?:errors|failures|failed|unexpected)\s{0,3}[:=]\s{0,3}[1-9]/i,
    weight: SUM_WEIGHT,
  },
  { expression: /❌|^\s*!! |\[[\w ]{0,40}\bfail(?:ed|ure)?\b[\w ]{0,40}\]$/i, weight: 0.68 },
  {
    expression:
      /\b(?:flag provided but not defined|(?:unknown|unrecognized|invalid|illegal) (?:flag|option|argument|switch|command)|no such (?:option|command)|is not a recognized)\b|not up[- ]to[- ]date|\bfailed on line \d+/i,
    weight: 0.6,
  },
  { expression: /^\s*(?:[\w.:/\\-]+: )?(?:fatal error|fatal|error|failure|panic)(?:\[?\w*\]?)?\s?[:!]/i, weight: 0.7 },
  {
    expression: /Traceback \(most recent call last\)|^\s*[\w.]*(?:Error|Exception)\b(?::|$)|^(?:Caused by|Exception in thread)/,
    weight: 0.72,
  },
  { expression: /^\s*\[(?:ERROR|FATAL|FAIL(?:ED|URE)?)\]/i, weight: 0.65 },
  {
    expression:
      /^\s*(?:not ok\b|✗|✘|✖|×|FAIL(?:ED|URE)?\b|---? FAIL)|(?:FAILED|FAILURE!?|BUILD FAILED)\s*$|\S \*{3} ?F(?:AILED|ailed)\b/,
    weight: 0.68,
  },
  {
    expression:
      /: (?:fatal )?error(?: [A-Z]+\d+)?: |command not found|No such file or directory|Segmentation fault|undefined reference|core dumped|Killed$/,
    weight: 0.7,
  },
  {
    expression:
      /\b(?:Cannot find|could not (?:find|resolve|connect)|unable to (?:find|resolve|locate|connect)|permission denied|not found\b|AssertionError)/i,
    weight: 0.55,
  },
  { expression: /\bnpm ERR! /, weight: 0.5 },
  // Marks of test frameworks and levels of logs, and what they say of values.
  {
    expression:
      /\bFAIL(?:ED|URE)?!?(?:\s{0,3}[([].{0,80}[)\]])?$|^\s*(?:\[[-xX]\] |==> X |\*{2,} ?(?:error|fail))|\([xX]\) |(?:^|[-:|\]) ] ?)\(?(?:ERROR|FATAL|CRITICAL)\b\)?(?:[\s:|]|$)|\bASSERT(?:ION)?\b/,
    weight: 0.55,
  },
  { expression: /\bexpect(?:ed|ing)\b.{1,300}\b(?:but|got|was|found|received|actual|instead|given)\b/i, weight: 0.55 },
  // How linters and compilers begin a finding, and frameworks number failures.
  {
    expression:
      /^\s*(?:Diff in |\[)?(?:[A-Za-z]:)?[^\s:()]{1,300}\.[A-Za-z]\w{0,9}(?::\d{1,7}(?::\d{1,7})?[\]:]? (?!in\b)|\(\d{1,7}(?:,\d{1,7})?\)|: line \d{1,7}\b)/,
    weight: 0.4,
  },
  { expression: /^\s{0,4}\d{1,4}\) \S|^\s{1,8}\d{1,7}:\d{1,7}\s{2,}\S|^[A-Z]{1,4}\d{3,5}:? \S/, weight: 0.36 },
  {
    expression:
      /\b(?:errors?|failed|failures?|fatal|exception|cannot|can't|could not|unable to|aborted|killed|timed out|conflict|unexpected|unsupported|unresolved|undefined|invalid|mismatch|missing|refused|denied|rejected|crash(?:ed)?|violat(?:es|ions?))\b/i,
    weight: 0.35,
  },
];

/** Statements that something has failed, which never say what: of package managers, make, compilers, shells and runners. */
const CONSEQUENCES: readonly RegExp[] = [
  /^\s*npm (?:ERR!|error)/,
  /^\s*(?:ELIFECYCLE|ERR_PNPM_RECURSIVE)/,
  /^\s*make(?:\[\d{1,3}\])?: (?:\*\*\*|Leaving|Entering)/,
  /recipe for target .{1,200} failed$/,
  /^\s*(?:error Command failed|info Visit https:\/\/yarnpkg)/,
  /Command failed with exit code/,
  /^\s*error: (?:aborting due to|build failed|could not compile|test failed, to rerun)/,
  /^\s*(?:warning: build failed|Some errors occurred|For more information about)/,
  /^\s*(?:rake aborted!|Tasks: TOP|\(See full trace)/,
  /^\s*(?:exit status \d{1,3}$|The command "|Done\. Your build|##\[)/,
  /Process completed with exit code/,
  /^\s*Error: (?:The )?[Pp]rocess .{0,500}exit(?:ed)? (?:with )?(?:code|status)?/,
  /\bexited with (?:code |status |exit code )?\d{1,10}\.?$/,
  /See above for more details/,
  /^[^\w:]*(?:(?:the |one or more |some )?(?:build|tests?|compilation|checks?|job|execution|exporting|linting)(?: run| suite)? (?:has |have |was |were )?)?fail(?:ed|ure)?[^\w:]*$/i,
  /^Test suite \S+: FAIL$|^No plan found in TAP output$/,
  /^\s*(?:Build step '.{1,200}' marked build as failure|Finished: (?:FAILURE|ABORTED|UNSTABLE))/,
];

/** Success and progress. */
const CALM: readonly RegExp[] = [
  /^\s*(?:✓|✔|√|ok\b|OK\b|PASS(?:ED)?\b|\[ *(?:OK|PASS(?:ED)?|\+) *\]|\+{3} OK|SKIP|XFAIL)/,
  /^[\dTZ:.,/+ -]{0,40}[\w.]{0,40} ?(?:\[(?:info|INFO|debug|DEBUG)\]|\((?:INFO|DEBUG)\)|\b(?:INFO|DEBUG|TRACE)\b)/,
  /^\D{0,20}\b\d{1,7} ?(?:\/|of) ?\d{1,7}\b(?! (?:tests?|specs?|examples?) failed)/,
  /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME) |--- (?:PASS|SKIP): )|^===> (?:Verifying|Analyzing|Fetching|Compiling|Performing|Running) /,
  /^\s*(?:Compiling|Installing|Building|Processing|Preparing|Resolving|Receiving|Fetching|Unpacking|Selecting|Starting|Running|Finished) /,
  /^\s*(?:Download|Get:|Hit[ :]|Setting up |remote:|\d{1,3}%|CC |LD |AR )/,
  /\b(?:passed|PASSED|SUCCESS|ok)\s{0,3}(?:\[ {0,3}\d{1,3}%\])?$/,
  /\b0 (?:failures|failed|errors)\b/,
];

/** Weight of a consequence. */
const CONSEQUENCE_WEIGHT = 0.2;

/** How a line sounds. */
export interface Sound {
  /** How much like a failure: 0 (nothing) to 1 (surely). */
  readonly weight: number;
  /** It says that something has failed, and nothing of the reason. */
  readonly isConsequence: boolean;
  /** It says that all goes well. */
  readonly isCalm: boolean;
}

/** From this weight on a line sounds too much like a failure to say that all goes well. */
const MIN_ALARMING_WEIGHT = 0.3;

/** Hears all that a line sounds of at once. */
export function soundOf(text: string): Sound {
  const consequence = isConsequence(text);
  const weight = consequence ? CONSEQUENCE_WEIGHT : weightOf(text);
  const isCalm = weight < MIN_ALARMING_WEIGHT && CALM.some((expression) => expression.test(text));
  return { weight, isConsequence: consequence, isCalm };
}

/** How much the line sounds like a failure: 0 (nothing) to 1 (surely). */
export function weighWording(text: string): number {
  return isConsequence(text) ? CONSEQUENCE_WEIGHT : weightOf(text);
}

/** Whether the line says that something has failed, and nothing of the reason. */
export function isConsequence(text: string): boolean {
  return CONSEQUENCES.some((expression) => expression.test(text));
}

function weightOf(text: string): number {
  return WORDINGS.find(({ expression }) => expression.test(text))?.weight ?? 0;
}
