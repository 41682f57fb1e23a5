import { sharedAutomaton } from '../dispatch/dispatcher.ts';
import { LinePrefixes } from '../log/prefixes.ts';
import { LineScanner } from '../log/scanner.ts';
import { Baseline } from './baseline.ts';

/** Reads a green log, chunk by chunk, for the lines that always stand there. */
export function createBaselineBuilder(): { push(chunk: Uint8Array): void; finish(): Baseline } {
  const baseline = new Baseline();
  const prefixes = new LinePrefixes();
  const scanner: LineScanner = new LineScanner(sharedAutomaton(), (number) => {
    const line = scanner.lineOf(number);
    if (line) baseline.add(prefixes.strip(line.text));
  });
  return {
    push: (chunk) => scanner.push(chunk),
    finish() {
      scanner.end();
      return baseline;
    },
  };
}
