import { describe, expect, it } from 'vitest';
import { chooseLogs } from '../../../src/healing/failures/choose-logs.ts';

function legs(name: string, count: number): { name: string }[] {
  return Array.from({ length: count }, (_, leg) => ({ name: `${name} (${leg})` }));
}

function chosen(names: readonly { name: string }[]): string[] {
  return chooseLogs(names).map(({ name }) => name);
}

/** Protects the number of requests, and the causes that a large matrix must not hide. */
describe('the logs that are read', () => {
  it('are those of ten failed jobs, in the order of the jobs', () => {
    const jobs = ['lint', 'types', 'unit'].map((name) => ({ name }));
    expect(chosen(jobs)).toEqual(['lint', 'types', 'unit']);
    expect(chosen(legs('test', 10))).toHaveLength(10);
    expect(chosen(legs('test', 256))).toEqual(legs('test', 10).map(({ name }) => name));
    expect(chosen([])).toEqual([]);
  });

  it('leave out legs of a matrix before jobs of another name', () => {
    const jobs = [...legs('test (node', 200), { name: 'lint' }, ...legs('caller / build', 100), { name: 'types' }];
    const names = chosen(jobs);
    expect(names).toHaveLength(10);
    expect(names).toEqual(expect.arrayContaining(['lint', 'types']));
    expect(names.filter((name) => name.startsWith('test'))).toHaveLength(4);
    expect(names.filter((name) => name.startsWith('caller / build'))).toHaveLength(4);
  });

  it('are of ten jobs also where every job has another name', () => {
    const jobs = Array.from({ length: 30 }, (_, index) => ({ name: `job ${index}` }));
    expect(chosen(jobs)).toEqual(jobs.slice(0, 10).map(({ name }) => name));
  });
});
