import type { FoundDiagnostic } from '../dispatch/findings.ts';
import type { Signal } from '../excerpt/signals.ts';
import type { Cause, CauseCategory, FailedStep, TestReport } from '../types.ts';
import { EXIT_CODE_CAUSES } from './cause-rules.ts';

/** Below it a guess is not told: the cause is `unknown`. */
export const MIN_CONFIDENCE = 0.5;

/** How sure a cause is when a matcher understood the tool; as for the rules, also the rank. */
const UNDERSTOOD: Partial<Record<CauseCategory, number>> = {
  'compile-error': 0.93,
  'build-config': 0.92,
  'test-failure': 0.92,
  formatting: 0.91,
  lint: 0.9,
};
const UNDERSTOOD_OTHERWISE = 0.85;

/** With named failed tests the matter is clear: only what ends a job from outside is surer. */
const NAMED_TESTS = 0.965;

/** What tools say of code, with a place in a file; their lines quote that code, which may sound like anything. */
const OF_CODE: ReadonlySet<CauseCategory | null> = new Set(['compile-error', 'lint', 'formatting']);

/** What a compiler tells of itself and its machine by the same form: `fatal error: a.o: No space left on device`. */
const OF_MACHINE: ReadonlySet<CauseCategory> = new Set(['disk-full', 'out-of-memory', 'toolchain', 'crash']);

/** Lines below a finding of a compiler that quote the source, when they are indented. */
const QUOTED_LINES = 2;

/** A quoted line of source, as GCC, rustc, Babel and others frame it: `   12 | text`, `> 12 |`, `  | text`. */
const QUOTED_SOURCE = /^(?:\s*>?\s*\d{1,7}\s[|│]|\s+[|│] )/;

/** Why a package could not be had, told shortly before or after that it could not. */
const REASONS_OF_ABSENCE: ReadonlySet<CauseCategory> = new Set(['network', 'rate-limit', 'missing-secret', 'disk-full']);
const REASON_LINES = 30;

/** A linter that only warned stops a job where it is told to (`eslint --max-warnings 0`), or always (pylint, chktex): it need not say so. */
const WARNED_ONLY = 0.55;
/** Then its warnings are among the last words: below them stand no more than its sums. */
const WARNED_ONLY_LINES = 9;
/** From here on, the wording of a line sounds like another reason. */
const OTHER_REASON_WEIGHT = 0.5;

/** What stands outside of the failed steps has not stopped the job. */
const OUTSIDE_FACTOR = 0.45;

/**
 * A job stops where it fails. What a line says counts less the further above the next statement of a failure it stands,
 * down to this share at so many lines; tests and findings of tools are told in lists and are exempt.
 */
const FAR_FACTOR = 0.75;
const FAR_LINES = 500;

/** The line tells the result of a test, whose name may sound like any failure: `SKIP Bug #7: segmentation fault`. */
const TEST_RESULT =
  /^\s*(?:(?:not )?ok \d|SKIP(?:PED)?\b|PASS(?:ED)?\b|FAIL(?:ED)?\b(?! Required|\s+Code coverage below|: Expected minimum coverage|.{1,200} > maxSize )|[✓✔√✗○]|✘ (?!\[ERROR\])|--- (?:PASS|FAIL|SKIP)|=== RUN|\[ +(?:OK|RUN|FAILED) +\]|test \S.* \.\.\. )/;

const MAX_EVIDENCE_LINES = 10;

/** A step that only installs ends for another reason than the vulnerabilities that its installer sums up. */
const INSTALLS =
  /^(?:Run )?(?:npm (?:ci|i|install|clean-install)|pnpm (?:i|install)|yarn(?: install)?)(?: -[^&|;]{0,300}| [\w@/.-]{1,200}){0,20}$/;

/** A formatter that was only to check: where its own words are not in the log, its command tells what it found. */
const CHECKS_FORMAT =
  /^(?:Run )?(?:npx |pnpm (?:exec |run )?|yarn (?:run )?|npm run |bunx |poetry run |uv run |python -m )?(?:cargo fmt\b.*--check|rustfmt\b.*--check|prettier\b.* (?:--check|-c|--list-different|-l)\b|(?:black|ruff format|isort|yapf|taplo fmt|shfmt|dprint)\b.* (?:--check|--diff|-d)\b|dprint check|mix format --check-formatted|terraform fmt .*-check|(?:format|fmt|prettier)[:-]check|check[:-](?:format|fmt|prettier))/;
const COMMAND_ALONE = 0.6;

export interface CauseInput {
  readonly diagnostics: readonly FoundDiagnostic[];
  readonly tests: TestReport | null;
  readonly signals: readonly Signal[];
  readonly failedSteps: readonly FailedStep[];
  /** Lines that state the failure without explaining it. */
  readonly anchors: readonly number[];
  /** Steps are there, and none has failed. */
  readonly isGreen: boolean;
}

interface Claim {
  category: CauseCategory;
  confidence: number;
  line: number;
}

/** Decides on the cause: the surest claim wins, and every line that makes the same claim is its evidence. */
export function decideCause(input: CauseInput): Cause {
  const told = withReasons(claimsOf(input)).map((claim) => ({
    ...claim,
    confidence: claim.confidence * factorOf(claim, input),
  }));
  const isTold = told.some(({ confidence }) => confidence >= MIN_CONFIDENCE);
  const claims = isTold ? told : [...told, ...warningClaims(input), ...commandClaims(input)];
  const best = claims.reduce<Claim | null>(
    (surest, claim) => (surest && surest.confidence >= claim.confidence ? surest : claim),
    null,
  );
  if (!best || best.confidence < MIN_CONFIDENCE) return { category: 'unknown', confidence: best?.confidence ?? 0, evidence: [] };
  const lines = claims
    .filter((claim) => claim.category === best.category && claim.confidence >= MIN_CONFIDENCE)
    .map(({ line }) => line);
  const evidence = [...new Set(lines)].sort((left, right) => left - right).slice(0, MAX_EVIDENCE_LINES);
  return { category: best.category, confidence: best.confidence, evidence };
}

function claimsOf(input: CauseInput): Claim[] {
  const { diagnostics, tests, signals, anchors } = input;
  const quotes = quotingLines(diagnostics);
  const ruled = categoriesByLine(signals);
  return [
    ...testClaims(tests),
    ...diagnostics.filter((one) => !isOutspoken(one, ruled)).flatMap(diagnosticClaim),
    ...signals.filter((signal) => !isQuoted(signal, quotes)).flatMap((signal) => signalClaim(signal, anchors)),
    ...exitClaims(input),
  ];
}

/**
 * Whether a tool's error, known as its own but not in its meaning, or one of no file, is told apart by its wording: a rule
 * has the line too.
 */
function isOutspoken(
  { diagnostic, cause }: FoundDiagnostic,
  ruled: ReadonlyMap<number, readonly (CauseCategory | null)[]>,
): boolean {
  const isVague = cause === 'build-config' || (diagnostic.path === null && OF_CODE.has(cause));
  if (!isVague || diagnostic.severity !== 'error') return false;
  return ruled.get(diagnostic.logLine)?.some((category) => category !== cause) === true;
}

/** What the rules say of each line that they have. */
function categoriesByLine(signals: readonly Signal[]): Map<number, (CauseCategory | null)[]> {
  const categories = new Map<number, (CauseCategory | null)[]>();
  for (const { kind, startLine, category } of signals) {
    if (kind !== 'rule') continue;
    const known = categories.get(startLine);
    if (known) known.push(category);
    else categories.set(startLine, [category]);
  }
  return categories;
}

/** Lines on which a tool speaks of code; `true` for the very line of a finding. */
function quotingLines(diagnostics: readonly FoundDiagnostic[]): Map<number, boolean> {
  const lines = new Map<number, boolean>();
  for (const { diagnostic, cause } of diagnostics) {
    if (diagnostic.path === null || diagnostic.line === null || !OF_CODE.has(cause)) continue;
    for (let below = 1; below <= QUOTED_LINES; below++) {
      const line = diagnostic.logLine + below;
      if (!lines.has(line)) lines.set(line, false);
    }
    lines.set(diagnostic.logLine, true);
  }
  return lines;
}

/** Whether the line of a rule is a compiler's own, or source that it quotes, and so no word of anybody else. */
function isQuoted({ startLine, text, category, kind }: Signal, quotes: ReadonlyMap<number, boolean>): boolean {
  if (kind !== 'rule' || text === null || category === null) return false;
  if (QUOTED_SOURCE.test(text)) return true;
  const isFinding = quotes.get(startLine);
  if (isFinding === undefined || OF_MACHINE.has(category)) return false;
  return isFinding || /^\s/.test(text);
}

/** A package that is called absent right where the network, a limit or a refusal is told: that is why. */
function withReasons(claims: readonly Claim[]): Claim[] {
  const reasons = claims.filter(({ category }) => REASONS_OF_ABSENCE.has(category)).map(({ line }) => line);
  if (reasons.length === 0) return [...claims];
  return claims.filter(
    ({ category, line }) =>
      category !== 'dependency-unavailable' || !reasons.some((reason) => Math.abs(reason - line) <= REASON_LINES),
  );
}

function signalClaim({ kind, category, confidence, startLine, text }: Signal, anchors: readonly number[]): Claim[] {
  if (category === null || (kind === 'rule' && TEST_RESULT.test(text ?? ''))) return [];
  const anchor = anchors.find((line) => line >= startLine);
  const distance = anchor === undefined ? 0 : Math.min(FAR_LINES, anchor - startLine);
  return [{ category, confidence: confidence * (1 - (1 - FAR_FACTOR) * (distance / FAR_LINES)), line: startLine }];
}

function testClaims(tests: TestReport | null): Claim[] {
  if (!tests) return [];
  return tests.failed.map(({ logLine }) => ({ category: 'test-failure', confidence: NAMED_TESTS, line: logLine }));
}

function diagnosticClaim({ diagnostic, cause, isNoise }: FoundDiagnostic): Claim[] {
  if (diagnostic.severity !== 'error' || cause === null || isNoise) return [];
  return [{ category: cause, confidence: UNDERSTOOD[cause] ?? UNDERSTOOD_OTHERWISE, line: diagnostic.logLine }];
}

/** The warnings of linters that stand last in a failed step, where nothing else explains it. */
function warningClaims({ diagnostics, failedSteps, signals, anchors }: CauseInput): Claim[] {
  return failedSteps.flatMap((step) => {
    const isInside = (line: number) => line >= step.startLine && line <= step.endLine;
    const found = diagnostics.filter(({ diagnostic, isNoise }) => !isNoise && isInside(diagnostic.logLine));
    const warnings = found.filter((one) => one.diagnostic.severity !== 'error' && (one.isOfLinter || one.cause === 'lint'));
    const last = Math.max(0, ...warnings.map(({ diagnostic }) => diagnostic.logLine));
    const end = anchors.find(isInside) ?? step.endLine;
    if (warnings.length === 0 || end - last > WARNED_ONLY_LINES) return [];
    const hasError = found.some(({ diagnostic }) => diagnostic.severity === 'error' && diagnostic.path !== null);
    const hasOther = signals.some(
      ({ kind, startLine, weight }) =>
        kind === 'wording' && startLine > last && isInside(startLine) && weight >= OTHER_REASON_WEIGHT,
    );
    if (hasError || hasOther) return [];
    return warnings.map(({ diagnostic }) => ({ category: 'lint', confidence: WARNED_ONLY, line: diagnostic.logLine }));
  });
}

/** What a step was to check, where nothing else explains that it failed as a check does. */
function commandClaims({ failedSteps, anchors }: CauseInput): Claim[] {
  return failedSteps.flatMap(({ name, startLine, endLine, exitCode }) => {
    if (exitCode !== 1 || !CHECKS_FORMAT.test(name)) return [];
    const line = anchors.find((anchor) => anchor >= startLine && anchor <= endLine) ?? endLine;
    return [{ category: 'formatting', confidence: COMMAND_ALONE, line }];
  });
}

function exitClaims({ failedSteps, anchors }: CauseInput): Claim[] {
  return failedSteps.flatMap((step) => {
    const known = step.exitCode === null ? undefined : EXIT_CODE_CAUSES.get(step.exitCode);
    const exit = anchors.find((line) => line >= step.startLine && line <= step.endLine);
    return known ? [{ ...known, line: exit ?? step.endLine }] : [];
  });
}

function factorOf(claim: Claim, { failedSteps, isGreen }: CauseInput): number {
  if (isGreen) return OUTSIDE_FACTOR;
  if (failedSteps.length === 0) return 1;
  const step = failedSteps.find(({ startLine, endLine }) => claim.line >= startLine && claim.line <= endLine);
  if (!step) return OUTSIDE_FACTOR;
  return claim.category === 'quality-gate' && INSTALLS.test(step.name) ? OUTSIDE_FACTOR : 1;
}
