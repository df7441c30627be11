import { createHash } from 'node:crypto';
import type { TestDatabase } from './database';

interface ChainedEvent {
  readonly sequence: number;
  readonly type: string;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlation_id: string;
  readonly occurred_at: Date;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

/**
 * Works out an order's chain of hashes anew, without the database's own function, and compares: each event's hash, its
 * link to the one before it, the sequence, and the head that the order holds. Throws at the first that is not so.
 */
export async function verifyEventChain(database: TestDatabase, orderId: string): Promise<void> {
  const { rows: events } = await database.owner.query<ChainedEvent>(
    'SELECT * FROM order_events WHERE order_id = $1 ORDER BY sequence',
    [orderId],
  );
  let previous: Buffer = Buffer.alloc(0);
  events.forEach((event, index) => {
    if (event.sequence !== index + 1) throw new Error(`event ${index + 1} has the sequence ${event.sequence}`);
    if (!event.prev_hash.equals(previous))
      throw new Error(`event ${event.sequence} does not link to the one before it`);
    previous = hashOf(orderId, event);
    if (!event.hash.equals(previous)) throw new Error(`event ${event.sequence} is not what its hash says`);
  });
  const { rows: heads } = await database.owner.query<{ event_sequence: number; event_hash: Buffer }>(
    'SELECT event_sequence, event_hash FROM orders WHERE id = $1',
    [orderId],
  );
  const head = heads[0];
  if (head?.event_sequence !== events.length || !head.event_hash.equals(previous)) {
    throw new Error("the order's head is not the last event of its trail");
  }
}

function hashOf(orderId: string, event: ChainedEvent): Buffer {
  const { sequence, type, from_status, to_status, actor, reason, correlation_id, occurred_at } = event;
  const fields = [
    orderId,
    sequence,
    type,
    from_status,
    to_status,
    actor,
    reason,
    correlation_id,
    occurred_at.getTime(),
  ];
  // As PostgreSQL writes a jsonb array: a blank after each comma.
  const text = `[${fields.map((field) => JSON.stringify(field)).join(', ')}]`;
  return createHash('sha256').update(event.prev_hash).update(text, 'utf8').digest();
}
