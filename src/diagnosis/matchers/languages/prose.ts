import { SOURCE_FILE } from '../c/forms.ts';
import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { type Form, findingOfForms } from './form.ts';

const PATH = String.raw`(?<path>(?:[A-Za-z]:(?=[\\/]))?${SOURCE_FILE})`;
const QUOTED = String.raw`["'](?<path>[^"']{1,500}\.\w{1,12})["']`;
const SEVERITY = '(?<severity>(?:[Ff]atal |FATAL )?(?:[Ee]rror|ERROR)|[Ww]arning|WARNING|WARN|[Ii]nfo|INFO)';
const PLACE = String.raw`[Ll]ine:? (?<line>\d{1,7})(?:,? (?:[Cc]ol(?:umn|\.)?:? |char(?:acter)? )(?<column>\d{1,7}))?`;
const TOOL = String.raw`(?:[\w.+-]{1,40}: )?`;

/** Forms that say `line 12` in words. */
const FORMS: readonly Form[] = [
  // asciidoctor: WARNING: guide.adoc: line 7: section title out of sequence
  {
    expression: new RegExp(
      `^${TOOL}\\[?${SEVERITY}\\]?:? (?:in )?(?:file )?${PATH}(?:,|:| at| on| in)? ${PLACE}(?: ?[:-] ?|: )(?<message>\\S.*)$`,
    ),
  },
  {
    expression: new RegExp(
      `^${TOOL}\\[?${SEVERITY}\\]?:? (?:in |at )?(?:file )?${QUOTED}(?:,|:| at| on| in)? ${PLACE}(?: ?[:-] ?|: )(?<message>\\S.*)$`,
    ),
  },
  // shop.cbl, line 12: Error: …
  { expression: new RegExp(`^${TOOL}${PATH},? ${PLACE}: ${SEVERITY}: ?(?<message>\\S.*)$`) },
];

/** `path, line N: severity: message` and `severity: path: line N: message`, which tools of many languages print. */
export const prose: Matcher = {
  id: 'generic-lines',
  tool: 'compiler',
  cause: null,
  hints: [', line ', ': line ', '" line ', ' at line ', ' on line '],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  if (report.isClaimed(line.number)) return false;
  const found = findingOfForms(FORMS, line);
  if (!found) return null;
  report.diagnostic(found.finding);
  return 'told';
}
