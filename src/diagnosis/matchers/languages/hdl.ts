import type { Matcher } from '../matcher.ts';
import { type Form, readerOfForms } from './form.ts';

const PATH = String.raw`(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()"'\[\],][^:()"'\[\],]{0,500})`;
const LINE = String.raw`(?<line>\d{1,7})`;

const VERIFIC_GROUP = '(?:V[A-Z]{2,8}|BPS)';

/** Simulators, linters and synthesisers of hardware descriptions, each with a form of its own. */
const FORMS: readonly Form[] = [
  {
    expression: new RegExp(
      `^%(?<severity>Error|Warning)(?:-(?<code>[A-Z0-9_]{2,40}))?: ${PATH}:${LINE}:(?:(?<column>\\d{1,7}):)? (?<message>\\S.*)$`,
    ),
    tool: 'verilator',
  },
  {
    expression: new RegExp(
      `^${PATH}(?<=\\.vhdl?):${LINE}:(?<column>\\d{1,7}):(?: ?(?<severity>error|warning):)? ?(?<message>\\S.*)$`,
    ),
    tool: 'ghdl',
  },
  { expression: new RegExp(`^${PATH}(?<=\\.s?vh?):${LINE}: (?<message>syntax error)$`), tool: 'iverilog' },
  // ModelSim and Questa: the code before the place, or after it; in a transcript behind `# `
  {
    expression: new RegExp(
      `^(?:# )?\\*\\* (?<severity>Error|Warning|Fatal)(?: \\(suppressible\\))?: \\((?<code>v[a-z]{2,10}-\\d{1,6})\\) ${PATH}\\(${LINE}(?:\\.(?<column>\\d{1,5}))?\\): (?<message>\\S.*)$`,
    ),
    tool: 'modelsim',
  },
  {
    expression: new RegExp(
      `^(?:# )?\\*\\* (?<severity>Error|Warning|Fatal)(?: \\(suppressible\\))?: ${PATH}\\(${LINE}(?:\\.(?<column>\\d{1,5}))?\\): (?:\\((?<code>v[a-z]{2,10}-\\d{1,6})\\) )?(?<message>\\S.*)$`,
    ),
    tool: 'modelsim',
  },
  {
    expression:
      /^(?:# )?\*\* (?<severity>Error|Fatal)(?: \(suppressible\))?: \((?<code>v[a-z]{2,10}-\d{1,6})\) (?<message>\S.*)$/,
    tool: 'modelsim',
  },
  {
    expression: new RegExp(
      `^(?<severity>ERROR|WARNING|CRITICAL WARNING): \\[(?<code>[A-Z][\\w ]{1,40} \\d{1,3}-\\d{1,6})\\] (?<message>\\S.*) \\[${PATH}:${LINE}\\]$`,
    ),
    tool: 'vivado',
  },
  {
    expression: /^(?<severity>ERROR|CRITICAL WARNING): \[(?<code>[A-Z][\w ]{1,40} \d{1,3}-\d{1,6})\] (?<message>\S.*)$/,
    tool: 'vivado',
  },
  {
    expression: new RegExp(
      `^\\s{0,8}(?<severity>Error|Warning|Critical Warning) \\((?<code>\\d{4,6})\\): (?<message>\\S.*?) File: (?<path>\\S.{0,500}) Line: ${LINE}$`,
    ),
    tool: 'quartus',
  },
  {
    expression: new RegExp(
      `^\\s{0,8}(?<severity>Error|Warning|Critical Warning) \\((?<code>\\d{4,6})\\): (?<message>[^()]{0,300} at (?<path>[^\\s()]{1,300})\\(${LINE}\\).*)$`,
    ),
    tool: 'quartus',
  },
  // Cadence's Incisive and Xcelium
  {
    expression:
      /^[a-z]\w{1,20}: \*(?<severity>[EWF]),(?<code>[A-Z]\w{1,20}) \((?<path>[^,()|]{1,500}),(?<line>\d{1,7})(?:\|(?<column>\d{1,5}))?\): (?<message>\S.*)$/,
    tool: 'xcelium',
  },
  {
    expression:
      /^[a-z]\w{1,20}: \*(?<severity>[EWF]),(?<code>[A-Z]\w{1,20}): (?<message>\S.*) \[File:(?<path>[^,[\]]{1,500}), Line:(?<line>\d{1,7})\]\.?$/,
    tool: 'xcelium',
  },
  { expression: /^[a-z]\w{1,20}: \*(?<severity>[EWF]),(?<code>[A-Z]\w{1,20}): (?<message>\S.*)$/, tool: 'xcelium' },
  // what is built on Verific's parser, and Blue Pearl's own messages in that form
  {
    expression: new RegExp(`^(?<severity>[EWF])-(?<code>${VERIFIC_GROUP}-\\d{1,6}): ${PATH}\\(${LINE}\\): (?<message>\\S.*)$`),
    tool: 'verific',
  },
  { expression: new RegExp(`^(?<severity>[EWF])-(?<code>${VERIFIC_GROUP}-\\d{1,6}): (?<message>\\S.*)$`), tool: 'verific' },
];

/** Verilog and VHDL: Verilator, GHDL, Icarus, ModelSim, Vivado, Quartus, Xcelium, and tools on Verific's parser. */
export const hdl: Matcher = {
  id: 'hdl',
  tool: 'verilator',
  cause: 'compile-error',
  hints: [
    '%error',
    '%warning',
    '.vhd:',
    '.vhdl:',
    '.v:',
    '.sv:',
    '** error',
    '** warning: ',
    '** fatal',
    'error: [',
    'warning: [',
    'error (1',
    'warning (1',
    ': *e,',
    ': *w,',
    ': *f,',
    '-veri-',
    '-vhdl-',
    '-bps-',
  ],
  createReader: () => readerOfForms(FORMS),
};
