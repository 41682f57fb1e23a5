import type { Diagnostic } from '../diagnosis/types.ts';
import { COMPILERS, FORMATTERS, isUnformatted, JUDGES } from './judges.ts';
import { namedEdit } from './named-edits/fixer.ts';
import type { FixSource } from './types.ts';
import { unusedImportsOf } from './unused-imports/findings.ts';

/** Reports of hooks are about what their tools say themselves. */
const REPORTS_FOR_OTHERS = new Set(['pre-commit']);

/** Formatters that name files where nothing but their layout is wrong. */
const NAME_FILES = new Set(['prettier', 'isort', 'gofmt', 'shfmt', 'taplo']);

/** Rules of linters that only ask for layout: what a formatter does may satisfy them. */
const LAYOUT_RULES =
  /^(?:[EW][1-35-7]\d\d|E[1357]\d\d|prettier\/prettier|@stylistic\/.*|quotes|semi|indent|comma-dangle|max-len|format|-Wclang-format-violations|go(?:fmt|imports|fumpt)|gci)$/;

type Covers = (one: Diagnostic) => boolean;

const about =
  (...tools: readonly string[]): Covers =>
  ({ tool }) =>
    tools.includes(tool);

/** What each fixer mends when it mends anything: it declines where its own tool says what it can't mend. */
const COVERS: Readonly<Record<string, Covers>> = {
  prettier: about('prettier'),
  biome: about('biome'),
  black: about('black'),
  'ruff-format': (one) => one.tool === 'ruff' && isUnformatted(one),
  ruff: (one) => (one.tool === 'ruff' && !isUnformatted(one)) || one.tool === 'flake8',
  gofmt: (one) => one.tool === 'gofmt' || (one.tool === 'golangci-lint' && one.code === 'gofmt'),
  'clang-format': (one) => one.tool === 'clang-format' || one.code === '-Wclang-format-violations',
  shfmt: about('shfmt'),
  taplo: about('taplo'),
  'named-edits': (one) => namedEdit(one) !== null,
};

/** Fixers that only lay out, or nearly so; no test that fails is mended by them. */
const KEEPS_MEANING = new Set([...Object.keys(COVERS), 'pre-commit-hooks']);

/**
 * Why a job stays red whatever becomes of the fixers' changes: another tool, or a test, has failed in it too. Half of what a job
 * needs is no fix of it. `null` where nothing says so.
 * @param takers the fixers that have changed something for this log
 */
export function leftRed(source: FixSource, takers: readonly string[]): string | null {
  if (takers.length === 0) return null;
  const { diagnosis } = source;
  const covers = takers.map((id) => coverOf(id, source));
  const left = diagnosis.diagnostics.find(
    (one) => isJudgement(one, source) && !LAYOUT_RULES.test(one.code ?? '') && !covers.some((cover) => cover(one)),
  );
  if (left) return `The job stays red: ${left.tool} also names ${left.path} (${left.message.slice(0, 120)}).`;
  const hook = diagnosis.diagnostics.find(
    (one) => one.tool === 'pre-commit' && one.path === null && /: failed$/.test(one.message),
  );
  if (hook) return `The job stays red: the hook ${hook.code} of pre-commit fails too, and has changed nothing.`;
  const [test] = diagnosis.tests?.failed ?? [];
  const mayMendTests = takers.some((id) => !KEEPS_MEANING.has(id) && mendsMeaning(id, source));
  return test && !mayMendTests ? `The job stays red: the test ${test.name.slice(0, 120)} fails too.` : null;
}

function isJudgement({ tool, path, severity, logLine }: Diagnostic, { diagnosis: { failedSteps } }: FixSource): boolean {
  if (severity !== 'error' || path === null || !JUDGES.has(tool) || REPORTS_FOR_OTHERS.has(tool)) return false;
  return failedSteps.length === 0 || failedSteps.some(({ startLine, endLine }) => logLine >= startLine && logLine <= endLine);
}

function coverOf(id: string, source: FixSource): Covers {
  const known = Object.hasOwn(COVERS, id) ? COVERS[id] : undefined;
  if (known) return (one) => known(one) && !isBroken(one);
  if (id === 'printed-diff') return coverOfDiffs(source);
  if (id === 'unused-imports') return coverOfImports(source);
  if (id === 'suggestions') return ({ tool }) => COMPILERS.has(tool);
  if (id === 'pre-commit-hooks') return about('pre-commit');
  return () => true;
}

/** What diagnostics call a tool that prints changes under another name. */
const NAMES_ITSELF: Readonly<Record<string, string>> = { 'mix format': 'mix', terraform: 'terraform fmt' };

/** A tool that prints its own wish mends what it names; what git shows may be the work of any tool that writes layout. */
function coverOfDiffs({ printedDiffs }: FixSource): Covers {
  const tools = new Set(printedDiffs.map(({ tool }) => NAMES_ITSELF[tool ?? ''] ?? tool));
  // What it prints are no changes of files, but proposals.
  for (const compiler of ['rustc', 'gcc']) tools.delete(compiler);
  const isAnybodys = tools.has(null) || tools.has('pre-commit');
  return (one) =>
    !isBroken(one) &&
    (tools.has(one.tool) ||
      (isAnybodys && (FORMATTERS.has(one.tool) || one.tool === 'git diff')) ||
      (tools.has('ocamlformat') && one.tool === 'git diff' && /(?:^|\/)\.formatted\//.test(one.path ?? '')));
}

/** A file that a formatter can't read, which names a line then, and otherwise none. */
function isBroken({ tool, line, message }: Diagnostic): boolean {
  if (tool === 'black') return message !== 'would be reformatted';
  return NAME_FILES.has(tool) && line !== null;
}

function coverOfImports({ diagnosis }: FixSource): Covers {
  const { found, others } = unusedImportsOf(diagnosis);
  const tools = new Set(found.map((one) => one.tool));
  return (one) => tools.has(one.tool) && !others.includes(one);
}

/** A program that does not compile fails its tests; so may one whose generated files are stale. */
function mendsMeaning(id: string, source: FixSource): boolean {
  if (id === 'unused-imports')
    return unusedImportsOf(source.diagnosis).found.some(({ tool }) => COMPILERS.has(tool) || tool === 'go vet');
  if (id === 'printed-diff') return source.printedDiffs.some(({ tool }) => tool === null);
  return true;
}
