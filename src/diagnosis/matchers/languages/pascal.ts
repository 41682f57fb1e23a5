import type { Matcher } from '../matcher.ts';
import { type Form, readerOfForms } from './form.ts';

const PATH = String.raw`(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()[\]][^:()[\]]{0,500}\.(?:pas|pp|p|inc|lpr|dpr|dpk|cpp|c|h|hpp))`;
const NIM_PATH = String.raw`(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()[\]][^:()[\]]{0,500}\.(?:nim|nims|nimble))`;

const FORMS: readonly Form[] = [
  // Nim: shop.nim(3, 10) Error: undeclared identifier: 'missing' [UndeclaredIdentifier]
  {
    expression: new RegExp(
      `^${NIM_PATH}\\((?<line>\\d{1,7}), (?<column>\\d{1,7})\\) (?<severity>Error|Warning|Hint): (?<message>\\S.*?)(?: \\[(?<code>[A-Z]\\w{1,40})\\])?$`,
    ),
    tool: 'nim',
  },
  // Free Pascal, Delphi: shop.pas(4,12) Error: Identifier not found "missing"
  {
    expression: new RegExp(
      `^${PATH}\\((?<line>\\d{1,7})(?:, ?(?<column>\\d{1,7}))?\\) (?<severity>Fatal|Error|Warning|Note|Hint): (?:\\(?(?<code>\\d{4,5}(?=\\))|[A-Z]\\d{4}(?= ))\\)? )?(?<message>\\S.*)$`,
    ),
  },
  // Delphi and C++Builder within MSBuild: [dcc32 Error] Cart.pas(57): E2003 Undeclared identifier: 'Total'
  {
    expression: new RegExp(
      `^\\s{0,8}\\[(?:dcc\\w{0,12}|DCC|bcc\\w{0,12}|ilink\\w{0,6}) (?<severity>(?:Fatal )?Error|Warning|Hint)\\] ${PATH}\\((?<line>\\d{1,7})\\): (?:(?<code>[A-Z]\\d{3,5}) )?(?<message>\\S.*)$`,
    ),
    tool: 'delphi',
  },
];

/** Pascal's compilers (Free Pascal, Delphi), and Nim's, which writes as Free Pascal does. */
export const pascal: Matcher = {
  id: 'pascal',
  tool: 'fpc',
  cause: 'compile-error',
  hints: [') error: ', ') fatal: ', ') warning: ', ') note: ', ') hint: ', ' error] ', ' warning] ', ' hint] '],
  createReader: () => readerOfForms(FORMS),
};
