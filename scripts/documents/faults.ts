import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfigFile } from '../../src/config/read-config-file.ts';
import { type Block, type Document, readDocument } from './document.ts';
import { type Known, readKnown } from './known.ts';
import { brokenLinks } from './links.ts';
import { isShell, markedCommands } from './marks.ts';
import { unknownNames } from './names.ts';

/** Languages of blocks that are nothing to type. */
const SHOWN = new Set(['text', 'yaml', 'js', 'json', 'mermaid', 'dotenv', 'diff']);

/** README, CONTRIBUTING, and whatever lies in docs/ and examples/. */
export async function readDocuments(root: string): Promise<Document[]> {
  const inFolders = await Promise.all(
    ['docs', 'examples'].map(async (folder) => {
      const names = await readdir(join(root, folder)).catch(() => []);
      return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
    }),
  );
  const paths = ['README.md', 'CONTRIBUTING.md', ...inFolders.flat().toSorted()];
  return Promise.all(paths.map(async (path) => readDocument(path, await readFile(join(root, path), 'utf8'))));
}

/** What is not true in the documents, a line each: the checks of `npm run check` that need nothing to run. */
export async function documentFaults(root: string): Promise<string[]> {
  const [documents, known] = await Promise.all([readDocuments(root), readKnown(root)]);
  return [
    ...documents.flatMap((document) => [
      ...markedCommands(document).faults,
      ...runByNobody(document, known),
      ...document.blocks.flatMap((block) => blockFaults(block, known)),
      ...unknownNames(document, known),
      ...brokenLinks(document, documents, root),
    ]),
    ...untold(documents, known),
  ];
}

/** Commands that are said to be run by what does not exist, or does not run them. */
export function runByNobody(document: Document, { scripts, ci }: Known): string[] {
  return markedCommands(document).commands.flatMap(({ line, command, fate }) => {
    if (fate.kind !== 'elsewhere') return [];
    const where = `${document.path}:${line}`;
    if (fate.by === '.ci/run') return ci.has(command) ? [] : [`${where}: .ci/run does not run \`${command}\``];
    const script = /^npm (?:run )?([\w:-]+)$/.exec(fate.by)?.[1] ?? '';
    return scripts.has(script) ? [] : [`${where}: package.json has no script for \`${fate.by}\``];
  });
}

/** What is wrong with a block that shows something. */
export function blockFaults(block: Block, { action }: Known): string[] {
  const where = `${block.document}:${block.line}`;
  if (isShell(block)) return [];
  if (block.language === 'yaml') return yamlFaults(block.text, action).map((fault) => `${where}: ${fault}`);
  if (block.language === 'text' && !block.comments.some((comment) => /^(?:output of `[^`]+`$|no output: )/.test(comment)))
    return [`${where}: a comment before it must say of which command this is the output, or that it is none`];
  if (SHOWN.has(block.language)) return [];
  return [`${where}: a block of "${block.language}"; wanted sh for commands, or one of ${[...SHOWN].join(', ')}`];
}

/** A workflow that uses the action, or a regreen.yml. */
function yamlFaults(text: string, { inputs, outputs }: Known['action']): string[] {
  const content = parse(text) as { jobs?: Record<string, { steps?: { uses?: string; with?: object }[] }> } | null;
  if (!content?.jobs) return readConfigFile(text).faults.map(({ line, key, message }) => `line ${line}: ${key}: ${message}`);
  const steps = Object.values(content.jobs).flatMap((job) => job.steps ?? []);
  const given = steps.filter(({ uses }) => uses?.startsWith('regreen/regreen@')).flatMap((step) => Object.keys(step.with ?? {}));
  const taken = [...text.matchAll(/steps\.regreen\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
  return [
    ...given.filter((name) => !inputs.has(name)).map((name) => `the action has no input ${name}`),
    ...taken.filter((name) => !outputs.has(name)).map((name) => `the action has no output ${name}`),
  ];
}

/** What there is and no document tells of. */
export function untold(documents: readonly Document[], known: Known): string[] {
  const told = documents.flatMap(({ codes, blocks }) => [...codes, ...blocks.filter(isShell)].map(({ text }) => text));
  const names = (wanted: string) => told.some((text) => new RegExp(`(?<![\\w-])${wanted}(?![\\w:-])`).test(text));
  const script = (name: string) => names(`npm (?:run )?${name}`);
  return [
    ...[...known.variables].filter((name) => !names(name)).map((name) => `no document tells of the variable ${name}`),
    ...[...known.scripts].filter((name) => !script(name)).map((name) => `no document tells of "npm run ${name}"`),
    ...[...known.commands.keys()]
      .filter((name) => name !== '' && name !== 'keys' && !names(`regreen ${name}`))
      .map((name) => `no document tells of "regreen ${name}"`),
    ...[...known.action.inputs, ...known.action.outputs]
      .filter((name) => !names(name))
      .map((name) => `no document tells of the action's ${name}`),
    ...[...known.codes].filter((code) => !names(code)).map((code) => `docs/errors.md does not tell of ${code}`),
    ...alertFaults(documents, known),
    ...[...known.ci]
      .filter((line) => /^npm run /.test(line) && !readmeHas(documents, line))
      .map((line) => `README.md does not tell of CI's "${line}"`),
  ];
}

function readmeHas(documents: readonly Document[], command: string): boolean {
  const { codes = [], blocks = [] } = documents.find(({ path }) => path === 'README.md') ?? {};
  return [...codes, ...blocks].some(({ text }) => text.includes(command));
}

/** operations.md has a row for each alert, and none for one that is gone. */
function alertFaults(documents: readonly Document[], { alerts }: Known): string[] {
  const operations = documents.find(({ path }) => path === 'docs/operations.md');
  const named = new Set(operations?.words.filter((word) => /^Regreen[A-Z]\w+$/.test(word)));
  return [
    ...[...alerts].filter((name) => !named.has(name)).map((name) => `docs/operations.md does not say what ${name} means`),
    ...[...named].filter((name) => !alerts.has(name)).map((name) => `docs/operations.md tells of ${name}, which is no alert`),
  ];
}
