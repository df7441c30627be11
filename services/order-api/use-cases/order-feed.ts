import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '../../../platform/logger';
import { Waker } from './waker';

/** How long to wait before listening again after the connection broke; doubles up to the longest. */
const RECONNECT_MS = { first: 250, longest: 5_000 };
/** A dead network does not close a connection: without keep-alive, streams would fall silent for hours. */
const KEEP_ALIVE_MS = 10_000;
/** How long a shutdown waits for the server to take its leave. */
const GOODBYE_MS = 1_000;

/** Tells one stream that something it cares about may have changed. */
export interface Subscription {
  /** Resolves at once if something changed since the last call, otherwise when it does, or when `signal` is aborted. */
  changed(signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * The one connection of this process that listens to Postgres (LISTEN order_events) and wakes the streams concerned.
 * However many streams are open, idle ones cost the database nothing.
 *
 * A notification only says where to look. So nothing is lost when the connection breaks: after it is back, every
 * stream is told to look.
 */
export class OrderFeed {
  private readonly streams = new Map<string, Set<Waker>>();
  private listener: Client | undefined;
  private closed = false;
  private reconnect: NodeJS.Timeout | undefined;
  private delay = RECONNECT_MS.first;

  constructor(private readonly dependencies: { readonly databaseUrl: string; readonly logger: Logger }) {}

  /** Wakes on every event of the tenant's orders, or of one of them. */
  subscribe(userId: string, orderId?: string): Subscription {
    const topic = topicOf(userId, orderId);
    const waker = new Waker();
    const wakers = this.streams.get(topic) ?? new Set();
    this.streams.set(topic, wakers.add(waker));
    if (this.listener === undefined && this.reconnect === undefined) void this.listen();
    return {
      changed: (signal) => waker.woken(signal),
      close: () => {
        wakers.delete(waker);
        if (wakers.size === 0 && this.streams.get(topic) === wakers) this.streams.delete(topic);
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnect);
    const ended = this.listener?.end().catch(() => undefined);
    // A server that has gone silent does not say goodbye either; the process is about to end anyway.
    await Promise.race([ended, sleep(GOODBYE_MS, undefined, { ref: false })]);
  }

  private async listen(): Promise<void> {
    if (this.closed) return;
    const listener = new Client({
      connectionString: this.dependencies.databaseUrl,
      application_name: 'order-api listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    this.listener = listener;
    const lost = () => this.lost(listener);
    listener.on('error', lost).on('end', lost);
    listener.on('notification', ({ payload }) => this.notify(payload));
    try {
      await listener.connect();
      await listener.query('LISTEN order_events');
      this.delay = RECONNECT_MS.first;
      // What happened before LISTEN took effect was not notified to us.
      for (const wakers of this.streams.values()) for (const waker of wakers) waker.wake();
    } catch {
      this.lost(listener);
    }
  }

  private lost(listener: Client): void {
    if (this.listener !== listener || this.closed) return;
    this.listener = undefined;
    listener.end().catch(() => undefined);
    this.dependencies.logger.warn({ event: 'orderFeedLost', retryMs: this.delay }, 'listening again soon');
    this.reconnect = setTimeout(() => {
      this.reconnect = undefined;
      void this.listen();
    }, this.delay);
    this.delay = Math.min(this.delay * 2, RECONNECT_MS.longest);
  }

  private notify(payload: string | undefined): void {
    const named = namedIn(payload);
    if (named === undefined) return;
    for (const topic of [topicOf(named.userId), topicOf(named.userId, named.orderId)]) {
      for (const waker of this.streams.get(topic) ?? []) waker.wake();
    }
  }
}

/** Whose order a notification is about. Whoever may connect can send one, so it can be anything, and must not throw here. */
function namedIn(payload: string | undefined): { readonly userId: string; readonly orderId: string } | undefined {
  try {
    const { user_id: userId, order_id: orderId } = Object(JSON.parse(payload ?? '')) as Record<string, unknown>;
    return typeof userId === 'string' && typeof orderId === 'string' ? { userId, orderId } : undefined;
  } catch {
    return undefined;
  }
}

function topicOf(userId: string, orderId?: string): string {
  return `${userId} ${orderId ?? ''}`;
}
