import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where and of what the figures are taken, as lines of Markdown. Call it before the bench puts load on the machine. */
export async function describeMachine(now: Date): Promise<string[]> {
  const processors = cpus();
  return [
    `- Machine: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}`,
    `- Node: ${process.version}`,
    `- Commit: ${await describeCommit()}`,
    `- Load average before: ${loadavg()[0]?.toFixed(1)} (other work on the machine makes the figures worse)`,
    `- Taken: ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ];
}

async function describeCommit(): Promise<string> {
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    // The documents themselves change with each bench, so they do not count.
    const { stdout: changes } = await run('git', [
      'status',
      '--porcelain',
      '--',
      '.',
      ':!docs/performance.md',
      ':!docs/performance-api.md',
      ':!docs/performance-workers.md',
      ':!docs/accuracy.md',
    ]);
    return `${commit.trim()}${changes.trim() === '' ? '' : ', with changes not yet committed'}`;
  } catch {
    return 'not a git checkout';
  }
}
