import type { JobAnnotation } from '../contract.ts';

/** Source: "Step isolation and limits" in https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const MAX_PER_STEP_AND_LEVEL = 10;
const MAX_PER_JOB = 50;

/** What a command says about its place: `file`, `line`, `endLine`, `col`, `endColumn`, `title`. */
export type IssueProperties = ReadonlyMap<string, string>;

/** Collects the annotations of a job, as many as GitHub keeps. */
export class Annotations {
  readonly #all: JobAnnotation[] = [];
  #ofStep: Record<JobAnnotation['level'], number> = { failure: 0, warning: 0, notice: 0 };

  get all(): readonly JobAnnotation[] {
    return this.#all;
  }

  startStep(): void {
    this.#ofStep = { failure: 0, warning: 0, notice: 0 };
  }

  /** `logLine` stands for the line when the command names no file, as GitHub does it. */
  add(level: JobAnnotation['level'], message: string, properties: IssueProperties, logLine: number): void {
    if (this.#all.length >= MAX_PER_JOB || this.#ofStep[level] >= MAX_PER_STEP_AND_LEVEL) return;
    this.#ofStep[level]++;
    const file = properties.get('file');
    const startLine = file ? (positive(properties.get('line')) ?? 1) : logLine;
    this.#all.push({
      level,
      message,
      title: properties.get('title') || null,
      path: file || '.github',
      startLine,
      endLine: positive(properties.get('endLine')) ?? startLine,
      startColumn: positive(properties.get('col')),
      endColumn: positive(properties.get('endColumn')),
    });
  }
}

function positive(text: string | undefined): number | null {
  const number = Number(text ?? Number.NaN);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}
