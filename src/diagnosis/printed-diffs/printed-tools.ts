/** Which tool printed a change: its own header lines say it, or the command that ran, or what it says afterwards. */

/** How a tool writes the names of the file before and after; `path` is what both must have in common. */
interface Signature {
  tool: string;
  before: RegExp;
  after: RegExp;
}

const SIGNATURES: readonly Signature[] = [
  { tool: 'isort', before: /^(?<path>.+):before(?:\t.*)?$/, after: /^(?<path>.+):after(?:\t.*)?$/ },
  { tool: 'terraform', before: /^old\/(?<path>.+)$/, after: /^new\/(?<path>.+)$/ },
  { tool: 'clang-format', before: /^(?<path>.+?)\t\(before formatting\)$/, after: /^(?<path>.+?)\t\(after formatting\)$/ },
  { tool: 'reformatter', before: /^(?<path>.+?)\t\(original\)$/, after: /^(?<path>.+?)\t\(reformatted\)$/ },
  { tool: 'autopep8', before: /^original\/(?<path>.+)$/, after: /^fixed\/(?<path>.+)$/ },
  { tool: 'docformatter', before: /^before\/(?<path>.+)$/, after: /^after\/(?<path>.+)$/ },
  { tool: 'phpcs', before: /^(?<path>.+\.\w+)$/, after: /^PHP_CodeSniffer$/ },
  {
    tool: 'ocamlformat',
    before: /^(?:a\/)?_build\/default\/(?<path>.+)$/,
    after: /^(?:b\/)?_build\/default\/(?<path>.*?)\.formatted\/[^/]+$/,
  },
  {
    tool: 'black',
    before: /^(?<path>.+)\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}(?: \+0000| UTC|\+00:00)$/,
    after: /^(?<path>.+)\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}(?: \+0000| UTC|\+00:00)$/,
  },
];

const ORIGINAL = /^(?<path>.+)\.orig(?:\t.*)?$/;
const TIMED = /^(?<path>[^\t]+)(?:\t.*)?$/;

/** Formatters that write the same name before and after, and nothing of their own. */
const PLAIN_FORMATTER = /\b(?<tool>ruff|yapf|autopep8|gersemi|swiftformat|scalafmt|taplo)\b/;

const TITLE = /^\s*\d{1,5}\) (?<path>\S.*?\.php)(?: \(.*\)|:\d+)?$/;
const BEGIN_DIFF = /^\s*-{4,20} begin diff -{4,20}$/;

export interface PrintedNames {
  tool: string | null;
  /** The same name stands before and after, and nothing says whose it is. */
  isPlain: boolean;
}

/**
 * Tells the tool by the header of a unified diff.
 * @param lines the change, with the lines that announce it
 */
export function toolOfUnified(lines: readonly string[], command: string | null): PrintedNames {
  const before = nameOf(lines, '--- ');
  const after = nameOf(lines, '+++ ');
  if (before === null || after === null) return { tool: null, isPlain: false };
  if (lines.some((line) => BEGIN_DIFF.test(line))) {
    const isTitled = before === 'Original' && after === 'New' && lines.some((line) => TITLE.test(line));
    return { tool: isTitled || before === after ? 'php-cs-fixer' : null, isPlain: false };
  }
  for (const signature of SIGNATURES) if (agree(signature, before, after)) return { tool: signature.tool, isPlain: false };
  const original = ORIGINAL.exec(before)?.groups?.['path'];
  if (original !== undefined && original === TIMED.exec(after)?.groups?.['path']) {
    return { tool: formatterOf(original), isPlain: false };
  }
  const isPlain = unprefixed(before, 'a/') === unprefixed(after, 'b/');
  return { tool: isPlain ? (PLAIN_FORMATTER.exec(command ?? '')?.groups?.['tool'] ?? null) : null, isPlain };
}

function agree({ tool, before, after }: Signature, left: string, right: string): boolean {
  const one = before.exec(left);
  const other = after.exec(right);
  if (!one || !other) return false;
  if (tool === 'phpcs') return true;
  const [path = '', formatted = ''] = [one.groups?.['path'], other.groups?.['path']];
  return tool === 'ocamlformat' ? path.startsWith(formatted) : path === formatted;
}

function nameOf(lines: readonly string[], mark: string): string | null {
  const line = lines.find((one) => one.startsWith(mark));
  return line === undefined ? null : line.slice(mark.length).trimEnd();
}

function unprefixed(name: string, prefix: string): string {
  const path = TIMED.exec(name)?.groups?.['path'] ?? name;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** gofmt, shfmt and buf write `x.orig` and `x`. */
function formatterOf(path: string): string {
  if (path.endsWith('.go')) return 'gofmt';
  return path.endsWith('.proto') ? 'buf' : 'shfmt';
}

/** Lines above a diff that belong to it: `diff x.orig x`, the path that terraform prints, the title of php-cs-fixer. */
export function announces(text: string): boolean {
  return (
    /^diff (?:-\w+ )*\S+\.orig \S/.test(text) ||
    TITLE.test(text) ||
    BEGIN_DIFF.test(text) ||
    /^\S+\.(?:tf|tfvars|hcl)$/.test(text)
  );
}
