import type { Diagnosis, Diagnostic } from '../../diagnosis/types.ts';
import { isForFormatters, voiceOf } from '../judges.ts';

/** An import that a tool calls unused. */
export interface UnusedImport {
  /** Who says so, as diagnostics name it. */
  tool: string;
  path: string;
  /** From 1. */
  line: number;
  /** From 1; `null` where the tool names only the line. */
  column: number | null;
  /** As the tool writes them, one for each import; empty: all of the statement. */
  names: ImportName[];
}

export interface ImportName {
  /** What is imported: `os.path`, `"net/http"`, `hash_map::Entry`; of JavaScript the local name. */
  name: string;
  /** The name that it gets, where the tool says it. */
  alias?: string;
}

const LISTED = /`(?<name>[^`]{1,500})`/g;

type Reader = (one: Diagnostic) => ImportName[] | null;

function typescript({ tool, code, message }: Diagnostic): ImportName[] | null {
  // `next build` leaves the codes out.
  const isBare = tool === 'next' && code === null;
  if (code === 'TS6192' || (isBare && message === 'All imports in import declaration are unused.')) return [];
  const name = /^'(?<name>[\w$]{1,200})' is declared but (?:its value is never read|never used)\.$/.exec(message)?.groups?.[
    'name'
  ];
  return (isBare || code === 'TS6133' || code === 'TS6196') && name !== undefined ? [{ name }] : null;
}

const UNUSED_RULES = /^(?:@typescript-eslint\/no-unused-vars|unused-imports\/no-unused-imports(?:-ts)?|no-unused-vars)$/;

function eslint({ code, message }: Diagnostic): ImportName[] | null {
  const name = /^'(?<name>[\w$]{1,200})' is defined but never used/.exec(message)?.groups?.['name'];
  return UNUSED_RULES.test(code ?? '') && name !== undefined ? [{ name }] : null;
}

const GO_FORMS: readonly RegExp[] = [
  /^"(?<name>[^"\s]{1,300})" imported (?:as (?<alias>\w+) )?(?:and|but) not used(?: as (?<alias2>\w+))?(?: \(.*\))?$/,
  /^imported and not used: "(?<name>[^"\s]{1,300})"(?: as (?<alias>\w+))?$/,
];

function go({ message }: Diagnostic): ImportName[] | null {
  for (const form of GO_FORMS) {
    const groups = form.exec(message)?.groups;
    if (groups?.['name'] !== undefined) return [named(groups['name'], groups['alias'] ?? groups['alias2'])];
  }
  return null;
}

function rust({ message }: Diagnostic): ImportName[] | null {
  if (!/^unused imports?: `/.test(message)) return null;
  return [...message.matchAll(LISTED)].map(({ groups }) => ({ name: groups?.['name'] ?? '' }));
}

const PYTHON_FORMS: readonly RegExp[] = [
  /^[`'](?<name>[\w.]{1,300})(?: as (?<alias>\w{1,200}))?[`'] imported but unused(?:$|[;:])/,
  /^Unused import (?<name>[\w.]{1,300})(?: \(unused-import\))?$/,
  /^Unused (?<member>\w{1,200}) imported from (?<name>[\w.]{1,300})(?: as (?<alias>\w{1,200}))?(?: \(unused-import\))?$/,
  /^Unused (?<name>[\w.]{1,300}) imported as (?<alias>\w{1,200})(?: \(unused-import\))?$/,
];

function python({ code, message }: Diagnostic): ImportName[] | null {
  if (code !== null && !/^(?:F401|W0611|unused-import)$/.test(code)) return null;
  for (const form of PYTHON_FORMS) {
    const { name, member, alias } = form.exec(message.replace(/^\[\*\] /, ''))?.groups ?? {};
    if (name !== undefined) return [named(member === undefined ? name : `${name}.${member}`, alias)];
  }
  return null;
}

function named(name: string, alias: string | undefined): ImportName {
  return alias === undefined ? { name } : { name, alias };
}

const READERS: Readonly<Record<string, Reader>> = {
  tsc: typescript,
  eslint,
  'go build': go,
  'go vet': go,
  'golangci-lint': go,
  rustc: rust,
  flake8: python,
  pyflakes: python,
  pylint: python,
  ruff: python,
};

/** What the log says of unused imports, and how many errors it has that are of something else. */
export function unusedImportsOf({ diagnostics }: Diagnosis): { found: UnusedImport[]; others: Diagnostic[] } {
  const found: UnusedImport[] = [];
  const others: Diagnostic[] = [];
  const warningsCount = diagnostics.some(({ tool, code }) => tool === 'eslint' && code === 'max-warnings');
  for (const given of diagnostics) {
    const isCounted = warningsCount && given.tool === 'eslint' && given.severity === 'warning';
    const one: Diagnostic = isCounted ? { ...given, severity: 'error' } : given;
    const names = one.path !== null && one.line !== null ? (READERS[voiceOf(one)]?.(one) ?? null) : null;
    // They end the run for whatever they say, conventions included.
    const isPython = /^(?:flake8|pyflakes|pylint|ruff)$/.test(one.tool);
    if (names !== null && (one.severity === 'error' || isPython)) {
      found.push({ tool: one.tool, path: (one.path ?? '').replace(/^\.\//, ''), line: one.line ?? 0, column: one.column, names });
    } else if ((one.severity === 'error' || isPython) && one.path !== null && !isForFormatters(one)) {
      others.push(one);
    }
  }
  return { found, others };
}
