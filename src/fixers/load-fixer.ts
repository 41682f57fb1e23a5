import type { Fixer } from './types.ts';

/** One fixer's program and no other's: half a second of a process's start would go into the rest. */
const LOADERS: Readonly<Record<string, () => Promise<Fixer>>> = {
  'printed-diff': async () => (await import('./printed-diff/fixer.ts')).printedDiff,
  'pre-commit-hooks': async () => (await import('./pre-commit-hooks/fixer.ts')).preCommitHooks,
  ruff: async () => (await import('./ruff/lint-fixer.ts')).ruffLint,
  'unused-imports': async () => (await import('./unused-imports/fixer.ts')).unusedImports,
  'named-edits': async () => (await import('./named-edits/fixer.ts')).namedEdits,
  suggestions: async () => (await import('./suggestions/fixer.ts')).suggestions,
  prettier: async () => (await import('./prettier/fixer.ts')).prettier,
  biome: async () => (await import('./biome/fixer.ts')).biome,
  'ruff-format': async () => (await import('./ruff/format-fixer.ts')).ruffFormat,
  black: async () => (await import('./black/fixer.ts')).black,
  gofmt: async () => (await import('./gofmt/fixer.ts')).gofmt,
  'clang-format': async () => (await import('./clang-format/fixer.ts')).clangFormat,
  shfmt: async () => (await import('./shfmt/fixer.ts')).shfmt,
  taplo: async () => (await import('./taplo/fixer.ts')).taplo,
  'workflow-files': async () => (await import('./workflow-files/fixer.ts')).workflowFiles,
  'syntax-check': async () => (await import('./syntax/check.ts')).syntaxCheck,
};

/** The fixer with this id, of those in the registry and the syntax check; `undefined` where there is none. */
export async function loadFixer(id: string): Promise<Fixer | undefined> {
  return Object.hasOwn(LOADERS, id) ? LOADERS[id]?.() : undefined;
}
