import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutFolder, ROOT, removeFolder, type Scene } from '../scene.ts';

/** A log as somebody may have downloaded it. */
const LOG = `2026-11-28T10:00:00.0000000Z ##[group]Run npx prettier --check .
2026-11-28T10:00:00.0000000Z npx prettier --check .
2026-11-28T10:00:00.0000000Z ##[endgroup]
2026-11-28T10:00:01.0000000Z Checking formatting...
2026-11-28T10:00:02.0000000Z [warn] src/cart.js
2026-11-28T10:00:02.0000000Z [warn] Code style issues found in the above file. Run Prettier with --write to fix.
2026-11-28T10:00:02.0000000Z ##[error]Process completed with exit code 1.
`;

/** A checkout with a log in it. */
export async function readmeScene(): Promise<Scene> {
  const folder = await checkoutFolder();
  await writeFile(join(folder, 'build.log'), LOG);
  return {
    folder,
    // A fixer may read no packages through the link of the folder.
    here: (command) => (command === 'npm run demo' ? `(cd ${ROOT} && npm run demo)` : command),
    expect: (command) => {
      if (command.startsWith('npx regreen analyze')) return { shows: [/formatting/, /src\/cart\.js/] };
      if (command.startsWith('npx regreen explain')) return { shows: [/mode/, /annotate/] };
      return undefined;
    },
    close: () => removeFolder(folder),
  };
}
