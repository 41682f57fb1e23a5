import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** bash: `build.sh: line 3: foo: command not found`; dash: `build.sh: 2: foo: not found`. */
const COMPLAINT =
  /^(?<path>(?:\/|\.\.?\/)?[^\s:]{1,300}\.(?:sh|bash)|(?:\/(?:usr\/)?bin\/)?(?:ba|da|z|k)?sh): (?:line )?(?<line>\d{1,7}): (?<message>\S.*)$/;

/** What follows the line number is often what a command of the script printed; these are the shell's own words. */
const OWN_WORDS =
  /: (?:command not found|not found|No such file or directory|Permission denied|unbound variable|parameter not set|Is a directory|Not a directory|bad substitution|cannot execute(?: binary file)?(?:: .*)?|required file not found|numeric argument required|integer expression expected|(?:cannot|ambiguous) .*|readonly variable|not a valid identifier|bad interpreter: .*)$|^(?:syntax error|Syntax error|unexpected EOF|Bad substitution)\b/;

const CAUSES: readonly (readonly [RegExp, CauseCategory])[] = [
  [/: (?:command )?not found$|required file not found$|bad interpreter: /, 'toolchain'],
  [/: Permission denied$/, 'permission'],
  [/^(?:syntax error|Syntax error|unexpected EOF)/, 'compile-error'],
];

/** The shell itself, or a step's own script, whose name differs in each run. */
const NOT_A_FILE_OF_THE_PROJECT = /^[^.]*sh$|[\\/]_temp[\\/]/;

/** The script that a step of the workflow is. */
const SCRIPT_OF_STEP = /[\\/]_temp[\\/]/;

/** What bash and dash say of a script. */
export const shell: Matcher = {
  id: 'shell',
  tool: 'shell',
  cause: null,
  hints: ['sh: line ', '.sh: ', 'sh: 1: ', 'sh: 0: '],
  createReader: createShellReader,
};

function createShellReader(): LineReader {
  return {
    read(line, report) {
      const groups = COMPLAINT.exec(line.text)?.groups;
      const message = groups?.['message'] ?? '';
      if (!groups || !OWN_WORDS.test(message)) return null;
      const path = groups['path'] ?? '';
      const isFile = !NOT_A_FILE_OF_THE_PROJECT.test(path);
      const cause = causeOf(message, path);
      report.diagnostic(
        { path: isFile ? path : null, line: isFile ? numberOf(groups['line']) : null, message, logLine: line.number },
        cause,
      );
      return 'told';
    },
  };
}

function causeOf(message: string, path: string): CauseCategory | undefined {
  const cause = CAUSES.find(([expression]) => expression.test(message))?.[1];
  return cause === 'compile-error' && SCRIPT_OF_STEP.test(path) ? 'workflow-config' : cause;
}
