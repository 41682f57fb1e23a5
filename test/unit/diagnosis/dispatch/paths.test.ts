import { describe, expect, it } from 'vitest';
import { withoutWorkspace } from '../../../../src/diagnosis/dispatch/paths.ts';

// Annotations need paths of the repository; a path that is cut wrongly lands on no line at all.
describe('paths', () => {
  it.each([
    ['/home/runner/work/shop/shop/src/a.ts', 'src/a.ts'],
    ['/Users/runner/work/shop/shop/src/a.ts', 'src/a.ts'],
    ['/__w/shop/shop/src/a.ts', 'src/a.ts'],
    ['/github/workspace/src/a.ts', 'src/a.ts'],
    ['D:\\a\\shop\\shop\\src\\a.ts', 'src\\a.ts'],
    ['D:/a/shop/shop/src/a.ts', 'src/a.ts'],
    ['/opt/runner/_work/shop/shop/src/a.ts', 'src/a.ts'],
    ['file:///home/runner/work/shop/shop/src/a.ts', 'src/a.ts'],
    ['/home/runner/work/shop/other/src/a.ts', '/home/runner/work/shop/other/src/a.ts'],
    ['/usr/lib/a.ts', '/usr/lib/a.ts'],
    // one file, whichever case a tool writes the drive in
    ['c:\\shop\\src\\a.cpp', 'C:\\shop\\src\\a.cpp'],
    ['./src/a.ts', './src/a.ts'],
    ['src/a.ts', 'src/a.ts'],
  ])('%s becomes %s', (path, expected) => {
    expect(withoutWorkspace(path)).toBe(expected);
  });
});
