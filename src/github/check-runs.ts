import { type At, ownerAndRepo } from './client.ts';
import { cut } from './texts/markdown.ts';
import type { Annotation, CheckRunContent } from './types.ts';

export const CHECK_NAME = 'Regreen';
/** The check run that says regreen.yml is broken. */
export const CONFIG_CHECK_NAME = 'Regreen configuration';

/** GitHub's limits: https://docs.github.com/rest/checks/runs#create-a-check-run */
export const CHECK_LIMITS = {
  annotationsPerRequest: 50,
  summary: 65_535,
  text: 65_535,
  /** 64 KB; so many characters are never more. */
  annotationMessage: 16 * 1024,
  annotationTitle: 255,
} as const;

export interface CheckRunTarget {
  name: string;
  headSha: string;
  /** Ours, so that a retry finds what an earlier attempt made. */
  externalId: string;
}

/** Finds the check run that an earlier attempt made. */
export async function findCheckRun(at: At, target: CheckRunTarget, appId: number): Promise<number | null> {
  const { data } = await at.client.rest.checks.listForRef({
    ...ownerAndRepo(at),
    ref: target.headSha,
    check_name: target.name,
    app_id: appId,
    filter: 'all',
    per_page: 100,
  });
  return data.check_runs.find((run) => run.external_id === target.externalId)?.id ?? null;
}

/** Where the annotations are that a check run already has: an update appends, so a retry must know. */
export async function readAnnotationKeys(at: At, checkRunId: number): Promise<Set<string>> {
  const annotations = await at.client.paginate(at.client.rest.checks.listAnnotations, {
    ...ownerAndRepo(at),
    check_run_id: checkRunId,
    per_page: 100,
  });
  return new Set(
    annotations.map((one) =>
      annotationKey({ path: one.path, startLine: one.start_line, endLine: one.end_line, message: one.message ?? '' }),
    ),
  );
}

/** Two annotations with one key say the same. */
export function annotationKey(one: Pick<Annotation, 'path' | 'startLine' | 'endLine' | 'message'>): string {
  return JSON.stringify([one.path, one.startLine, one.endLine, one.message]);
}

/** Makes the check run with the first 50 annotations. @returns its id */
export async function createCheckRun(
  at: At,
  target: CheckRunTarget,
  content: CheckRunContent,
  annotations: readonly Annotation[],
): Promise<number> {
  const { data } = await at.client.rest.checks.create({
    ...ownerAndRepo(at),
    name: target.name,
    head_sha: target.headSha,
    external_id: target.externalId,
    ...toBody(content, annotations.slice(0, CHECK_LIMITS.annotationsPerRequest)),
  });
  await appendAnnotations(at, data.id, content, annotations.slice(CHECK_LIMITS.annotationsPerRequest));
  return data.id;
}

/** Replaces what the check run says, and appends annotations. */
export async function updateCheckRun(
  at: At,
  checkRunId: number,
  content: CheckRunContent,
  annotations: readonly Annotation[],
): Promise<void> {
  await patch(at, checkRunId, content, annotations.slice(0, CHECK_LIMITS.annotationsPerRequest));
  await appendAnnotations(at, checkRunId, content, annotations.slice(CHECK_LIMITS.annotationsPerRequest));
}

async function appendAnnotations(
  at: At,
  checkRunId: number,
  content: CheckRunContent,
  rest: readonly Annotation[],
): Promise<void> {
  for (let from = 0; from < rest.length; from += CHECK_LIMITS.annotationsPerRequest) {
    await patch(at, checkRunId, content, rest.slice(from, from + CHECK_LIMITS.annotationsPerRequest));
  }
}

async function patch(at: At, checkRunId: number, content: CheckRunContent, annotations: readonly Annotation[]): Promise<void> {
  await at.client.rest.checks.update({ ...ownerAndRepo(at), check_run_id: checkRunId, ...toBody(content, annotations) });
}

function toBody(content: CheckRunContent, annotations: readonly Annotation[]) {
  return {
    ...(content.conclusion === null
      ? { status: 'in_progress' as const }
      : { status: 'completed' as const, conclusion: content.conclusion }),
    ...(content.detailsUrl ? { details_url: content.detailsUrl } : {}),
    actions: content.actions ?? [],
    output: {
      title: content.title,
      summary: cut(content.summary, CHECK_LIMITS.summary),
      ...(content.text === undefined ? {} : { text: cut(content.text, CHECK_LIMITS.text) }),
      annotations: annotations.map(toAnnotation),
    },
  };
}

function toAnnotation(one: Annotation) {
  // Columns are taken only on annotations of a single line.
  const columns =
    one.startLine === one.endLine && one.startColumn !== undefined
      ? { start_column: one.startColumn, end_column: Math.max(one.endColumn ?? one.startColumn, one.startColumn) }
      : {};
  return {
    path: one.path,
    start_line: one.startLine,
    end_line: one.endLine,
    annotation_level: one.level,
    message: cut(one.message, CHECK_LIMITS.annotationMessage),
    ...(one.title === undefined ? {} : { title: cut(one.title, CHECK_LIMITS.annotationTitle) }),
    ...columns,
  };
}
