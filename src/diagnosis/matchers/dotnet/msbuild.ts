import type { CauseCategory } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** What build servers, Ant and MSBuild's own nodes put before a line: a time, `[exec] `, `11>`. */
const PREFIX = /^(?:\d\d:\d\d:\d\d(?:\.\d+)? +)?(?:\[exec\] +)?(?: *\d{1,3}(?::\d{1,3})?>)?\s*/;

/** MSBuild's canonical form: `origin : [subcategory] category [code] : text [project]`. */
// a.cs(3,5): error CS0103: …; a.cs(3): …; a.cs(3,5,3,9): …; a.cs(3,5-9): …
const PLACED = {
  expression:
    /^(?<path>[^\s(][^()]{0,500}?(?:\([^()\d][^()]{0,100}\)[^()]{0,400}?)?) ?\((?<line>\d{1,7})(?:,(?<column>\d{1,7}))?(?:[-,](?:(?<endLine>\d{1,7}),)?(?<endColumn>\d{1,7}))?\) ?: +(?:[\w ]{1,40}? )?(?<severity>error|warning|information|info|hint)(?: (?<code>[A-Za-z]{0,12}\d{0,6}))? ?: (?<message>\S.*)$/i,
};
// app.csproj : error NU1101: …; CSC : error CS5001: …
const UNPLACED = {
  expression:
    /^(?<path>[^\s(][^()"]{0,500}?(?:\([^()\d][^()]{0,100}\)[^()"]{0,400}?)?) ?: (?:[\w ]{1,40}? )?(?<severity>error|warning) ?(?<code>:? ?[A-Z]{1,12}\d{1,6}) ?: (?<message>\S.*)$/,
};
const PROJECT =
  /(?: ?\[(?<project>[^[\]]{1,500}\.\w*(?:proj|sln|slnx|targets|props|package|wapproj)(?:::TargetFramework=[\w.-]+)?)\])$/;
const LEGACY_RULE = /^:? ?(?<code>[A-Z]{2,6}\d{1,6}) ?: (?<message>\S.*)$/;

/** Origins that are programs, not files. */
const PROGRAM = /^(?:EXEC|MSBUILD|CSC|VBC|FSC|cl|LINK|LIB|NMAKE|Build|Restore|Project|\w+Task|\w+\.exe)$/i;

/** Codes of tools that have a matcher of their own. */
const OTHERS = /^TS\d/;

/** Files of the build itself: what stands in one without a code is what a task says, in whatever words. */
const OF_BUILD = /\.(?:targets|props|\w{0,8}proj)$/i;

interface Meaning {
  readonly codes: RegExp;
  readonly tool: string;
  readonly cause: CauseCategory | undefined;
}

/** Who speaks, by the code, and what its errors mean. The first that fits decides. */
const MEANINGS: readonly Meaning[] = [
  { codes: /^NU(?:1101|1102|1103|1104|1000|1106|1201|1213|3\d{3})$/, tool: 'nuget', cause: 'dependency-unavailable' },
  { codes: /^NU(?:1107|1108|1109|1202|1605|1608|1403)$/, tool: 'nuget', cause: 'dependency-conflict' },
  { codes: /^NU1004$/, tool: 'nuget', cause: 'lockfile' },
  { codes: /^NU1301$/, tool: 'nuget', cause: 'network' },
  { codes: /^NU190\d$/, tool: 'nuget', cause: 'quality-gate' },
  { codes: /^NU\d/, tool: 'nuget', cause: 'dependency-unavailable' },
  { codes: /^(?:NETSDK1045|NETSDK1147|MSB3644|MSB4236)$/, tool: 'msbuild', cause: 'toolchain' },
  { codes: /^(?:MSB|NETSDK)\d/, tool: 'msbuild', cause: 'build-config' },
  { codes: /^(?:WHITESPACE|FINALNEWLINE|ENDOFLINE|CHARSET|IMPORTS|IDE0055)$/, tool: 'dotnet format', cause: 'formatting' },
  { codes: /^(?:CA|SA|SX|IDE|RCS|xUnit|NUnit|MSTEST|S|MA|VSTHRD|RS|ASP|EF|BL)\d/i, tool: 'analyzer', cause: 'lint' },
  { codes: /^(?:CS|BC|FS|AD)\d/, tool: 'msbuild', cause: 'compile-error' },
];

/** MSBuild and all that speaks its form: csc, vbc, fsc, NuGet, analysers, `dotnet format`. */
export const msbuild: Matcher = {
  id: 'msbuild',
  tool: 'msbuild',
  cause: 'compile-error',
  hints: [
    '): error',
    '): warning',
    '): fatal error',
    '): info',
    '): hint ',
    ') : error',
    ') : warning',
    ') : fatal error',
    '):  warning',
    '):  error',
    ' : error ',
    ' : warning ',
    ' : fatal error ',
    ' : command line ',
  ],
  createReader: (): LineReader => ({ read: readLine }),
};

function readLine(line: Line, report: Report): Answer {
  if (report.isClaimed(line.number)) return false;
  const text = line.text.replace(PREFIX, '');
  const project = PROJECT.exec(text);
  const bare = { ...line, text: project ? text.slice(0, project.index) : text };
  const finding = findingOf(PLACED, bare) ?? findingOf(UNPLACED, bare);
  if (!finding || OTHERS.test(finding.code ?? '')) return null;
  report.diagnostic(...meant(finding, project?.groups?.['project']?.replace(/::.*$/, '') ?? null));
  return 'told';
}

/** What has no file of its own belongs to the project. Older analysers put their code into the text. */
function meant(finding: Finding, project: string | null): [Finding, CauseCategory?] {
  const legacy = finding.code ? undefined : LEGACY_RULE.exec(finding.message)?.groups;
  const code = (legacy?.['code'] ?? finding.code ?? '').replace(/^[: ]+/, '') || null;
  const message = (legacy?.['message'] ?? finding.message).replace(/^Microsoft\.\w{1,40} ?: /, '');
  const path = PROGRAM.test(finding.path ?? '') ? project : (finding.path ?? null);
  const meaning = MEANINGS.find(({ codes }) => code !== null && codes.test(code));
  const about: Finding = { ...finding, path, code, message };
  if (meaning) return [{ ...about, tool: meaning.tool }, meaning.cause];
  return code === null && OF_BUILD.test(finding.path ?? '') ? [about, 'build-config'] : [about];
}
