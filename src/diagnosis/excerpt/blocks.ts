import type { Entry } from './outline.ts';

/** How far a block grows from the line that it began with. */
export interface Growth {
  readonly up: number;
  readonly down: number;
}

/**
 * What carries on the line above: frames of a stack, differences, code frames, values, hints. Each alternative begins
 * with its own sign, so that a line is decided in one step.
 */
const DETAIL =
  /^\s*(?:at \S|from \S|in \S|by: |\.{3}\s?\d+ |Caused by|File "|-->|[|>^~`│└├╵]|[-+](?:\s|[^-+\s])|---(?: |$)|\+\+\+|@@|\d+ *[|:│]|E {2,}|# |#\d+ |=> |= (?:note|help)|(?:and )?(?:got|have|want|expected|actual|received|left|right|found|note|help|hint|reason|required|provided|but was)\b|Did you mean|\()/i;

/** A block is never longer, so that choosing takes time in proportion to the lines. */
const MAX_BLOCK_ENTRIES = 200;

/** Longer lists are cut; their end is shown. */
const MAX_LISTED = 20;

/** Grows a block from an entry over what belongs to it: the same paragraph, deeper lines, frames and differences. */
export function grow(entries: readonly Entry[], seed: number, growth: Growth): { first: number; last: number } {
  const start = entries[seed];
  if (!start) return { first: seed, last: seed };
  let last = seed;
  for (let plain = 0; last + 1 < entries.length && last - seed < MAX_BLOCK_ENTRIES; last++) {
    const next = entries[last + 1];
    if (!next || isBoundary(next) || next.gap > 2) break;
    const isSign = DETAIL.test(next.body);
    const isDetail = isSign || next.indent > start.indent;
    if ((next.isCalm && !isSign) || (next.isChatter && !isDetail && next.beginning !== start.beginning)) break;
    if (next.gap > 0 && !isDetail) break;
    if (!isDetail && next.wording < 0.3 && ++plain > growth.down) break;
  }
  let first = seed;
  for (let plain = 0; first > 0 && seed - first < MAX_BLOCK_ENTRIES; first--) {
    const current = entries[first];
    const above = entries[first - 1];
    if (!above || !current || isBoundary(above) || current.gap > 0) break;
    if (isListed(above, start) && seed - first < MAX_LISTED) continue;
    if (above.isCalm || (above.wording < 0.3 && ++plain > growth.up)) break;
  }
  return { first, last };
}

/**
 * One of a list that ends where the block begins. Complaints that are told in the same words sound like progress
 * (`quietened`), but a command that ends with them fails for them all: `Missing header: src/a.c`.
 */
function isListed(entry: Entry, start: Entry): boolean {
  return start.isCalm && start.wording > 0 && entry.wording > 0 && entry.beginning === start.beginning;
}

/** What a block never takes in. */
function isBoundary(entry: Entry): boolean {
  return entry.isConsequence || entry.isRuler;
}
