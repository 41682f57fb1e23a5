import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplainOptions, runExplain } from '../../../src/cli/explain.ts';

const LOG = `> prettier --check src

Checking formatting...
[warn] src/cart.js
[warn] Code style issues found in the above file. Run Prettier with --write to fix.
##[error]Process completed with exit code 1.
`;

/** Protects that people can see what a file would do before it counts, and which line of it. */
describe('regreen explain', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-explain-'));
    await writeFile(join(folder, 'own.yml'), 'causes:\n  formatting: { fix: ask }\n');
    await writeFile(join(folder, 'org.yml'), '# all\nmode: fix\nreruns: false\n');
    await writeFile(join(folder, 'broken.yml'), 'mode: fix\ncauses:\n  formatting: nver\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function explain(options: Partial<ExplainOptions>) {
    const [out, err]: [string[], string[]] = [[], []];
    const status = await runExplain(
      '-',
      { branch: 'topic', defaultBranch: 'main', workflow: '.github/workflows/ci.yml', job: 'build', ...options },
      {
        stdin: (async function* () {
          yield new TextEncoder().encode(LOG);
        })(),
        stdout: { write: (text) => out.push(text) },
        stderr: { write: (text) => err.push(text) },
      },
    );
    return { status, out: out.join(''), err: err.join('') };
  }

  it('names the rule and its line, from whichever file', async () => {
    const { status, out } = await explain({ config: join(folder, 'own.yml'), orgConfig: join(folder, 'org.yml') });
    expect(status).toBe(0);
    expect(out).toContain(`ask Fix: ask (${folder}/own.yml:2) causes.formatting.fix`);
    expect(out).toContain(`yes Show it: mode (${folder}/org.yml:2) mode`);
    expect(out).toContain(`no  Run again: reruns-off (${folder}/org.yml:3) reruns`);
    expect(out).toContain('Mode: fix');
  });

  it('says the same as data', async () => {
    const { out } = await explain({ config: join(folder, 'own.yml'), serverConfig: join(folder, 'org.yml'), json: true });
    const { cause, verdict, decision } = JSON.parse(out);
    expect([cause.category, verdict.kind]).toEqual(['formatting', 'change']);
    expect(decision.remedies.find(({ remedy }: { remedy: string }) => remedy === 'rerun')).toMatchObject({
      rule: 'reruns-off',
      place: { layer: 'server', line: 3 },
    });
  });

  it('supposes what it is told to: a fork, a push, a verdict', async () => {
    const config = join(folder, 'org.yml');
    expect((await explain({ config, fork: true })).out).toContain('no  Fix: fork (built-in)');
    expect((await explain({ config, fork: true })).out).toContain('yes Suggest: mode');
    expect((await explain({ config, pullRequest: false })).out).toContain('a push to topic');
    expect((await explain({ config, verdict: 'upstream' })).out).toContain('no  Fix: upstream (built-in)');
  });

  it('tells the faults of a file, and what is left of it', async () => {
    const { status, out, err } = await explain({ config: join(folder, 'broken.yml') });
    expect(status).toBe(1);
    expect(err).toMatch(/^regreen explain: .*broken\.yml:3: causes\.formatting: /);
    expect(out).toContain('no  Fix: config-broken');
  });

  it('says which file it can not read', async () => {
    const { status, err } = await explain({ config: join(folder, 'none.yml') });
    expect(status).toBe(1);
    expect(err).toContain('none.yml');
  });
});
