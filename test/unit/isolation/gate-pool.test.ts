import { afterAll, describe, expect, it } from 'vitest';
import { createGatePool } from '../../../src/isolation/gate-pool.ts';
import type { GateInput } from '../../../src/policy/gate.ts';

const { signal } = new AbortController();

function patch(path: string, before: string, after: string): GateInput {
  return { edits: [{ path, before, after }], namedPaths: [path], protectedPaths: [] };
}

/** Protects the event loop, and with it every other repository, from patches that are slow to judge. */
describe('the gate', () => {
  const gate = createGatePool();
  afterAll(() => gate.close());

  it('judges large patches as small ones, off the event loop', async () => {
    const layout = 'export const a  =  1;\n'.repeat(4_000);
    const cheat = `${layout}// eslint-disable-next-line\n`;
    let ticks = 0;
    const watch = setInterval(() => {
      ticks += 1;
    }, 1);
    const judged = await Promise.all([
      gate.judge(patch('src/a.ts', layout, layout.replaceAll('  =  ', ' = ')), signal),
      gate.judge(patch('src/a.ts', layout, cheat), signal),
      gate.judge(patch('src/a.ts', 'const a  = 1;\n', 'const a = 1;\n'), signal),
    ]);
    clearInterval(watch);
    expect(judged).toEqual([{ pass: true }, { pass: false, askable: false, reasons: [expect.any(String)] }, { pass: true }]);
    expect(ticks).toBeGreaterThan(0);
  });

  it('lets nothing pass that it can’t judge in time', async () => {
    const hasty = createGatePool({ timeoutMs: 1 });
    const before = 'expect(x).toBe(1);\n'.repeat(20_000);
    const judged = await hasty.judge(patch('test/a.test.ts', before, before.replaceAll('(1)', '(2)')), signal);
    await hasty.close();
    expect(judged).toEqual({ pass: false, askable: false, reasons: ['The patch is too large to be judged in time.'] });
  });

  it('gives up with the job that asked', async () => {
    const job = new AbortController();
    const before = '{'.repeat(200_000);
    const judged = gate.judge(patch('test/a.test.ts', before, `${before}{`), job.signal);
    job.abort(new Error('the job has ended'));
    await expect(judged).rejects.toThrow();
  });
});
