import type { Matcher } from '../matcher.ts';

/** xmllint and libxml2: `a.xml:1: parser error : message`. */
export const xmllint: Matcher = {
  id: 'xmllint',
  tool: 'xmllint',
  cause: 'compile-error',
  hints: ['parser error : ', 'parser warning : ', 'validity error : ', 'namespace error : ', 'schemas validity error '],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}): (?:element [^\s:]{1,200}: )?(?:(?<code>(?:Relax-NG |Schemas |Schematron )?(?:parser|validity|namespace|I\/O)) )(?<severity>error|warning) : (?<message>\S.*)$/,
    },
  ],
};

/** HTML Tidy: `line 1 column 7 - Warning: message`, with the file before it when told to (`-emacs`-like `path:line:column`). */
export const tidy: Matcher = {
  id: 'tidy',
  tool: 'tidy',
  cause: 'lint',
  hints: [' - Warning: ', ' - Error: ', ': Warning: ', ': Error: '],
  patterns: [
    { expression: /^line (?<line>\d{1,9}) column (?<column>\d{1,9}) - (?<severity>Warning|Error): (?<message>\S.*)$/ },
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}\.x?html?):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<severity>Warning|Error): (?<message>\S.*)$/,
    },
  ],
};

/** chktex: `Warning 1 in a.tex line 3: message`, and its form of one line. */
export const chktex: Matcher = {
  id: 'chktex',
  tool: 'chktex',
  cause: 'lint',
  hints: ['.tex line ', '.tex:', '.ltx line ', '.sty line ', '.cls line '],
  patterns: [
    {
      expression:
        /^(?<severity>Warning|Error|Message) (?<code>\d{1,3}) in (?<path>\S.{0,400}) line (?<line>\d{1,9}): (?<message>\S.*)$/,
    },
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}\.(?:tex|ltx|sty|cls)):(?<line>\d{1,9}):(?<column>\d{1,9}):(?<code>\d{1,3}):(?<message>\S.*)$/,
      severity: 'warning',
    },
  ],
};
