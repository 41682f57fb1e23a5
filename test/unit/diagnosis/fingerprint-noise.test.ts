import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeText, runnerLog, stepHeader } from './support.ts';

/** What differs between two runs that fail for one reason. */
interface Run {
  second: number;
  linesBefore: number;
  /** Lines that the file at fault has grown by. */
  shift: number;
  workspace: string;
  temporary: string;
  hash: string;
  uuid: string;
  address: string;
  port: number;
  milliseconds: number;
  bytes: number;
  time: string;
  host: string;
  runNumber: number;
}

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const word = fc.stringMatching(/^[a-z]{2,8}$/);

const run: fc.Arbitrary<Run> = fc.record({
  second: fc.nat(59),
  linesBefore: fc.nat(30),
  shift: fc.nat(400),
  workspace: fc.oneof(
    word.map((name) => `/home/runner/work/${name}/${name}/`),
    word.map((name) => `/Users/runner/work/${name}/${name}/`),
    word.map((name) => `/__w/${name}/${name}/`),
    word.map((name) => `D:\\a\\${name}\\${name}\\`),
    word.map((name) => `/home/runner/_work/${name}/${name}/`),
    word.map((name) => `/opt/actions-runner/_work/${name}/${name}/`),
  ),
  temporary: fc.oneof(
    hex(8).map((name) => `/tmp/tmp${name}/`),
    fc.stringMatching(/^[a-z0-9_]{8}$/).map((name) => `/tmp/pytest-of-runner/${name}/`),
    fc.stringMatching(/^[A-Za-z0-9]{6}$/).map((name) => `/private/var/folders/zz/${name}/T/${name}/`),
    hex(8).map((name) => `/home/runner/work/_temp/${name}/`),
    fc.stringMatching(/^[A-Z0-9]{6}$/).map((name) => `C:\\Users\\RUNNER~1\\AppData\\Local\\Temp\\${name}\\`),
  ),
  // Seven letters without a digit may be a word.
  hash: fc.oneof(
    hex(6).map((digits) => `${digits}7`),
    hex(12),
    hex(40),
    hex(64),
  ),
  uuid: fc.uuid(),
  address: fc.oneof(hex(12), hex(16)).map((digits) => `0x${digits}`),
  port: fc.integer({ min: 1024, max: 65_535 }),
  milliseconds: fc.nat(99_999),
  bytes: fc.nat(1_000_000),
  time: fc
    .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().slice(0, 19).replace('T', ' '), date.toUTCString())),
  host: fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.nat(255).map((last) => `fv-az${last}-${last}`),
    fc.nat(1000).map((number) => `ip-10-0-0-${number % 256}.ec2.internal`),
  ),
  runNumber: fc.integer({ min: 1, max: 9_999_999 }),
});

/** One failure each, as a run prints it: `what` is the identity of its cause. */
const FAILURES: Record<string, (run: Run, what: string) => string[]> = {
  'a type error': ({ workspace, shift }, what) => [
    `${workspace.includes('\\') ? 'src/a.ts' : `${workspace}src/a.ts`}(${shift + 1},5): error TS2304: Cannot find name '${what}'.`,
  ],
  'an error of GCC': ({ shift }, what) => [`src/a.c:${shift + 1}:5: error: ‘${what}’ undeclared (first use in this function)`],
  'a lint finding': ({ workspace, shift }, what) => [
    `${workspace}src/a.js`,
    `  ${shift + 1}:10  error  '${what}' is assigned a value but never used  no-unused-vars`,
    '',
    '✖ 1 problem (1 error, 0 warnings)',
  ],
  'a failed test of Go': ({ milliseconds, shift, address }, what) => [
    `--- FAIL: Test${what} (${(milliseconds / 1000).toFixed(2)}s)`,
    `    a_test.go:${shift + 1}: got ${address}, want nil`,
    'FAIL',
    `FAIL\tshop.example/till\t${(milliseconds / 1000).toFixed(3)}s`,
  ],
  'a failed test of pytest': ({ milliseconds, temporary, shift }, what) => [
    '=========================== short test summary info ============================',
    `FAILED tests/test_a.py::test_${what} - FileNotFoundError: [Errno 2] No such file: '${temporary}a.db'`,
    `=================== 1 failed, ${shift + 1} passed in ${(milliseconds / 1000).toFixed(2)}s ===================`,
  ],
  'a refused connection': ({ host, port, milliseconds }, what) => [
    `Error: connect ETIMEDOUT ${host}:${port} (${what}) after ${milliseconds}ms`,
  ],
  'a host that is not found': ({ time, uuid }, what) => [
    `${time} request ${uuid}: curl: (6) Could not resolve host: ${what}.example`,
  ],
  'a full disk': ({ temporary }, what) => [`OSError: [Errno 28] No space left on device: '${temporary}${what}.bin'`],
  'a missing image': ({ hash }, what) => [
    `ERROR: failed to solve: ${what}:latest: failed to resolve source metadata for docker.io/library/${what}:latest@sha256:${hash}: not found`,
  ],
  'a refused push': ({ runNumber }, what) => [
    `remote: Permission to shop/${what}.git denied to github-actions[bot]. (run ${runNumber})`,
  ],
  'an unknown command': ({ hash, shift }, what) => [
    `/home/runner/work/_temp/${hash}.sh: line ${shift + 1}: ${what}: command not found`,
  ],
  'a crash': ({ address, runNumber }, what) => [
    `thread 'main' panicked at src/${what}.rs:${runNumber}:5:`,
    `called on ${address}`,
  ],
  'memory that ran out': ({ bytes, runNumber }, what) => [
    `/a/run.sh: line 1: ${runNumber} Killed                  ./${what} --seed ${bytes}`,
  ],
  'a failure in unknown words': ({ uuid, hash, milliseconds, bytes, time }, what) => [
    `[${time}] ERROR: ${what} broke after ${milliseconds} ms (${bytes} bytes, id ${uuid}, commit ${hash})`,
  ],
  'an error annotation': ({ hash, time }, what) => [`##[error]${what} was refused at ${time} for ${hash}`],
};

function logOf(failure: string, one: Run, what: string): string {
  const lines = FAILURES[failure]?.(one, what) ?? [];
  const before = Array.from({ length: one.linesBefore }, (_, index) => `fetched ${one.hash} in ${index} ms`);
  return runnerLog(
    [...stepHeader('./ci.sh'), ...before, ...lines, '##[error]Process completed with exit code 1.', 'Post job cleanup.'],
    one.second,
  );
}

const fingerprint = (log: string) => analyzeText(log).fingerprint;

// Incidents hold failures of one fingerprint: one that changes from run to run opens incidents without end.
describe('the fingerprint of one cause is the same in two runs', () => {
  it.each(Object.keys(FAILURES))('of %s', (failure) => {
    fc.assert(
      fc.property(run, run, (first, second) => {
        expect(fingerprint(logOf(failure, first, 'rate'))).toBe(fingerprint(logOf(failure, second, 'rate')));
      }),
      { numRuns: 60 },
    );
  });
});

// One that stays the same hides a second cause behind the first.
describe('the fingerprint of two causes differs', () => {
  const name = fc.stringMatching(/^[g-z]{2,9}$/);
  it.each(Object.keys(FAILURES))('of %s', (failure) => {
    fc.assert(
      fc.property(run, name, name, (one, left, right) => {
        fc.pre(left !== right);
        expect(fingerprint(logOf(failure, one, left))).not.toBe(fingerprint(logOf(failure, one, right)));
      }),
      { numRuns: 60 },
    );
  });

  it('between any two kinds of failure', () => {
    fc.assert(
      fc.property(
        run,
        fc.uniqueArray(fc.constantFrom(...Object.keys(FAILURES)), { minLength: 2, maxLength: 2 }),
        (one, kinds) => {
          const [left = '', right = ''] = kinds;
          expect(fingerprint(logOf(left, one, 'rate'))).not.toBe(fingerprint(logOf(right, one, 'rate')));
        },
      ),
    );
  });
});
