/**
 * Rules whose safe fixes Regreen makes: they change what is superfluous, spelled the old way or out of order, not what the
 * program does. ruff itself must say at each place that its fix is safe (`[*]`): https://docs.astral.sh/ruff/linter/#fix-safety
 */
const RULES: readonly RegExp[] = [
  // Imports: unused, unsorted, missing ones that the configuration requires.
  /^(?:F401|I00[12])$/,
  // Layout: semicolons, white space, line ends, quotes, commas, joined strings.
  /^(?:E703|W29[123]|Q00[0-4]|COM81[29]|ISC001)$/,
  // The same in other words: `not in`, f-strings without placeholders, escapes, comparisons with literals.
  /^(?:E71[34]|F541|F632|W605)$/,
  // Superfluous: `pass`, parentheses of exceptions and decorators. Not RUF100: which `noqa` is unused depends on all rules.
  /^(?:PIE790|RSE102|PT001|PT023)$/,
  // Newer spellings of the same.
  /^UP\d{3}$/,
  // Docstrings' blank lines, quotes and indentation.
  /^D2\d\d$/,
];

export function isOurs(code: string | null): boolean {
  return code !== null && RULES.some((rule) => rule.test(code));
}

/** Whether a project has told ruff not to fix a rule. `lint` is its table, of either place. */
export function isLeftUnfixed(code: string, ...lint: readonly Readonly<Record<string, unknown>>[]): boolean {
  return lint.some((table) => {
    const { fixable } = table;
    const isChosen = fixable === undefined || covers(fixable, code) || covers(fixable, 'ALL', true);
    return !isChosen || covers(table['unfixable'], code) || covers(table['extend-unsafe-fixes'], code);
  });
}

/** Rules are named by prefixes. */
function covers(rules: unknown, code: string, isExact = false): boolean {
  if (!Array.isArray(rules)) return false;
  return rules.some((rule) => typeof rule === 'string' && rule !== '' && (isExact ? rule === code : code.startsWith(rule)));
}
