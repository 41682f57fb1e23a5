import type { Annotation, CheckRunContent } from '../types.ts';
import { code, inline } from './markdown.ts';

/** The check run that says regreen.yml can't be used. */
export function brokenConfigContent(
  path: string,
  faults: readonly { line: number; key: string; message: string }[],
): {
  content: CheckRunContent;
  annotations: Annotation[];
} {
  const lines = faults
    .slice(0, 20)
    .map((fault) => `- line ${fault.line}${fault.key === '' ? '' : `, ${code(fault.key)}`}: ${inline(fault.message)}`);
  return {
    content: {
      conclusion: 'failure',
      title: `${path} can't be used`,
      summary: [`Until it is mended, Regreen works with its defaults (\`mode: annotate\`).`, '', ...lines].join('\n'),
    },
    annotations: faults.slice(0, 50).map((fault) => ({
      path,
      startLine: fault.line,
      endLine: fault.line,
      level: 'failure' as const,
      title: 'Regreen configuration',
      message: fault.key === '' ? fault.message : `${fault.key}: ${fault.message}`,
    })),
  };
}

/** The same check run, once the file is right. */
export function validConfigContent(path: string, mode: string): CheckRunContent {
  return { conclusion: 'success', title: `${path} is valid`, summary: `Regreen works here in \`mode: ${mode}\`.` };
}
