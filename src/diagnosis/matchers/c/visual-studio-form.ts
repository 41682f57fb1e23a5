import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';
import { BUILD_PREFIX, C_FILE, C_OR_FORTRAN_EXTENSION, DRIVE, FORTRAN_FILE } from './forms.ts';

/** The number of the node of MSBuild that built it: `12>`. */
const NODE = String.raw`\s{0,16}(?:\d{1,4}(?::\d{1,3})?>\s{0,4})?`;

const PATH = `(?<path>${DRIVE}(?:${C_FILE}|${FORTRAN_FILE}))`;
const REST = String.raw`(?<severity>(?:fatal |catastrophic )?[Ee]rror|[Ww]arning|remark|[Ii]nfo)(?:(?: #?|: {1,2}#)(?<code>\d{1,5}(?:-D)?))? ?: (?<message>\S.*)$`;
const FORMS = [
  new RegExp(`^${BUILD_PREFIX}${NODE}${PATH}\\((?<line>\\d{1,7})(?:,(?<column>\\d{1,7}))?\\) ?: {1,2}${REST}`),
  // Intel's: rate.f90(12): (col. 5) remark: LOOP WAS VECTORIZED.
  new RegExp(`^${BUILD_PREFIX}${NODE}${PATH}\\((?<line>\\d{1,7})\\) ?: \\(col\\. (?<column>\\d{1,7})\\) ${REST}`),
].map((expression) => ({ expression }));
/** What each form holds; the most lines that are written so are of other languages. */
const PLACED = new RegExp(`${C_OR_FORTRAN_EXTENSION}\\(\\d`);
/** MSBuild names the project of a finding after it; the flag of clang comes before. */
const TAIL = /(?: \[(?<flag>-W[\w=+-]+)\])?(?: \[[^[\]]{1,500}proj\])?$/;

/**
 * `path(line,column): error: message` without a code of Microsoft's: clang-cl, Intel's compilers, nvcc, Arm's within
 * Keil (`till.c(12): warning:  #177-D: …`), and what has a template for Visual Studio. Notes are left out: they are parts of the finding above them.
 */
export const visualStudioForm: Matcher = {
  id: 'visual-studio-form',
  tool: 'compiler',
  cause: 'compile-error',
  hints: [
    '): error',
    '): warning',
    '): remark',
    '): fatal error',
    '): catastrophic error',
    ') : error',
    ') : warning',
    '):  error',
    '):  warning',
    '): (col. ',
    '): info',
  ],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  if (!PLACED.test(line.text)) return null;
  if (report.isClaimed(line.number)) return false;
  const finding = firstFindingOf(FORMS, line);
  if (!finding) return null;
  const flag = TAIL.exec(finding.message)?.groups?.['flag'] ?? null;
  report.diagnostic({ ...finding, code: finding.code ?? flag, message: finding.message.replace(TAIL, '') });
  return 'told';
}
