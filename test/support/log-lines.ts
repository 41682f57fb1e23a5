import { createLog, type Logger } from '../../src/telemetry/log.ts';

/** A log whose lines can be read: as text, and each as what it says. */
export function memoryLog(level = 'debug'): { log: Logger; text: () => string; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createLog({ level, destination: { write: (line: string) => void written.push(line) } });
  return {
    log,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
