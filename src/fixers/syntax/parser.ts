import type { Language, Node, Parser } from '@vscode/tree-sitter-wasm';

export type { Node } from '@vscode/tree-sitter-wasm';

/** Languages whose grammar we have, by the endings of their files. */
const GRAMMARS: Readonly<Record<string, string>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  go: 'go',
  rs: 'rust',
  py: 'python',
  pyi: 'python',
  c: 'cpp',
  h: 'cpp',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  hh: 'cpp',
  java: 'java',
};

/** The name of the grammar for a file, or `null`. */
export function grammarOf(path: string): string | null {
  return GRAMMARS[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? null;
}

/** Parses a text; `null` where the grammar does not understand all of it. */
export type Parse = (text: string) => Node | null;

const loaded = new Map<string, Promise<Language>>();
let engine: Promise<typeof Parser> | undefined;

/** Loads a grammar: 0.2 s, so only the process that fixes does it. */
export async function parserFor(grammar: string): Promise<Parse> {
  engine ??= startEngine();
  const TreeParser = await engine;
  const { default: treeSitter } = await import('@vscode/tree-sitter-wasm');
  const language = loaded.get(grammar) ?? treeSitter.Language.load(fileOf(`tree-sitter-${grammar}.wasm`));
  loaded.set(grammar, language);
  const parser = new TreeParser();
  parser.setLanguage(await language);
  return (text) => {
    const root = parser.parse(text)?.rootNode ?? null;
    return root && !root.hasError ? root : null;
  };
}

async function startEngine(): Promise<typeof Parser> {
  const { default: treeSitter } = await import('@vscode/tree-sitter-wasm');
  await treeSitter.Parser.init({ locateFile: () => fileOf('tree-sitter.wasm') });
  return treeSitter.Parser;
}

function fileOf(name: string): string {
  return decodeURIComponent(new URL(import.meta.resolve(`@vscode/tree-sitter-wasm/wasm/${name}`)).pathname);
}
