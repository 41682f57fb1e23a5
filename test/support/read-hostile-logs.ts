/**
 * Reads each of the hostile logs up to a size, in a process whose memory can be looked at:
 * `node read-hostile-logs.ts MEGABYTES [HOW_MANY_OF_THEM]`. Prints a `HostileResult` as JSON.
 */
import { readFileSync } from 'node:fs';
import { createLogAnalyzer } from '../../src/diagnosis/analyzer.ts';
import { HOSTILE_LOGS, type HostileLog } from './hostile-logs.ts';

export interface HostileResult {
  logs: { name: string; megabytes: number; lines: number; seconds: number; answerCharacters: number }[];
  /** The most that was resident at any time. */
  residentMegabytes: number;
}

const bytes = Number(process.argv[2]) * 1_000_000;

function read(log: HostileLog): HostileResult['logs'][number] {
  const startedAt = performance.now();
  const analyzer = createLogAnalyzer();
  let sent = 0;
  for (const chunk of log.chunks()) {
    analyzer.push(chunk);
    sent += chunk.length;
    if (sent >= bytes) break;
  }
  const diagnosis = analyzer.finish();
  const texts = diagnosis.excerpts.map((excerpt) => analyzer.textOf(excerpt));
  return {
    name: log.name,
    megabytes: sent / 1_000_000,
    lines: diagnosis.lines,
    seconds: (performance.now() - startedAt) / 1_000,
    answerCharacters: JSON.stringify({ diagnosis, texts, diffs: analyzer.printedDiffs() }).length,
  };
}

const howMany = Number(process.argv[3] ?? HOSTILE_LOGS.length);
const logs = HOSTILE_LOGS.slice(0, howMany).map(read);
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
const result: HostileResult = { logs, residentMegabytes: Number(peak) / 1_024 };
process.stdout.write(`${JSON.stringify(result)}\n`);
