import { describe, expect, it } from 'vitest';
import { printedDiff } from '../../../src/fixers/printed-diff/fixer.ts';
import type { Files } from '../../../src/fixers/types.ts';
import { failedStepLog, fixWith, sourceOf } from './fixtures.ts';

// In the words of DiffMessageFormatter, https://github.com/diffplug/spotless/tree/main/lib-extra: four blanks before a path, eight before its hunks,
// dots for blanks, `\t` for a tabulator, and fifty lines at most.
const MAVEN = (lines: readonly string[]) => [
  '[INFO] --- spotless:2.43.0:check (default) @ ferry ---',
  '[ERROR] Failed to execute goal com.diffplug.spotless:spotless-maven-plugin:2.43.0:check (default) on project ferry: The following files had format violations:',
  ...lines.map((line) => `[ERROR] ${line}`),
  "[ERROR] Run 'mvn spotless:apply' to fix these violations.",
  '[ERROR] -> [Help 1]',
];

const DECK = 'class Deck {\n\tint rows;\n\n  String name = "a·b";\n  void load() {\n  }\n}\n';
const SHOWN = [
  '    src/main/java/Deck.java',
  '        @@ -1,7 +1,6 @@',
  '         class·Deck·{',
  '        -\\tint·rows;',
  '        +··int·rows;',
  '         ',
  '         ··String·name·=·"a·b";',
  '        -··void·load()·{',
  '        -··}',
  '        +··void·load()·{}',
  '         }',
];

function mended(output: readonly string[], files: Files): Promise<Files | string> {
  return fixWith(printedDiff, sourceOf(failedStepLog('mvn -B verify', output.join('\n'))), files);
}

describe('what Spotless prints', () => {
  it('is done to the files of a module that Maven names from its own folder', async () => {
    const before = DECK.replace('a·b', 'a b');
    expect(await mended(MAVEN(SHOWN), { 'ferry/src/main/java/Deck.java': before })).toEqual({
      'ferry/src/main/java/Deck.java': 'class Deck {\n  int rows;\n\n  String name = "a b";\n  void load() {}\n}\n',
    });
  });

  it('is done to several files', async () => {
    const more = [
      ...SHOWN,
      '    src/main/java/Hull.java',
      '        @@ -1 +1 @@',
      '        -class·Hull{}',
      '        +class·Hull·{}',
    ];
    const result = await mended(MAVEN(more), {
      'src/main/java/Deck.java': DECK.replace('a·b', 'a b'),
      'src/main/java/Hull.java': 'class Hull{}\n',
    });
    expect(result).toMatchObject({ 'src/main/java/Hull.java': 'class Hull {}\n' });
  });

  it.each<[string, string[], string]>([
    ['it did not show all', [...SHOWN, "    ... (3 more lines that didn't fit)"], DECK.replace('a·b', 'a b')],
    [
      'it only names further files',
      [...SHOWN, 'Violations also present in:', '    src/main/java/Hull.java'],
      DECK.replace('a·b', 'a b'),
    ],
    ['a dot is the text’s own', SHOWN, DECK],
    [
      'two signs may be a tabulator or a text’s own',
      SHOWN.map((line) => line.replace('a·b', 'a\\tb')),
      DECK.replace('a·b', 'a\\tb'),
    ],
    [
      'line ends are what it is about',
      ['    src/main/java/Deck.java', '        @@ -1 +1 @@', '        -class·Deck·{\\r\\n', '        +class·Deck·{\\n'],
      DECK,
    ],
  ])('is left alone where %s', async (_, lines, before) => {
    expect(
      await mended(MAVEN(lines), { 'src/main/java/Deck.java': before, 'src/main/java/Hull.java': 'class Hull{}\n' }),
    ).toBeTypeOf('string');
  });
});
