import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Ticks of /proc a second: USER_HZ, 100 on every Linux that Node runs on (man 7 time). */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has taken, all its threads together, in seconds. Linux only. */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // utime and stime are the 14th and 15th field; the name in parentheses, the second, may hold anything (man 5 proc).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Processor time that everything on this machine has taken, in seconds. */
export async function processorSecondsOfMachine(): Promise<number> {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1_000;
}
