import type { CauseCategory, Diagnosis } from '../diagnosis/types.ts';
import type { Fixer } from '../fixers/types.ts';

/** What a person may do about each cause where no fixer applies. */
const ADVICE: Record<CauseCategory, string> = {
  'test-failure': 'Run the failed tests where you work; if they pass there, look for what differs (order, time, platform).',
  'compile-error': 'Mend the first error of each file: those below it are often its consequences.',
  lint: 'Mend the findings, or switch the rule off where it is wrong. Many linters can mend some themselves.',
  formatting: 'Run the formatter where you work and commit what it writes.',
  'dependency-conflict': 'Change the version ranges that exclude each other, or move one of the packages.',
  'dependency-unavailable': 'Look whether the name and version exist where the job looks for them, and whether it may see them.',
  lockfile: 'Install without the frozen mode where you work, and commit the lock file that it writes.',
  'workflow-config': 'Mend the workflow file; actionlint finds most such faults before a push.',
  'build-config': 'Mend the configuration of the build that the log names.',
  toolchain: 'Install or set up the version that the log asks for, in a step before this one.',
  permission: 'Give the token what it lacks under "permissions:" in the workflow, or use one that has it.',
  'missing-secret': 'Look whether the secret is set, has not expired and reaches this job; runs from forks get none.',
  network: 'Run the failed jobs again; if it stays, look whether the service is down or blocked.',
  'rate-limit': 'Wait until the limit resets, sign in for a higher one, or use a cache or mirror.',
  'out-of-memory': 'Give the job more memory or let it do less at a time.',
  'disk-full': 'Free space before the step, or use a larger machine.',
  timeout: 'Find out what hangs; raise the limit only if the work really needs longer.',
  'runner-lost': 'Run the failed jobs again; if it comes back, look at the machine: memory, processor, preemption.',
  cancelled: 'Run it again if nobody meant to cancel it; "concurrency:" in the workflow may have.',
  crash: 'Get a stack trace of the crash: a core dump, a sanitizer, or the crash report that the log names.',
  'quality-gate': 'Raise what is measured to the limit, or change the limit on purpose.',
  'version-control': 'Look at the ref, the history depth ("fetch-depth:") and conflicts with the base branch.',
  unknown: 'Read the lines above; they are the most telling ones of the log.',
};

/** The last line of a report: what Regreen would do about the failure, or else what a person may do. */
export function nextStep(diagnosis: Diagnosis, fixers: readonly Pick<Fixer, 'tool' | 'version'>[]): string {
  if (!saysFailure(diagnosis)) return 'Nothing to do: this log does not say that anything failed.';
  if (fixers.length > 0) {
    const tools = fixers.map(({ tool, version }) => `${tool} ${version}`).join(', ');
    return `Regreen would propose a fix made by ${tools}, and wait until CI has passed on it.`;
  }
  return `Regreen would explain this on the commit; it has no fixer for it. ${ADVICE[diagnosis.cause.category]}`;
}

/** Whether anything in the log says that it failed. */
export function saysFailure({ cause, failedSteps, diagnostics, tests, excerpts }: Diagnosis): boolean {
  if (cause.category !== 'unknown' || failedSteps.length > 0 || (tests?.failed.length ?? 0) > 0) return true;
  return diagnostics.some(({ severity }) => severity === 'error') || excerpts.length > 0;
}
