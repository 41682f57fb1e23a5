import { MAX_STEPS } from './limits.ts';
import type { Line } from './matcher.ts';
import { detached } from './text.ts';
import type { Diagnosis, FailedStep } from './types.ts';

/** Literals of the lines that the log model needs to see. */
export const LOG_MODEL_HINTS: readonly string[] = [
  '##[',
  'with exit code',
  'post job cleanup.',
  'exited with ',
  'build success',
  'build fail',
];

const STEP_START = /^Run (?<name>.*)$/;
const EXIT = /^(?:Error: )?(?:Process completed|Docker run failed|Node run failed) with exit code (?<code>\d{1,10})\.?$/;
/** Of Travis, whose logs people still have: a command, and the whole build. */
const TRAVIS_EXIT = /^(?:The command ".*" |Done\. Your build )(?:failed and )?exited with (?<code>\d{1,10})/;

/** What Maven, Gradle, Ant and Travis say at the end of a build. */
const OUTCOME = /^(?:\[INFO\] )?BUILD (?:(?<good>SUCCESS)|FAIL)|^Done\. Your build exited with (?<code>\d)/;

interface Step {
  name: string;
  startLine: number;
  endLine: number;
  exitCode: number | null;
  hasExit: boolean;
  hasError: boolean;
  /** Begun by a `##[group]Run`. */
  isRun: boolean;
}

/**
 * The skeleton of a log: its format, its steps, and the lines that say that something has failed without
 * saying what (anchors).
 */
export class LogModel {
  readonly #steps: Step[] = [];
  readonly #anchors: number[] = [];
  #markers = 0;
  #endedWell: boolean | null = null;
  #timed = false;

  /** Lines that state the failure of a step or a command. */
  get anchors(): readonly number[] {
    return this.#anchors;
  }

  /** Reads a line that has one of `LOG_MODEL_HINTS`, or the first one. */
  read(line: Line, timed: boolean): void {
    if (line.number === 1) {
      this.#timed = timed;
      this.#open('Set up job', 1, false);
    }
    if (line.marker !== null) this.#markers++;
    if (line.marker === 'group') {
      const name = STEP_START.exec(line.text)?.groups?.['name'];
      if (name !== undefined) this.#open(name, line.number, true);
      return;
    }
    if (line.text === 'Post job cleanup.') this.#open('Post job cleanup', line.number, false);
    this.#readExit(line);
    const outcome = OUTCOME.exec(line.text)?.groups;
    if (outcome) this.#endedWell = outcome['good'] !== undefined || outcome['code'] === '0';
    const step = this.#steps.at(-1);
    if (line.marker === 'error' && step) step.hasError = true;
  }

  /** Whether the log says that all went well: steps of which none has failed, or a build that ended in success. */
  isGreen(): boolean {
    if (this.#steps.some((step) => step.hasExit || step.hasError)) return false;
    if (this.#steps.some((step) => step.isRun)) return true;
    return this.#endedWell === true && this.#anchors.length === 0;
  }

  format(): Diagnosis['format'] {
    return this.#timed || this.#markers > 0 ? 'github-actions' : 'plain';
  }

  /**
   * Steps that ended with an exit code other than 0. Where none did (an action of JavaScript only prints its
   * error; a job that is cut off prints no more), the last step with a `##[error]`.
   * @param lines how many the log has.
   */
  failedSteps(lines: number): FailedStep[] {
    if (this.format() === 'plain') return [];
    this.#closeLast(lines);
    const exited = this.#steps.filter((step) => step.hasExit);
    const failed = exited.length > 0 ? exited : this.#steps.filter((step) => step.hasError).slice(-1);
    return failed.map(({ name, startLine, endLine, exitCode }) => ({ name, startLine, endLine, exitCode }));
  }

  #readExit(line: Line): void {
    const code = EXIT.exec(line.text)?.groups?.['code'];
    const travis = code === undefined ? TRAVIS_EXIT.exec(line.text)?.groups : undefined;
    const status = Number(code ?? travis?.['code'] ?? 0);
    if (status === 0) return;
    if (this.#anchors.length < MAX_STEPS) this.#anchors.push(line.number);
    const step = this.#steps.at(-1);
    if (code === undefined || !step) return;
    step.hasExit = true;
    step.exitCode ??= status;
  }

  #open(name: string, line: number, isRun: boolean): void {
    this.#closeLast(line - 1);
    if (this.#steps.length >= MAX_STEPS) return;
    this.#steps.push({
      name: detached(name),
      startLine: line,
      endLine: line,
      exitCode: null,
      hasExit: false,
      hasError: false,
      isRun,
    });
  }

  #closeLast(endLine: number): void {
    const last = this.#steps.at(-1);
    if (last) last.endLine = Math.max(last.startLine, endLine);
  }
}
