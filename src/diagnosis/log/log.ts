import { MAX_STEPS } from '../limits.ts';
import type { Line } from '../matchers/matcher.ts';
import type { Diagnosis, FailedStep } from '../types.ts';
import { StepHeaders } from './step-headers.ts';
import { detached } from './text.ts';

/** Literals of the lines that the log model needs to see. */
export const LOG_MODEL_HINTS: readonly string[] = [
  '##[',
  'with exit code',
  'post job cleanup.',
  'exited with ',
  'build success',
  'build fail',
  'travis_time:start',
  'travis_fold:start',
  'no output has been received',
  'job exceeded the maximum',
  'shell: ',
  'with:',
];

const EXIT = /^(?:Error: )?(?:Process completed|Docker run failed|Node run failed) with exit code (?<code>-?\d{1,10})\.?$/;
/** Of Travis, whose logs people still have: a command, and the whole build. */
const TRAVIS_EXIT = /^The command ".*" (?:failed and )?exited with (?<code>\d{1,10})/;
const TRAVIS_END = /^Done\. Your build exited with (?<code>\d{1,10})/;
const TRAVIS_STOP = /^(?:No output has been received in the last|The job exceeded the maximum)/;
const TRAVIS_START = /^travis_(?:time|fold):start/;
/** Phases that follow the commands whose end decides. */
const TRAVIS_AFTERMATH = /^travis_fold:start:(?:after_|cache\.[2-9]|deploy)/;
const TRAVIS_COMMAND = /^\$ (?<name>.+)$/;

/** What Maven, Gradle, Ant and Travis say at the end of a build. */
const OUTCOME = /^(?:\[INFO\] )?BUILD (?:(?<good>SUCCESS)|FAIL)|^Done\. Your build exited with (?<code>\d)/;

/**
 * What the runner writes next after a step has ended. Where a tool has written `##[error]Process completed …`, its own
 * output goes on.
 */
const AFTER_EXIT =
  /^(?:$|Run |Post job cleanup|Prepare all required actions|Cleaning up orphan processes|Evaluate and set job outputs|Print service container logs|Stop and remove container|Remove container network|Uploading runner diagnostic logs|Complete job|Terminate orphan process)/;

/** A tool that ends by an error says so at the end of its step. */
const MAX_LINES_AFTER_ERROR = 40;

interface Step {
  name: string;
  startLine: number;
  endLine: number;
  exitCode: number | null;
  hasExit: boolean;
  /** The last `##[error]`. */
  errorLine: number | null;
  /** Begun by the runner, not by us. */
  isRun: boolean;
  isAftermath: boolean;
}

/**
 * The skeleton of a log: its format, its steps, and the lines that say that something has failed without
 * saying what (anchors).
 */
export class LogModel {
  readonly #steps: Step[] = [];
  readonly #anchors: number[] = [];
  readonly #headers = new StepHeaders();
  #markers = 0;
  #endedWell: boolean | null = null;
  #timed = false;
  #isTravis = false;
  /** The caller names the steps. */
  #isNamed = false;
  /** A step has just stated its exit: the next line shows whether the runner said so. */
  #statedExit: { step: Step; exitCode: number | null } | null = null;
  #awaitsCommand = false;
  #isAftermath = false;

  /** Lines that state the failure of a step or a command. */
  get anchors(): readonly number[] {
    return this.#anchors;
  }

  /** Whether the model needs the next line too, hint or not. */
  get wantsNext(): boolean {
    return this.#statedExit !== null || this.#awaitsCommand;
  }

  /**
   * Reads a line that has one of `LOG_MODEL_HINTS`, or the first one, or one that is wanted.
   * @param previous the line so many lines before.
   */
  read(line: Line, timed: boolean, previous: (distance: number) => Line | null): void {
    if (line.number === 1) {
      this.#timed = timed;
      if (!this.#isNamed) this.#open('Set up job', 1, false);
    }
    this.#confirmExit(line);
    if (line.marker !== null) this.#markers++;
    const header = this.#headers.read(line, this.#timed || this.#markers > 0, previous);
    if (header && !this.#isNamed) this.#open(header.name, header.line, true);
    if (line.marker === 'group' || line.marker === 'endgroup') return;
    if (line.text === 'Post job cleanup.' && !this.#isNamed) this.#open('Post job cleanup', line.number, false);
    this.#readTravis(line);
    this.#readExit(line);
    const outcome = OUTCOME.exec(line.text)?.groups;
    if (outcome) this.#endedWell = outcome['good'] !== undefined || outcome['code'] === '0';
    const step = this.#steps.at(-1);
    if (line.marker === 'error' && step) step.errorLine = line.number;
  }

  /** Begins a step that the caller knows: GitHub's archive of a run has a file for each. Groups are then only groups. */
  startStep(name: string, line: number): void {
    this.#isNamed = true;
    this.#open(name, line, true);
  }

  /**
   * Whether the log says that all went well: steps of which none has failed, or a build that ended in success. Text
   * copied from the page of a job shows nothing of the kind: people copy the part that went wrong.
   */
  isGreen(): boolean {
    if (this.#steps.some((step) => step.hasExit || this.#endsInError(step))) return false;
    if (this.#steps.some((step) => step.isRun) && !this.#isTravis && this.format() !== 'plain') return true;
    return this.#endedWell === true && this.#anchors.length === 0;
  }

  format(): Diagnosis['format'] {
    return this.#timed || this.#markers > 0 ? 'github-actions' : 'plain';
  }

  /**
   * Steps that ended with an exit code other than 0. Where none did (an action of JavaScript only prints its
   * error; a job that is cut off prints no more), the last step that ends in a `##[error]`, or the last command of
   * Travis.
   * @param lines how many the log has.
   */
  failedSteps(lines: number): FailedStep[] {
    this.#closeLast(lines);
    const exited = this.#steps.filter((step) => step.hasExit);
    return (exited.length > 0 ? exited : this.#cutOff()).map(({ name, startLine, endLine, exitCode }) => ({
      name,
      startLine,
      endLine,
      exitCode,
    }));
  }

  #cutOff(): Step[] {
    if (!this.#isTravis) {
      return this.format() === 'plain' ? [] : this.#steps.filter((step) => this.#endsInError(step)).slice(-1);
    }
    const last = this.#steps.findLast((step) => step.isRun && !step.isAftermath);
    return last && this.#endedWell !== true && last.exitCode === null ? [last] : [];
  }

  #endsInError({ errorLine, endLine, startLine }: Step): boolean {
    return errorLine !== null && Math.max(endLine, startLine) - errorLine <= MAX_LINES_AFTER_ERROR;
  }

  #readExit(line: Line): void {
    const code = EXIT.exec(line.text)?.groups?.['code'];
    const status = Number(code ?? 0);
    const isForged = this.#timed && line.marker !== 'error';
    const step = this.#steps.at(-1);
    if (status === 0 || isForged || !step) return;
    if (this.#anchors.length < MAX_STEPS) this.#anchors.push(line.number);
    if (this.#timed) this.#statedExit = { step, exitCode: step.exitCode };
    step.hasExit = true;
    step.exitCode = status;
  }

  /** Takes an exit back when the step's output goes on after it. */
  #confirmExit(line: Line): void {
    const stated = this.#statedExit;
    if (!stated) return;
    this.#statedExit = null;
    if (line.marker !== null || AFTER_EXIT.test(line.text)) return;
    this.#anchors.pop();
    stated.step.exitCode = stated.exitCode;
    stated.step.hasExit = stated.exitCode !== null;
    stated.step.errorLine = null;
  }

  #readTravis(line: Line): void {
    const command = this.#awaitsCommand ? TRAVIS_COMMAND.exec(line.text)?.groups?.['name'] : undefined;
    this.#awaitsCommand = TRAVIS_START.test(line.text);
    if (this.#awaitsCommand) this.#isTravis = true;
    if (TRAVIS_AFTERMATH.test(line.text)) this.#isAftermath = true;
    if (command !== undefined) this.#open(command, line.number, true);
    const exit = TRAVIS_EXIT.exec(line.text)?.groups?.['code'];
    const status = Number(exit ?? TRAVIS_END.exec(line.text)?.groups?.['code'] ?? 0);
    const isStopped = TRAVIS_STOP.test(line.text);
    if ((status !== 0 || isStopped) && this.#anchors.length < MAX_STEPS) this.#anchors.push(line.number);
    const step = this.#steps.at(-1);
    if (!step || (exit === undefined && !isStopped)) return;
    step.exitCode = isStopped ? null : status;
    step.hasExit = status !== 0 || isStopped;
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
      errorLine: null,
      isRun,
      isAftermath: this.#isAftermath,
    });
  }

  #closeLast(endLine: number): void {
    const last = this.#steps.at(-1);
    if (last) last.endLine = Math.max(last.startLine, endLine);
  }
}
