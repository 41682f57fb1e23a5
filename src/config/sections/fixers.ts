import { z } from 'zod';

const fixer = (what: string) => z.boolean().default(true).describe(what);

export const fixers = z
  .strictObject({
    'printed-diff': fixer('Make the change that a tool printed into the log.'),
    prettier: fixer('Format files that prettier refused.'),
    suggestions: fixer(
      'Write what a compiler literally proposes (did you mean, rustc’s help, a missing semicolon), but never in tests.',
    ),
    'named-edits': fixer(
      'Make the edits that linters name to the letter: blanks, ends of files, misspelt words in prose and comments, what ESLint’s prettier rule and dotnet format print.',
    ),
    'pre-commit-hooks': fixer(
      "Do to files what pre-commit's own hooks did to them: blanks, line ends, ends of files, byte-order marks, JSON.",
    ),
    'workflow-files': fixer(
      'Mend workflow files that name what GitHub has retired, or lack a right; each time only after an approval.',
    ),
    'unused-imports': fixer('Remove imports that a compiler or linter calls unused, with the side effects of loading them.'),
    biome: fixer('Format files that Biome refused, and apply its safe fixes.'),
    ruff: fixer('Apply the fixes that ruff calls safe, of rules on a list of ours, where the log names them.'),
    'ruff-format': fixer('Format Python files that `ruff format --check` refused.'),
    black: fixer('Format Python files that black refused, by ruff where both agree.'),
    gofmt: fixer('Format Go files that gofmt refused.'),
    'clang-format': fixer('Format files that clang-format refused.'),
    shfmt: fixer('Format shell scripts that shfmt refused.'),
    taplo: fixer('Format TOML files that taplo refused.'),
  })
  .prefault({})
  .describe('Fixers to switch off.');
