import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Edit, isPlainPath, PATCH_LIMITS, passGate } from '../../../src/policy/gate.ts';

function edit(path: string, after = 'after\n', before = 'before\n'): Edit {
  return { path, before, after };
}

/** Every path is named by the log, so that only the rule under test can speak. */
function reasonsFor(edits: Edit[], protectedPaths: string[] = []): string[] {
  const result = passGate({ edits, namedPaths: edits.map((one) => one.path), protectedPaths });
  return result.pass ? [] : result.reasons;
}

describe('a person may agree to', () => {
  const WORKFLOW = '.github/workflows/ci.yml';
  it.each<[string, string, boolean]>([
    ['what regreen.yml protects', 'db/schema.sql', true],
    ['the configuration of Regreen', '.github/regreen.yml', false],
    ['who owns the code', 'CODEOWNERS', false],
    ['a path that leaves the repository', '../db', false],
  ])('%s: %s %s', (_what, path, may) => {
    const input = { edits: [edit(path)], namedPaths: [path], protectedPaths: ['db/**'] };
    expect(passGate(input)).toMatchObject({ pass: false, askable: may });
    expect(passGate({ ...input, approved: true }).pass).toBe(may);
  });

  it('a workflow file, as far as its jobs stay', () => {
    const [before, after] = ['v2', 'v4'].map(
      (version) => `on: push\njobs:\n  a:\n    steps:\n      - uses: actions/cache@${version}\n`,
    );
    const input = { edits: [edit(WORKFLOW, after, before)], namedPaths: [WORKFLOW], protectedPaths: [] };
    expect(passGate(input)).toMatchObject({ pass: false, askable: true });
    expect(passGate({ ...input, edits: [edit(WORKFLOW, 'on: pull_request\njobs: {}\n', before)] })).toMatchObject({
      askable: false,
    });
  });

  it('nothing of what cheats, nor to what is too large', () => {
    const cheat = { edits: [edit('db/a.ts', 'it.skip("x")\n', 'it("x")\n')], namedPaths: ['db/a.ts'], protectedPaths: ['db/**'] };
    expect(passGate(cheat)).toMatchObject({ pass: false, askable: false });
    expect(passGate({ ...cheat, approved: true }).pass).toBe(false);
  });
});

describe('the gate refuses', () => {
  it.each([
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a/..',
    './a',
    'a//b',
    'a/',
    '',
    '.',
    '..',
    'a\\b',
    'a\u0000b',
    'a\nb',
    'a\u007f',
    'x'.repeat(1_025),
  ])('a path that leaves the repository or is none: %j', (path) => {
    expect(reasonsFor([edit(path)])).toEqual(['The patch names a path that leaves the repository.']);
  });

  it.each([
    '.github/workflows/ci.yml',
    '.GITHUB/Workflows/ci.yml',
    '.github/regreen.yml',
    '.git/config',
    'vendor/.git/hooks/pre-commit',
    '.gitmodules',
    '.GitModules',
    'CODEOWNERS',
    'docs/codeowners',
  ])('what decides about what is allowed: %s', (path) => {
    expect(reasonsFor([edit(path)])).toEqual([`The patch changes ${path}, which is protected.`]);
  });

  it('what regreen.yml protects, in any case', () => {
    expect(reasonsFor([edit('DB/Schema.sql')], ['db/**'])).toEqual([
      'The patch changes DB/Schema.sql, which paths.protected in regreen.yml protects.',
    ]);
  });

  it('what regreen.yml does not allow, also when a person agrees', () => {
    const input = { edits: [edit('db/a.sql')], namedPaths: ['db/a.sql'], allowedPaths: ['src/**', 'DB/**'], protectedPaths: [] };
    const reasons = ['The patch changes db/a.sql, which paths.allowed in regreen.yml does not name.'];
    expect(passGate(input)).toEqual({ pass: false, reasons, askable: false });
    expect(passGate({ ...input, approved: true })).toEqual({ pass: false, reasons, askable: false });
    expect(passGate({ ...input, allowedPaths: ['db/**'] })).toEqual({ pass: true });
  });

  it('files that the log does not name', () => {
    const result = passGate({ edits: [edit('a.ts'), edit('b.ts')], namedPaths: ['a.ts'], protectedPaths: [] });
    expect(result).toEqual({ pass: false, reasons: ['The patch changes b.ts, which the log does not name.'], askable: false });
  });

  it('no change, too many files, too many bytes, an emptied file', () => {
    expect(reasonsFor([])).toEqual(['The patch changes nothing.']);
    const many = Array.from({ length: PATCH_LIMITS.files + 1 }, (_, at) => edit(`f${at}`));
    expect(reasonsFor(many)).toEqual(['The patch changes 101 files; 100 are allowed.']);
    expect(reasonsFor([edit('a', 'ä'.repeat(PATCH_LIMITS.bytes / 2 + 1))])).toEqual([
      `The patch has ${PATCH_LIMITS.bytes + 2} bytes; ${PATCH_LIMITS.bytes} are allowed.`,
    ]);
    expect(reasonsFor([edit('a', ' \n\t\n')])).toEqual(['The patch empties a.']);
  });

  it('for every reason at once', () => {
    const result = passGate({ edits: [edit('.github/x', ''), edit('../y')], namedPaths: [], protectedPaths: ['.github/*'] });
    expect(result.pass ? [] : result.reasons).toHaveLength(4);
  });
});

const name = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcXYZ019-_. ') })
  .filter((text) => !/^\.+$/.test(text));
const plainPath = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => ['src', ...names].join('/'));
const content = fc.string({ minLength: 1, maxLength: 50 }).map((text) => `x${text}`);
const harmless = fc
  .uniqueArray(fc.record({ path: plainPath, before: content, after: content }), {
    minLength: 1,
    maxLength: 20,
    selector: (one) => one.path,
  })
  .filter((edits) => edits.every(({ path }) => !/\.git|codeowners/i.test(path)));

describe('for every patch', () => {
  it('a harmless one passes', () => {
    fc.assert(
      fc.property(harmless, (edits) => {
        expect(reasonsFor(edits)).toEqual([]);
      }),
    );
  });

  it('one cheat among harmless edits is refused, wherever it stands', () => {
    const cheat = fc.oneof(
      fc
        .constantFrom(
          '../escape',
          '/abs',
          'src/../../x',
          '.github/workflows/ci.yml',
          '.git/hooks/x',
          'a/CODEOWNERS',
          'secret/key.pem',
        )
        .map((path) => edit(path)),
      plainPath.map((path) => edit(`${path}.emptied`, '')),
      plainPath.map((path) => edit(`${path}.large`, 'x'.repeat(PATCH_LIMITS.bytes + 1))),
    );
    fc.assert(
      fc.property(harmless, cheat, fc.nat(), (edits, bad, at) => {
        const patch = edits.toSpliced(at % (edits.length + 1), 0, bad);
        expect(passGate({ edits: patch, namedPaths: patch.map((one) => one.path), protectedPaths: ['secret/**'] }).pass).toBe(
          false,
        );
      }),
    );
  });

  it('what the log does not name is refused', () => {
    fc.assert(
      fc.property(harmless, fc.nat(), (edits, at) => {
        const namedPaths = edits.map((one) => one.path).toSpliced(at % edits.length, 1);
        expect(passGate({ edits, namedPaths, protectedPaths: [] }).pass).toBe(false);
      }),
    );
  });

  it('a plain path stays inside when it is joined to a folder', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '..', '.', '/', '\\', '\u0000', '.git', '~'), { maxLength: 12 }), (parts) => {
        const path = parts.join('');
        if (isPlainPath(path))
          expect(new URL(encodeURIComponent(path).replaceAll('%2F', '/'), 'file:///in/side/').pathname).toMatch(/^\/in\/side\/./);
      }),
    );
  });
});
