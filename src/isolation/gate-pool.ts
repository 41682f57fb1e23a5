import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { type GateInput, type GateResult, PATCH_LIMITS, passGate } from '../policy/gate.ts';

/** Characters of a patch that are judged in a few milliseconds, whatever they are: less than a thread costs. */
const SMALL_PATCH = 32 * 1024;
/** The largest patch of the worst text takes a few seconds on a slow machine. */
const TIMEOUT_MS = 20_000;
const IDLE_MS = 10_000;
const MOST_WAITING = 64;

/** Holds patches against the gate, large ones off the event loop and for a bounded time. */
export interface GatePool {
  /** A patch that can't be judged in time does not pass. @throws whatever `signal` was aborted with */
  judge(input: GateInput, signal: AbortSignal): Promise<GateResult>;
  close(): Promise<void>;
}

/** Makes a pool. No thread starts before the first large patch. */
export function createGatePool({ timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {}): GatePool {
  let piscina: Piscina | undefined;
  const started = () => {
    piscina ??= new Piscina({
      filename: fileURLToPath(new URL('./gate-worker.ts', import.meta.url)),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      maxQueue: MOST_WAITING,
    });
    return piscina;
  };
  return {
    async judge(input, signal) {
      const size = input.edits.reduce((sum, { before, after }) => sum + before.length + after.length, 0);
      // What the gate refuses for its size it does not read.
      if (size <= SMALL_PATCH || input.edits.length > PATCH_LIMITS.files) return passGate(input);
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        return (await started().run(input, { signal: AbortSignal.any([signal, limit]) })) as GateResult;
      } catch (error) {
        if (signal.aborted || !limit.aborted) throw error;
        return { pass: false, reasons: ['The patch is too large to be judged in time.'], askable: false };
      }
    },
    close: async () => piscina?.close({ force: true }),
  };
}
