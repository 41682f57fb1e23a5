/**
 * What ruff's formatter lays out otherwise than black, told by how its result looks. From ruff's own list,
 * https://docs.astral.sh/ruff/formatter/black/, less what black accepts once it is written. Rather one too many.
 */
const IN_RESULT: readonly { what: string; expression: RegExp }[] = [
  { what: 'format pragmas', expression: /#\s{0,4}(?:fmt|yapf):/ },
  { what: 'conditional expressions over several lines', expression: /^[ \t]+else [^\n]/m },
  { what: 'annotations over several lines', expression: /^[ \t]+\| /m },
  { what: 'strings of several lines as arguments', expression: /\([bBfFrRuU]{0,2}(?:"""|''')(?:(?!"""|''')[^\n])*$/m },
  { what: 'operators behind strings of several lines', expression: /^(?:(?!"""|''')[^\n])*(?:"""|''')(?: %|\.)/m },
  { what: 'raw strings that follow each other', expression: /^[ \t]+[bB]?[rR][bB]?["'][^\n]*["']\n[ \t]+\w{0,2}["']/m },
  { what: 'assertions with a message over several lines', expression: /^[ \t]*assert\b[^\n]*, \($/m },
  { what: 'global names over several lines', expression: /^[ \t]*(?:global|nonlocal) [^\n]*\\$/m },
  { what: 'comments below imports', expression: /^[ \t]*(?:import|from) [^\n]*[^(\n]\n[ \t]*#/m },
  { what: 'chains of calls over several lines', expression: /^[ \t]*[)\]}][).\]}]*\.\w/m },
  {
    what: 'operators behind brackets of several lines',
    expression: /^[ \t]*[)\]}] (?:[-+*/|&^%@<>=!]=?|and\b|or\b|in\b|not\b|is\b)[^\n]*[([{]$/m,
  },
  { what: 'with statements over several lines', expression: /^[ \t]*(?:async )?with\b[^\n]*[([{\\]$/m },
  { what: 'tuples over several lines', expression: /^[ \t]*(?:del|in|yield) \($/m },
  { what: 'lambdas over several lines', expression: /\blambda\b[^\n:]*:[^\n]*[([{]$/m },
  { what: 'walruses in subscripts', expression: /\[[^\]\n]{0,200}:=/ },
  { what: 'awaited brackets', expression: /\bawait \(/ },
];
/** Black lays this out so since 2024: `def f(): ...` on one line, and the right-hand side broken, not what is assigned to. */
const SINCE_2024 = /^[ \t]*(?:(?:async )?def|class|\))[^\n]*: \.\.\.|^[^=\n]*(?:\]|,[^=\n]*|=[^=\n]*) = \($/m;
/** Stubs were always so, but for the blank lines around classes within classes. */
const SINCE_2024_IN_STUBS = /^[ \t]+class |^[^=\n]*(?:\]|,[^=\n]*|=[^=\n]*) = \($/m;
const STRING = /([bfruBFRU]{0,2})("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')|#[^\n]*/g;

/**
 * Says in what black would not agree with a result; `null` when nothing speaks against it.
 * @param year of the style; `null` where it may be one that we don't have
 */
export function deviation(
  before: string,
  after: string,
  layouts: Readonly<Record<string, { lineLength: number }>>,
  { year, path }: { year: number | null; path: string },
): string | null {
  const code = withoutStrings(after);
  const found = IN_RESULT.find(({ expression }) => expression.test(expression.source.includes('"') ? after : code));
  if (found) return found.what;
  const isStub = path.endsWith('.pyi');
  if (year === null && (isStub ? SINCE_2024_IN_STUBS : SINCE_2024).test(code)) return 'what 2024 has changed';
  if (year === null && endsBranchWithFunction(code)) return 'blank lines behind nested functions, by the year';
  const length = Math.min(...Object.values(layouts).map((layout) => layout.lineLength));
  const lines = after.split('\n');
  // ruff leaves pragmas out of the width, and black pulls code apart for a comment.
  if (lines.some((line) => line.length > length && line.includes('  #'))) return 'the width of lines with comments';
  if (lines.some((line) => line.length >= length && /(?:"""|''')$/.test(line))) return 'the end of long docstrings';
  if (lines.some((line) => line.length > length / 2 && WIDE.test(line))) return 'the width of wide characters';
  if (hasCommentInBrackets(code)) return 'comments in brackets';
  if (stringsOf(before) !== stringsOf(after)) return 'joined strings and expressions in f-strings';
  return null;
}

/** East Asian wide characters and those beyond the basic plane. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{10000}-\u{10ffff}]/u;

/** String literals without their quotes and prefixes, which are layout; so is the indentation of docstrings. */
function stringsOf(text: string): string {
  const strings = [...text.matchAll(STRING)].flatMap(([, , literal]) => (literal === undefined ? [] : [literal]));
  return strings.map((literal) => literal.replaceAll(/^(?:"""|''')/.test(literal) ? /["'\\\s]/g : /["'\\]/g, '')).join('\n');
}

/** The contents of strings blanked, line breaks and quotes kept. */
function withoutStrings(text: string): string {
  return text.replaceAll(STRING, (whole, _prefix, literal: string | undefined) =>
    literal === undefined ? whole : `"${literal.replaceAll(/[^\n]/g, '')}"`,
  );
}

/** A comment inside brackets that doesn't follow a comma or the bracket: black may pull such lines together. */
function hasCommentInBrackets(code: string): boolean {
  let depth = 0;
  let above = '';
  let commentBelowOpening = false;
  for (const line of code.split('\n')) {
    const at = line.indexOf('#');
    const text = (at < 0 ? line : line.slice(0, at)).trimEnd();
    for (const letter of text) depth += '([{'.includes(letter) ? 1 : ')]}'.includes(letter) ? -1 : 0;
    if (at >= 0 && depth > 0 && text.trim() !== '' && !/[,([{]$/.test(text)) return true;
    // A single element with its comment.
    if (commentBelowOpening && /^\s*[)\]}]/.test(line)) return true;
    commentBelowOpening = at >= 0 && text.trim() !== '' && /[([{]$/.test(above);
    above = text;
  }
  return false;
}

/** A nested function, and right below it the next branch of the statement that it is in. */
function endsBranchWithFunction(code: string): boolean {
  let functionIndent: number | null = null;
  let isBlankAbove = false;
  for (const line of code.split('\n')) {
    const text = line.trimStart();
    const indent = line.length - text.length;
    if (text !== '' && functionIndent !== null && indent <= functionIndent) {
      if (indent < functionIndent && !isBlankAbove && /^(?:el(?:se|if)|except|finally)\b/.test(text)) return true;
      functionIndent = null;
    }
    if (/^(?:(?:async )?def|class) /.test(text)) functionIndent = indent;
    isBlankAbove = text === '';
  }
  return false;
}
