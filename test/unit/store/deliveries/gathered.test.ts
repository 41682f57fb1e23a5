import { describe, expect, it } from 'vitest';
import { gathered } from '../../../../src/store/deliveries/gathered.ts';

/** Protects the claims of deliveries: each asks for one, and none may hear the answer of another. */
describe('what is gathered', () => {
  it('goes together when it is asked for at once, and while a call is under way, and each hears its own answer', async () => {
    const calls: number[][] = [];
    const gate = Promise.withResolvers<void>();
    const double = gathered(async (keys: readonly number[]) => {
      calls.push([...keys]);
      if (calls.length === 1) await gate.promise;
      return keys.map((key) => key * 2);
    }, 3);
    const first = [double(1), double(2)];
    await new Promise(setImmediate);
    const later = [double(3), double(4), double(5), double(6)];
    gate.resolve();
    expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(calls).toEqual([[1, 2], [3, 4, 5], [6]]);
    expect(await double(7)).toBe(14);
  });

  it('fails together, and the next goes its way', async () => {
    let fails = true;
    const ask = gathered(async (keys: readonly number[]) => {
      if (fails) throw new Error('away');
      return keys;
    }, 10);
    const both = await Promise.allSettled([ask(1), ask(2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await ask(3)).toBe(3);
  });
});
