/**
 * The program of the child process in which one fixer works on one diagnosis. It gets its task as one message, answers
 * with one, and ends. It has no token and an empty environment, may write only to the folder of its task, and its parent
 * watches its time and memory.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadFixer } from '../fixers/load-fixer.ts';
import type { Files } from '../fixers/types.ts';
import { isPlainPath } from '../policy/gate/paths.ts';
import type { FixerAnswer, FixerMessage } from './fixer-process.ts';
import { loadOnlyOwnCode } from './own-code.ts';
import { unpackEnginesOf } from './packed-engines.ts';
import { ownFolders, PACKED_ENGINES } from './program-files.ts';

if (PACKED_ENGINES !== null) unpackEnginesOf(PACKED_ENGINES);
loadOnlyOwnCode(ownFolders());

process.once('message', (task: FixerMessage) => {
  void answer(task).then((message) => process.send?.(message, () => process.disconnect()));
});

async function answer({
  fixer: id,
  source,
  targets,
  context,
  present = [],
  folder: outside,
}: FixerMessage): Promise<FixerAnswer> {
  try {
    const fixer = await loadFixer(id);
    if (!fixer) return { failed: `There is no fixer ${id}.` };
    // Tools look upwards for configuration; an empty one outside keeps them from leaving the folder.
    await layOut(outside, { '.prettierrc': '{}\n', '.editorconfig': 'root = true\n' });
    const folder = join(outside, 'repository');
    await layOut(folder, { ...targets, ...context });
    return { result: await fixer.fix({ source, targets, context, present, folder }) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

async function layOut(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (!isPlainPath(path)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { flag: 'wx' });
  }
}
