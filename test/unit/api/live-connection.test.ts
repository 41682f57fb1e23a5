import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { Caller } from '../../../src/api/access/callers.ts';
import { LiveConnection, type Page, type Sight } from '../../../src/api/live/connection.ts';

/** A connection that wants everything, and what it is sent. */
function listening(sight: Sight) {
  const sent: Buffer[] = [];
  const socket = { readyState: 1, OPEN: 1, bufferedAmount: 0, send: (bytes: Buffer) => void sent.push(bytes) };
  const connection = new LiveConnection(socket as unknown as WebSocket, {} as Caller, sight);
  connection.filter = { kinds: null, repositories: null };
  return { connection, sent };
}

const all: Sight = { byScope: new Map([['builds:read', null]]), key: 'all' };
const one: Sight = { byScope: new Map([['builds:read', new Set([1])]]), key: 'one' };

function page(): Page {
  const event = { kind: 'build' as const, repository: 'octo/shop', at: new Date(0), data: {} };
  const events = [1, 2].map((id) => ({ ...event, repositoryId: id, position: { transaction: 5n, id } }));
  return { events, from: { transaction: 4n, id: 9 }, upTo: { transaction: 5n, id: 2 }, messages: new Map() };
}

/** Protects the event loop: a thousand sockets that see the same must cost one message, not a thousand. */
describe('what is sent to many', () => {
  it('is written once for all who see the same, however they came to it', () => {
    const [first, second, third] = [listening(all), listening({ ...all, byScope: new Map(all.byScope) }), listening(one)];
    const read = page();
    for (const { connection } of [first, second, third]) connection.deliver(read);

    expect(first.sent).toHaveLength(1);
    expect(second.sent[0]).toBe(first.sent[0]);
    expect(JSON.parse(String(first.sent[0])).events).toHaveLength(2);
    expect(JSON.parse(String(third.sent[0])).events).toHaveLength(1);
  });

  it('is not shared with one who has a part of it already', () => {
    const [behind, ahead] = [listening(all), listening(all)];
    ahead.connection.position = { transaction: 5n, id: 1 };
    const read = page();
    for (const { connection } of [behind, ahead]) connection.deliver(read);

    expect(JSON.parse(String(behind.sent[0])).events).toHaveLength(2);
    expect(JSON.parse(String(ahead.sent[0])).events.map(({ position }: { position: string }) => position)).toEqual(['5.2']);
  });
});
