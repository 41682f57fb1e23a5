import type { Configuration } from '@biomejs/wasm-nodejs';
import type { BiomeConfiguration } from './configuration.ts';

/** What a log says that Biome wants of one file. */
export interface Wanted {
  format: boolean;
  /** Rules and assists, such as `lint/style/useConst`. */
  rules: readonly string[];
}

/** Gives a file as Biome wants it. @throws when its safe fixes don't satisfy the rules, or on a syntax error */
export type Biome = (path: string, text: string, configuration: BiomeConfiguration, wanted: Wanted) => string;

/** Where the files seem to lie. Nothing is read from there. */
const ROOT = '/repository';

export async function startBiome(): Promise<Biome> {
  const { default: module } = await import('@biomejs/wasm-nodejs');
  module.main();
  return (path, text, { folder, table }, wanted) => {
    const workspace = new module.Workspace();
    try {
      const directory = `${ROOT}/${folder}`.replace(/\/$/, '');
      const { projectKey } = workspace.openProject({ path: directory, openUninitialized: true });
      workspace.updateSettings({ projectKey, configuration: table as Configuration, workspaceDirectory: directory });
      return mended({ workspace, projectKey, path: `${ROOT}/${path}` }, text, wanted);
    } finally {
      workspace.free();
    }
  };
}

type Workspace = InstanceType<typeof import('@biomejs/wasm-nodejs')['Workspace']>;
interface Place {
  workspace: Workspace;
  projectKey: number;
  path: string;
}

function mended(place: Place, text: string, wanted: Wanted): string {
  const { workspace, projectKey, path } = place;
  open(place, text);
  const before = errorsOf(place);
  if (before.includes('parse')) throw new Error('it has a syntax error');
  // A file that was laid out well must stay so; one that wasn't is no business of a rule.
  const isLaidOut = wanted.format || workspace.formatFile({ projectKey, path }).code === text;
  const fixed =
    wanted.rules.length === 0
      ? text
      : workspace.fixFile({
          projectKey,
          path,
          fixFileMode: 'safeFixes',
          shouldFormat: false,
          ruleCategories: ['syntax', 'lint', 'action'],
          only: [...wanted.rules],
        }).code;
  open(place, fixed);
  const after = isLaidOut ? workspace.formatFile({ projectKey, path }).code : fixed;
  open(place, after);
  const left = errorsOf(place).find((code) => wanted.rules.includes(code) || !before.includes(code));
  if (left !== undefined) throw new Error(`Biome has no safe fix for all that it says of ${left}`);
  return after;
}

function open({ workspace, projectKey, path }: Place, content: string): void {
  workspace.openFile({ projectKey, path, content: { type: 'fromClient', content, version: 0 } });
}

/** The rules that a file breaks, of whatever severity; assists count as `biome check` counts them. */
function errorsOf({ workspace, projectKey, path }: Place): string[] {
  const { diagnostics } = workspace.pullDiagnostics({
    projectKey,
    path,
    categories: ['syntax', 'lint', 'action'],
    enforceAssist: true,
  });
  return diagnostics.map(({ category }) => String(category));
}
