// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub Actions are written so.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workflow, WorkflowFault } from '../../../src/sandbox/runner/contract.ts';
import { createWorkflowRunner } from '../../../src/sandbox/runner/index.ts';
import { MAX_WORKFLOW_BYTES } from '../../../src/sandbox/runner/workflow/read.ts';

const runner = createWorkflowRunner();
const PATH = '.github/workflows/ci.yml';
const read = (content: string): Workflow | WorkflowFault => runner.readWorkflow(PATH, content);
const JOB = 'jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo hi\n';

describe('a workflow file that can be read', () => {
  it('has the name of the file where it has none of its own, as on GitHub', () => {
    expect(read(`on: push\n${JOB}`)).toMatchObject({ name: PATH, events: ['push'] });
    expect(read(`name: CI\non: push\n${JOB}`)).toMatchObject({ name: 'CI' });
  });

  it.each([
    ['on: push', ['push']],
    ['on: [push, pull_request]', ['push', 'pull_request']],
    ['on:\n  push:\n  pull_request:\n    branches: main', ['push', 'pull_request']],
    [
      "on:\n  schedule:\n    - cron: '0 0 * * *'\n  workflow_dispatch:\n    inputs:\n      level: {type: string}",
      ['schedule', 'workflow_dispatch'],
    ],
    ['"on": workflow_dispatch', ['workflow_dispatch']],
  ])('takes %j', (on, events) => {
    const workflow = read(`${on}\n${JOB}`);
    expect('events' in workflow && [...workflow.events].sort()).toEqual([...events].sort());
  });

  it('survives being stored as JSON: what is needed to run it is in it', () => {
    const stored: Workflow = JSON.parse(JSON.stringify(read(`on: push\n${JOB}`)));
    expect(runner.isTriggeredBy(stored, { name: 'push', ref: 'refs/heads/main', changedPaths: [], payload: {} })).toBe(true);
  });
});

/** Each is refused by GitHub; the words are those of its workflow parser. */
const FAULTS: [why: string, content: string, line: number | null, message: string][] = [
  ['not YAML', 'on: push\njobs: {a: [}', 2, 'You have an error in your yaml syntax on line 2'],
  ['a custom tag', `on: !!js/function push\n${JOB}`, 1, 'You have an error in your yaml syntax'],
  ['a key twice', `on: push\non: push\n${JOB}`, 2, 'already defined'],
  ['empty', '', null, 'Unexpected value'],
  ['a list', '- a', 1, 'A sequence was not expected'],
  ['no jobs', 'on: push\n', 1, 'Required property is missing: jobs'],
  ['no on', JOB, 1, 'No event triggers defined in `on`'],
  ['unknown key', `on: push\nfoo: 1\n${JOB}`, 2, "Unexpected value 'foo'"],
  ['unknown event', `on: [push, foo]\n${JOB}`, 1, "Unexpected value 'foo'"],
  ['unknown filter', `on:\n  push:\n    branchs: [a]\n${JOB}`, 3, "Unexpected value 'branchs'"],
  ['a filter that is no pattern', `on:\n  push:\n    branches: ['[a']\n${JOB}`, 3, 'Invalid filter pattern'],
  ['a filter without patterns', `on:\n  push:\n    branches:\n${JOB}`, 3, "Unexpected value ''"],
  ['tags for a pull request', `on:\n  pull_request:\n    tags: [a]\n${JOB}`, 3, "Unexpected value 'tags'"],
  [
    'branches beside branches-ignore',
    `on:\n  push:\n    branches: [a]\n    branches-ignore: [b]\n${JOB}`,
    2,
    'you may only define one of `branches` and `branches-ignore`',
  ],
  ['no runs-on', 'on: push\njobs:\n  a:\n    steps:\n      - run: x\n', 3, 'Required property is missing: runs-on'],
  ['no steps', 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n', 3, 'Required property is missing: steps'],
  [
    'a step of nothing',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - name: x\n',
    6,
    'Required property is missing: run',
  ],
  [
    'unknown key of a step',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - run: x\n        wiht: 1\n',
    7,
    "Unexpected value 'wiht'",
  ],
  [
    'a job name that is no identifier',
    'on: push\njobs:\n  3a:\n    runs-on: u\n    steps: [{run: x}]\n',
    3,
    "The identifier '3a' is invalid",
  ],
  [
    'an unknown need',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps: [{run: x}]\n  b:\n    needs: c\n    runs-on: u\n    steps: [{run: x}]\n',
    7,
    "Job 'b' depends on unknown job 'c'.",
  ],
  [
    'jobs that need each other',
    'on: push\njobs:\n  a:\n    needs: b\n    runs-on: u\n    steps: [{run: x}]\n  b:\n    needs: a\n    runs-on: u\n    steps: [{run: x}]\n',
    2,
    'at least one job with no dependencies',
  ],
  [
    'a circle beside a free job',
    'on: push\njobs:\n  c:\n    runs-on: u\n    steps: [{run: x}]\n  a:\n    needs: b\n    runs-on: u\n    steps: [{run: x}]\n  b:\n    needs: a\n    runs-on: u\n    steps: [{run: x}]\n',
    7,
    'creates a cycle in the dependency graph',
  ],
  [
    'two steps of one id',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - {id: s, run: x}\n      - {id: S, run: x}\n',
    7,
    "The identifier 'S' may not be used more than once",
  ],
  [
    'an unknown context',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - run: echo ${{ foo.bar }}\n',
    6,
    "Unrecognized named-value: 'foo'. Located at position 1 within expression: foo.bar",
  ],
  [
    'an unknown function',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - run: echo ${{ nope() }}\n',
    6,
    "Unrecognized function: 'nope'",
  ],
  [
    'an expression without an end',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - run: echo ${{ github.sha\n',
    6,
    'The expression is not closed',
  ],
  // Source: context availability, https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability
  [
    'secrets in a condition',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - if: secrets.X\n        run: x\n',
    6,
    "Unrecognized named-value: 'secrets'",
  ],
  [
    'steps in the condition of a job',
    'on: push\njobs:\n  a:\n    if: steps.x.outcome\n    runs-on: u\n    steps: [{run: x}]\n',
    4,
    "Unrecognized named-value: 'steps'",
  ],
  [
    'hashFiles in the env of a job',
    "on: push\njobs:\n  a:\n    env:\n      H: ${{ hashFiles('a') }}\n    runs-on: u\n    steps: [{run: x}]\n",
    5,
    "Unrecognized function: 'hashFiles'",
  ],
  [
    'a status function in a run',
    'on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - run: echo ${{ failure() }}\n',
    6,
    "Unrecognized function: 'failure'",
  ],
  [
    'too deep an expression',
    `on: push\njobs:\n  a:\n    runs-on: u\n    steps:\n      - run: \${{ ${'('.repeat(60)}1${')'.repeat(60)} }}\n`,
    6,
    'Exceeded max expression depth',
  ],
];

describe('a workflow file that GitHub refuses', () => {
  it.each(FAULTS)('%s', (_why, content, line, message) => {
    const fault = read(content);
    expect(fault).toMatchObject({ path: PATH, line });
    expect('message' in fault && fault.message).toContain(message);
  });

  // The limit is the sandbox's own.
  it('too large', () => {
    expect(read(`# ${'x'.repeat(MAX_WORKFLOW_BYTES)}\non: push\n${JOB}`)).toMatchObject({
      message: expect.stringContaining('larger than'),
    });
  });

  it('aliases that multiply (the "billion laughs" attack)', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
    expect(read(['l0: &l0 [lol]', ...levels, 'on: push', JOB].join('\n'))).toHaveProperty('message');
  });

  it('is never an exception, whatever the text', () => {
    const piece = fc.constantFrom(
      'on',
      'jobs',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '${{',
      '}}',
      "'",
      '"',
      '|',
      '!!set',
      'steps',
      '<<',
      '\0',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(read(pieces.join(''))).toHaveProperty('path', PATH);
      }),
    );
  });
});
