import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Order } from '../../../domain/order';
import {
  type ChangePosition,
  currentChangePosition,
  type OrderChangeRow,
  readOrderChanges,
} from '../../../persistence/orders/read-order-changes';
import { withTenant } from '../../../persistence/with-tenant';
import { comparePositions } from './change-cursor';
import { databaseError } from './database-error';
import type { OrderFeed } from './order-feed';
import { Waker } from './waker';

/** Rows a read fetches. More: fewer reads in a catch-up; but all of them are in memory at once. */
const BATCH = 200;
/** Changes kept for streams that are a little behind. One that is further behind reads from Postgres by itself. */
const KEPT = 1_000;
/** When to look again for events that an older transaction is holding back, which commits in milliseconds as a rule. */
const HELD_BACK_MS = 20;
/** When to look again after a read failed. The database may be restarting; streams stay open and go on after it. */
const FAILED_MS = 500;

/** A change with the order as it was when last read. */
interface KeptChange extends OrderChangeRow {
  order: Order;
}

/**
 * The end of one tenant's events, read once per change for all of the tenant's streams in this process.
 * It lives as long as a stream of the tenant is open.
 */
export class TenantTail {
  private readonly kept: KeptChange[] = [];
  /** All changes after this place, up to the newest known, are in `kept`. */
  private from: ChangePosition | undefined;
  private readonly stopped = new AbortController();
  private readonly readers = new Set<Waker>();

  constructor(
    private readonly userId: string,
    private readonly dependencies: { readonly pool: Pool; readonly feed: OrderFeed },
  ) {
    void this.follow();
  }

  stop(): void {
    this.stopped.abort();
    this.wakeReaders();
  }

  /** Where a stream begins that wants what happens from now on; undefined when `signal` is aborted before that is known. */
  async end(signal: AbortSignal): Promise<ChangePosition | undefined> {
    return this.found(signal, async () => this.kept.at(-1)?.position ?? this.from);
  }

  /**
   * The next changes after a place, waiting for the first one; empty when `signal` is aborted. The orders of those that
   * are kept here go on changing with what becomes known, so that a reader who takes its time tells of each as it is then.
   */
  async after(place: ChangePosition, signal: AbortSignal): Promise<readonly OrderChangeRow[]> {
    const changes = await this.found(signal, async () => {
      const read = await this.read(place);
      return read.length > 0 ? read : undefined;
    });
    return changes ?? [];
  }

  /** What `look` finds, looking again whenever there is news; undefined when `signal` is aborted before that. */
  private async found<T>(signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const waker = new Waker();
    this.readers.add(waker);
    try {
      while (!signal.aborted && !this.stopped.signal.aborted) {
        const found = await look();
        if (found !== undefined) return found;
        await waker.woken(signal);
      }
      return undefined;
    } finally {
      this.readers.delete(waker);
    }
  }

  private async read(place: ChangePosition): Promise<readonly OrderChangeRow[]> {
    // Nothing is known before the first read, which goes on trying; to read for oneself would end the stream if it failed.
    if (this.from === undefined) return [];
    if (comparePositions(place, this.from) >= 0) {
      return this.kept.filter(({ position }) => comparePositions(position, place) > 0);
    }
    // Far behind: this stream catches up by itself. It may end here; its reader then comes back with its last cursor.
    const { changes } = await this.fetch(place).catch((error: unknown) => {
      throw databaseError(error);
    });
    return changes;
  }

  private fetch(after: ChangePosition) {
    return withTenant(this.dependencies.pool, this.userId, (client) =>
      readOrderChanges(client, { after, limit: BATCH }),
    );
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopped;
    const subscription = this.dependencies.feed.subscribe(this.userId);
    while (!signal.aborted) {
      try {
        if (this.from === undefined) {
          this.from = await withTenant(this.dependencies.pool, this.userId, currentChangePosition);
          this.wakeReaders();
        }
        const { changes, heldBack } = await this.fetch(this.kept.at(-1)?.position ?? this.from);
        if (changes.length > 0) this.keep(changes);
        if (heldBack) await sleep(HELD_BACK_MS);
        else if (changes.length < BATCH) await subscription.changed(signal);
      } catch {
        await sleep(FAILED_MS);
      }
    }
    subscription.close();
  }

  private keep(changes: readonly OrderChangeRow[]): void {
    // A stream that resumes from here would otherwise be told of an order as it was, when it has long moved on.
    const newest = new Map(changes.map(({ order }) => [order.id, order]));
    for (const change of this.kept) change.order = newest.get(change.order.id) ?? change.order;
    this.kept.push(...changes);
    const dropped = this.kept.splice(0, Math.max(0, this.kept.length - KEPT)).at(-1);
    if (dropped !== undefined) this.from = dropped.position;
    this.wakeReaders();
  }

  private wakeReaders(): void {
    for (const reader of this.readers) reader.wake();
  }
}
