import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { type Form, findingOfForms } from './form.ts';

const FORMS: readonly Form[] = [
  // NAG: Error: shop.f90, line 4: Implicit type for TOTAL
  {
    expression:
      /^(?<severity>(?:Fatal )?Error|Warning|Extension|Obsolescent|Questionable|Deleted feature used|Info|Note|Panic): (?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:,][^:,]{0,500}\.[fF]\w{0,4}), line (?<line>\d{1,7}): (?<message>\S.*)$/,
    tool: 'nagfor',
  },
  // PGI and NVIDIA: PGF90-S-0034-Syntax error at or near * (shop.f90: 3)
  {
    expression:
      /^(?:PG\w{1,8}|NV[A-Z+]{1,10}|F90|F77|FTN)-(?<severity>[IWSF])-(?<code>\d{4})-(?<message>\S.*) \((?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()][^:()]{0,500})(?:: (?<line>\d{1,7}))?\)$/,
    tool: 'nvfortran',
  },
];
/** Cray: the place, then the message on the next line, indented by two. */
const CRAY: readonly Form[] = [
  {
    expression:
      /^(?<code>(?:ftn|CC)-\d{1,6}) \S{1,20}: (?<severity>ERROR|WARNING|CAUTION|LIMIT|NOTE|ANSI|INFO|INTERNAL)(?: [^\s,]{1,200})?, File = (?<path>[^,]{1,500}), Line = (?<line>\d{1,7})(?:, Column = (?<column>\d{1,7}))?(?<message>)\s*$/,
    tool: 'cray',
  },
];
const BELOW = /^ {2}(?<message>\S.*)$/;

/** Compilers of Fortran apart from GNU's and Intel's, and the C compilers of the same makers. */
export const fortran: Matcher = {
  id: 'fortran',
  tool: 'nvfortran',
  cause: 'compile-error',
  hints: [', line ', '-s-0', '-w-0', '-f-0', '-i-0', ', file = '],
  createReader: () => new FortranReader(),
};

class FortranReader implements LineReader {
  #open: ReturnType<typeof findingOfForms> = null;

  read(line: Line, report: Report): Answer {
    if (this.#open) {
      const { finding } = this.#open;
      this.#open = null;
      const message = BELOW.exec(line.text)?.groups?.['message'];
      if (message !== undefined) report.diagnostic({ ...finding, message });
    }
    const found = findingOfForms(FORMS, line);
    if (found) report.diagnostic(found.finding);
    this.#open = found ? null : findingOfForms(CRAY, line);
    if (!this.#open) return found ? 'told' : null;
    report.claim(line.number);
    this.#open.finding.path = detached(this.#open.finding.path ?? '');
    return true;
  }
}
