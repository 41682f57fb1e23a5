import type { CauseCategory } from '../../types.ts';
import type { Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const MAKE = String.raw`(?:\S{0,200}[\\/])?(?:g|mingw32-|nm|b)?make(?:\.exe)?(?:\[\d{1,4}\])?`;
const MAKEFILE = String.raw`[^\s:]{0,300}(?:[Mm]akefile(?:\.\w{1,20})?|\.mk|\.mak)`;

/**
 * What make finds wrong itself. `make: *** [target] Error 2` is left out: it says that a command failed, and the
 * command has said why.
 */
const FAULTS: readonly { expression: RegExp; cause?: CauseCategory; severity?: 'warning' }[] = [
  { expression: new RegExp(`^${MAKE}: \\*\\*\\* (?<message>No rule to make target .*?)\\.?(?:  Stop\\.)?$`) },
  { expression: new RegExp(`^${MAKE}: \\*\\*\\* (?<message>[^\\s[].*?)\\.?  Stop\\.$`) },
  {
    expression: /^(?<path>[^\s:*][^:*]{0,500}):(?<line>\d{1,7}): \*\*\* (?<message>(?!\[)\S.*?)\.?(?: {2}Stop\.)$/,
  },
  {
    expression: new RegExp(
      `^${MAKE}: (?<message>[^\\s:*]{1,300}: (?:No such file or directory|Permission denied|Command not found))$`,
    ),
    cause: 'toolchain',
  },
  {
    expression: new RegExp(`^(?<path>${MAKEFILE}):(?<line>\\d{1,7}): warning: (?<message>\\S.*)$`),
    severity: 'warning',
  },
  // An included makefile that is not there; make goes on, and gives up when no rule makes it.
  {
    expression: new RegExp(`^(?<path>${MAKEFILE}):(?<line>\\d{1,7}): (?<message>[^\\s:]+: No such file or directory)$`),
    severity: 'warning',
  },
];

/** GNU make. */
export const make: Matcher = {
  id: 'make',
  tool: 'make',
  cause: 'build-config',
  hints: [': *** ', ': no such file or directory', ': permission denied', ': command not found', 'makefile:', '.mk:'],
  createReader: () => ({
    read(line, report) {
      if (report.isClaimed(line.number)) return false;
      for (const { cause, ...pattern } of FAULTS) {
        const finding = findingOf(pattern, line);
        if (!finding) continue;
        report.diagnostic(finding, cause);
        return 'told';
      }
      return null;
    },
  }),
};
