import { afterEach, expect, it } from 'vitest';
import { onStopSignals } from '../../src/stop-signals.ts';

const before = new Map((['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, process.listeners(signal)]));

afterEach(() => {
  for (const [signal, listeners] of before) {
    for (const listener of process.listeners(signal)) if (!listeners.includes(listener)) process.off(signal, listener);
  }
});

// Ctrl-C reaches a program from the terminal and once more through the launcher: the second one must not cut off what the first began.
it('takes signals that come at once for one', () => {
  const heard: NodeJS.Signals[] = [];
  onStopSignals((signal) => heard.push(signal));
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) process.emit(signal, signal);
  expect(heard).toEqual(['SIGINT']);
});
