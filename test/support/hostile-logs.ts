import { readFileSync } from 'node:fs';
import { VERDICTS_FILE, type Verdicts } from '../../scripts/expressions.ts';

const CHUNK_BYTES = 64 * 1_024;

/** A log that wants to bring the analyser down; endless, and made as it is read. */
export interface HostileLog {
  readonly name: string;
  chunks(): Generator<Uint8Array>;
}

/** The same bytes over and over. */
function repeated(name: string, bytes: string | readonly number[]): HostileLog {
  const unit = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes);
  const chunk = Buffer.concat(Array.from({ length: Math.ceil(CHUNK_BYTES / unit.length) }, () => unit));
  return {
    name,
    *chunks() {
      for (;;) yield chunk;
    },
  };
}

/** Lines that are never the same, so that nothing is spared because it is known. */
function lines(name: string, line: (number: number) => string): HostileLog {
  return {
    name,
    *chunks() {
      for (let number = 1; ; ) {
        const block: string[] = [];
        for (let size = 0; size < CHUNK_BYTES; number++) {
          const text = `${line(number)}\n`;
          size += text.length;
          block.push(text);
        }
        yield Buffer.from(block.join(''));
      }
    },
  };
}

/** Strings that recheck made to keep our expressions busy, drawn out to the length that they are cut at. */
export function attackStrings(length: number): string[] {
  const verdicts = Object.values(JSON.parse(readFileSync(VERDICTS_FILE, 'utf8')) as Verdicts);
  return verdicts.flatMap(({ attack }) => (attack ? [attackString(attack, length)] : []));
}

/** Each pump is repeated as often as there is room. */
export function attackString({ parts, suffix }: NonNullable<Verdicts[string]['attack']>, length: number): string {
  const fixed = suffix.length + parts.reduce((sum, { prefix }) => sum + prefix.length, 0);
  const pumped = parts.reduce((sum, { pump }) => sum + pump.length, 0);
  const times = Math.max(1, Math.floor((length - fixed) / Math.max(1, pumped)));
  return parts.map(({ prefix, pump }) => prefix + pump.repeat(times)).join('') + suffix;
}

const time = (number: number) => new Date(1_770_000_000_000 + number * 11).toISOString().replace('Z', '1234Z');
const LONG = 'x'.repeat(1_900);
const RULE = '='.repeat(70);

export const HOSTILE_LOGS: readonly HostileLog[] = [
  repeated('one line without an end', 'error: failed a.ts(1,2): '),
  repeated('lines of one letter', 'a\n'),
  repeated('empty lines', '\n'),
  repeated('lone carriage returns', '50 %\r'),
  repeated('NULs', [0]),
  repeated('NULs in lines', [0, 0, 0x65, 0x72, 0x72, 0x6f, 0x72, 0, 10]),
  repeated(
    'broken UTF-8',
    [0xff, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0xed, 0xa0, 0x80, 0x65, 0x72, 0x72, 0x6f, 0x72, 0x3a, 0x20, 10],
  ),
  repeated('colours', '\x1b[1m\x1b[31me\x1b[0mrror\x1b[38;5;196m: '),
  repeated('colours in lines', `${'\x1b[31m'.repeat(400)}error\n`),
  repeated('an escape without an end', '\x1b]0;title error '),
  repeated('escapes', '\x1b'),
  lines('errors of a compiler', (number) => `${time(number)} src/a${number}.c:${number}:1: error: no ${number}`),
  lines('errors with long messages', (number) => `a${number}.ts(1,1): error TS2322: ${number} ${LONG}`),
  lines('forged errors of the runner', (number) => `${time(number)} ##[error]no ${number}`),
  lines('forged exits', (number) => `${time(number)} ##[error]Process completed with exit code ${number % 200}.`),
  lines('forged steps', (number) => `${time(number)} ##[group]Run ${number}\n${time(number)} shell: /usr/bin/bash -e {0}`),
  lines('groups that never end', (number) => `##[group]${number}`),
  lines('failed tests of many frameworks', (number) =>
    [
      `--- FAIL: Test${number} (0.00s)`,
      `not ok ${number} - t${number}`,
      `FAILED test_${number}.py::test - x`,
      `  ${number}) suite ${number}`,
    ].join('\n'),
  ),
  lines(
    'failures of unittest',
    (number) => `${RULE}\nFAIL: test_${number} (a.B${number})\n${'-'.repeat(70)}\nAssertionError: ${number}`,
  ),
  lines('test suites', (number) => `● suite ${number} › adds ${number}\n  ✘ [fail]: file › test ${number}`),
  lines('annotations', (number) => `::error file=a${number}.js,line=${number},col=3::${LONG} ${number}`),
  lines('changes', (number) => `--- a/f${number}\n+++ b/f${number}\n@@ -1,2 +1,2 @@\n-a ${number}\n+b ${LONG}`),
  lines('names of tasks', (number) => `pkg-${number}:test: cache miss, executing\npkg-${number}:test: error: ${number}`),
  lines(
    'causes',
    (number) => `${number} No space left on device; connect ECONNREFUSED 10.0.0.${number % 250}:${number % 60_000}`,
  ),
  lines('wording', (number) => `something ${number} went wrong: fatal error, cannot go on, ${number} failed`),
  lines('lines of 8 KB', (number) => `error: ${number} ${LONG.repeat(4)}`),
  attackLines(),
];

function attackLines(): HostileLog {
  const attacks = attackStrings(2_000);
  return lines('what keeps expressions busy', (number) => `${attacks[number % attacks.length]}`.replaceAll(/[\r\n]/g, ' '));
}
