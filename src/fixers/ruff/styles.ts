import manifest2026 from '@astral-sh/ruff-wasm-nodejs/package.json' with { type: 'json' };
import manifest2024 from 'ruff-2024/package.json' with { type: 'json' };
import manifest2025 from 'ruff-2025/package.json' with { type: 'json' };

/** What a repository may ask of a formatter of Python, in ruff's words. */
export interface PythonLayout {
  lineLength: number;
  indentWidth: number;
  indentStyle: 'space' | 'tab';
  quoteStyle: 'double' | 'single' | 'preserve';
  skipMagicTrailingComma: boolean;
  lineEnding: 'auto' | 'lf' | 'cr-lf' | 'native';
  docstringCode: boolean;
  /** Columns, or `dynamic`. */
  docstringCodeLength: number | 'dynamic';
  /** `py39`; `null` for what ruff takes when nobody says. */
  target: string | null;
}

export const PLAIN_LAYOUT: PythonLayout = {
  lineLength: 88,
  indentWidth: 4,
  indentStyle: 'space',
  quoteStyle: 'double',
  skipMagicTrailingComma: false,
  lineEnding: 'auto',
  docstringCode: false,
  docstringCodeLength: 'dynamic',
  target: null,
};

/** Formats one file. @throws on a syntax error */
export type PythonFormatter = (path: string, text: string) => string;

/** Black names its stable style by the year; ruff's follows: 2024 in 0.3, 2025 in 0.9, 2026 in 0.15. */
export type StyleYear = 2024 | 2025 | 2026;
/** The engine of each year's style. */
export const STYLE_VERSIONS: Readonly<Record<StyleYear, string>> = {
  2024: manifest2024.version,
  2025: manifest2025.version,
  2026: manifest2026.version,
};
export const STYLE_YEARS: readonly StyleYear[] = [2024, 2025, 2026];

/** The year of ruff's style; `null` for the versions before 2024's. https://docs.astral.sh/ruff/versioning/ */
export function ruffStyle(version: string): StyleYear | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 0 || minor >= 15) return major > 0 ? null : 2026;
  if (minor >= 9) return 2025;
  return minor >= 3 ? 2024 : null;
}

/** Loads the formatter of a year's style; `null` when it can't do what the layout asks for. */
export async function loadStyle(year: StyleYear, layout: PythonLayout): Promise<PythonFormatter | null> {
  if (year === 2024) return style2024(layout);
  const { Workspace, PositionEncoding } = year === 2025 ? await import('ruff-2025') : await import('@astral-sh/ruff-wasm-nodejs');
  const workspace = new Workspace(optionsOf(layout), PositionEncoding.Utf16);
  return (_path, text) => workspace.format(text);
}

function optionsOf(layout: PythonLayout): object {
  return {
    'line-length': layout.lineLength,
    'indent-width': layout.indentWidth,
    ...(layout.target === null ? {} : { 'target-version': layout.target }),
    format: {
      'indent-style': layout.indentStyle,
      'quote-style': layout.quoteStyle,
      'skip-magic-trailing-comma': layout.skipMagicTrailingComma,
      'line-ending': layout.lineEnding,
      'docstring-code-format': layout.docstringCode,
      'docstring-code-line-length': layout.docstringCodeLength,
    },
  };
}

const FIRST_IS_CRLF = /^[^\n]*\r\n/;
const BROKEN_WITH = /^[ \t]*(?:async )?with\b[^\n]*[([{\\]\r?$/m;

async function style2024(layout: PythonLayout): Promise<PythonFormatter | null> {
  if (layout.docstringCode || layout.lineEnding === 'native') return null;
  const { default: start, format } = await import('ruff-2024');
  await start();
  // The package's types lag behind what it reads.
  const read = format as unknown as (text: string, path: string, options: Record<string, unknown>) => string;
  return (path, text) => {
    const formatted = read(text, path, {
      indent_style: layout.indentStyle,
      indent_width: layout.indentWidth,
      line_width: layout.lineLength,
      line_ending: layout.lineEnding === 'cr-lf' || (layout.lineEnding === 'auto' && FIRST_IS_CRLF.test(text)) ? 'cr_lf' : 'lf',
      quote_style: layout.quoteStyle,
      magic_trailing_comma: layout.skipMagicTrailingComma ? 'ignore' : 'respect',
    });
    // The package knows no target version, by which this is laid out.
    if (BROKEN_WITH.test(formatted))
      throw new Error('it has a with statement over several lines, which depends on the version of Python');
    return formatted;
  };
}
