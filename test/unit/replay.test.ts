import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/replay/capture.ts';

const PAYLOAD = { action: 'completed', workflow_run: { id: 1, name: 'ümlaut' } };
const GUID = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

/** Protects replays of what people have kept: every usual form is read, and nothing is guessed. */
describe('readCapture', () => {
  it.each([
    [
      "GitHub's API",
      { id: 1, guid: GUID, event: 'workflow_run', request: { headers: {}, payload: PAYLOAD }, response: {} },
      GUID,
    ],
    ['smee.io', { host: 'smee.io', 'x-github-event': 'workflow_run', 'x-github-delivery': GUID, body: PAYLOAD, query: {} }, GUID],
    [
      'headers beside a payload',
      { headers: { 'X-GitHub-Event': 'workflow_run', 'X-GitHub-Delivery': GUID }, payload: PAYLOAD },
      GUID,
    ],
    ['headers beside a body', { headers: { 'x-github-event': 'workflow_run' }, body: PAYLOAD }, null],
  ])('reads what %s shows', (_what, saved, guid) => {
    const { event, guid: found, body } = readCapture(JSON.stringify(saved), undefined);
    expect({ event, guid: found, payload: JSON.parse(body.toString()) }).toEqual({
      event: 'workflow_run',
      guid,
      payload: PAYLOAD,
    });
  });

  it('takes a payload alone byte for byte, and wants to know the event', () => {
    const saved = JSON.stringify(PAYLOAD, null, 2);
    expect(readCapture(saved, 'workflow_run').body.toString()).toBe(saved);
    expect(() => readCapture(saved, undefined)).toThrow('which event');
  });

  it.each(['', '[]', '7', 'not json', 'null'])('takes no %j', (saved) => {
    expect(() => readCapture(saved, 'push')).toThrow('no webhook');
  });
});
