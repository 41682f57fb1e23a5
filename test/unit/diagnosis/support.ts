import { analyzeLog } from '../../../src/diagnosis/analyzer.ts';
import type { Diagnosis } from '../../../src/diagnosis/types.ts';

/** Lines as GitHub's runner writes them: a byte order mark once, and a time each. */
export function runnerLog(lines: readonly string[], second = 0): string {
  const timed = lines.map(
    (line, index) =>
      `2026-11-20T08:${String(15 + Math.floor(index / 60)).padStart(2, '0')}:${String((second + index) % 60).padStart(2, '0')}.1234567Z ${line}`,
  );
  return `\ufeff${timed.join('\n')}\n`;
}

/** The lines of a `run:` step, up to its output. */
export function stepHeader(command: string): string[] {
  return [`##[group]Run ${command}`, `\x1b[36;1m${command}\x1b[0m`, 'shell: /usr/bin/bash -e {0}', '##[endgroup]'];
}

export function analyzeText(text: string): Diagnosis {
  return analyzeLog(new TextEncoder().encode(text));
}
