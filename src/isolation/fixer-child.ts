/**
 * The program of the child process in which one fixer works on one diagnosis. It gets its task as one message, answers
 * with one, and ends. It has no token and an empty environment, and its parent watches its time and memory.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fixerById } from '../fixers/registry.ts';
import type { Files } from '../fixers/types.ts';
import { isPlainPath } from '../policy/gate.ts';
import type { FixerAnswer, FixerTask } from './fixer-process.ts';

process.once('message', (task: FixerTask) => {
  void answer(task).then((message) => process.send?.(message, () => process.disconnect()));
});

async function answer({ fixer: id, targets, context }: FixerTask): Promise<FixerAnswer> {
  const fixer = fixerById(id);
  if (!fixer) return { failed: `There is no fixer ${id}.` };
  const outside = await mkdtemp(join(await realpath(tmpdir()), 'regreen-fix-'));
  try {
    // Tools look upwards for configuration; an empty one outside keeps them from leaving the folder.
    await layOut(outside, { '.prettierrc': '{}\n', '.editorconfig': 'root = true\n' });
    const folder = join(outside, 'repository');
    await layOut(folder, { ...targets, ...context });
    return { result: await fixer.fix({ targets, context, folder }) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(outside, { recursive: true, force: true });
  }
}

async function layOut(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (!isPlainPath(path)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { flag: 'wx' });
  }
}
