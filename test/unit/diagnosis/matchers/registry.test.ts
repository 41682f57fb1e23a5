import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeLog } from '../../../../src/diagnosis/analyzer.ts';
import { MATCHERS } from '../../../../src/diagnosis/matchers/registry.ts';
import type { Diagnosis } from '../../../../src/diagnosis/types.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/diagnosis');

interface Expected {
  /** `ran: <script>` or `documented: <source>`. */
  origin: string;
  cause: Diagnosis['cause']['category'];
  diagnostics: Diagnosis['diagnostics'];
  tests: Diagnosis['tests'];
}

/** The fixtures of a matcher: each log with what it must give beside it. */
function fixturesOf(id: string): { name: string; log: Buffer; expected: Expected }[] {
  const folder = join(FIXTURES, id);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.log') ? [file.slice(0, -4)] : []));
  return names.map((name) => ({
    name,
    log: readFileSync(join(folder, `${name}.log`)),
    expected: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Expected,
  }));
}

// Guards that no tool is added without proof that it is read right, and that it is silent where nothing failed.
describe.each(MATCHERS)('matcher $id', (matcher) => {
  const fixtures = fixturesOf(matcher.id);
  const green = fixtures.filter(({ name }) => name.startsWith('green'));
  const red = fixtures.filter(({ name }) => !name.startsWith('green'));

  it('has a fixture in which it finds something', () => {
    const finds = red.some(({ expected }) => {
      const tools = [...expected.diagnostics.map(({ tool }) => tool), expected.tests?.framework];
      return tools.includes(matcher.tool);
    });
    expect(finds).toBe(true);
  });

  it('has green output in which nothing is found', () => {
    expect(green.length).toBeGreaterThan(0);
    for (const { expected } of green) {
      expect(expected.cause).toBe('unknown');
      expect(expected.diagnostics).toEqual([]);
      expect(expected.tests?.failed ?? []).toEqual([]);
    }
  });

  it('says where each fixture comes from', () => {
    for (const { expected } of fixtures) {
      const script = /^ran: (?<script>\S+)/.exec(expected.origin)?.groups?.['script'];
      if (script === undefined) expect(expected.origin).toMatch(/^documented: \S/);
      else expect(existsSync(join(import.meta.dirname, '../../../..', script))).toBe(true);
    }
  });

  it.each(fixtures)('reads $name', ({ log, expected }) => {
    const { cause, diagnostics, tests } = analyzeLog(log);
    expect({ cause: cause.category, diagnostics, tests }).toEqual({
      cause: expected.cause,
      diagnostics: expected.diagnostics,
      tests: expected.tests,
    });
  });
});

describe('the registry', () => {
  it('gives each matcher a name of its own', () => {
    const ids = MATCHERS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it('has no fixtures of matchers that are gone', () => {
    const ids = new Set(MATCHERS.map(({ id }) => id));
    expect(readdirSync(FIXTURES).filter((folder) => !ids.has(folder))).toEqual([]);
  });
});
