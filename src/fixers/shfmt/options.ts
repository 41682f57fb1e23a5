import { invocations, readOptions } from '../formatting/invocations.ts';
import type { Declined, Files, FixSource } from '../types.ts';

export type Dialect = 'bash' | 'posix' | 'mksh' | 'bats' | 'zsh';

export interface Layout {
  /** Spaces; 0 for tabs. */
  indent: number;
  binaryNextLine: boolean;
  switchCaseIndent: boolean;
  spaceRedirects: boolean;
  keepPadding: boolean;
  functionNextLine: boolean;
  simplify: boolean;
  /** `null`: by the file. */
  dialect: Dialect | null;
}

/** shfmt's flags: https://github.com/mvdan/sh/blob/master/cmd/shfmt/shfmt.1.scd */
const FLAGS = {
  ...Object.fromEntries(
    ['-l', '--list', '-d', '--diff', '-w', '--write', '-f', '--find', '--apply-ignore'].map((name) => [name, '']),
  ),
  ...{ '-i': 'indent=', '--indent': 'indent=', '-bn': 'binaryNextLine', '--binary-next-line': 'binaryNextLine' },
  ...{ '-ci': 'switchCaseIndent', '--case-indent': 'switchCaseIndent', '-sr': 'spaceRedirects' },
  ...{ '--space-redirects': 'spaceRedirects', '-kp': 'keepPadding', '--keep-padding': 'keepPadding' },
  ...{ '-fn': 'functionNextLine', '--func-next-line': 'functionNextLine', '-s': 'simplify', '--simplify': 'simplify' },
  ...{ '-ln': 'dialect=', '--language-dialect': 'dialect=', '-p': 'posix', '--posix': 'posix' },
};

const DIALECTS: Readonly<Record<string, Dialect>> = {
  bash: 'bash',
  posix: 'posix',
  sh: 'posix',
  mksh: 'mksh',
  bats: 'bats',
  zsh: 'zsh',
};

/**
 * How shfmt lays out each file: by its flags; when it is called without one, by .editorconfig.
 * Declines when the repository doesn't show how it calls shfmt, or calls it in several ways.
 */
export async function layoutOf(
  source: FixSource,
  context: Files,
  folder: string,
): Promise<((path: string) => Promise<Layout>) | Declined> {
  const calls = invocations('shfmt', source, context).map((args) => readOptions(args, FLAGS));
  const unknown = calls.flatMap((call) => call.unknown);
  if (unknown.length > 0) return { declined: `shfmt is called with ${unknown[0]}, which Regreen doesn't know.` };
  const layouts = calls.map(({ flags, values }) => fromFlags(flags, values));
  const [first] = layouts;
  if (first === undefined) return { declined: 'Neither the log nor the repository shows with which flags shfmt is called.' };
  if (layouts.some((layout) => JSON.stringify(layout) !== JSON.stringify(first))) {
    return { declined: 'The repository calls shfmt with different flags in different places.' };
  }
  if (first === 'unreadable') return { declined: 'shfmt is called with flags that Regreen can not read.' };
  return first === null ? (path) => fromEditorConfig(path, folder) : async () => first;
}

/** `null` when no flag asks for a layout. */
function fromFlags(flags: ReadonlySet<string>, values: ReadonlyMap<string, string>): Layout | 'unreadable' | null {
  const asked = [...flags].filter((flag) => flag !== '');
  if (asked.length === 0 && values.size === 0) return null;
  const indent = values.get('indent') ?? '0';
  const named = values.get('dialect') ?? (flags.has('posix') ? 'posix' : 'auto');
  const dialect = Object.hasOwn(DIALECTS, named) ? DIALECTS[named] : undefined;
  if (!/^\d{1,2}$/.test(indent) || (dialect === undefined && named !== 'auto')) return 'unreadable';
  return {
    indent: Number(indent),
    binaryNextLine: flags.has('binaryNextLine'),
    switchCaseIndent: flags.has('switchCaseIndent'),
    spaceRedirects: flags.has('spaceRedirects'),
    keepPadding: flags.has('keepPadding'),
    functionNextLine: flags.has('functionNextLine'),
    simplify: flags.has('simplify'),
    dialect: dialect ?? null,
  };
}

/** The keys that shfmt reads, with its defaults. */
async function fromEditorConfig(path: string, folder: string): Promise<Layout> {
  const { parse } = await import('editorconfig');
  const keys: Record<string, unknown> = await parse(`${folder}/${path}`, { root: folder });
  const size = typeof keys['indent_size'] === 'number' ? keys['indent_size'] : 8;
  const dialect = String(keys['shell_variant'] ?? '');
  return {
    indent: keys['indent_style'] === 'space' ? size : 0,
    binaryNextLine: keys['binary_next_line'] === true,
    switchCaseIndent: keys['switch_case_indent'] === true,
    spaceRedirects: keys['space_redirects'] === true,
    keepPadding: keys['keep_padding'] === true,
    functionNextLine: keys['function_next_line'] === true,
    simplify: keys['simplify'] === true,
    dialect: (Object.hasOwn(DIALECTS, dialect) ? DIALECTS[dialect] : undefined) ?? null,
  };
}

/** As shfmt tells it when nobody says: by the end of the name, then by the first line, else bash. */
export function dialectOf(path: string, text: string): Dialect {
  const extension = /\.(bash|bats|mksh|zsh)$/.exec(path)?.[1];
  const shebang = /^#!\s?\/(?:usr\/)?bin\/(?:env\s+)?(sh|bash|mksh|bats|zsh)(?:\s|$)/.exec(text)?.[1];
  return DIALECTS[extension ?? shebang ?? 'bash'] ?? 'bash';
}
