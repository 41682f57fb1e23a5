/** Signals that come within this time are one, in milliseconds: Ctrl-C reaches us from the terminal and once more through the launcher. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Hears that the process is asked to stop, by SIGTERM or SIGINT. Asked once more, later, it leaves at once with exit status 1.
 * @param onStop called the first time
 * @param onLeave called right before it leaves at once
 */
export function onStopSignals(onStop: (signal: NodeJS.Signals) => void, onLeave?: (signal: NodeJS.Signals) => void): void {
  let askedAt: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    if (askedAt !== null && performance.now() - askedAt < SAME_SIGNAL_MS) return;
    if (askedAt !== null) {
      onLeave?.(signal);
      process.exit(1);
    }
    askedAt = performance.now();
    onStop(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
