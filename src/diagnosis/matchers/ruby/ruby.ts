import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';
import { FOREIGN } from './frames.ts';

const FILE = String.raw`(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,400}\.(?:rb|rake|ru|gemspec|erb|jbuilder)|[\w./-]{0,300}(?:Gemfile|Rakefile|Guardfile|Capfile)|-e)`;
/** `ruby: ` stands before some messages of `ruby -c`, the file that is loading before others. */
const BEFORE = String.raw`(?:ruby[\d.]{0,6}: |[^\s:]{1,400}:\d{1,7}:in [^:]{1,200}: )?`;

const FORMS = [
  {
    expression: new RegExp(
      `^${BEFORE}${FILE}:(?<line>\\d{1,7}): (?<severity>warning): (?<message>(?!previous definition of )\\S.*)$`,
    ),
  },
  {
    expression: new RegExp(
      `^${BEFORE}${FILE}:(?<line>\\d{1,7}): (?:${FILE.replace('?<path>', '?:')}:\\d{1,7}: )?(?<message>syntax errors?[, ].*|class\\/module name must be CONSTANT|.* \\(SyntaxError\\))$`,
    ),
  },
];

/** Ruby's parser: what `ruby -c` refuses, and what `-w` warns of. Gems are not the project's. */
export const ruby: Matcher = {
  id: 'ruby',
  tool: 'ruby',
  cause: 'compile-error',
  hints: [': warning: ', ': syntax error', ' must be CONSTANT', '(SyntaxError)'],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  const finding = firstFindingOf(FORMS, line);
  if (!finding || FOREIGN.test(finding.path ?? '')) return null;
  report.diagnostic({ ...finding, path: finding.path === '-e' ? null : (finding.path ?? null) });
  return 'told';
}
