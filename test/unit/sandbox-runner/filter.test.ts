import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSelected } from '../../../src/sandbox/runner/workflow/filter.ts';
import { compileGlob, MAX_PATTERN_LENGTH, matchesGlob, PatternError } from '../../../src/sandbox/runner/workflow/glob.ts';

// The table of "Filter pattern cheat sheet":
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
const CHEAT_SHEET: { patterns: string[]; matches: string[]; misses?: string[] }[] = [
  {
    patterns: ['feature/*'],
    matches: ['feature/my-branch', 'feature/your-branch'],
    misses: ['feature/a/b', 'feature', 'my-feature/x'],
  },
  {
    patterns: ['feature/**'],
    matches: ['feature/beta-a/my-branch', 'feature/your-branch', 'feature/mona/the/octocat'],
    misses: ['feature'],
  },
  {
    patterns: ['main', 'releases/mona-the-octocat'],
    matches: ['main', 'releases/mona-the-octocat'],
    misses: ['main2', 'amain', 'Main'],
  },
  { patterns: ['*'], matches: ['main', 'releases'], misses: ['all/the/branches'] },
  { patterns: ['**'], matches: ['all/the/branches', 'every/tag', 'main'] },
  { patterns: ['*feature'], matches: ['mona-feature', 'feature', 'ver-10-feature'], misses: ['features', 'a/feature'] },
  { patterns: ['v2*'], matches: ['v2', 'v2.0', 'v2.9'], misses: ['v1', 'v2/a'] },
  { patterns: ['v[12].[0-9]+.[0-9]+'], matches: ['v1.10.1', 'v2.0.0'], misses: ['v3.0.0', 'v1.10', 'v1.a.0'] },
  { patterns: ['Octo*'], matches: ['Octocat'] },
  { patterns: ['[CB]at'], matches: ['Cat', 'Bat'], misses: ['Rat', 'cat', 'at'] },
  { patterns: ['[1-2]00'], matches: ['100', '200'], misses: ['300'] },
  { patterns: ['*.jsx?'], matches: ['page.js', 'page.jsx'], misses: ['page.jsxx', 'a/page.js'] },
  { patterns: ['*.js'], matches: ['app.js', 'index.js'], misses: ['src/app.js', 'app.jsx'] },
  { patterns: ['**.js'], matches: ['index.js', 'js/index.js', 'src/js/app.js'], misses: ['index.ts'] },
  { patterns: ['docs/*'], matches: ['docs/README.md', 'docs/file.txt'], misses: ['docs/a/b.md', 'a/docs/b.md'] },
  { patterns: ['docs/**'], matches: ['docs/README.md', 'docs/mona/octocat.txt'], misses: ['src/docs/a'] },
  {
    patterns: ['docs/**/*.md'],
    matches: ['docs/README.md', 'docs/mona/hello-world.md', 'docs/a/markdown/file.md'],
    misses: ['docs/a.txt'],
  },
  {
    patterns: ['**/docs/**'],
    matches: ['docs/hello.md', 'dir/docs/my-file.txt', 'space/docs/plan/space.doc'],
    misses: ['mydocs/a'],
  },
  { patterns: ['**/README.md'], matches: ['README.md', 'js/README.md'], misses: ['OLD-README.md'] },
  { patterns: ['**/*src/**'], matches: ['a/src/app.js', 'my-src/code/js/app.js'], misses: ['srcs/app.js'] },
  { patterns: ['**/*-post.md'], matches: ['my-post.md', 'path/their-post.md'], misses: ['my-post.txt'] },
  {
    patterns: ['**/migrate-*.sql'],
    matches: ['migrate-10909.sql', 'db/migrate-v1.0.sql', 'db/sept/migrate-v1.sql'],
    misses: ['db/x-migrate-1.sql'],
  },
  { patterns: ['*.md', '!README.md'], matches: ['hello.md'], misses: ['README.md', 'docs/hello.md'] },
  { patterns: ['*.md', '!README.md', 'README*'], matches: ['hello.md', 'README.md', 'README.doc'], misses: ['a/README.md'] },
  // "If a name contains any of these characters and you want a literal match, you need to escape each with \."
  { patterns: ['feature\\+\\*'], matches: ['feature+*'], misses: ['featuree', 'feature+x'] },
  // `!` "has no special meaning if not the first character".
  { patterns: ['a!b'], matches: ['a!b'], misses: ['a'] },
  // Only exclusions select nothing: GitHub asks for at least one positive pattern.
  { patterns: ['!main'], matches: [], misses: ['main', 'dev'] },
];

describe('filter patterns follow the cheat sheet of GitHub', () => {
  for (const { patterns, matches, misses = [] } of CHEAT_SHEET) {
    it.each(matches)(`${patterns.join(' ')} selects %s`, (name) => {
      expect(isSelected(patterns, name)).toBe(true);
    });
    it.each(misses)(`${patterns.join(' ')} leaves %s`, (name) => {
      expect(isSelected(patterns, name)).toBe(false);
    });
  }
});

describe('patterns that cannot be read', () => {
  it.each(['[abc', '[]', '?main', '+', '[z-a]', '[a-Z]'])('%s', (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(PatternError);
  });

  // The limit is the sandbox's own.
  it('longer than the limit', () => {
    const pattern = 'a'.repeat(MAX_PATTERN_LENGTH + 1);
    expect(() => compileGlob(pattern)).toThrow(PatternError);
  });
});

describe('hostile patterns', () => {
  it('take time that grows with the product of the lengths only', () => {
    // As a regular expression, this one would take longer than the universe has.
    const pattern = `${'**a+'.repeat(200)}b`;
    const started = performance.now();
    expect(matchesGlob(compileGlob(pattern), 'a'.repeat(1000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('throw nothing but PatternError', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('*', '?', '+', '[', ']', '!', '\\', '/', 'a', '-', 'é', '😀') }),
        fc.string(),
        (pattern, name) => {
          try {
            expect(typeof isSelected([pattern], name)).toBe('boolean');
          } catch (error) {
            expect(error).toBeInstanceOf(PatternError);
          }
        },
      ),
    );
  });

  it('a name with every special character escaped selects exactly itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (name, other) => {
        const escaped = name.replace(/[*?+[\]!\\]/g, '\\$&');
        expect(isSelected([escaped], name)).toBe(true);
        expect(isSelected([escaped], other)).toBe(name === other);
      }),
    );
  });
});
