import type { LineReader, Matcher } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';

/** Files that Python's checkers read, as their paths end. */
const PYTHON_FILE = String.raw`(?:[A-Za-z]:)?[^\s:][^:]*\.(?:py|pyi|pyx|pxd|ipynb)|stdin|-`;

const FLAKE8_FORMS = [
  // default, pycodestyle: shop/prices.py:1:1: F401 'os' imported but unused
  {
    expression: new RegExp(
      String.raw`^(?<path>${PYTHON_FILE}):(?:cell \d{1,6}:)?(?<line>\d{1,9}):(?<column>\d{1,9}): (?<code>[A-Z]{1,4}\d{2,5}):? (?<message>.*)$`,
    ),
  },
  // --format=pylint: shop/prices.py:1: [F401] 'os' imported but unused
  {
    expression: new RegExp(String.raw`^(?<path>${PYTHON_FILE}):(?<line>\d{1,9}): \[(?<code>[A-Z]{1,3}\d{3,4})\] (?<message>.*)$`),
  },
] as const;

/** ruff's concise form is flake8's; it marks what it can fix, quotes code in backticks and has rules of its own. */
const RUFF =
  /^(?:[^:]|:(?! ))*: (?:[A-Z]{1,4}\d{2,5} (?:\[\*\] |[^']*`|Import block is un-sorted|f-string without any placeholders|No newline at end of file|Trailing comma missing)|(?:RUF|PL[CERW]|FURB|PTH|TRY|UP)\d|invalid-syntax)/;
/** pylint's text form puts a symbol at the end, and a colon after the code. */
const PYLINT = /^[^:]*:\d+:\d+: [CRWEFI]\d{4}: /;

/** Hints of a file and a line in it, by how paths end. Test runners write `test_prices.py::test_total` for each test. */
export function placesIn(...endings: string[]): string[] {
  return endings.flatMap((ending) => [...'0123456789'].map((digit) => `${ending}:${digit}`));
}

/** Whether a line in flake8's form is ruff's. */
export function isRuff(text: string): boolean {
  return RUFF.test(text);
}

/** flake8, with any of its plugins, and pycodestyle, whose form it shares. */
export const flake8: Matcher = {
  id: 'flake8',
  tool: 'flake8',
  cause: 'lint',
  hints: [...placesIn('.py', '.pyi', '.pyx', '.ipynb', 'stdin'), ':cell '],
  createReader: createFlake8Reader,
};

function createFlake8Reader(): LineReader {
  return {
    read(line, report) {
      const finding = firstFindingOf(FLAKE8_FORMS, line);
      if (!finding || isRuff(line.text) || PYLINT.test(line.text)) return null;
      report.diagnostic(finding, finding.code === 'E999' || finding.code === 'E902' ? 'compile-error' : undefined);
      return 'told';
    },
  };
}

/** pyflakes by itself has no codes, so its messages tell it: each of its message classes in messages.py. */
export const pyflakes: Matcher = {
  id: 'pyflakes',
  tool: 'pyflakes',
  cause: 'lint',
  hints: [
    'imported but unused',
    'undefined name',
    'is assigned to but never used',
    'redefinition of unused',
    'unable to detect undefined names',
    'may be undefined, or defined from star imports',
    'referenced before assignment',
    'is missing placeholders',
    ': invalid syntax',
  ],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*\.pyw?):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):?)? (?<message>(?:'[^']*' (?:imported but unused|may be undefined)|undefined name |local variable |redefinition of unused |import '|'from [^']*' used; |f-string is missing|invalid syntax).*)$/,
    },
  ],
};

const HEAD = /^(?<path>[^\s:][^:]*\.pyi?):(?<line>\d{1,9}) (?:at module level|in (?:public|private) .{1,300}):$/;
const VIOLATION = /^\s+(?<code>D\d{3}): (?<message>.*)$/;

/** pydocstyle: the place on one line, the violation on the next. */
export const pydocstyle: Matcher = {
  id: 'pydocstyle',
  tool: 'pydocstyle',
  cause: 'lint',
  hints: ['        d1', '        d2', '        d3', '        d4'],
  createReader: createPydocstyleReader,
};

function createPydocstyleReader(): LineReader {
  return {
    read(line, report) {
      const violation = VIOLATION.exec(line.text)?.groups;
      if (!violation) return null;
      const head = HEAD.exec(report.previous(1)?.text ?? '')?.groups;
      if (!head) return false;
      const place = { path: head['path'] ?? null, line: Number(head['line']) };
      report.diagnostic({ ...place, code: violation['code'] ?? null, message: violation['message'] ?? '', logLine: line.number });
      return false;
    },
  };
}
