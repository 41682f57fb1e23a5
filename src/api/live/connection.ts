import type { WebSocket } from 'ws';
import type { LiveEvent, LiveKind, LivePosition } from '../../store/live/live-events.ts';
import type { Caller } from '../access/callers.ts';
import type { Scope } from '../access/rights.ts';
import { CLOSE, isAfter, showEvent } from './protocol.ts';

/** What a kind of events asks of its reader. */
const SCOPES: Record<LiveKind, Scope> = {
  build: 'builds:read',
  deployment: 'builds:read',
  incident: 'incidents:read',
  fix: 'incidents:read',
  approval: 'approvals:read',
};

/** Whoever reads so slowly that this waits for them is closed: memory is for others, too. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** What a caller sees. */
export interface Sight {
  /** The repositories in which it may see something; `null` for all. */
  byScope: ReadonlyMap<Scope, ReadonlySet<number> | null>;
  /** Equal for those who see the same. */
  key: string;
}

/** Events that were read at once, and what was made of them for each group of connections. */
export interface Page {
  events: readonly LiveEvent[];
  /** The position after which they were read. */
  from: LivePosition;
  upTo: LivePosition;
  messages: Map<string, Buffer | null>;
}

export interface Filter {
  kinds: ReadonlySet<LiveKind> | null;
  /** In lower case. */
  repositories: ReadonlySet<string> | null;
}

/** One socket: who is behind it, what it wants, and how far it is. */
export class LiveConnection {
  readonly socket: WebSocket;
  caller: Caller;
  sight: Sight;
  filter: Filter | null = null;
  /** The last event that was looked at for it; what is not after it is not sent. */
  position: LivePosition | null = null;
  /** While it is brought up to date, what is new is left to that. */
  replaying = false;
  alive = true;
  /** Since the last heartbeat. */
  messages = 0;

  constructor(socket: WebSocket, caller: Caller, sight: Sight) {
    this.socket = socket;
    this.caller = caller;
    this.sight = sight;
  }

  wants({ kind, repositoryId, repository, position }: LiveEvent): boolean {
    const { filter } = this;
    if (filter === null || (this.position !== null && !isAfter(position, this.position))) return false;
    if (filter.kinds !== null && !filter.kinds.has(kind)) return false;
    if (filter.repositories !== null && !filter.repositories.has(repository.toLowerCase())) return false;
    const seen = this.sight.byScope.get(SCOPES[kind]);
    return seen === null || (seen?.has(repositoryId) ?? false);
  }

  /** Those who want and may see the same are sent the same bytes. */
  get group(): string {
    const { kinds, repositories } = this.filter ?? { kinds: null, repositories: null };
    return `${kinds ? [...kinds] : '*'} ${repositories ? [...repositories] : '*'} ${this.sight.key}`;
  }

  /** Sends those events of a page that are wanted as one message. */
  deliver({ events, from, upTo, messages }: Page): void {
    if (this.filter === null) return;
    const isAhead = this.position !== null && isAfter(this.position, from);
    let message = isAhead ? undefined : messages.get(this.group);
    if (message === undefined) {
      const wanted = events.filter((event) => this.wants(event));
      message = wanted.length === 0 ? null : Buffer.from(JSON.stringify({ type: 'events', events: wanted.map(showEvent) }));
      if (!isAhead) messages.set(this.group, message);
    }
    if (this.position === null || isAfter(upTo, this.position)) this.position = upTo;
    if (message !== null) this.write(message);
  }

  send(message: object): void {
    this.write(Buffer.from(JSON.stringify(message)));
  }

  /**
   * Nothing is written any more. The code stands behind what waits already, so a slow peer reads it when it has caught up; one
   * that does not within half a minute is cut off by `ws` itself.
   */
  close(code: number, reason: string): void {
    this.filter = null;
    this.socket.close(code, reason);
  }

  private write(message: Buffer): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MOST_WAITING_BYTES) {
      this.close(CLOSE.tooSlow, 'too slow');
      return;
    }
    this.socket.send(message, { binary: false });
  }
}

export const LIVE_SCOPES: readonly Scope[] = [...new Set(Object.values(SCOPES))];
