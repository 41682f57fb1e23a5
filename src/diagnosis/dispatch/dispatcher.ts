import { CAUSE_LOOKS } from '../causes/cause-rules.ts';
import { WORDING_HINTS } from '../excerpt/wording.ts';
import { LOG_MODEL_HINTS } from '../log/log.ts';
import { ANNOUNCEMENT_HINTS } from '../log/prefixes.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { MATCHERS } from '../matchers/registry.ts';
import { PRINTED_DIFF_HINTS } from '../printed-diffs/printed-diffs.ts';
import { buildHintAutomaton, type HintAutomaton } from './hints.ts';

/**
 * Who listens for hints, as ranges of the automaton's listeners: the log model, wording, prefixes,
 * printed changes, what rules look for, matchers.
 */
export const LOG_MODEL = 0;
export const WORDING = 1;
export const PREFIXES = 2;
export const PRINTED_DIFFS = 3;
export const FIRST_LOOK = 4;
export const FIRST_MATCHER = FIRST_LOOK + CAUSE_LOOKS.length;

let shared: HintAutomaton | undefined;

/** The automaton of all hints of the registry; built once, since it never changes. */
export function sharedAutomaton(matchers: readonly Matcher[] = MATCHERS): HintAutomaton {
  if (matchers !== MATCHERS) return build(matchers);
  shared ??= build(matchers);
  return shared;
}

function build(matchers: readonly Matcher[]): HintAutomaton {
  return buildHintAutomaton([
    LOG_MODEL_HINTS,
    WORDING_HINTS,
    ANNOUNCEMENT_HINTS,
    PRINTED_DIFF_HINTS,
    ...CAUSE_LOOKS.map(({ literal }) => [literal]),
    ...matchers.map(({ hints }) => hints),
  ]);
}
