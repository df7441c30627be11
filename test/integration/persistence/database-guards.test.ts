import { randomUUID } from 'node:crypto';
import { ORDER_STATUSES } from '../../../domain/order';
import { canTransition } from '../../../domain/order-state';
import { createDatabase, type TestDatabase } from '../../support/database';
import { verifyEventChain } from '../../support/event-chain';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
  shop = await openShop(database, [{ id: 'noon', capacity: 2 }]);
});
afterAll(() => database.close());

/** What a person at psql could type, as the owner, whom row-level security does not bind. */
const psql = (text: string, values: readonly unknown[] = []) => database.owner.query(text, [...values]);
const REFUSED = { code: '23000' };

describe('the state machine in the database', () => {
  it.each(ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const)))(
    'agrees with the one in domain/ about %s → %s',
    async (from, to) => {
      const { rows } = await psql('SELECT order_transition_allowed($1, $2) AS allowed', [from, to]);
      expect(rows).toEqual([{ allowed: canTransition(from, to) }]);
    },
  );

  it.each(
    ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const)).filter(
      ([from, to]) => from !== to && !canTransition(from, to),
    ),
  )('refuses a raw UPDATE from %s to %s, also with version and event counted on', async (from, to) => {
    const order = await shop.orderThatIs(from);
    await expect(psql('UPDATE orders SET status = $2 WHERE id = $1', [order.id, to])).rejects.toMatchObject(REFUSED);
    await expect(
      psql('UPDATE orders SET status = $2, version = version + 1, event_sequence = event_sequence + 1 WHERE id = $1', [
        order.id,
        to,
      ]),
    ).rejects.toMatchObject(REFUSED);
  });

  it.each([
    ['its version', "status = 'confirmed', event_sequence = event_sequence + 1", '23000'],
    ['the next event', "status = 'confirmed', version = version + 1", '23000'],
    [
      'an event that exists',
      "status = 'confirmed', version = version + 1, event_sequence = event_sequence + 1",
      '23503',
    ],
    [
      'one step of its version',
      "status = 'confirmed', version = version + 2, event_sequence = event_sequence + 1",
      '23000',
    ],
  ])('refuses a lawful change of status without %s', async (_, set, code) => {
    const order = await shop.placed();
    await expect(psql(`UPDATE orders SET ${set} WHERE id = $1`, [order.id])).rejects.toMatchObject({ code });
    expect((await shop.move(order.id, 'confirmed'))?.kind).toBe('moved');
  });

  it('refuses a status that is none of ours', async () => {
    const order = await shop.placed();
    await expect(psql("UPDATE orders SET status = 'shipped' WHERE id = $1", [order.id])).rejects.toMatchObject(REFUSED);
  });
});

describe('an order in the database', () => {
  it.each([
    ['id', 'gen_random_uuid()'],
    ['user_id', "'someone-else'"],
    ['idempotency_key', "'another'"],
    ['customer_name', "'Mallory'"],
    ['customer_phone', "'4915100000000'"],
    ['items', `'[{"name": "more", "quantity": 9}]'`],
    ['total_quantity', '99'],
    ['source', "'ai'"],
    ['notes', 'NULL'],
    ['slot_id', "'noon'"],
    ['allow_duplicate', 'true'],
    ['fingerprint', "sha256('x')"],
    ['duplicate_window', "'empty'"],
    ['created_at', "now() - interval '1 day'"],
    ['version', '7'],
    ['event_sequence', '0'],
    ['event_hash', "sha256('x')"],
  ])('never changes its %s', async (column, value) => {
    const order = await shop.placed();
    await expect(psql(`UPDATE orders SET ${column} = ${value} WHERE id = $1`, [order.id])).rejects.toMatchObject(
      REFUSED,
    );
  });

  it('has a rule for every column: a new one is guarded, or is named here as one that changes', async () => {
    const changing = ['status', 'updated_at', 'last_command_id', 'sheet_synced_version'];
    const { rows: unguarded } = await psql(
      `SELECT column_name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = 'orders' AND column_name <> ALL ($1)
         AND position('NEW.' || column_name IN (SELECT prosrc FROM pg_proc WHERE proname = 'orders_guard_update')) = 0`,
      [changing],
    );
    expect(unguarded).toEqual([]);
  });

  it.each([
    ['its key', 'orders_user_id_idempotency_operation_idempotency_key_fkey', false],
    ['its first event', 'orders_id_event_sequence_fkey', true],
  ])('does not come into being without %s', async (_, constraint, withKey) => {
    const key = randomUUID();
    if (withKey) {
      await psql(
        "INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash) VALUES ($1, 'create_order', $2, 'failed', sha256('x'))",
        [shop.userId, key],
      );
    }
    await expect(insertOrder(key, {})).rejects.toMatchObject({ code: '23503', constraint });
  });

  it.each([{ status: 'completed' }, { version: 2 }, { event_sequence: 2 }])(
    'begins pending, at version 1, with one event: not %j',
    async (columns) => {
      await expect(insertOrder(randomUUID(), columns)).rejects.toMatchObject(REFUSED);
    },
  );

  it('cannot be deleted, nor its key, nor all of them at once', async () => {
    const order = await shop.placed();
    await expect(psql('DELETE FROM orders WHERE id = $1', [order.id])).rejects.toMatchObject({ code: '23503' });
    await expect(psql('DELETE FROM idempotency_keys WHERE order_id = $1', [order.id])).rejects.toMatchObject(REFUSED);
    for (const table of ['orders', 'idempotency_keys', 'orders, order_events, idempotency_keys']) {
      await expect(psql(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject(REFUSED);
    }
    expect(await shop.events(order.id)).toHaveLength(1);
  });

  async function insertOrder(key: string, columns: Readonly<Record<string, unknown>>) {
    const model = await shop.placed();
    return psql(`INSERT INTO orders SELECT (jsonb_populate_record(o, $2::jsonb)).* FROM orders o WHERE id = $1`, [
      model.id,
      { id: randomUUID(), idempotency_key: key, duplicate_window: 'empty', ...columns },
    ]);
  }
});

describe('the audit trail in the database', () => {
  it.each([
    ['an UPDATE', "UPDATE order_events SET actor = 'nobody' WHERE order_id = $1"],
    ['an UPDATE that changes nothing', 'UPDATE order_events SET actor = actor WHERE order_id = $1'],
    ['a DELETE', 'DELETE FROM order_events WHERE order_id = $1'],
    ['a MERGE', 'MERGE INTO order_events e USING (SELECT 1) x ON e.order_id = $1 WHEN MATCHED THEN DELETE'],
  ])('refuses %s', async (_, statement) => {
    const order = await shop.orderThatIs('confirmed');
    await expect(psql(statement, [order.id])).rejects.toMatchObject(REFUSED);
    await verifyEventChain(database, order.id);
  });

  it('refuses TRUNCATE', async () => {
    await expect(psql('TRUNCATE order_events CASCADE')).rejects.toMatchObject(REFUSED);
  });

  it("refuses a second event in the place of one that is there, and a hash of one's own", async () => {
    const order = await shop.orderThatIs('confirmed');
    const copy = (columns: string) =>
      psql(
        `INSERT INTO order_events (order_id, sequence, user_id, type, to_status, actor, correlation_id, occurred_at, prev_hash ${columns ? ', hash' : ''})
         SELECT order_id, sequence, user_id, type, to_status, actor, correlation_id, occurred_at, prev_hash ${columns}
         FROM order_events WHERE order_id = $1 AND sequence = 2`,
        [order.id],
      );
    await expect(copy('')).rejects.toMatchObject({ code: '23505' });
    await expect(copy(", sha256('forged')")).rejects.toMatchObject({ code: '428C9' });
  });
});

describe('an event in the database', () => {
  it('is refused when it is not the head of its order, be it ahead of it or chained to nothing', async () => {
    const order = await shop.orderThatIs('confirmed');
    await expect(
      psql(
        `INSERT INTO order_events (order_id, sequence, user_id, type, from_status, to_status, actor, correlation_id, occurred_at, prev_hash)
         SELECT order_id, sequence + 1, user_id, 'status_changed', 'confirmed', 'processing', actor, correlation_id, occurred_at, hash
         FROM order_events WHERE order_id = $1 AND sequence = 2`,
        [order.id],
      ),
    ).rejects.toMatchObject(REFUSED);
    await expect(
      psql(
        `WITH moved AS (
           UPDATE orders SET status = 'processing', version = version + 1, event_sequence = event_sequence + 1, event_hash = sha256('x')
           WHERE id = $1 RETURNING *)
         INSERT INTO order_events (order_id, sequence, user_id, type, from_status, to_status, actor, correlation_id, occurred_at, prev_hash)
         SELECT id, event_sequence, user_id, 'status_changed', 'confirmed', 'processing', 'psql', 'x', now(), sha256('y') FROM moved`,
        [order.id],
      ),
    ).rejects.toMatchObject(REFUSED);
    await verifyEventChain(database, order.id);
  });
});

describe('an idempotency key in the database', () => {
  it.each([
    "status = 'failed', order_id = NULL",
    'order_id = NULL',
    "request_hash = sha256('x')",
    'updated_at = now()',
    "key = 'another'",
  ])('does not change once it is completed: %s', async (set) => {
    const order = await shop.placed();
    await expect(psql(`UPDATE idempotency_keys SET ${set} WHERE order_id = $1`, [order.id])).rejects.toMatchObject(
      REFUSED,
    );
  });

  it('is not completed without an order, nor failed with one', async () => {
    const { id } = await shop.placed();
    for (const [status, orderId] of [
      ['completed', null],
      ['failed', id],
    ]) {
      await expect(
        psql(
          "INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash, order_id) VALUES ($1, 'create_order', $2, $3, sha256('x'), $4)",
          [shop.userId, randomUUID(), status, orderId],
        ),
      ).rejects.toMatchObject({ code: '23514' });
    }
  });
});

describe('a slot in the database', () => {
  it.each(['booked = capacity + 1', 'booked = -1', 'capacity = -1'])('refuses %s', async (set) => {
    await expect(psql(`UPDATE fulfilment_slots SET ${set} WHERE user_id = $1`, [shop.userId])).rejects.toMatchObject({
      code: '23514',
    });
  });
});
