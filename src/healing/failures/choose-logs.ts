/**
 * The most logs of a run that are read: each costs a request, and a diagnosis shall cost 15. Jobs that are run again all have
 * been read, for those are fewer.
 */
export const MOST_LOGS = 10;

/** The failed jobs whose logs are read: one of each matrix, then a second of each, and so on. Pure. */
export function chooseLogs<T extends { name: string }>(failed: readonly T[]): T[] {
  const matrices = [...Map.groupBy(failed, ({ name }) => matrixOf(name)).values()];
  const longest = Math.max(0, ...matrices.map((legs) => legs.length));
  const inTurn = Array.from({ length: longest }, (_, leg) => matrices.flatMap((legs) => legs[leg] ?? [])).flat();
  const chosen = new Set(inTurn.slice(0, MOST_LOGS));
  return failed.filter((job) => chosen.has(job));
}

/** `test` of `test (22, macos)`: what GitHub calls the legs of a matrix, unless the workflow names them otherwise. */
function matrixOf(name: string): string {
  const open = name.endsWith(')') ? name.lastIndexOf(' (') : -1;
  return open < 0 ? name : name.slice(0, open);
}
