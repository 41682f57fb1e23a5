import type { CauseCategory } from '../../diagnosis/types.ts';
import type { PolicyOutcome } from '../../policy/outcome.ts';
import type { Remedy } from '../../policy/types.ts';
import type { Annotation, CheckRunContent } from '../types.ts';
import { code, inline } from './markdown.ts';

/** What is read of a repository: its regreen.yml, or problem matchers that this names. */
export type ConfigFile = 'configuration' | 'problem-matchers';

const UNTIL_MENDED: Readonly<Record<ConfigFile, string>> = {
  configuration: 'Until it is mended, Regreen leaves this file out, and does nothing beyond annotations.',
  'problem-matchers':
    'Until it is mended, Regreen does not use this file: none of its problem matchers reads a log. The rest of the configuration is in force.',
};

/** The check run that says a file can't be used, and what that means. */
export function brokenConfigContent(
  file: ConfigFile,
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
      summary: [UNTIL_MENDED[file], '', ...lines].join('\n'),
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

/** One of the newest failures, and what becomes of such a one. */
export interface DecisionChange {
  jobName: string;
  cause: CauseCategory;
  headSha: string;
  runUrl: string;
  current: PolicyOutcome;
  proposed: PolicyOutcome;
}

/** The same check run, once the file is right. `changes` are the newest failures, decided under the file as it is and as proposed. */
export function validConfigContent(path: string, mode: string, changes: readonly DecisionChange[] = []): CheckRunContent {
  return {
    conclusion: 'success',
    title: `${path} is valid`,
    summary: [`Regreen works here in \`mode: ${mode}\`.`, ...changesSection(changes)].join('\n\n'),
  };
}

function changesSection(changes: readonly DecisionChange[]): string[] {
  if (changes.length === 0) return [];
  const otherwise = changes.filter(({ current, proposed }) => outcomeText(current) !== outcomeText(proposed));
  const count = changes.length === 1 ? 'the last failure' : `the last ${changes.length} failures`;
  if (otherwise.length === 0) return [`Nothing would have been decided otherwise about ${count} here.`];
  const rows = otherwise.map(
    ({ jobName, cause, headSha, runUrl, current, proposed }) =>
      `| [${headSha.slice(0, 7)}](${runUrl}) ${inline(jobName, 60)} (${cause}) | ${outcomeText(current)} | ${outcomeText(proposed)} |`,
  );
  const left = changes.length - otherwise.length;
  return [
    `With this file, of ${count} here ${otherwise.length} would have been decided otherwise${left > 0 ? `, ${left} not` : ''}:`,
    ['| failure | now | then |', '| --- | --- | --- |', ...rows].join('\n'),
    'Budgets are left out of account: what each day had left of them is not looked at.',
  ];
}

function outcomeText({ done, asked }: PolicyOutcome): string {
  const words = [...done.map((one) => DONE_TEXT[one]), ...asked.map((one) => `${DONE_TEXT[one]}, if a person agrees`)];
  return words.length === 0 ? 'nothing' : words.join('; ');
}

const DONE_TEXT: Record<Remedy, string> = {
  annotate: 'shown',
  rerun: 'run again',
  fix: 'fixed',
  suggest: 'suggestions',
  comment: 'comment',
  issue: 'issue',
  delegate: 'coding agent',
  notify: 'notified',
};
