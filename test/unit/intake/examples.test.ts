import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { deliver } from '../../support/deliveries.ts';
import { startReceiver } from './support.ts';

// The package's own types say that the whole is one object, yet it is a list.
const events = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: unknown[] }[];

it("accepts every one of GitHub's own example payloads and hands over its bytes", async () => {
  const receiver = await startReceiver();
  const payloads = events.flatMap(({ name, examples }) =>
    examples.map((example) => ({ event: name, body: JSON.stringify(example) })),
  );
  expect(payloads.length).toBeGreaterThan(300);
  for (const { event, body } of payloads) {
    expect({ event, ...(await deliver(receiver.port, { event, body })) }).toMatchObject({ event, status: 202 });
  }
  expect(receiver.inserted.map(({ event, body }) => ({ event, body: body.toString() }))).toEqual(payloads);
});
