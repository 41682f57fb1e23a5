import type { Matcher } from '../matcher.ts';

/** Doxygen prints GCC's form without a column; its messages set it apart. */
const MESSAGE = [
  String.raw`[^:]* (?:is|are) not documented\b`,
  "argument '[^']*' of command ",
  'The following parameters? of ',
  'explicit link request to ',
  '(?:Found unknown|Illegal) command',
  '[Uu]nexpected (?:new line|subcommand|character|html tag|HTML tag)',
  'unable to resolve (?:reference|link) to ',
  'no (?:uniquely )?matching (?:class|file) member found',
  'documented (?:symbol|function|empty return type) ',
  "the name [`']",
  'end of (?:file with|comment block|list) ',
  'End of list marker ',
  'missing (?:title|argument) after ',
  'multiple use of section label ',
  'found (?:documented return type|<)',
  'reached end of (?:file while inside|comment)',
  'return type of member ',
  '(?:Internal inconsistency|Duplicate anchor|citation|image file|include file|included file) ',
  'Problems? running ',
  'Unsupported (?:xml|html)',
].join('|');

/** Doxygen. */
export const doxygen: Matcher = {
  id: 'doxygen',
  tool: 'doxygen',
  cause: 'lint',
  hints: [
    ': warning: ',
    ': error: ',
    'unsupported tag ',
    'warning: tag ',
    'is not a readable file or directory',
    'warning: doxygen ',
  ],
  patterns: [
    {
      expression: new RegExp(
        `^(?<path>(?:[A-Za-z]:(?=[\\\\/]))?(?:[^\\s:][^:]{0,500}|<[\\w-]+>)):(?<line>\\d{1,7}): (?<severity>[Ww]arning|[Ee]rror): (?<message>(?:${MESSAGE}).*?)(?: \\(warning treated as error, aborting now\\))?$`,
      ),
    },
    {
      expression:
        /^(?<severity>warning|error): (?<message>(?:ignoring unsupported tag|[Tt]ag) .* at line (?<line>\d{1,7}), file (?<path>\S+))$/,
    },
    {
      expression:
        /^(?<severity>[Ww]arning|[Ee]rror): (?<message>tag \w+: \S.*|source \S+ is not a readable file or directory.*|doxygen no longer .*)$/,
    },
  ],
};
