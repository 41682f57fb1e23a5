import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentedWorkflow } from '../../../scripts/demo-action.ts';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';
import { createWorkflowRunner, isWorkflowFault } from '../../../src/sandbox/runner/index.ts';

const page = await readFile(new URL('../../../docs/action.md', import.meta.url), 'utf8');
const metadata = parse(await readFile(new URL('../../../action.yml', import.meta.url), 'utf8')) as {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
};
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const workflows = examples.filter((text) => text.includes('jobs:'));

/** Protects people who copy from docs/action.md. */
describe('docs/action.md', () => {
  it('has workflows that GitHub would take, with inputs that the action has', () => {
    expect(workflows.length).toBeGreaterThanOrEqual(2);
    for (const text of workflows) {
      const read = createWorkflowRunner().readWorkflow('.github/workflows/example.yml', text);
      expect(isWorkflowFault(read) ? read : null).toBeNull();
      const steps = Object.values((parse(text) as Workflow).jobs).flatMap((job) => job.steps);
      const ours = steps.filter(({ uses }) => uses?.startsWith('regreen/regreen@'));
      expect(ours).toHaveLength(1);
      for (const step of ours) expect(Object.keys(metadata.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
    }
  });

  it('has the workflow that npm run demo:action plays', () => {
    const { jobs } = parse(documentedWorkflow(page)) as Workflow;
    expect(jobs['check']?.steps.at(-1)).toEqual({ run: 'npm run check:format' });
    expect(jobs['regreen']?.steps.at(-1)?.uses).toMatch(/^regreen\/regreen@v\d+$/);
    expect(() => documentedWorkflow('# A page\n')).toThrow('no workflow');
  });

  it('has files of regreen.yml without faults', () => {
    const files = examples.filter((text) => !text.includes('jobs:'));
    expect(files.length).toBeGreaterThanOrEqual(1);
    for (const text of files) expect(readRepositoryConfig(text).faults).toEqual([]);
  });

  it('names every input and output', () => {
    for (const name of [...Object.keys(metadata.inputs), ...Object.keys(metadata.outputs)]) {
      expect(page).toContain(`\`${name}\``);
    }
  });
});

describe('action.yml', () => {
  it('runs what the build makes, and takes no token from anybody but the workflow by default', () => {
    expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/action/index.js' });
    const own = '$'.concat('{{ github.token }}');
    expect(Object.values(metadata.inputs).map((input) => input.default)).toEqual([own, own]);
  });
});

interface Workflow {
  jobs: Record<string, { steps: { uses?: string; with?: Record<string, unknown> }[] }>;
}
