import { keepsWritten } from '../../fixers/printed-diff/kept.ts';
import { isDeclined } from '../../fixers/types.ts';
import type { Makers } from '../services.ts';
import type { Bench } from './bench.ts';
import { failureOf, taskOf } from './try-fixer.ts';

/** Each costs a process; two tools that disagree do so about most files. */
const MOST_LOOKED_AT = 5;

/**
 * Two tools that each undo what the other wants: the build stays red whoever comes last. Found by asking the earlier one again
 * about what the later one has made.
 */
export async function findFight(services: Makers, bench: Bench): Promise<string | null> {
  for (const [index, { fixer, diagnosis, plan, paths, edits }] of bench.taken.entries()) {
    const later = bench.taken.slice(index + 1).filter((one) => one.fixer.id !== fixer.id);
    const shared = paths.filter((path) => later.some((one) => one.paths.includes(path)));
    for (const path of shared.slice(0, MOST_LOOKED_AT)) {
      if (fixer.id === 'printed-diff') {
        const edit = edits.find((one) => one.path === path);
        if (!edit || keepsWritten(edit.before, edit.after, bench.made.get(path) ?? '')) continue;
      } else {
        const task = await taskOf(bench, fixer, diagnosis, { ...plan, targets: [path] });
        const again = await services.runFixer(task, bench.request.signal).catch(failureOf);
        if (isDeclined(again) || again.edits.length === 0) continue;
      }
      const other = later.find((one) => one.paths.includes(path))?.fixer.id;
      return `${fixer.id} and ${other} want ${path} differently: whatever the one does, the other undoes.`;
    }
  }
  return null;
}
