import { describe, expect, it } from 'vitest';
import { State } from '../../../src/sandbox/state/state.ts';
import { waitFor } from '../../../src/sandbox/wait-for.ts';

/** Protects the tests that wait on the sandbox: by changes, never by sleeping, and not for ever. */
describe('waitFor', () => {
  it('answers at once when it is so already, and after the change when it comes to be', async () => {
    const state = new State();
    expect(await waitFor(state, () => 'now')).toBe('now');
    let ready = false;
    const waiting = waitFor(state, () => ready && 'later');
    ready = true;
    state.changed();
    expect(await waiting).toBe('later');
  });

  it('sees a change that comes while it is asking', async () => {
    const state = new State();
    let asked = 0;
    const waiting = waitFor(state, async () => {
      asked += 1;
      if (asked === 1) state.changed();
      return asked > 1 && asked;
    });
    expect(await waiting).toBe(2);
  });

  it('gives up with the reason, and hands on errors', async () => {
    const state = new State();
    await expect(waitFor(state, () => null, { timeoutMs: 5, what: 'the fix' })).rejects.toThrow(
      'the fix did not come about within 5 ms',
    );
    const failing = waitFor(state, () => {
      throw new Error('boom');
    });
    await expect(failing).rejects.toThrow('boom');
  });
});
