/** A log of about 4 MB and 48,000 lines, as an Actions job writes it, that ends with a failing compiler and failing tests. */
export function actionsLog(lines = 48_000): Buffer {
  const text: string[] = [];
  const write = (line: string) =>
    text.push(`${new Date(1_760_000_000_000 + text.length * 37).toISOString().replace('Z', '1234Z')} ${line}\n`);
  write('##[group]Run npm ci && npm test');
  write('shell: /usr/bin/bash -e {0}');
  write('##[endgroup]');
  while (text.length < lines - 40) {
    const number = text.length;
    write(ORDINARY[number % ORDINARY.length]?.replace('#', String(number)) ?? '');
  }
  for (let number = 1; number <= 15; number++) {
    write(`src/module-${number}.ts(${number * 3},7): error TS2322: Type 'string' is not assignable to type 'number'.`);
    write(`  \u001b[31m●\u001b[39m suite ${number} › adds ${number} numbers`);
  }
  write('Tests:       15 failed, 812 passed, 827 total');
  write('##[error]Process completed with exit code 1.');
  return Buffer.from(text.join(''));
}

const ORDINARY = [
  'npm warn deprecated package-#@1.2.3: no longer maintained',
  '  \u001b[32m✓\u001b[39m test/unit/module-#.test.ts (12 tests) 34ms',
  'added # packages in 3s, 0 errors found',
  '#29 129.1 Get:1 http://archive.example.org/debian stable/main amd64 libc6 [2.7 MB]',
  'PASS test/feature-#.test.js',
  '    at Object.<anonymous> (/home/runner/work/app/app/src/feature.js:#:13)',
];
