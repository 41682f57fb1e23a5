/**
 * Bounds on what the analyser holds, whatever the log says. A log is hostile input: everything that grows
 * with it is cut here, and what is cut is counted where the diagnosis has a number for it.
 */

/** Characters of a line that expressions see. Polynomial expressions are harmless below it. */
export const MAX_LINE_CHARACTERS = 2_000;

/** Bytes of a line that are kept before it is decoded: room for the time, colours and multi-byte characters. */
export const MAX_LINE_BYTES = 8_192;

/** Lines before the present one that a matcher may look back at. */
export const MAX_LOOK_BACK_LINES = 64;

/** Last lines of the log that are at hand; an excerpt is chosen from the lines before a failure. */
export const HISTORY_LINES = 4_096;

/** Lines that a matcher gets without a hint after it asked for the next ones. */
export const MAX_FOLLOW_LINES = 400;

/** Diagnostics kept, by severity; the first ones win, since the first thing that went wrong explains the rest. */
export const MAX_DIAGNOSTICS = { error: 1_000, warning: 500, info: 200 } as const;

/** Failed tests kept for a framework; the counts go on. */
export const MAX_FAILED_TESTS = 1_000;

/** Steps kept. GitHub allows far fewer in a job; a log that has more is not GitHub's. */
export const MAX_STEPS = 1_000;

/** Signals kept from the head of the log, and as many from its tail. */
export const MAX_SIGNALS_EACH_END = 2_000;

/** Lines whose text is kept for excerpts, around signals by their strength. */
export const MAX_RETAINED_LINES = { strong: 6_000, weak: 2_000 } as const;

/** Statements of a failure before which lines are kept. */
export const MAX_RETAINED_ANCHORS = 20;

/** Lines that sound like a failure and are weighed as they come; of the later ones, only the last of the log are. */
export const MAX_WEIGHED_LINES = 20_000;

/** Lines that one rule looks at as they come; of the later ones, only the last of the log are looked at. */
export const MAX_RULE_LINES = 20_000;

/**
 * Lines that come again in passages that have come before, line by line, and are read again: as often as tries and retries
 * repeat themselves. Later ones are left out.
 */
export const MAX_REPEATED_LINES = 20_000;

/** Lines of one passage; what is longer is read each time. */
export const MAX_PASSAGE_LINES = 512;

/** Whatever they are, so many last lines of a log are read: each line is read when so many more have come. A power of two. */
export const LAST_LINES = 1_024;

/** Lines that a matcher reads in vain before it is given no more: a hint that hits so often without a finding is noise. */
export const MAX_IDLE_READS = 100_000;

/** Findings of one matcher past the limits on diagnostics before it is given no more lines. */
export const MAX_DROPPED_FINDINGS = 10_000;

/** Bytes of one retained line. */
export const MAX_RETAINED_LINE_BYTES = 1_000;

/** Lines of a green log that are remembered as noise. */
export const MAX_BASELINE_LINES = 200_000;

/** Excerpts of a diagnosis, and lines of them all together. */
export const MAX_EXCERPTS = 8;
export const MAX_EXCERPT_LINES = 200;

/** Characters of a message in a diagnosis. */
export const MAX_MESSAGE_CHARACTERS = 1_000;

/** Characters of what a failed test says. */
export const MAX_TEST_MESSAGE_CHARACTERS = 500;
