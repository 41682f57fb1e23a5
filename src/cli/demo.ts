import { runDemo } from '../demo/demo.ts';
import { onStopSignals } from '../stop-signals.ts';

/** Runs the demo. @returns the exit status: 0, or 1 with the reason on stderr */
export async function runDemoCommand(options: { keep?: boolean }): Promise<number> {
  const stop = new AbortController();
  onStopSignals(() => stop.abort(new Error('it was told to')));
  try {
    await runDemo({ keep: options.keep ?? false, stream: process.stdout, signal: stop.signal });
    return 0;
  } catch (error) {
    process.stderr.write(`The demo stopped: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') process.stderr.write(`${error.hint}\n`);
    return 1;
  }
}
