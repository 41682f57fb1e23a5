import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/diagnosis');

/** A time that a fixture brings along is replaced by ours. */
const TIME = /^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?/;

const FIRST_TIME = Date.UTC(2026, 0, 5, 9);
const MILLISECONDS_A_LINE = 7;

/**
 * What real tools print, red and green, one step of GitHub's runner after the other with a time before each line: the
 * fixtures of all matchers, round after round, until `bytes` are reached. The same bytes each time.
 * @param greenTimes how often a step prints what its tool prints when all is well, before what it prints when not.
 * @param isDistinct no line comes twice: each has other blanks behind it, which mean nothing.
 */
export function* mixedLog(bytes: number, greenTimes = 1, isDistinct = false): Generator<Buffer> {
  const steps = stepsOfFixtures(greenTimes);
  let written = 0;
  let line = -1;
  for (let round = 1; written < bytes; round++) {
    for (const { name, lines } of steps) {
      const all = [`##[group]Run ${name} --round=${round}`, 'shell: /usr/bin/bash -e {0}', '##[endgroup]', ...lines];
      const step = Buffer.from(all.map((text) => `${timeOf(++line)} ${text}${isDistinct ? blanksOf(line) : ''}\n`).join(''));
      yield step;
      written += step.length;
      if (written >= bytes) return;
    }
  }
}

function timeOf(line: number): string {
  return new Date(FIRST_TIME + line * MILLISECONDS_A_LINE).toISOString().replace('Z', '1234Z');
}

/** The number in blanks and tabs. */
function blanksOf(number: number): string {
  return number.toString(2).replaceAll('0', ' ').replaceAll('1', '\t');
}

/** A step for each tool: all of its fixtures. */
function stepsOfFixtures(greenTimes: number): { name: string; lines: string[] }[] {
  return readdirSync(FIXTURES)
    .sort()
    .map((name) => {
      const logs = readdirSync(join(FIXTURES, name)).filter((file) => file.endsWith('.log'));
      const linesOf = (files: string[]) => files.sort().flatMap((file) => linesIn(join(FIXTURES, name, file)));
      const green = linesOf(logs.filter((file) => file.startsWith('green')));
      const red = linesOf(logs.filter((file) => !file.startsWith('green')));
      return { name, lines: [...Array.from({ length: greenTimes }, () => green).flat(), ...red] };
    });
}

function linesIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((text) => text.replace(TIME, ''));
}
