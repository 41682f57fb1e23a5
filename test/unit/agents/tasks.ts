import { readAnswer } from '../../../src/agents/answer.ts';
import { applyAnswer } from '../../../src/agents/apply-answer.ts';
import { type ComposedQuestion, composeQuestion } from '../../../src/agents/prompt.ts';
import type { AgentTask } from '../../../src/agents/types.ts';
import { type Edit, passGate } from '../../../src/policy/gate.ts';

export const LABEL = '00112233445566778899aabbccddeeff';

export const CART = 'export function total(items) {\n  return items.length;\n}\n';
export const CART_TEST = "import { total } from '../src/cart.js';\ntest('adds', () => expect(total([1])).toBe(1));\n";

/** Every path of the commit. */
export const PATHS = new Set([
  'src/cart.js',
  'src/other.js',
  'test/cart.test.js',
  'package.json',
  '.github/workflows/ci.yml',
  '.github/regreen.yml',
  'infra/secrets.tf',
]);

export function aTask(change: Partial<AgentTask> = {}): AgentTask {
  return {
    repository: 'octo/shop',
    branch: 'discount',
    pullRequestTitle: 'Add a discount',
    failures: [aFailure()],
    files: [
      { path: 'src/cart.js', content: CART, lines: [2] },
      { path: 'test/cart.test.js', content: CART_TEST, lines: [2] },
    ],
    rules: [],
    limits: { files: 10, bytes: 256 * 1024, paths: ['**'], newFiles: [] },
    earlier: [],
    ...change,
  };
}

export function aFailure(change: Partial<AgentTask['failures'][number]> = {}): AgentTask['failures'][number] {
  return {
    jobName: 'test',
    workflowPath: '.github/workflows/ci.yml',
    cause: 'test-failure',
    diagnostics: [{ tool: 'jest', path: 'src/cart.js', line: 2, column: 1, code: null, message: 'wrong' }],
    failedTests: [{ name: 'adds', suite: 'cart', file: 'test/cart.test.js', line: 2, message: 'expected 2', frame: null }],
    excerpt: 'expected 2, received 1',
    ...change,
  };
}

export function compose(task: AgentTask): ComposedQuestion {
  return composeQuestion(task, { label: LABEL, maxOutputTokens: 4_000 });
}

/** All that would be pushed of an answer: nothing when it can't be taken over or the gate refuses it. */
export function pushedOf(task: AgentTask, given: unknown): Edit[] {
  const { shown } = compose(task);
  const answer = readAnswer(given, { inputTokens: 1, outputTokens: 1 });
  const applied = applyAnswer(answer, { shown, paths: PATHS, limits: task.limits, label: LABEL });
  if ('refusal' in applied || applied.edits.length === 0) return [];
  const namedPaths = applied.edits.map(({ path }) => path);
  const gate = passGate({ edits: applied.edits, namedPaths, allowedPaths: ['**'], protectedPaths: ['infra/**'] });
  return gate.pass ? applied.edits : [];
}
