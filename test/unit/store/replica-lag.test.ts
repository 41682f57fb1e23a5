import { expect, it } from 'vitest';
import { ReplicaLag } from '../../../src/store/replica-lag.ts';

/** The primary writes at second 0, 10 and 20, and is looked at in between. */
function written(): ReplicaLag {
  const lag = new ReplicaLag();
  lag.wrote('0/100', 0);
  lag.wrote('0/100', 5_000);
  lag.wrote('0/200', 10_000);
  lag.wrote('0/200', 15_000);
  lag.wrote('1/0', 20_000);
  return lag;
}

// Protects readers from old rows, and an idle database from counting as behind.
it.each([
  ['1/0', 0],
  ['1/FFFFFFFF', 0],
  // It lacks what was first seen at second 20.
  ['0/200', 80],
  ['0/FFFFFFFF', 80],
  ['0/100', 90],
  ['0/1FF', 90],
  ['0/FF', null],
])('a replica at %s is %s seconds behind after 100', (position, seconds) => {
  expect(written().secondsAt(position, 100_000)).toBe(seconds);
});

it('nothing is known before the primary was seen', () => {
  expect(new ReplicaLag().secondsAt('0/100', 0)).toBeNull();
});

it('and an hour of looks is kept, not more', () => {
  const lag = new ReplicaLag();
  for (let second = 0; second < 10_000; second++) lag.wrote(`0/${(second + 1).toString(16)}`, second * 1_000);
  expect(lag.secondsAt('0/1', 10_000_000)).toBeNull();
  expect(lag.secondsAt(`0/${(9_990).toString(16)}`, 10_000_000)).toBe(10);
});
