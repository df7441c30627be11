import { randomUUID } from 'node:crypto';
import { BOOKING_ACTIONS, BOOKING_LOCALES } from '../../../domain/booking/booking';
import { CATALOGUE_ITEMS_MAX } from '../../../domain/booking/catalogue';
import {
  CONFIRMATION_EXPIRY_SECONDS,
  CONFIRMATION_PHRASES_MAX,
  DEFAULT_BOOKING_SETTINGS,
  IDLE_EXPIRY_SECONDS,
} from '../../../domain/booking/settings';
import { GUARDRAILS } from '../../../domain/guardrails/guardrail';
import {
  type BookingDesk,
  type ConfirmedBooking,
  edited,
  later,
  openBookingDesk,
  stepTo,
} from '../../support/booking-desk';
import { createDatabase, type TestDatabase } from '../../support/database';
import { verifyEventChain } from '../../support/event-chain';
import { meet } from '../../support/meet';
import { randomHash } from '../../support/shop';

let database: TestDatabase;
let desk: BookingDesk;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  desk = await openBookingDesk(database);
});
afterAll(() => database.close());

/** What a person at psql could type, as the owner, whom row-level security does not bind. */
const psql = (text: string, values: readonly unknown[] = []) => database.owner.query(text, [...values]);
const REFUSED = { code: '23000' };
const UNCONFIRMED = { code: '23000', message: expect.stringContaining('live confirmation of exactly') };

/** The parts of the one statement that makes an agent's order; without any of them it must fail. */
const PARTS = {
  key: `INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash, order_id)
    SELECT user_id, 'create_order', idempotency_key, 'completed', sha256('x'), id FROM placed`,
  event: `INSERT INTO order_events (order_id, sequence, user_id, type, to_status, actor, correlation_id, occurred_at, prev_hash)
    SELECT id, 1, user_id, 'created', 'pending', 'psql', 'psql', created_at, '' FROM placed`,
  use: `UPDATE booking_confirmations c SET order_id = placed.id FROM placed
    WHERE c.user_id = placed.user_id AND c.idempotency_key = placed.idempotency_key`,
  booking: `UPDATE bookings b SET status = 'ordered', order_id = placed.id FROM placed, booking_confirmations c
    WHERE c.user_id = placed.user_id AND c.idempotency_key = placed.idempotency_key
      AND b.user_id = c.user_id AND b.id = c.booking_id`,
} as const;

/** The whole order of a confirmed booking as raw SQL, with other columns or without a part. */
async function typeOrder(
  { key, content, state }: Pick<ConfirmedBooking, 'key' | 'content' | 'state'>,
  {
    columns = {},
    without,
  }: { readonly columns?: Readonly<Record<string, unknown>>; readonly without?: keyof typeof PARTS | undefined } = {},
): Promise<string> {
  const at = new Date().toISOString();
  const id = randomUUID();
  const row = {
    id,
    user_id: state.userId,
    idempotency_operation: 'create_order',
    idempotency_key: key,
    customer_name: content.customerName,
    customer_phone: content.customerPhone,
    items: content.items,
    total_quantity: 1,
    source: 'ai',
    notes: content.notes,
    allow_duplicate: false,
    fingerprint: `\\x${randomHash()}`,
    duplicate_window: 'empty',
    status: 'pending',
    version: 1,
    created_at: at,
    updated_at: at,
    event_sequence: 1,
    sheet_synced_version: 0,
    ...columns,
  };
  const { rows } = await psql(
    "SELECT order_event_hash('', $1, 1, 'created', NULL, 'pending', 'psql', NULL, 'psql', $2)::text AS hash",
    [id, row.created_at],
  );
  const parts = Object.entries(PARTS).filter(([part]) => part !== without);
  await psql(
    `WITH placed AS (
       INSERT INTO orders SELECT (jsonb_populate_record(NULL::orders, $1::jsonb)).* RETURNING *)
     ${parts.map(([part, statement]) => `, ${part} AS (${statement})`).join('')}
     SELECT FROM placed`,
    [JSON.stringify({ ...row, event_hash: rows[0]?.hash })],
  );
  return id;
}

const countOrders = async () => desk.shop.countOrders();

describe("an agent's order in the database", () => {
  it('is accepted from anyone who brings all of it: what the tests below take away is what is missed', async () => {
    const confirmed = await desk.confirmed();
    const orderId = await typeOrder(confirmed);

    await verifyEventChain(database, orderId);
    expect(await desk.find(confirmed.state.id)).toMatchObject({ status: 'ordered', orderId });
  });

  it('does not come into being without a confirmation', async () => {
    const { content, state } = await desk.confirmed();
    for (const without of [undefined, 'use', 'booking'] as const) {
      await expect(typeOrder({ key: randomUUID(), content, state }, { without })).rejects.toMatchObject(UNCONFIRMED);
    }
    expect(await countOrders()).toBe(0);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another name', { customer_name: 'Mallory' }],
    ['another phone number', { customer_phone: '4915155500018' }],
    ['another quantity', { items: [{ name: 'Pie', quantity: 2 }] }],
    ['another item', { items: [{ name: 'Pies', quantity: 1 }] }],
    [
      'one item more',
      {
        items: [
          { name: 'Pie', quantity: 1 },
          { name: 'Cola', quantity: 1 },
        ],
      },
    ],
    ['a field more in an item', { items: [{ name: 'Pie', quantity: 1, price: 0 }] }],
    ['other notes', { notes: 'other' }],
    ['no notes', { notes: null }],
    ['a slot', { slot_id: 'noon' }],
    ['a moment after the confirmation expired', { created_at: '2099-01-01T00:00:00Z' }],
  ])('does not come into being with %s than was confirmed', async (_, columns) => {
    const confirmed = await desk.confirmed({ content: { items: [{ name: 'Pie', quantity: 1 }] } });
    await psql("INSERT INTO fulfilment_slots VALUES ($1, 'noon', now(), now() + interval '1 hour', 5)", [
      desk.shop.userId,
    ]);

    await expect(typeOrder(confirmed, { columns })).rejects.toMatchObject(UNCONFIRMED);
    expect(await countOrders()).toBe(0);
    await typeOrder(confirmed);
  });

  it('does not come into being with notes where none were confirmed', async () => {
    const confirmed = await desk.confirmed({ content: { notes: null } });

    await expect(typeOrder(confirmed, { columns: { notes: 'more' } })).rejects.toMatchObject(UNCONFIRMED);
  });

  it("does not come into being under another tenant's confirmation", async () => {
    const theirs = await (await openBookingDesk(database)).confirmed();
    const mine = { ...theirs, state: { ...theirs.state, userId: desk.shop.userId } };

    await expect(typeOrder(mine)).rejects.toMatchObject(UNCONFIRMED);
  });

  it('does not come into being under a confirmation that was revoked, or used', async () => {
    const revoked = await desk.confirmed();
    await desk.record(stepTo(edited(revoked.state)));
    await expect(typeOrder(revoked)).rejects.toMatchObject(UNCONFIRMED);

    const used = await desk.confirmed();
    await desk.shop.placed(used.attempt());
    await expect(typeOrder(used)).rejects.toMatchObject(UNCONFIRMED);
    expect(await countOrders()).toBe(1);
  });

  it.each<[keyof typeof PARTS, string]>([
    ['key', 'orders_user_id_idempotency_operation_idempotency_key_fkey'],
    ['event', 'orders_id_event_sequence_fkey'],
    ['use', 'uses its confirmation up in the same statement'],
    ['booking', 'a confirmation is used by the statement'],
  ])('does not come into being without its part: %s', async (without, message) => {
    const confirmed = await desk.confirmed();

    await expect(typeOrder(confirmed, { without })).rejects.toThrow(message);
    expect(await countOrders()).toBe(0);
  });

  it('does not come into being while its confirmation is being revoked', async () => {
    const confirmed = await desk.confirmed();
    const typed = meet(
      { database, shop: desk.shop },
      (client) =>
        client.query('UPDATE booking_confirmations SET revoked_at = now() WHERE idempotency_key = $1', [confirmed.key]),
      () => typeOrder(confirmed),
    );

    await expect(typed).rejects.toMatchObject(UNCONFIRMED);
    expect(await countOrders()).toBe(0);
  });

  it('is not made of an order from another door', async () => {
    const { key, content } = await desk.confirmed();
    const order = await desk.shop.placed({ idempotencyKey: key, content: { ...content, source: 'api' } });

    await expect(psql("UPDATE orders SET source = 'ai' WHERE id = $1", [order.id])).rejects.toMatchObject(REFUSED);
  });

  it('is not merged in', async () => {
    const used = await desk.confirmed();
    const order = await desk.shop.placed(used.attempt());
    await expect(
      psql(
        `MERGE INTO orders o
         USING (SELECT m.*, gen_random_uuid() AS new_id FROM orders m WHERE m.id = $1) t ON o.id = t.new_id
         WHEN NOT MATCHED THEN
           INSERT (id, user_id, idempotency_key, customer_name, customer_phone, items, total_quantity, source, fingerprint,
             duplicate_window, created_at, updated_at, event_hash)
           VALUES (t.new_id, t.user_id, 'merged', t.customer_name, t.customer_phone, t.items, t.total_quantity, t.source,
             t.fingerprint, 'empty', t.created_at, t.updated_at, t.event_hash)`,
        [order.id],
      ),
    ).rejects.toMatchObject(UNCONFIRMED);
  });

  it('meets the second wall: a key that is completed makes no second order, whatever was confirmed under it', async () => {
    const confirmed = await desk.confirmed();
    await psql(
      `INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash) VALUES ($1, 'create_order', $2, 'failed', sha256('x'))`,
      [desk.shop.userId, confirmed.key],
    );
    await desk.shop.placed(confirmed.attempt());
    await psql('ALTER TABLE orders DISABLE TRIGGER orders_guard_insert');
    try {
      await expect(typeOrder(confirmed)).rejects.toMatchObject({ code: '23505' });
    } finally {
      await psql('ALTER TABLE orders ENABLE TRIGGER orders_guard_insert');
    }
  });

  it('meets the third wall: the same order twice within the window, though both were confirmed', async () => {
    const [one, another] = [await desk.confirmed(), await desk.confirmed()];
    const window = `[${new Date().toISOString()}, ${new Date(Date.now() + 300_000).toISOString()})`;
    const columns = { fingerprint: `\\x${randomHash()}`, duplicate_window: window };
    await typeOrder(one, { columns });

    await expect(typeOrder(another, { columns })).rejects.toMatchObject({
      code: '23P01',
      constraint: 'orders_duplicate_window',
    });
  });
});

describe('a confirmation in the database', () => {
  it.each([
    ['user_id', "'someone-else'"],
    ['idempotency_key', "'another'"],
    ['booking_id', 'gen_random_uuid()'],
    ['summary_digest', "repeat('0', 64)"],
    ['request_hash', "sha256('x')"],
    ['customer_name', "'Mallory'"],
    ['customer_phone', "'4915100000000'"],
    ['items', `'[{"name": "more", "quantity": 9}]'`],
    ['notes', 'NULL'],
    ['summary_text', "'something else'"],
    ['shown_at', "now() - interval '1 day'"],
    ['customer_reply', "'no'"],
    ['confirmed_at', "now() - interval '1 day'"],
    ['expires_at', "expires_at + interval '1 minute'"],
  ])('never changes its %s', async (column, value) => {
    const { key } = await desk.confirmed();
    for (const more of ['', ', revoked_at = now()']) {
      await expect(
        psql(`UPDATE booking_confirmations SET ${column} = ${value}${more} WHERE idempotency_key = $1`, [key]),
      ).rejects.toMatchObject(REFUSED);
    }
  });

  it('has a rule for every column: a new one is guarded, or is named here as one that changes', async () => {
    const { rows } = await psql(
      `SELECT column_name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = 'booking_confirmations'
         AND column_name NOT IN ('revoked_at', 'order_id')
         AND position('NEW.' || column_name IN
           (SELECT prosrc FROM pg_proc WHERE proname = 'booking_confirmations_guard_update')) = 0`,
    );
    expect(rows).toEqual([]);
  });

  it.each(['revoked_at = NULL', 'revoked_at = now()', 'order_id = gen_random_uuid()', 'revoked_at = revoked_at'])(
    'stays revoked: %s',
    async (set) => {
      const { key, state } = await desk.confirmed();
      await desk.record(stepTo(edited(state)));
      await expect(
        psql(`UPDATE booking_confirmations SET ${set} WHERE idempotency_key = $1`, [key]),
      ).rejects.toMatchObject(REFUSED);
    },
  );

  it.each(['order_id = NULL', 'revoked_at = now()', 'order_id = gen_random_uuid()'])('stays used: %s', async (set) => {
    const { key, attempt } = await desk.confirmed();
    await desk.shop.placed(attempt());
    await expect(
      psql(`UPDATE booking_confirmations SET ${set} WHERE idempotency_key = $1`, [key]),
    ).rejects.toMatchObject(REFUSED);
  });

  it('is not revoked and used in one go', async () => {
    const { key } = await desk.confirmed();
    const { id } = await desk.shop.placed();
    await expect(
      psql('UPDATE booking_confirmations SET revoked_at = now(), order_id = $2 WHERE idempotency_key = $1', [key, id]),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('is not used by an order that was placed under another key', async () => {
    const { key, attempt, state } = await desk.confirmed();
    const agents = await desk.confirmed();
    const order = await desk.shop.placed();
    for (const closing of [
      'SELECT',
      `UPDATE bookings SET status = 'ordered', order_id = $2 WHERE id = '${state.id}'`,
    ]) {
      await expect(
        psql(`WITH closed AS (${closing}) UPDATE booking_confirmations SET order_id = $2 WHERE idempotency_key = $1`, [
          key,
          order.id,
        ]),
      ).rejects.toMatchObject(REFUSED);
    }
    const used = await desk.shop.placed(agents.attempt());
    await expect(
      psql('UPDATE booking_confirmations SET order_id = $2 WHERE idempotency_key = $1', [key, used.id]),
    ).rejects.toMatchObject({ code: '23505' });
    expect(await desk.shop.place(attempt())).toMatchObject({ kind: 'placed', created: true });
  });

  it.each([
    ['a DELETE', 'DELETE FROM booking_confirmations WHERE idempotency_key = $1'],
    [
      'a MERGE',
      'MERGE INTO booking_confirmations c USING (SELECT 1) x ON c.idempotency_key = $1 WHEN MATCHED THEN DELETE',
    ],
  ])('is not taken away by %s', async (_, statement) => {
    const { key } = await desk.confirmed();
    await expect(psql(statement, [key])).rejects.toMatchObject(REFUSED);
  });

  it('is not taken away by TRUNCATE', async () => {
    await expect(psql('TRUNCATE booking_confirmations CASCADE')).rejects.toMatchObject(REFUSED);
  });

  const COPY = (columns: string) =>
    `INSERT INTO booking_confirmations
     SELECT (jsonb_populate_record(c, ${columns})).* FROM booking_confirmations c WHERE idempotency_key = $1`;

  it('is the only live one of its booking', async () => {
    const { key } = await desk.confirmed();
    await expect(psql(COPY(`'{"idempotency_key": "second"}'`), [key])).rejects.toMatchObject({
      code: '23505',
      constraint: 'booking_confirmations_one_live',
    });
  });

  it('does not begin used or revoked, nor in a booking that is over', async () => {
    const { key, state, attempt } = await desk.confirmed();
    const order = await desk.shop.placed();
    for (const columns of [{ order_id: order.id }, { revoked_at: new Date() }]) {
      await expect(
        psql(COPY(`'${JSON.stringify({ idempotency_key: 'second', ...columns })}'`), [key]),
      ).rejects.toMatchObject(REFUSED);
    }
    await desk.shop.placed(attempt());
    await expect(psql(COPY(`'{"idempotency_key": "second", "order_id": null}'`), [key])).rejects.toMatchObject(REFUSED);
    const abandoned = await desk.confirmed();
    await desk.record(stepTo(later(abandoned.state, { status: 'abandoned', confirmation: null })));
    await expect(
      psql(COPY(`'{"idempotency_key": "second", "revoked_at": null}'`), [abandoned.key]),
    ).rejects.toMatchObject(REFUSED);
    expect((await desk.find(state.id))?.status).toBe('ordered');
  });

  it('is good for as long as a tenant can choose at most, and no longer', async () => {
    const longest = CONFIRMATION_EXPIRY_SECONDS.max * 1_000;
    const at = new Date();
    await desk.confirmed({ confirmedAt: at, expiresAt: new Date(at.getTime() + longest) });

    await expect(
      desk.confirmed({ confirmedAt: at, expiresAt: new Date(at.getTime() + longest + 1) }),
    ).rejects.toMatchObject({ code: '23514' });
  });
});

describe('a booking in the database', () => {
  it.each([
    "status = 'open', order_id = NULL",
    'order_id = NULL',
    "state = '{}'",
    'version = version + 1',
    'updated_at = now()',
  ])('that has become an order stays it: %s', async (set) => {
    const { state, attempt } = await desk.confirmed();
    await desk.shop.placed(attempt());
    await expect(psql(`UPDATE bookings SET ${set} WHERE id = $1`, [state.id])).rejects.toMatchObject(REFUSED);
    await expect(psql('DELETE FROM bookings WHERE id = $1', [state.id])).rejects.toMatchObject(REFUSED);
  });

  it('does not become an order that it did not make', async () => {
    const { state } = await desk.confirmed();
    const other = await desk.confirmed();
    const agents = await desk.shop.placed(other.attempt());
    const becomes = (id: string) =>
      psql("UPDATE bookings SET status = 'ordered', order_id = $2 WHERE id = $1", [state.id, id]);
    await expect(becomes((await desk.shop.placed()).id)).rejects.toMatchObject({ code: '23503' });
    // The other booking's already, before it is looked whether this one confirmed it.
    await expect(becomes(agents.id)).rejects.toMatchObject({ code: '23505' });
    await expect(psql("UPDATE bookings SET status = 'ordered' WHERE id = $1", [state.id])).rejects.toMatchObject({
      code: '23514',
    });
  });

  it('is not deleted: its records point at it', async () => {
    const { id } = await desk.opened();
    await expect(psql('DELETE FROM bookings WHERE id = $1', [id])).rejects.toMatchObject({ code: '23503' });
  });
});

describe('the records of decisions in the database', () => {
  it.each([
    ['an UPDATE', "UPDATE ai_decisions SET reason = 'other' WHERE booking_id = $1"],
    ['an UPDATE that changes nothing', 'UPDATE ai_decisions SET reason = reason WHERE booking_id = $1'],
    ['a DELETE', 'DELETE FROM ai_decisions WHERE booking_id = $1'],
    ['a MERGE', 'MERGE INTO ai_decisions d USING (SELECT 1) x ON d.booking_id = $1 WHEN MATCHED THEN DELETE'],
  ])('refuse %s', async (_, statement) => {
    const { id } = await desk.opened();
    await expect(psql(statement, [id])).rejects.toMatchObject(REFUSED);
    expect(await desk.decisions(id)).toHaveLength(1);
  });

  it.each(['ai_decisions', 'ai_decisions, bookings', 'bookings'])('refuse TRUNCATE of %s', async (tables) => {
    await expect(psql(`TRUNCATE ${tables} CASCADE`)).rejects.toMatchObject(REFUSED);
  });

  const ADD = (columns: string) =>
    `INSERT INTO ai_decisions OVERRIDING SYSTEM VALUE
     SELECT (jsonb_populate_record(d, '${columns}'::jsonb)).* FROM ai_decisions d WHERE booking_id = $1`;

  it.each([
    ['a block without a guardrail', { decision: 'blocked' }, '23514'],
    ['a guardrail without a block', { guardrail: 'capability' }, '23514'],
    ['a step that is none', { step: 'pay' }, '23514'],
    ['a decision that is none', { decision: 'maybe' }, '23514'],
    ['a reason in words', { reason: 'the customer said so' }, '23514'],
    ['more than certainty', { confidence: 1.01 }, '23514'],
    ['less than none', { confidence: -0.01 }, '23514'],
    ['no confidence at all', { confidence: 'NaN' }, '23514'],
    ['a booking that is not there', { booking_id: '00000000-0000-0000-0000-000000000000' }, '23503'],
    ['no one who decided', { actor: '' }, '23514'],
    ['a very long word', { customer_words: 'x'.repeat(4_001) }, '23514'],
    ['a very long summary', { shown: 'x'.repeat(100_001) }, '23514'],
    ['a line that is there', {}, '23505'],
  ])('refuse %s', async (_, columns, code) => {
    const { id } = await desk.opened();
    await expect(psql(ADD(JSON.stringify({ id: 9_000_000_000, ...columns })), [id])).rejects.toMatchObject({ code });
  });

  it('know every step, guardrail and locale of the domain', async () => {
    const begun = await desk.opened();
    let state = begun;
    for (const step of ['start', ...BOOKING_ACTIONS, 'expire'] as const) {
      state = later(state);
      await desk.record(stepTo(state, { step }));
    }
    for (const guardrail of GUARDRAILS) {
      state = later(state);
      await desk.record(stepTo(state, { decision: 'blocked', guardrail }));
    }
    for (const locale of BOOKING_LOCALES) {
      state = later(state, { locale });
      await desk.record(stepTo(state));
    }
    expect(await desk.decisions(begun.id)).toHaveLength(
      1 + BOOKING_ACTIONS.length + 2 + GUARDRAILS.length + BOOKING_LOCALES.length,
    );
  });
});

describe("a tenant's settings in the database", () => {
  const set = (assignment: string, value: unknown) =>
    psql(`UPDATE ai_capabilities SET ${assignment} = $2 WHERE user_id = $1`, [desk.shop.userId, value]);

  it.each<[string, unknown[], unknown[]]>([
    ['booking_locale', [...BOOKING_LOCALES], ['it', 'EN', '']],
    [
      'booking_idle_expiry_seconds',
      [IDLE_EXPIRY_SECONDS.min, IDLE_EXPIRY_SECONDS.max],
      [IDLE_EXPIRY_SECONDS.min - 1, IDLE_EXPIRY_SECONDS.max + 1],
    ],
    [
      'confirmation_expiry_seconds',
      [CONFIRMATION_EXPIRY_SECONDS.min, CONFIRMATION_EXPIRY_SECONDS.max],
      [CONFIRMATION_EXPIRY_SECONDS.min - 1, CONFIRMATION_EXPIRY_SECONDS.max + 1],
    ],
    [
      'confirmation_phrases',
      [[], Array.from({ length: CONFIRMATION_PHRASES_MAX }, () => '確'.repeat(100))],
      [Array.from({ length: CONFIRMATION_PHRASES_MAX + 1 }, () => 'sí'), ['yes', null], ['x'.repeat(10_001)]],
    ],
  ])('hold what the domain allows, and nothing else: %s', async (column, allowed, refused) => {
    for (const value of allowed) await set(column, value);
    for (const value of refused) await expect(set(column, value)).rejects.toMatchObject({ code: '23514' });
  });

  it('begin as the domain says', async () => {
    await psql("INSERT INTO tenants (user_id, name) VALUES ('plain', 'Plain')");
    const { rows } = await psql("INSERT INTO ai_capabilities (user_id) VALUES ('plain') RETURNING *");
    expect(rows).toMatchObject([
      {
        order_booking_enabled: DEFAULT_BOOKING_SETTINGS.orderBookingEnabled,
        booking_locale: DEFAULT_BOOKING_SETTINGS.bookingLocale,
        booking_idle_expiry_seconds: DEFAULT_BOOKING_SETTINGS.bookingIdleExpirySeconds,
        confirmation_expiry_seconds: DEFAULT_BOOKING_SETTINGS.confirmationExpirySeconds,
        confirmation_phrases: DEFAULT_BOOKING_SETTINGS.confirmationPhrases,
      },
    ]);
  });

  it('keep a catalogue of at most as many items as the domain says', async () => {
    const put = (items: unknown) =>
      psql('INSERT INTO catalogues (user_id, items) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET items = $2', [
        desk.shop.userId,
        JSON.stringify(items),
      ]);
    const items = (length: number) => Array.from({ length }, (_, n) => ({ name: `${n}`, aliases: [], active: true }));
    await put(items(CATALOGUE_ITEMS_MAX));
    await expect(put(items(CATALOGUE_ITEMS_MAX + 1))).rejects.toMatchObject({ code: '23514' });
    await expect(put({ items: [] })).rejects.toMatchObject({ code: '23514' });
  });
});
