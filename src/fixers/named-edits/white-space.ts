import type { Diagnostic } from '../../diagnosis/types.ts';
import type { EditedText, TextEdit } from './text-edit.ts';

/** What is wrong with white space, where only one thing mends it. */
type Fault = 'blanks at the end of a line' | 'no line end at the end' | 'empty lines at the end';

interface Rule {
  code?: RegExp;
  message?: RegExp;
  fault: Fault;
}

/** How linters speak of white space that says nothing: by rule where they have names for them, else by their words. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  flake8: [
    { code: /^W29[13]$/, fault: 'blanks at the end of a line' },
    { code: /^W292$/, fault: 'no line end at the end' },
    { code: /^W391$/, fault: 'empty lines at the end' },
  ],
  pylint: [
    { code: /^(?:C0303|trailing-whitespace)$/, fault: 'blanks at the end of a line' },
    { code: /^(?:C0304|missing-final-newline)$/, fault: 'no line end at the end' },
    { code: /^(?:C0305|trailing-newlines)$/, fault: 'empty lines at the end' },
  ],
  'git diff --check': [
    { message: /^trailing whitespace$/, fault: 'blanks at the end of a line' },
    { message: /^new blank line at EOF$/, fault: 'empty lines at the end' },
  ],
  'editorconfig-checker': [
    { message: /^Trailing whitespace$/, fault: 'blanks at the end of a line' },
    { message: /^(?:Final newline expected|Wrong line endings or no final newline)$/, fault: 'no line end at the end' },
  ],
  yamllint: [
    { code: /^trailing-spaces$/, fault: 'blanks at the end of a line' },
    { code: /^new-line-at-end-of-file$/, fault: 'no line end at the end' },
  ],
  eslint: [
    { code: /^(?:@stylistic\/(?:\w+\/)?)?no-trailing-spaces$/, fault: 'blanks at the end of a line' },
    {
      code: /^(?:@stylistic\/(?:\w+\/)?)?eol-last$/,
      message: /^Newline required at end of file/,
      fault: 'no line end at the end',
    },
  ],
  markdownlint: [
    {
      code: /^MD009\b/,
      message: /\[Expected: 0 or 2; Actual: 1\]|\[Expected: 0; Actual: \d+\]/,
      fault: 'blanks at the end of a line',
    },
    { code: /^MD047\b/, fault: 'no line end at the end' },
  ],
  rubocop: [
    { code: /^Layout\/TrailingWhitespace$/, fault: 'blanks at the end of a line' },
    { code: /^Layout\/TrailingEmptyLines$/, message: /Final newline missing/, fault: 'no line end at the end' },
    { code: /^Layout\/TrailingEmptyLines$/, message: /trailing blank line/, fault: 'empty lines at the end' },
  ],
};

/** The edit that a finding about white space asks for; `null` where it is about something else. */
export function whiteSpaceEdit({ tool, code, message, line }: Diagnostic): ((text: EditedText) => TextEdit | null) | null {
  const rules = Object.hasOwn(RULES, tool) ? RULES[tool] : undefined;
  const rule = rules?.find((one) => (one.code?.test(code ?? '') ?? true) && (one.message?.test(message) ?? true));
  switch (rule?.fault) {
    case 'blanks at the end of a line':
      return line === null ? null : (text) => trimmed(text, line);
    case 'no line end at the end':
      return endedOnce;
    case 'empty lines at the end':
      return withoutEmptyLines;
    case undefined:
      return null;
  }
}

function trimmed(text: EditedText, line: number): TextEdit | null {
  const place = text.line(line);
  if (!place) return null;
  const content = text.text.slice(place.from, place.to);
  const from = place.from + content.trimEnd().length;
  // Only blanks and tabs: what else counts as white space somewhere may be meant.
  return from < place.to && /^[ \t\f\v]+$/.test(text.text.slice(from, place.to)) ? { from, to: place.to, text: '' } : null;
}

function endedOnce({ text, lineEnd }: EditedText): TextEdit | null {
  return text === '' || text.endsWith('\n') ? null : { from: text.length, to: text.length, text: lineEnd };
}

/** Lines of nothing but blanks at the end; what is before them keeps its line end. */
function withoutEmptyLines({ text }: EditedText): TextEdit | null {
  const kept = text.trimEnd().length;
  if (kept === 0) return null;
  const lineEnd = text.indexOf('\n', kept) + 1;
  const left = text.slice(lineEnd);
  return lineEnd > 0 && left !== '' && /^[ \t\f\v\r\n]+$/.test(left) ? { from: lineEnd, to: text.length, text: '' } : null;
}
