import type { Diagnosis, Diagnostic } from '../../diagnosis/types.ts';
import type { Annotation } from '../types.ts';
import { cut } from './markdown.ts';
import { currentDiagnoses, type ReportModel } from './report.ts';

/** GitHub's numbers of lines and columns are 32-bit integers. */
const LARGEST_PLACE = 2 ** 31 - 1;
/** The first page of annotations is read; hundreds are noise, and each fifty cost a request. */
const MOST_ANNOTATIONS = 200;

/** One annotation for each finding that has a place in the repository, errors first. */
export function reportAnnotations(model: ReportModel): Annotation[] {
  return firstOfEach(currentDiagnoses(model).flatMap((one) => annotationsOf(one.diagnosis)));
}

/** The same for one diagnosis. */
export function diagnosticAnnotations(diagnosis: Diagnosis): Annotation[] {
  return firstOfEach(annotationsOf(diagnosis));
}

function annotationsOf(diagnosis: Diagnosis): Annotation[] {
  return [...diagnosis.diagnostics.flatMap((diagnostic) => toAnnotation(diagnostic)), ...testAnnotations(diagnosis)];
}

function firstOfEach(found: readonly Annotation[]): Annotation[] {
  const unique = new Map(found.map((one) => [`${one.path}:${one.startLine}:${one.message}`, one]));
  return [...unique.values()].toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_ANNOTATIONS);
}

const LEVEL = { error: 'failure', warning: 'warning', info: 'notice' } as const;

function rank(annotation: Annotation): number {
  return ['failure', 'warning', 'notice'].indexOf(annotation.level);
}

function toAnnotation(one: Diagnostic): Annotation[] {
  if (one.path === null || one.path.startsWith('/') || one.path.includes('..')) return [];
  const startLine = place(one.line ?? 1);
  return [
    {
      path: one.path.replace(/^\.\//, ''),
      startLine,
      endLine: Math.max(place(one.endLine ?? startLine), startLine),
      ...(one.column === null ? {} : { startColumn: place(one.column) }),
      ...(one.endColumn === null ? {} : { endColumn: place(one.endColumn) }),
      level: LEVEL[one.severity],
      title: cut([one.tool, one.code].filter((part) => part !== null).join(' '), 255),
      message: cut(one.message, 2_000) || 'See the log.',
    },
  ];
}

function place(number: number): number {
  return Math.min(Math.max(number, 1), LARGEST_PLACE);
}

function testAnnotations({ tests }: Diagnosis): Annotation[] {
  return (tests?.failed ?? []).flatMap((test) =>
    test.file === null || test.line === null || test.file.startsWith('/') || test.file.includes('..')
      ? []
      : [
          {
            path: test.file.replace(/^\.\//, ''),
            startLine: place(test.line),
            endLine: place(test.line),
            level: 'failure' as const,
            title: 'Failed test',
            message: cut(test.name, 2_000) || 'See the log.',
          },
        ],
  );
}
