import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ConfigReading, layConfigs } from '../../src/config/effective-config.ts';
import { readConfigFile } from '../../src/config/read-config-file.ts';
import { createLogAnalyzer } from '../../src/diagnosis/analyzer.ts';
import { decideAgain } from '../../src/healing/failures/decide-again.ts';
import { decisionFor } from '../../src/policy/decide.ts';
import { passGate } from '../../src/policy/gate.ts';
import type { Remedy } from '../../src/policy/types.ts';
import type { VerdictKind } from '../../src/policy/verdict.ts';

const FOLDER = new URL('../../examples/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));
const textOf = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** Logs of failed jobs, each with a cause of its own. */
const LOGS = {
  formatting: formatted('apps/web/a.js'),
  elsewhere: formatted('apps/shop/a.js'),
  generated: formatted('apps/web/generated/a.js'),
  compile: "##[group]Run npx tsc\n##[endgroup]\nsrc/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.\n",
  imports: "##[group]Run npx tsc\n##[endgroup]\nsrc/a.ts(1,1): error TS6133: 'b' is declared but its value is never read.\n",
  network: '##[group]Run npm ci\n##[endgroup]\nnpm error code ECONNRESET\nnpm error network read ECONNRESET\n',
};

function formatted(path: string): string {
  return `##[group]Run npx prettier --check .\n##[endgroup]\nChecking formatting...\n[warn] ${path}\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.\n##[error]Process completed with exit code 1.\n`;
}

interface Failed {
  log: keyof typeof LOGS;
  verdict?: VerdictKind;
  branch?: string;
  job?: string;
  workflow?: string;
  fork?: boolean;
}

function read(...names: string[]): ConfigReading {
  const layers = names.map((name, index) => ({
    layer: index < names.length - 1 ? ('organization' as const) : ('repository' as const),
    file: name,
    text: textOf(name),
  }));
  return layConfigs(layers);
}

/** What an example makes of a failure, as `remedy: verdict (rule)` of what is asked for. */
function decided(policy: ConfigReading, failed: Failed, remedy: Remedy): string {
  const analyzer = createLogAnalyzer({});
  analyzer.push(Buffer.from(LOGS[failed.log]));
  const diagnosis = analyzer.finish();
  const failure = {
    headSha: '',
    runUrl: '',
    runAttempt: 1,
    jobName: failed.job ?? 'build',
    cause: diagnosis.cause.category,
    diagnosis,
    printedDiffs: analyzer.printedDiffs(),
    verdict: { kind: failed.verdict ?? ('change' as const), evidence: [] },
    workflowPath: failed.workflow ?? '.github/workflows/ci.yml',
    branch: failed.branch ?? 'topic',
    headRepository: failed.fork ? 'somebody/fork' : 'octo/shop',
    pullRequestNumber: 1,
  };
  const decision = decideAgain(failure, policy, { repository: 'octo/shop', defaultBranch: 'main', agents: ['anthropic'] });
  const { verdict, rule } = decisionFor(decision, remedy);
  return verdict === 'allowed' ? verdict : `${verdict}: ${rule}`;
}

/** Protects people who copy an example: it does what its words say. */
describe('examples/', () => {
  it.each(FILES)('%s has no fault, and its row in the README', (name) => {
    expect(readConfigFile(textOf(name)).faults).toEqual([]);
    expect(textOf('README.md')).toContain(`| [${name}](${name}) |`);
  });

  it.each<[string, Failed, Remedy, string]>([
    ['observe-only.yml', { log: 'formatting' }, 'annotate', 'refused: mode'],
    ['diagnose-only.yml', { log: 'formatting' }, 'annotate', 'allowed'],
    ['diagnose-only.yml', { log: 'formatting' }, 'fix', 'refused: mode'],
    ['formatting-only.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['formatting-only.yml', { log: 'imports' }, 'fix', 'refused: never'],
    ['formatting-only.yml', { log: 'imports' }, 'annotate', 'allowed'],
    ['formatting-only.yml', { log: 'network', verdict: 'infrastructure' }, 'rerun', 'refused: reruns-off'],
    ['merge-formatting.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['merge-formatting.yml', { log: 'imports' }, 'fix', 'asked: ask'],
    ['suggestions.yml', { log: 'formatting' }, 'suggest', 'allowed'],
    ['suggestions.yml', { log: 'formatting', fork: true }, 'fix', 'refused: fork'],
    ['suggestions.yml', { log: 'formatting', fork: true }, 'suggest', 'allowed'],
    ['commit-to-branch.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['commit-to-branch.yml', { log: 'imports' }, 'fix', 'refused: fixer-off'],
    ['monorepo.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['monorepo.yml', { log: 'generated' }, 'fix', 'asked: protected-paths'],
    ['monorepo.yml', { log: 'formatting', branch: 'release/1.0' }, 'fix', 'refused: branch'],
    ['monorepo.yml', { log: 'formatting', branch: 'release/1.0' }, 'annotate', 'allowed'],
    ['monorepo.yml', { log: 'formatting', job: 'benchmark (linux)' }, 'annotate', 'refused: job-ignored'],
    ['monorepo.yml', { log: 'formatting', workflow: '.github/workflows/nightly.yml' }, 'annotate', 'refused: workflow-ignored'],
    ['approvals.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['approvals.yml', { log: 'imports' }, 'fix', 'asked: ask'],
    ['approvals.yml', { log: 'network', verdict: 'infrastructure' }, 'rerun', 'asked: ask'],
    ['flaky-tests.yml', { log: 'network', verdict: 'infrastructure' }, 'rerun', 'allowed'],
    ['flaky-tests.yml', { log: 'compile', verdict: 'flake' }, 'rerun', 'refused: flaky-reruns-off'],
    ['coding-agent.yml', { log: 'compile' }, 'delegate', 'asked: ask'],
    ['coding-agent.yml', { log: 'formatting' }, 'delegate', 'refused: agent-causes'],
    ['action-with-own-command.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['organization-default.yml', { log: 'formatting' }, 'fix', 'allowed'],
    ['organization-default.yml', { log: 'imports' }, 'fix', 'asked: ask'],
  ])('%s with %o: %s is %s', (name, failed, remedy, expected) => {
    expect(decided(read(name), failed, remedy)).toBe(expected);
  });

  it('an exception lies over the organisation’s default, and leaves the rest of it', () => {
    const both = read('organization-default.yml', 'organization-exception.yml');
    expect(decided(both, { log: 'formatting' }, 'fix')).toBe('refused: mode');
    expect(both.config.approvals.expiresAfterHours).toBe(48);
  });

  it('monorepo.yml lets no fix touch the folder of a team that has not asked', () => {
    const { allowed, protected: protectedPaths } = read('monorepo.yml').config.paths;
    const touched = (path: string) =>
      passGate({
        edits: [{ path, before: 'const a = 1\n', after: 'const a = 1;\n' }],
        namedPaths: [path],
        allowedPaths: allowed,
        protectedPaths,
      });
    expect(touched('apps/web/a.js')).toEqual({ pass: true });
    expect(touched('apps/shop/a.js')).toMatchObject({ pass: false, askable: false });
    expect(touched('packages/ui/generated/a.js')).toMatchObject({ pass: false, askable: true });
  });

  it('approvals.yml asks about a patch of a migration; no example lets a workflow file through', () => {
    const touched = (path: string, name: string) =>
      passGate({
        edits: [{ path, before: 'a: 1\n', after: 'a: 2\n' }],
        namedPaths: [path],
        protectedPaths: read(name).config.paths.protected,
      });
    expect(touched('db/migrations/1.yml', 'approvals.yml')).toMatchObject({ pass: false, askable: true });
    for (const name of FILES) expect(touched('.github/workflows/ci.yml', name), name).toMatchObject({ pass: false });
  });

  it('quiet-notifications.yml tells of red and green only, in its channels only', () => {
    const { notifications } = read('quiet-notifications.yml').config;
    const told = Object.entries(notifications.events).flatMap(([kind, on]) => (on ? [kind] : []));
    expect(told).toEqual(expect.arrayContaining(['went-red', 'green-again']));
    expect(told).not.toContain('still-red');
    expect(notifications.channels).toEqual(['ci-alerts', 'tracker']);
  });

  it('action-with-own-command.yml names a command, and no other example does', () => {
    const named = FILES.filter((name) => read(name).config.fix !== null);
    expect(named).toEqual(['action-with-own-command.yml']);
  });
});
