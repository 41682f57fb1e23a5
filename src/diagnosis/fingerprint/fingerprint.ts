import type { FoundDiagnostic } from '../dispatch/findings.ts';
import type { Signal } from '../excerpt/signals.ts';
import type { Cause, TestReport } from '../types.ts';
import { fnv1a64 } from './hash.ts';
import { normalised, normalisedPath } from './normalise.ts';

/** Parts that are hashed; more of them add nothing to the identity of a cause. */
const MAX_PARTS = 200;

export interface FingerprintInput {
  readonly cause: Cause;
  readonly diagnostics: readonly FoundDiagnostic[];
  readonly tests: TestReport | null;
  readonly signals: readonly Signal[];
  /** Names and exit codes of the failed steps: all there is when nothing else speaks. */
  readonly steps: readonly string[];
}

/**
 * Names the root cause: the cause and what carries it, without lines, times, numbers and the order of the log.
 * 16 lower-case hexadecimal digits.
 */
export function fingerprintOf(input: FingerprintInput): string {
  const parts = [...new Set(partsOf(input))].sort();
  return fnv1a64([input.cause.category, ...parts.slice(0, MAX_PARTS), String(parts.length)].join('\n'));
}

function partsOf(input: FingerprintInput): string[] {
  const { cause, diagnostics, tests, signals, steps } = input;
  if (cause.category === 'test-failure' && tests && tests.failed.length > 0) {
    return tests.failed.map(({ name, suite, file }) =>
      JSON.stringify([tests.framework, normalised(suite ?? ''), normalised(name), normalisedPath(file ?? '')]),
    );
  }
  const found = diagnostics.filter((one) => one.diagnostic.severity === 'error' && one.cause === cause.category && !one.isNoise);
  if (found.length > 0) return found.map(diagnosticPart);
  const carried = signals.filter((signal) => signal.category === cause.category && cause.category !== 'unknown');
  if (carried.length > 0) return carried.map(({ text }) => normalised(text ?? ''));
  const unexplained = diagnostics.filter((one) => one.diagnostic.severity === 'error' && !one.isNoise);
  return [...steps, ...(unexplained.length > 0 ? unexplained.map(diagnosticPart) : loudest(signals))];
}

/** Paths are part of a cause, numbers in names too (`user2.ts`); numbers in messages are not. */
function diagnosticPart({ diagnostic }: FoundDiagnostic): string {
  return JSON.stringify([
    diagnostic.tool,
    diagnostic.path === null ? null : normalisedPath(diagnostic.path),
    diagnostic.code,
    normalised(diagnostic.message),
  ]);
}

/** With no cause, the texts of the strongest wording. */
function loudest(signals: readonly Signal[]): string[] {
  const told = signals.filter(({ text }) => text !== null);
  const strongest = Math.max(0, ...told.map(({ weight }) => weight));
  return told.filter(({ weight }) => weight === strongest).map(({ text }) => normalised(text ?? ''));
}
