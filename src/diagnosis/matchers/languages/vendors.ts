import type { Matcher } from '../matcher.ts';
import { type Form, readerOfForms } from './form.ts';

/** Compilers and linkers for AIX, DOS, Windows and microcontrollers that have a form of their own. */
const FORMS: readonly Form[] = [
  // AIX xlc: "till.c", line 9.17: 1506-098 (E) Missing argument(s).
  {
    expression:
      /^"(?<path>[^"]{1,500})", line (?<line>\d{1,7})\.(?<column>\d{1,7}): (?<code>\d{4}-\d{3}) \((?<severity>[IWESU])\) (?<message>\S.*)$/,
    tool: 'xlc',
  },
  // its driver and its linker: xlc: 1501-210 (W) command option t contains …; ld: 0711-317 ERROR: Undefined symbol: .total
  { expression: /^\S{1,200}: (?<code>15\d\d-\d{3}) \((?<severity>[IWESU])\) (?<message>\S.*)$/, tool: 'xlc' },
  {
    expression: /^ld: (?<code>07\d\d-\d{3}) (?:(?<severity>ERROR|WARNING|SEVERE ERROR|FATAL ERROR): )?(?<message>\S.*)$/,
    tool: 'ld',
  },
  // Borland: Error E2451 till.c 403: Undefined symbol 'total' in function rate
  {
    expression:
      /^(?<severity>Error|Warning|Fatal) (?<code>[EWF]\d{4}) (?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}?) (?<line>\d{1,7}): (?<message>\S.*)$/,
    tool: 'bcc32',
  },
  // Open Watcom: till.c(71): Error! E1011: Symbol 'total' has not been declared
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})\((?<line>\d{1,7})(?:,(?<column>\d{1,7}))?\): (?<severity>Error|Warning|Note)! (?<code>[EWNA]\d{1,4}): (?<message>\S.*)$/,
    tool: 'watcom',
  },
  { expression: /^(?<severity>Error|Warning)! (?<code>[EW]\d{1,4}): (?<message>\S.*)$/, tool: 'watcom' },
  // SDCC, SWIG: till.c:1: error 20: Undefined identifier 'total'
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}):(?<line>\d{1,7}): (?<severity>error|warning|Warning) (?<code>\d{1,5}): (?<message>\S.*)$/,
    tool: 'sdcc',
  },
  // Keil for 8051 and C166: *** ERROR C202 IN LINE 12 OF TILL.C: 'total': undefined identifier
  {
    expression:
      /^\*\*\* (?<severity>FATAL ERROR|ERROR|WARNING) #?(?<code>[A-Z]{0,2}\d{1,4}) IN LINE (?<line>\d{1,7}) OF (?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,300}): (?<message>\S.*)$/,
    tool: 'keil',
  },
  { expression: /^\*\*\* (?<severity>FATAL ERROR|ERROR|WARNING) (?<code>L\d{1,4}): (?<message>\S.*)$/, tool: 'keil' },
  // armlink: till.axf: Error: L6218E: Undefined symbol total (referred from main.o).
  {
    expression: /^\s?(?:\S{1,300}: )?(?<severity>Fatal error|Error|Warning): (?<code>[A-Z]\d{4}[EWUF]): (?<message>\S.*)$/,
    tool: 'armlink',
  },
  // IAR's workbench on the command line: Warning[Pe550]: variable "rate" was set but never used C:\shop\till.c 57
  {
    expression:
      /^\s*(?<severity>Fatal [Ee]rror|Error|Warning|Remark)\[(?<code>[A-Z][a-z]\d{3,4})\]: (?<message>\S.*?) (?<path>[A-Za-z]:[\\/][^:*?"<>|]{1,300}\.\w{1,5}|[^\s:]{1,300}\.\w{1,5}) (?<line>\d{1,7})\s*$/,
    tool: 'iar',
  },
  // its older compilers, unwrapped: C:\shop\till.c(57) : Warning[Pe550]: variable "rate" was set but never used
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})\((?<line>\d{1,7})\) ?: (?<severity>Fatal [Ee]rror|Error|Warning|Remark)\[(?<code>[A-Z][a-z]\d{3,4})\]: (?<message>\S.*)$/,
    tool: 'iar',
  },
  // IAR's linker: Error[Li005]: no definition for "total" [referenced from main.o]
  { expression: /^(?<severity>Fatal error|Error|Warning)\[(?<code>[A-Za-z]{1,2}\d{1,4})\]: (?<message>\S.*)$/, tool: 'iar' },
  // TASKING: ctc W505: ["till.c" 14] implicit declaration of function "total"; with a column: ["till.c" 21/7]
  {
    expression:
      /^[a-z]\w{1,15} (?<code>(?<severity>[FESWIR])\d{3,4}): \["(?<path>[^"]{1,500})" (?<line>\d{1,7})(?:\/(?<column>\d{1,7}))?\] (?<message>\S.*)$/,
    tool: 'tasking',
  },
  // PC-lint: till.c  22  Warning 530: Symbol 'total' not initialized; with a column before the word
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}?\.\w{1,5}) {1,4}(?<line>\d{1,7}) {1,4}(?:(?<column>\d{1,7}) {1,4})?(?<severity>Error|Warning|Info|Note|error|warning|info|note) (?<code>\d{1,4}): (?<message>\S.*)$/,
    tool: 'pc-lint',
  },
  // PVS-Studio's table, between tabs: till.cpp 120 warn V547 Expression is always true.
  {
    expression: /^(?<path>[^\t]{1,500})\t(?<line>\d{1,7})\t(?<severity>err|warn|note)\t(?<code>V\d{3,4}) (?<message>\S.*)$/,
    tool: 'pvs-studio',
    cause: 'lint',
  },
  // flex: till.l:2: bad character class; till.l:5: warning, rule cannot be matched
  {
    expression:
      /^(?<path>[^\s:][^:]{0,300}\.(?:l|ll|lex|lpp)):(?<line>\d{1,7}): (?:(?<severity>warning), )?(?<message>(?!(?:fatal )?(?:error|warning|note)\b)[a-z]\S* \S.*)$/,
    tool: 'flex',
  },
  // dtc: board.dts:30.5-40.4: Warning (unit_address_vs_reg): …; Error: board.dts:12.1-5 syntax error
  {
    expression:
      /^(?<path>[^\s:][^:]{0,500}\.dts[io]?):(?<line>\d{1,7})\.(?<column>\d{1,7})(?:-(?:\d{1,7}\.)?\d{1,7})?: (?<severity>Warning|ERROR|Error) \((?<code>\w{1,60})\): (?<message>\S.*)$/,
    tool: 'dtc',
  },
  {
    expression:
      /^(?<severity>Error): (?<path>[^\s:][^:]{0,500}\.dts[io]?):(?<line>\d{1,7})\.(?<column>\d{1,7})(?:-(?:\d{1,7}\.)?\d{1,7})? (?<message>\S.*)$/,
    tool: 'dtc',
  },
  // QA C: till.c(14,7): Warn(4:3120) Hard-coded 'magic' number.
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})\((?<line>\d{1,7}),(?<column>\d{1,7})\): (?<severity>Err|Warn|Info|Note)\((?<code>\d{1,2}:\d{4})\) (?<message>\S.*)$/,
    tool: 'qac',
  },
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})\((?<line>\d{1,7}),(?<column>\d{1,7})\): Msg\((?<code>\d{1,2}:\d{4})\) (?<message>\S.*)$/,
    tool: 'qac',
    severity: 'info',
  },
  // dmd: source/till.d(3): Deprecation: function `rate` is deprecated; with a column: till.d(14,5): Error: …
  {
    expression:
      /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500}\.di?)\((?<line>\d{1,7})(?:,(?<column>\d{1,7}))?\): (?<severity>Error|Warning|Deprecation): (?<message>\S.*)$/,
    tool: 'dmd',
  },
  // Flex and AIR: [mxmlc] src/Till.as(9): col: 20 Warning: variable 'rate' has no type declaration.
  {
    expression:
      /^\s{0,12}(?:\[(?:mxmlc|compc|java|exec)\] )?(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500}\.(?:as|mxml))\((?<line>\d{1,7})\): {1,3}(?:col: (?<column>\d{1,7}) )?(?<severity>Error|Warning): (?<message>\S.*)$/,
    tool: 'mxmlc',
  },
  // CodeWarrior's linker: ERROR L1822: Symbol total in file appl.lib is undefined
  { expression: /^(?<severity>ERROR|WARNING|INFORMATION) (?<code>L\d{1,4}): (?<message>\S.*)$/, tool: 'codewarrior' },
];

/** Compilers of which few logs come: each form is the tool's alone. */
export const vendors: Matcher = {
  id: 'vendor-compilers',
  tool: 'xlc',
  cause: 'compile-error',
  hints: [
    '", line ',
    ': 1501-',
    'ld: 07',
    'error e',
    'warning w',
    'fatal f',
    'error! ',
    'warning! ',
    ': error ',
    ': warning ',
    '  Warning ',
    '  Error ',
    '  Info ',
    '  Note ',
    '  warning ',
    '  error ',
    '  info ',
    ': Err(',
    ': Warn(',
    ': Msg(',
    '.d(',
    '.di(',
    '.as(',
    '.mxml(',
    '.l:',
    '.ll:',
    '.lex:',
    'err\tV',
    'warn\tV',
    'note\tV',
    '.dts:',
    '.dtsi:',
    ': ["',
    '*** error ',
    '*** warning ',
    '*** fatal error ',
    'error: l',
    'warning: l',
    'error[',
    'warning[',
    'remark[',
    'error l',
    'warning l',
    'information l',
  ],
  createReader: () => readerOfForms(FORMS),
};
