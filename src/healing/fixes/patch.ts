import { createHash } from 'node:crypto';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Edit } from '../../policy/gate.ts';

/** The edits as people read them: unified diffs with three lines of context, one after the other. */
export function unifiedPatch(edits: readonly Edit[]): string {
  return edits
    .map((edit) =>
      createTwoFilesPatch(`a/${edit.path}`, `b/${edit.path}`, edit.before, edit.after, '', '', {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      }),
    )
    .join('');
}

/** What an approval binds to, and how one patch is told from another. */
export function hashOf(patch: string): string {
  return createHash('sha256').update(patch).digest('hex');
}
