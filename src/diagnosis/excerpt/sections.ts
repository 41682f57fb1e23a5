import type { LineRange } from '../types.ts';

/** A line that is not blank, as sections see it. */
export interface SectionLine {
  readonly line: number;
  readonly text: string;
  readonly isRuler: boolean;
  readonly isConsequence: boolean;
}

/** The heading of a section that tells of failures one by one, as most test frameworks write it. */
const FAILURES =
  /^[^\w(]{0,80}(?:\d{1,6} )?(?:(?:failures?|errors?|failed (?:tests?|examples|scenarios|specs?)|failing(?: tests?| scenarios?)?|test failures|failed test summary|summary of failures|(?:the )?following tests? failed|there (?:was|were) \d{1,6} (?:failures?|errors?))\b[^\w]{0,80}|tests? summary report)$/i;

/** `12 examples, 1 failure`, `Finished in 3 seconds`. */
const TOTALS = /\b\d{1,9} (?:tests?|specs?|examples?|scenarios?|runs?|assertions?|passed|passing)\b|^\s*Finished in /i;

/** Longer sections are cut. */
const MAX_SECTION_ENTRIES = 40;

/** The sections that tell of failures. Each ends where the next one begins, or where the framework sums up. */
export function sectionsOf(entries: readonly SectionLine[]): LineRange[] {
  const sections: LineRange[] = [];
  entries.forEach((heading, at) => {
    if (!FAILURES.test(heading.text)) return;
    const sign = heading.isRuler ? heading.text.trim().charAt(0) : null;
    let last = at;
    for (let next = at + 1; next < entries.length && next - at <= MAX_SECTION_ENTRIES; next++) {
      const entry = entries[next] as SectionLine;
      if (entry.isRuler && entry.text.trim().charAt(0) === sign) break;
      if (entry.isConsequence || FAILURES.test(entry.text) || TOTALS.test(entry.text)) break;
      last = next;
    }
    const first = entries[at + 1];
    if (first && last > at) sections.push({ startLine: first.line, endLine: entries[last]?.line ?? first.line });
  });
  return sections;
}
