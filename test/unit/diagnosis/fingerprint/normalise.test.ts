import { describe, expect, it } from 'vitest';
import { normalised } from '../../../../src/diagnosis/fingerprint/normalise.ts';

// What is folded too little opens an incident a run; what is folded too much puts two causes into one.
describe('folding what differs from run to run', () => {
  it.each([
    ['2026-11-20T08:15:00.123Z failed', '<time> failed'],
    ['12:01:59,123 failed', '<time> failed'],
    ['object at 0x7f00aa10', 'object at <address>'],
    ['connect 127.0.0.1:4242 refused', 'connect <host> refused'],
    ['http://localhost:5710/docs', 'http://<host>/docs'],
    ['id 123e4567-e89b-12d3-a456-426614174000', 'id <uuid>'],
    ['commit 94dc2f1b0a', 'commit <n>'],
    ['commit 1234567890', 'commit <n>'],
    ['on Wed, 01 Jan 2020 00:00:00 GMT', 'on <time>'],
    ['at Nov 20 08:15:00', 'at <time>'],
    ['connect ::1:443, 2001:db8::8a2e:370:7334 and [fe80::1]:80', 'connect <host>, <host> and [<host>]:<n>'],
    ['std::vector and a::b stay', 'std::vector and a::b stay'],
    ['at fv-az123-45', 'at <host>'],
    ['/__w/_temp/1a2b.sh: line 3', '<tmp>/: line <n>'],
    ['took 1.5 s, 12 ms', 'took <quantity>, <quantity>'],
    ['in /tmp/build-x1/a.log: no', 'in <tmp>/a.log: no'],
    ['in /tmp/x1y2: no', 'in <tmp>/: no'],
    ['C:\\Users\\RUNNER~1\\AppData\\Local\\Temp\\x1\\a.log', '<tmp>/a.log'],
    ['/opt/runner/_work/shop/shop/src/a.ts', 'src/a.ts'],
    ['/home/runner/work/shop/shop/src/a.ts', 'src/a.ts'],
    ['line 12,  column 3', 'line <n>, column <n>'],
  ])('%s becomes %s', (text, expected) => {
    expect(normalised(text)).toBe(expected);
  });

  it.each(['feedback was faced', 'defaced', 'cannot find module till'])('keeps words: %s', (text) => {
    expect(normalised(text)).toBe(text);
  });
});
