import { describe, expect, it } from 'vitest';
import { passGate } from '../../../../src/policy/gate.ts';

/** Protects the server from patches that keep the gate busy. */
describe('a megabyte that is written to take long', () => {
  const HOSTILE = [
    '\n',
    ' ',
    '|| ',
    'expect(',
    'except:',
    '# a ',
    'assert ',
    'catch ',
    '`${a',
    '/* ',
    "'",
    '{ ',
    '/[',
    'describe.each ',
    'x: any',
    '(',
    '(a + ',
    '[, ',
    '`${(`',
    '<(>',
    ';\n',
    '"\\\\',
  ];
  it.each(HOSTILE)('%j', (unit) => {
    const text = unit.repeat(Math.floor(500_000 / unit.length));
    for (const path of ['src/a.ts', 'tests/a.py', 'tests/a.yml', 'scripts/a.sh', 'tests/a.snap', 't/a.t']) {
      const began = performance.now();
      const edit = { path, before: `${text}x`, after: `y\n${text}` };
      passGate({ edits: [edit], namedPaths: [path], protectedPaths: [] });
      // Quadratic work would take minutes.
      expect(performance.now() - began).toBeLessThan(40_000);
    }
  });
});
