import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { analyzeLog } from '../../../src/diagnosis/analyzer.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { type AnalysisPool, type AnalysisPoolOptions, createAnalysisPool } from '../../../src/isolation/analysis-pool.ts';

const LOG = Buffer.from("a.ts(1,2): error TS2304: Cannot find name 'x'.\n".repeat(50));
const pools: AnalysisPool[] = [];

function pool(options?: AnalysisPoolOptions): AnalysisPool {
  const made = createAnalysisPool(options);
  pools.push(made);
  return made;
}

async function* chunks(log: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < log.length; start += size) yield log.subarray(start, start + size);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.close()));
});

describe('the analysis threads', () => {
  it('say what the analyser says, for bytes and for a stream, and leave the caller its memory', async () => {
    const threads = pool();
    const expected = analyzeLog(LOG);
    expect(await threads.analyze(LOG)).toEqual(expected);
    expect(await threads.analyze(chunks(LOG, 7))).toEqual(expected);
    expect(LOG.toString()).toMatch(/^a\.ts/);
    expect((await threads.analyzeWithText(LOG)).excerptTexts[0]?.[0]).toEqual({
      line: 1,
      text: "a.ts(1,2): error TS2304: Cannot find name 'x'.",
    });
  });

  it('read the green log first when there is one', async () => {
    const diagnosis = await pool().analyze(LOG, { baseline: LOG });
    expect(diagnosis.cause.category).toBe('unknown');
  });

  it('answer with what they have read when the time for it is up, and say so', async () => {
    const long = Buffer.concat([LOG, Buffer.from('all is well\n'.repeat(20_000))]);
    const diagnosis = await pool({ budgetMs: 0 }).analyze(long);
    expect(diagnosis).toMatchObject({ partial: true, lines: 20_050, cause: { category: 'compile-error' } });
    expect(await pool().analyze(long)).not.toHaveProperty('partial');
  });

  it("use the repository's own problem matchers", async () => {
    const problemMatchers = [{ owner: 'till', pattern: [{ regexp: '^TILL (.*)$', message: 1 }] }];
    const log = Buffer.from('TILL drawer is open\n');
    expect((await pool().analyze(log, { problemMatchers })).diagnostics).toMatchObject([
      { tool: 'till', message: 'drawer is open' },
    ]);
  });

  it('start with the first log and end when idle', async () => {
    const threads = pool({ idleTimeoutMs: 20 });
    expect(threads.threadCount).toBe(0);
    await threads.analyze(LOG);
    expect(threads.threadCount).toBe(1);
    await until(() => threads.threadCount === 0);
    await threads.analyze(LOG);
  });

  it('hold only a few chunks of a log that comes faster than it is read', async () => {
    const threads = pool({ maxThreads: 1 });
    let pulled = 0;
    const gate = Promise.withResolvers<void>();
    const slow = (async function* () {
      yield LOG;
      await gate.promise;
    })();
    const first = threads.analyze(slow);
    await until(() => threads.threadCount === 1);
    // The only thread is taken: a second log is not pulled beyond its first chunk.
    const second = threads.analyze(
      (async function* () {
        for (; pulled < 1_000; pulled++) yield LOG;
      })(),
    );
    await nextTurn();
    expect(pulled).toBeLessThanOrEqual(1);
    gate.resolve();
    await first;
    expect((await second).lines).toBe(50_000);
  });

  it("pass on the error of the log's source and go on with the next log", async () => {
    const threads = pool();
    const broken = (async function* () {
      yield LOG;
      throw new TypeError('the line is dead');
    })();
    await expect(threads.analyze(broken)).rejects.toThrow(new TypeError('the line is dead'));
    expect((await threads.analyze(LOG)).lines).toBe(50);
  });

  it('give up after the time limit, with a typed error, and serve the next log', async () => {
    const threads = pool({ taskTimeoutMs: 1_500 });
    const endless = (async function* () {
      for (;;) {
        yield LOG;
        await nextTurn();
      }
    })();
    await expect(threads.analyze(endless)).rejects.toMatchObject({ code: 'ANALYSIS_TIMEOUT', status: 503 });
    expect((await threads.analyze(LOG)).lines).toBe(50);
  });

  it('give up when the caller does', async () => {
    const control = new AbortController();
    const waiting = pool().analyze(
      (async function* () {
        yield LOG;
        await once(control.signal, 'abort');
      })(),
      { signal: control.signal },
    );
    control.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ANALYSIS_CANCELLED' });
  });

  it('refuse logs once closed', async () => {
    const threads = pool();
    await threads.close();
    await expect(threads.analyze(LOG)).rejects.toThrow(UnavailableError);
  });
});
