import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactFile, redactForAgent, restored } from '../../../src/agents/redaction.ts';
import { PLANTED } from './planted-secrets.ts';
import { aFailure, aTask, compose, LABEL } from './tasks.ts';

const PERSONAL: readonly [name: string, text: string, data?: string][] = [
  ['an e-mail address', 'mona.lisa+ci@example.com'],
  ['an IPv4 address', '203.0.113.77'],
  ['an IPv6 address', '2001:db8:85a3::8a2e:370:7334'],
  ['a phone number', '+49 30 901820'],
  ['a phone number of North America', '(555) 010-4477'],
  ['a name in a home folder', '/home/mlisa/shop', 'mlisa'],
  ['a name in a home folder on macOS', '/Users/mona.lisa/shop', 'mona.lisa'],
  ['a name in a home folder on Windows', 'C:\\Users\\mlisa\\shop', 'mlisa'],
];

/** Protects people and their secrets: nothing of the kind is sent to an agent, wherever it stood. */
describe('what is sent to an agent', () => {
  it('is held against at least 40 shapes of secrets', () => {
    expect(PLANTED.length).toBeGreaterThanOrEqual(40);
  });

  it.each(PLANTED)('holds no secret: $name', ({ text, secret }) => {
    const { question } = compose(
      aTask({
        branch: text.slice(0, 250),
        pullRequestTitle: text,
        failures: [
          aFailure({
            jobName: text,
            excerpt: `log: ${text}`,
            diagnostics: [{ tool: 'x', path: null, line: null, column: null, code: null, message: text }],
            failedTests: [{ name: text, suite: text, file: null, line: null, message: text, frame: null }],
          }),
        ],
        files: [{ path: 'src/cart.js', content: `// ${text}\n`, lines: [] }],
        earlier: [{ patch: `+${text}`, result: text, excerpt: text }],
      }),
    );
    const sent = question.instructions + question.prompt;
    for (const line of secret.split('\n').filter((one) => !one.startsWith('-----'))) expect(sent).not.toContain(line);
  });

  it.each(PERSONAL)('holds no personal data: %s', (_name, text, data = text) => {
    expect(redactForAgent(`by ${text} at noon`)).not.toContain(data);
  });

  it.each([
    '/home/runner/work/shop/shop/src/cart.ts:12:5',
    'C:\\Users\\runneradmin\\work',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'std::vector<int>::iterator',
    'const total = price * 1.19 + items[0]; // 10:24:33',
    'password: string; token: Token; if (!secret) throw new Error("no secret");',
    '@@ -12,3 +14,5 @@',
    'expected 123 to be 456-789',
  ])('keeps what only looks so: %s', (text) => {
    expect(redactForAgent(text)).toBe(text);
  });
});

describe('what is taken out of a file', () => {
  const text = 'const key = "sk_live_0123456789abcdefghij";\nmail("mona@example.com", "mona@example.com");\n';

  it('comes back where it was, and only in that file', () => {
    const redaction = redactFile(text, LABEL);
    expect(redaction.text).not.toContain('mona@');
    expect(restored(redaction.text, redaction, LABEL)).toBe(text);
    expect(restored(`[redacted-${LABEL}-9]`, redaction, LABEL)).toBeNull();
    expect(restored(`[redacted-${LABEL}-1`, redaction, LABEL)).toBeNull();
  });

  it('comes back whatever the file holds', () => {
    const piece = fc.constantFrom('a@b.example', '10.1.2.3', 'x', '\n', '[redacted-', LABEL, ']', '$&', '-1', 'TOKEN=abcdefgh');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const file = pieces.join(' ');
        const redaction = redactFile(file, LABEL);
        // A file that holds the label of a question that was not asked yet can only be made up by this test.
        if (!file.includes(`[redacted-${LABEL}-`)) expect(restored(redaction.text, redaction, LABEL)).toBe(file);
      }),
    );
  });
});
