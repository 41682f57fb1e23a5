/** What a check found: nothing, or what is wrong, one line each. */
export type Findings = readonly string[];

/** How many lines of one failed check are printed; the rest is counted. */
const MAX_LINES = 12;

/** Counts checks and prints them: a line for each group, and every failed check with what is wrong. */
export class Report {
  passed = 0;
  failed = 0;

  /** Runs the checks of one group, each given by its name and what it found. */
  group(title: string, checks: Iterable<readonly [name: string, findings: Findings]>): void {
    let passed = 0;
    const failures: string[] = [];
    for (const [name, findings] of checks) {
      if (findings.length === 0) passed += 1;
      else failures.push(describeFailure(name, findings));
    }
    this.passed += passed;
    this.failed += failures.length;
    console.log(`${title}: ${passed} passed, ${failures.length} failed`);
    for (const failure of failures) console.log(failure);
  }

  /** The summary's last line, which CI reads. */
  get summary(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

function describeFailure(name: string, findings: Findings): string {
  const shown = findings.slice(0, MAX_LINES).map((finding) => `      ${finding}`);
  const rest = findings.length > MAX_LINES ? [`      … and ${findings.length - MAX_LINES} more`] : [];
  return [`  FAILED ${name}`, ...shown, ...rest].join('\n');
}
