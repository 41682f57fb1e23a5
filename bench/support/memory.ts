import { readdir, readFile } from 'node:fs/promises';

/** Megabytes (PSS: shared pages are divided among those who share them) of a process and all below it. Linux only. */
export async function memoryOfTree(root: number): Promise<number> {
  const parents = await parentsOfProcesses();
  const tree = [root];
  for (const pid of tree) tree.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  const kilobytes = await Promise.all(tree.map(proportionalKilobytes));
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1_024;
}

async function parentsOfProcesses(): Promise<[pid: number, parent: number][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)));
  // The name in parentheses may hold anything; the parent is the second field after it (man 5 proc).
  return stats.flatMap((stat, index) =>
    stat === null ? [] : [[Number(pids[index]), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as [number, number]],
  );
}

async function proportionalKilobytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
