import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeText, runnerLog, stepHeader } from '../support.ts';

const fingerprint = (text: string) => analyzeText(text).fingerprint;

interface Noise {
  second: number;
  linesBefore: number;
  repository: string;
  hash: string;
  milliseconds: number;
  address: string;
  port: number;
}

const noise = fc.record<Noise>({
  second: fc.nat(59),
  linesBefore: fc.nat(20),
  repository: fc.stringMatching(/^[a-z]{1,8}$/),
  hash: fc.stringMatching(/^[0-9a-f]{20}[a-f][0-9]$/),
  milliseconds: fc.nat(99_999),
  address: fc.stringMatching(/^0x[0-9a-f]{12}$/),
  port: fc.integer({ min: 1024, max: 65_535 }),
});

/** One failure as two runs would print it. */
function tscLog({ second, linesBefore, repository, hash }: Noise): string {
  const lines = [...stepHeader('tsc'), ...Array.from({ length: linesBefore }, () => `checked out ${hash}`)];
  return runnerLog(
    [
      ...lines,
      `/home/runner/work/${repository}/${repository}/src/a.ts(${linesBefore + 1},5): error TS2304: Cannot find name 'rate'.`,
      '##[error]Process completed with exit code 2.',
    ],
    second,
  );
}

function crashLog({ second, linesBefore, hash, milliseconds, address, port }: Noise): string {
  const lines = [...stepHeader('serve'), ...Array.from({ length: linesBefore }, () => 'ready')];
  return runnerLog(
    [
      ...lines,
      `connect ECONNREFUSED 127.0.0.1:${port} after ${milliseconds}ms (request ${hash}, ${address})`,
      '##[error]Process completed with exit code 1.',
    ],
    second,
  );
}

// Incidents hold failures of one fingerprint: one that changes opens incidents without end, one that stays the same hides them.
describe('the fingerprint', () => {
  it.each([
    ['a compile error', tscLog],
    ['a network fault', crashLog],
  ])('of %s is the same across times, lines, workspaces, hashes, durations, addresses and ports', (_, log) => {
    fc.assert(
      fc.property(noise, noise, (first, second) => {
        expect(fingerprint(log(first))).toBe(fingerprint(log(second)));
      }),
    );
  });

  it('does not depend on the order of the tests', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^Test[A-Z][a-z]{1,8}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        names.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([names, shuffled]) => {
          const log = (order: string[]) => order.map((name, index) => `--- FAIL: ${name} (0.${index}s)`).join('\n');
          expect(fingerprint(log(shuffled))).toBe(fingerprint(log(names)));
        },
      ),
    );
  });

  it('differs for two sets of failed tests', () => {
    const set = fc.uniqueArray(fc.stringMatching(/^Test[A-Z][a-z]{1,8}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(set, set, (left, right) => {
        fc.pre([...left].sort().join() !== [...right].sort().join());
        const log = (names: string[]) => names.map((name) => `--- FAIL: ${name} (0.01s)`).join('\n');
        expect(fingerprint(log(left))).not.toBe(fingerprint(log(right)));
      }),
    );
  });

  it('differs for two files, codes and messages', () => {
    const error = fc.tuple(
      fc.stringMatching(/^src\/[a-z]{1,6}\.ts$/),
      fc.integer({ min: 1000, max: 2999 }),
      fc.stringMatching(/^Cannot find name '[g-z]{1,8}'\.$/),
    );
    const log = ([path, code, message]: [string, number, string]) => `${path}(1,2): error TS${code}: ${message}\n`;
    fc.assert(
      fc.property(error, error, (left, right) => {
        fc.pre(log(left) !== log(right));
        expect(fingerprint(log(left))).not.toBe(fingerprint(log(right)));
      }),
    );
  });

  it('is 16 lower-case hexadecimal digits, also for a log that says nothing', () => {
    expect(fingerprint('')).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint('Error: what now\n')).toMatch(/^[0-9a-f]{16}$/);
  });
});
