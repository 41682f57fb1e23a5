import type { FailedTest } from '../../diagnosis/types.ts';

const LONGEST_KEY = 500;

/** How one test is known over time: by its file, suite and name, none of which say where in the file it stands. */
export function testKey({ file, suite, name }: Pick<FailedTest, 'file' | 'suite' | 'name'>): string {
  return [file, suite, name]
    .filter((part) => part !== null && part !== '')
    .join(' › ')
    .slice(0, LONGEST_KEY);
}
