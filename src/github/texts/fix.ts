import type { Fixer } from '../../fixers/types.ts';
import type { StoredDiagnosis } from '../../store/diagnoses.ts';
import type { Fix } from '../../store/fixes.ts';
import type { Incident } from '../../store/incidents.ts';
import { CAUSE_TEXT } from './causes.ts';
import { code, codeBlock, firstLines, plain } from './markdown.ts';

interface FixStory {
  fix: Fix;
  fixer: Pick<Fixer, 'tool' | 'version'>;
  diagnosis: StoredDiagnosis;
}

const EXCERPT_LINES = 25;

/** The commit's message. The trailer is how a retry knows its own commit. */
export function commitMessage({ fix, fixer, diagnosis }: FixStory): { headline: string; body: string } {
  return {
    headline: headline(fix, fixer),
    body: [
      `The job "${plain(diagnosis.jobName)}" failed because ${CAUSE_TEXT[diagnosis.cause]}.`,
      `Changed by ${fixer.tool} ${fixer.version}.`,
      '',
      `Regreen-Fix: ${fix.id}`,
      `Regreen-Incident: ${fix.incidentId}`,
    ].join('\n'),
  };
}

/** Title and body of the fix pull request: what failed, why, what was changed, how it is verified, how to stop. */
export function fixPullRequest(story: FixStory & { incident: Incident }): {
  title: string;
  body: string;
} {
  return { title: headline(story.fix, story.fixer), body: fixBody(story, waiting(story.fix)) };
}

/** The body once CI has spoken: the same story with another end. */
export function endedFixBody(
  story: FixStory & { incident: Incident },
  end: { outcome: 'verified' | 'refuted'; runUrl: string },
): string {
  return fixBody(story, end.outcome === 'verified' ? verified(story.fix, end.runUrl) : refuted(story.fix, end.runUrl));
}

function headline(fix: Fix, fixer: Pick<Fixer, 'tool'>): string {
  const [first = '', ...others] = fix.paths;
  const files = others.length === 0 ? plain(first.length <= 40 ? first : `…${first.slice(-39)}`) : `${fix.paths.length} files`;
  return `Format ${files} with ${fixer.tool}`;
}

function fixBody({ fix, fixer, diagnosis, incident }: FixStory & { incident: Incident }, verification: string): string {
  const where = incident.pullRequestNumber === null ? code(incident.branch) : `#${incident.pullRequestNumber}`;
  return [
    `The job ${code(diagnosis.jobName)} of [${code(incident.workflowPath)}](${diagnosis.runUrl}) failed on ${where} because **${CAUSE_TEXT[diagnosis.cause]}**.`,
    '',
    '### Why',
    codeBlock(firstLines(diagnosis.excerpt, EXCERPT_LINES), 'text'),
    '',
    '### What was changed',
    `${fixer.tool} ${fixer.version} formatted these files under the repository's own configuration:`,
    ...fix.paths.slice(0, 20).map((path) => `- ${code(path)}`),
    ...(fix.paths.length > 20 ? [`- and ${fix.paths.length - 20} more`] : []),
    '',
    `Confidence in the cause: ${Math.round(diagnosis.confidence * 100)} %. No code of this repository was run to make the change.`,
    '',
    '### Verification',
    verification,
    '',
    '---',
    'Close this pull request to reject the fix. `mode: annotate` in `.github/regreen.yml` stops Regreen from making fixes.',
    '',
    `<!-- regreen:fix=${fix.id} incident=${fix.incidentId} -->`,
  ].join('\n');
}

function waiting(fix: Fix): string {
  return `⏳ Waiting for ${code(fix.workflowPath)} to run on this branch. The fix counts as verified only when it is green here.`;
}

function verified(fix: Fix, runUrl: string): string {
  return `✅ **Verified**: ${code(fix.workflowPath)} [passed](${runUrl}) on this branch.`;
}

function refuted(fix: Fix, runUrl: string): string {
  return `❌ **Refuted**: ${code(fix.workflowPath)} is [still red](${runUrl}) with this change, so it is withdrawn.`;
}
