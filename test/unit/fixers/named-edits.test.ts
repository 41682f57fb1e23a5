import { describe, expect, it } from 'vitest';
import { namedEdits } from '../../../src/fixers/named-edits/fixer.ts';
import { EditedText, withEdits } from '../../../src/fixers/named-edits/text-edit.ts';
import type { Files } from '../../../src/fixers/types.ts';
import { failedStepLog, fixWith, sourceOf } from './fixtures.ts';

/** What becomes of the files when a linter has said this, or why nothing does. */
function mended(command: string, output: readonly string[], files: Files): Promise<Files | string> {
  return fixWith(namedEdits, sourceOf(failedStepLog(command, output.join('\n'))), files);
}

describe('white space that a linter names', () => {
  it.each<[string, string, string[], Files, Files]>([
    [
      'flake8',
      'flake8 pump',
      [
        'pump/valve.py:1:13: W291 trailing whitespace',
        'pump/valve.py:2:1: W293 blank line contains whitespace',
        'pump/gauge.py:1:9: W292 no newline at end of file',
      ],
      { 'pump/valve.py': 'import math  \n    \nx = math.pi  # kept \n', 'pump/gauge.py': 'bar = 10' },
      { 'pump/valve.py': 'import math\n\nx = math.pi  # kept \n', 'pump/gauge.py': 'bar = 10\n' },
    ],
    [
      'flake8, empty lines at the end',
      'flake8',
      ['a.py:3:1: W391 blank line at end of file'],
      { 'a.py': 'x = 1\n\n\n' },
      { 'a.py': 'x = 1\n' },
    ],
    [
      'git diff --check, blanks among the empty lines at the end',
      'git diff --check main...',
      ['a.txt:1: trailing whitespace.', '+one\t', 'a.txt:3: trailing whitespace.', '+  ', 'a.txt:2: new blank line at EOF.'],
      { 'a.txt': 'one\t\n\n  \n' },
      { 'a.txt': 'one\n' },
    ],
    [
      'editorconfig-checker, Windows line ends',
      'ec',
      ['web/a.css:', '\t2: Trailing whitespace', '\tWrong line endings or no final newline', '', '2 errors found'],
      { 'web/a.css': 'a {}\r\nb {} \t\r\nc {}' },
      { 'web/a.css': 'a {}\r\nb {}\r\nc {}\r\n' },
    ],
    [
      'yamllint',
      'yamllint .',
      [
        './deploy/values.yaml',
        '  2:9       error    trailing spaces  (trailing-spaces)',
        '  3:6       error    no new line character at the end of file  (new-line-at-end-of-file)',
      ],
      { 'deploy/values.yaml': 'a: 1\nbb: two \nc: 3' },
      { 'deploy/values.yaml': 'a: 1\nbb: two\nc: 3\n' },
    ],
  ])('%s', async (_, command, output, files, wanted) => {
    expect(await mended(command, output, files)).toEqual(wanted);
  });

  it.each<[string, string[], Files]>([
    [
      'another finding stays',
      ['a.py:1:6: W291 trailing whitespace', "a.py:2:5: F841 local variable 'y' is assigned to but never used"],
      { 'a.py': 'x = 1 \n' },
    ],
    ['the line is another one by now', ['a.py:1:6: W291 trailing whitespace'], { 'a.py': 'x = 1\ny = 2 \n' }],
    ['the file is not there', ['a.py:1:6: W291 trailing whitespace'], { 'b.py': 'x = 1 \n' }],
    ['it ends as it should', ['a.py:1:6: W292 no newline at end of file'], { 'a.py': 'x = 1\n' }],
  ])('is left alone where %s', async (_, output, files) => {
    expect(await mended('flake8', output, files)).toBeTypeOf('string');
  });
});

describe('misspelt words', () => {
  it('are corrected in prose and comments, each time that they stand in the line', async () => {
    const output = ['./README.md:2: seperate ==> separate', './src/a.c:1: lenght ==> length', './src/a.c:1: wich ==> which'];
    const files = { 'README.md': '# Pump\nA seperate, not-seperate pump\n', 'src/a.c': 'int n; // the lenght, wich counts\n' };
    expect(await mended('codespell', output, files)).toEqual({
      'README.md': '# Pump\nA separate, not-separate pump\n',
      'src/a.c': 'int n; // the length, which counts\n',
    });
  });

  it('are corrected where typos names them', async () => {
    const output = [
      'error: `recieve` should be `receive`',
      '  --> ./docs/post.md:1:5',
      '  |',
      '1 | you recieve it',
      '  |     ^^^^^^^',
      '  |',
    ];
    expect(await mended('typos', output, { 'docs/post.md': 'you recieve it\n' })).toEqual({ 'docs/post.md': 'you receive it\n' });
  });

  it.each<[string, string, Files]>([
    ['two words may be meant', 'a.md:1: fo ==> of, for, to, do, go', { 'a.md': 'fo\n' }],
    ['there is a remark', 'a.md:1: clas ==> class, disabled because of name clash in c++', { 'a.md': 'clas\n' }],
    ['it is a name of the program', 'a.py:1: lenght ==> length', { 'a.py': 'lenght = 1  # the lenght\n' }],
    ['it is a text of the program', 'a.py:1: recieve ==> receive', { 'a.py': 'print("recieve")\n' }],
    [
      'it stands in code marks or an address',
      'a.md:1: recieve ==> receive',
      { 'a.md': 'call `recieve()` or see https://x.example/recieve\n' },
    ],
    ['it is a part of another word only', 'a.md:1: adress ==> address', { 'a.md': 'adressing\n' }],
  ])('are left alone where %s', async (_, output, files) => {
    expect(await mended('codespell', [output], files)).toBeTypeOf('string');
  });
});

describe('what ESLint’s prettier rule prints', () => {
  const eslint = (...rows: string[]) => [
    '/home/runner/work/shop/shop/src/bus.js',
    ...rows,
    '',
    `✖ ${rows.length} problems (${rows.length} errors, 0 warnings)`,
  ];

  it('is done to the letter, over several lines too', async () => {
    const files = { 'src/bus.js': 'const a = "red";\n  const b = { a: 1, b: 2 };\n\n\nexport {}\n' };
    const output = eslint(
      '  1:11  error  Replace `"red"` with `\'red\'`  prettier/prettier',
      '  2:1  error  Delete `··`  prettier/prettier',
      '  2:14  error  Replace `·a:·1,·b:·2·` with `⏎··a:·1,⏎··b:·2,⏎`  prettier/prettier',
      '  3:1  error  Delete `⏎`  prettier/prettier',
      '  5:10  error  Insert `;`  prettier/prettier',
    );
    expect(await mended('eslint .', output, files)).toEqual({
      'src/bus.js': "const a = 'red';\nconst b = {\n  a: 1,\n  b: 2,\n};\n\nexport {};\n",
    });
  });

  it('takes the sign for a blank as itself where the file has it', async () => {
    const output = eslint('  1:1  error  Replace `"·"` with `\'·\'`  prettier/prettier');
    expect(await mended('eslint .', output, { 'src/bus.js': '"·"\n' })).toEqual({ 'src/bus.js': "'·'\n" });
    expect(await mended('eslint .', output, { 'src/bus.js': '" "\n' })).toEqual({ 'src/bus.js': "' '\n" });
  });

  it('takes away carriage returns', async () => {
    const output = eslint('  1:2  error  Delete `␍`  prettier/prettier', '  2:2  error  Delete `␍`  prettier/prettier');
    expect(await mended('eslint .', output, { 'src/bus.js': 'a\r\nb\r\n' })).toEqual({ 'src/bus.js': 'a\nb\n' });
  });

  it.each([
    ['another rule is broken too', ['  1:2  error  Insert `;`  prettier/prettier', "  1:1  error  'a' is not defined  no-undef"]],
    ['the message may be read in two ways', ['  1:1  error  Replace `a` with `b` with `c`  prettier/prettier']],
    ['the column is not in the line', ['  1:9  error  Insert `;`  prettier/prettier']],
  ])('is left alone where %s', async (_, rows) => {
    expect(await mended('eslint .', eslint(...rows), { 'src/bus.js': 'a\n' })).toBeTypeOf('string');
  });

  it('is done though there are warnings that end nothing', async () => {
    const output = eslint(
      '  1:2  error  Insert `;`  prettier/prettier',
      '  1:1  warning  Unexpected console statement  no-console',
    );
    expect(await mended('eslint .', output, { 'src/bus.js': 'a\n' })).toEqual({ 'src/bus.js': 'a;\n' });
  });
});

describe('edits of a text', () => {
  it('are made in any order, the same one once', () => {
    const edits = [
      { from: 4, to: 5, text: 'E' },
      { from: 0, to: 1, text: 'A' },
      { from: 4, to: 5, text: 'E' },
    ];
    expect(withEdits('abcdef', edits)).toBe('AbcdEf');
  });

  it('are not made where two of them touch the same', () => {
    const edits = [
      { from: 0, to: 3, text: 'x' },
      { from: 2, to: 4, text: 'y' },
    ];
    expect(withEdits('abcdef', edits)).toBeNull();
  });

  it('know lines and columns', () => {
    const text = new EditedText('ab\r\ncd');
    expect([text.at(1, 1), text.at(1, 3), text.at(1, 4), text.at(1, 5), text.at(2, 3), text.at(3, 1)]).toEqual([
      0,
      2,
      3,
      null,
      6,
      null,
    ]);
  });
});

const PROJECT = '[/home/runner/work/pump/pump/src/Pump.csproj]';
const dotnet = (place: string, edit: string, rule = 'WHITESPACE', says = 'Fix whitespace formatting.') =>
  `/home/runner/work/pump/pump/src/${place}: error ${rule}: ${says} ${edit} ${PROJECT}`;
const FORMAT = 'dotnet format --verify-no-changes';

describe('what dotnet format names', () => {
  it('is made in every file, also where it says nothing new and says it for each project', async () => {
    const output = [
      dotnet('Valve.cs(1,12)', "Replace 1 characters with '\\n'."),
      dotnet('Valve.cs(3,1)', "Insert '\\s\\s\\s\\s'."),
      dotnet('Valve.cs(3,1)', "Insert '\\s\\s\\s\\s'."),
      dotnet('Valve.cs(3,6)', "Replace 2 characters with '\\s'."),
      dotnet('Valve.cs(3,12)', "Replace 1 characters with '\\n'."),
      dotnet('Gauge.cs(1,16)', "Insert '\\n'.", 'FINALNEWLINE', 'Fix final newline.'),
    ];
    const files = { 'src/Valve.cs': 'class Valve {\n\nint x  = 1;\n}\n', 'src/Gauge.cs': 'class Gauge { }' };
    expect(await mended(FORMAT, output, files)).toEqual({
      'src/Valve.cs': 'class Valve\n{\n\n    int x = 1;\n}\n',
      'src/Gauge.cs': 'class Gauge { }\n',
    });
  });

  it.each<[string, string, string]>([
    ['something else than white space would go', dotnet('Valve.cs(1,1)', 'Delete 2 characters.'), 'class Valve { }\n'],
    ['the file is shorter', dotnet('Valve.cs(1,16)', 'Delete 4 characters.'), 'class Valve { }\n'],
    [
      'the file was checked out with other line ends',
      dotnet('Valve.cs(1,16)', "Replace 2 characters with '\\r\\n'."),
      'class Valve { }\n\n',
    ],
    ['it is not said which line ends were counted', dotnet('Valve.cs(1,12)', 'Delete 1 characters.'), 'class Valve\n{ }\n'],
    ['no edit is named', dotnet('Valve.cs(1,1)', '', 'IMPORTS', 'Fix imports ordering.'), 'using B;\nusing A;\n'],
    [
      'an edit is named beside something that names none',
      `${dotnet('Valve.cs(1,12)', 'Delete 1 characters.')}\n${dotnet('Valve.cs(1,1)', '', 'CHARSET', 'Fix file encoding.')}`,
      'class Valve  { }\n',
    ],
  ])('is left where %s', async (_, output, before) => {
    expect(await mended(FORMAT, output.split('\n'), { 'src/Valve.cs': before })).toBeTypeOf('string');
  });
});
