import type { Severity } from '../../types.ts';
import type { Finding, LineReader, Matcher } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';

const FORMS = [
  // text: shop/prices.py:6:8: E0602: Undefined variable 'x' (undefined-variable)
  {
    expression:
      /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? (?<code>[CRWEFI]\d{4}): (?<message>.*?)(?: \([a-z][a-z0-9-]*\))?$/,
  },
  // parseable: shop/prices.py:6: [E0602(undefined-variable), f] Undefined variable 'x'; older ones have no symbol, or only [E]
  {
    expression:
      /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d{1,9}): \[(?<code>[CRWEFI](?:\d{4})?)(?:\([a-z][a-z0-9-]*\))?(?:, ?[^\]]*)?\] (?<message>.*)$/,
  },
  // msvs: shop/prices.py(6): [E0602(undefined-variable)f] Undefined variable 'x'
  {
    expression:
      /^(?<path>[^\s(:][^(:]*)\((?<line>\d{1,9})\): \[(?<code>[CRWEFI]\d{4})(?:\([a-z][a-z0-9-]*\))?[^\]]*\] (?<message>.*)$/,
  },
] as const;

const SEVERITIES: Readonly<Record<string, Severity>> = { F: 'error', E: 'error', W: 'warning', C: 'info', R: 'info', I: 'info' };

/** pylint in its text, colorized, parseable and msvs forms. The first letter of a code is its severity. */
export const pylint: Matcher = {
  id: 'pylint',
  tool: 'pylint',
  cause: 'lint',
  hints: [
    ': c0',
    ': r0',
    ': r1',
    ': w0',
    ': w1',
    ': e0',
    ': e1',
    ': f0',
    ': i0',
    ': c2',
    ': c3',
    ': e4',
    ': e6',
    ': w4',
    ...brackets(),
  ],
  createReader: createPylintReader,
};

function brackets(): string[] {
  return [...'crwefi'].flatMap((letter) => [`: [${letter}0`, `: [${letter}1`, `: [${letter}]`, `: [${letter},`]);
}

function createPylintReader(): LineReader {
  return {
    read(line, report) {
      const finding = firstFindingOf(FORMS, line);
      if (!finding) return null;
      if (!isFlake8(finding, line.text))
        report.diagnostic({ ...finding, severity: SEVERITIES[(finding.code ?? 'E')[0] ?? 'E'] ?? 'error' });
      return 'told';
    },
  };
}

/** flake8's pylint form has codes of three digits or, of its plugins, nothing after four. */
function isFlake8(finding: Finding, text: string): boolean {
  return finding.code?.length === 5 && text.includes(`: [${finding.code}] `) && !/[CRWEFI]\d{4}/.test(finding.code);
}
