/**
 * Makes one call of many: what is asked for in one turn of the event loop, or while a call is under way, goes into the next.
 * So one statement and one commit serve all jobs that run at once, and a lone one waits for nobody.
 * @param work answers one result a key, in order; when it throws, all of its keys fail
 * @param most keys of one call
 */
export function gathered<Key, Result>(
  work: (keys: readonly Key[]) => Promise<readonly Result[]>,
  most: number,
): (key: Key) => Promise<Result> {
  const waiting: { key: Key; settle: PromiseWithResolvers<Result> }[] = [];
  let underWay = false;
  const workOff = async () => {
    while (waiting.length > 0) {
      const group = waiting.splice(0, most);
      try {
        const results = await work(group.map(({ key }) => key));
        for (const [index, { settle }] of group.entries()) settle.resolve(results[index] as Result);
      } catch (error) {
        for (const { settle } of group) settle.reject(error);
      }
    }
    underWay = false;
  };
  return (key) => {
    const settle = Promise.withResolvers<Result>();
    waiting.push({ key, settle });
    if (!underWay) setImmediate(workOff);
    underWay = true;
    return settle.promise;
  };
}
