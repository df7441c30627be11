import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Order } from '../../../domain/order';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { getBookingSettings } from '../../../persistence/bookings/get-booking-settings';
import { listBookingDecisions } from '../../../persistence/bookings/list-booking-decisions';
import { recordBookingStep } from '../../../persistence/bookings/record-booking-step';
import { recordDecision } from '../../../persistence/bookings/record-decision';
import { getCapabilities } from '../../../persistence/capabilities/get-capabilities';
import { updateCapabilities } from '../../../persistence/capabilities/update-capabilities';
import { getCatalogue } from '../../../persistence/catalogue/get-catalogue';
import { putCatalogue } from '../../../persistence/catalogue/put-catalogue';
import { findOrder } from '../../../persistence/orders/find-order';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import { findOrderStatus } from '../../../persistence/orders/find-order-status';
import { listOrderEvents } from '../../../persistence/orders/list-order-events';
import { listOrders } from '../../../persistence/orders/list-orders';
import { placeOrder } from '../../../persistence/orders/place-order';
import { readOrderChanges } from '../../../persistence/orders/read-order-changes';
import { transitionOrder } from '../../../persistence/orders/transition-order';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import { createLogger } from '../../../platform/logger';
import { createPool } from '../../../platform/postgres';
import { type ConfirmedBooking, edited, openBookingDesk, stepTo } from '../../support/booking-desk';
import { createDatabase, type TestDatabase } from '../../support/database';
import { newAttempt, type Shop } from '../../support/shop';

const TENANT_TABLES = [
  'tenants',
  'ai_capabilities',
  'fulfilment_slots',
  'idempotency_keys',
  'orders',
  'order_events',
  'catalogues',
  'bookings',
  'booking_confirmations',
  'ai_decisions',
];
const DENIED = { code: '42501' };

let database: TestDatabase;
let mine: Shop;
let theirs: Shop;
let theirOrder: Order;
let theirBooking: ConfirmedBooking;
const theirKey = randomUUID();
const CATALOGUE = [{ name: 'Canary Pie', aliases: [], active: true }];

beforeAll(async () => {
  database = await createDatabase();
  const slots = [{ id: 'noon', capacity: 5 }];
  const [myDesk, theirDesk] = [await openBookingDesk(database, slots), await openBookingDesk(database, slots)];
  mine = myDesk.shop;
  theirs = theirDesk.shop;
  theirOrder = await theirs.placed({ idempotencyKey: theirKey });
  theirBooking = await theirDesk.confirmed();
  await mine.placed();
  await myDesk.confirmed();
  await theirs.run((client) => updateCapabilities(client, { ...NO_CHANGE, bookingLocale: 'hi' }));
  for (const shop of [mine, theirs]) await shop.run((client) => putCatalogue(client, CATALOGUE));
});
afterAll(() => database.close());

/** One connection, so that whatever it remembers is there for the next one. */
async function withOneConnection(work: (pool: Pool) => Promise<void>): Promise<void> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const pool = createPool({ url: database.serviceUrl, size: 1, applicationName: 'test', logger });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

async function countAll(query: (text: string) => Promise<{ rows: { n: number }[] }>): Promise<number[]> {
  const counts: number[] = [];
  for (const table of TENANT_TABLES) {
    const { rows } = await query(`SELECT count(*)::int AS n FROM ${table}`);
    counts.push(rows[0]?.n ?? -1);
  }
  return counts;
}

const NOTHING = TENANT_TABLES.map(() => 0);

describe('the service role', () => {
  it('is bound by row-level security: no superuser, no bypass, owner of nothing, member of nothing', async () => {
    const { rows } = await database.owner.query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
         (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns,
         (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS member_of
       FROM pg_roles r WHERE rolname = 'orderbooking_service'`,
    );
    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, owns: 0, member_of: 0 },
    ]);
  });

  it('finds row-level security with a policy on every table but that of the installation itself', async () => {
    const { rows } = await database.owner.query(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname NOT IN ('schema_migrations', 'server_keys', 'google_call_budgets')
         AND NOT (c.relrowsecurity AND (c.relforcerowsecurity OR c.relname = 'api_keys')
           AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))`,
    );
    expect(rows).toEqual([]);
  });

  it('sees nothing at all without a tenant', async () => {
    expect(await countAll((text) => database.service.query(text))).toEqual(NOTHING);
    expect(await countAll((text) => database.owner.query(text))).not.toContain(0);
  });

  it.each(['', ' ', '%', '*', "' OR true --"])('sees nothing as the tenant "%s"', async (tenant) => {
    expect(await withTenant(database.service, tenant, (client) => countAll((text) => client.query(text)))).toEqual(
      NOTHING,
    );
  });

  it('writes nothing without a tenant', async () => {
    const nobody: TenantClient = {
      tenant: mine.userId,
      query: database.service.query.bind(database.service) as TenantClient['query'],
    };

    await expect(placeOrder(nobody, newAttempt())).rejects.toMatchObject(DENIED);
    expect(await transitionOrder(nobody, { ...command(theirOrder.id), to: 'cancelled' })).toBeUndefined();
    await expect(updateCapabilities(nobody, NO_CHANGE)).rejects.toMatchObject(DENIED);
    await expect(putCatalogue(nobody, CATALOGUE)).rejects.toMatchObject(DENIED);
    await expect(recordDecision(nobody, { ...BLOCK, bookingId: null })).rejects.toMatchObject(DENIED);
    const { rowCount: held } = await database.service.query('UPDATE bookings SET updated_at = now()');
    expect(held).toBe(0);
    const { rowCount: revoked } = await database.service.query('UPDATE booking_confirmations SET revoked_at = now()');
    expect(revoked).toBe(0);
    const updated = await database.service.query('UPDATE fulfilment_slots SET booked = 1');
    expect(updated.rowCount).toBe(0);
  });

  it.each([
    'SELECT * FROM api_keys',
    "INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes) SELECT 'x', 'x', 'x', sha256('x'), '{admin}'",
    'DELETE FROM orders',
    'DELETE FROM order_events',
    'DELETE FROM idempotency_keys',
    'DELETE FROM ai_capabilities',
    'DELETE FROM fulfilment_slots',
    'DELETE FROM tenants',
    'DELETE FROM catalogues',
    'DELETE FROM bookings',
    'DELETE FROM booking_confirmations',
    'DELETE FROM ai_decisions',
    'DELETE FROM sheet_sync_attempts',
    'DELETE FROM notification_subscriptions',
    'DELETE FROM notification_deliveries',
    'DELETE FROM notification_attempts',
    'DELETE FROM server_keys',
    'DELETE FROM google_call_budgets',
    "UPDATE server_keys SET public_key = 'x'",
    "UPDATE notification_deliveries SET payload = '{}'",
    "UPDATE notification_subscriptions SET user_id = 'x'",
    "UPDATE ai_decisions SET reason = 'x'",
    "UPDATE booking_confirmations SET customer_reply = 'yes'",
    "UPDATE booking_confirmations SET expires_at = now() + interval '1 hour'",
    'UPDATE bookings SET id = gen_random_uuid()',
    'UPDATE bookings SET created_at = now()',
    "UPDATE catalogues SET user_id = 'x'",
    "SELECT setval('ai_decisions_id_seq', 1)",
    'TRUNCATE ai_decisions',
    'ALTER TABLE ai_decisions DISABLE TRIGGER ALL',
    'ALTER TABLE orders DISABLE TRIGGER orders_guard_insert',
    'DROP POLICY tenant_only ON booking_confirmations',
    "UPDATE tenants SET name = 'x'",
    "UPDATE order_events SET actor = 'x'",
    "UPDATE orders SET customer_name = 'x'",
    "UPDATE orders SET fingerprint = sha256('x')",
    'UPDATE fulfilment_slots SET capacity = 1000',
    "INSERT INTO tenants (user_id, name) VALUES ('x', 'x')",
    'TRUNCATE orders CASCADE',
    'ALTER TABLE orders DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE orders DISABLE TRIGGER ALL',
    'DROP POLICY tenant_only ON orders',
    'DROP TABLE order_events',
    'CREATE TABLE x ()',
    'CREATE OR REPLACE FUNCTION current_tenant() RETURNS text LANGUAGE sql RETURN NULL::text',
    'SET session_replication_role = replica',
    'SET ROLE postgres',
    'SELECT * FROM schema_migrations',
  ])('may not: %s', async (statement) => {
    await expect(mine.run((client) => client.query(statement))).rejects.toMatchObject({
      code: expect.stringMatching(/^42(501|883|704)$/),
    });
  });

  it('does not see beyond row-level security by switching it off', async () => {
    await expect(
      mine.run(async (client) => {
        await client.query('SET LOCAL row_security = off');
        return client.query('SELECT * FROM orders');
      }),
    ).rejects.toMatchObject(DENIED);
  });
});

describe('a tenant', () => {
  it('sees exactly its own rows in every table', async () => {
    for (const table of TENANT_TABLES) {
      const { rows } = await mine.run((client) =>
        client.query<{ user_id: string }>(`SELECT DISTINCT user_id FROM ${table}`),
      );
      expect({ table, rows }).toEqual({ table, rows: [{ user_id: mine.userId }] });
    }
  });

  describe.each([
    ['the statements, told the truth', (client: TenantClient) => client],
    [
      'the database, when a statement asks for another tenant',
      (client: TenantClient) => ({ ...client, tenant: theirs.userId }),
    ],
  ])('is kept to itself by %s', (_, asks) => {
    const asMe = <T>(work: (client: TenantClient) => Promise<T>) => mine.run((client) => work(asks(client)));

    it('in finding orders', async () => {
      expect(await asMe((client) => findOrder(client, theirOrder.id))).toBeUndefined();
      expect(await asMe((client) => findOrderStatus(client, theirOrder.id))).toBeUndefined();
      expect(await asMe((client) => findOrderByKey(client, theirKey))).toBeUndefined();
    });

    it('in listing orders, events and changes', async () => {
      const all = {
        status: undefined,
        source: undefined,
        customerPhone: undefined,
        createdAfter: undefined,
        createdBefore: undefined,
        search: undefined,
        after: undefined,
      };
      const orders = await asMe((client) => listOrders(client, { ...all, limit: 100 }));
      expect(orders.filter(({ userId }) => userId !== mine.userId)).toEqual([]);
      const search = { text: theirOrder.customerName, digits: theirOrder.customerPhone, idPrefix: theirOrder.id };
      expect(await asMe((client) => listOrders(client, { ...all, search, limit: 100 }))).not.toContainEqual(
        expect.objectContaining({ id: theirOrder.id }),
      );
      expect(
        await asMe((client) => listOrderEvents(client, { orderId: theirOrder.id, afterSequence: 0, limit: 100 })),
      ).toEqual([]);
      const start = { xid: '0', orderId: '00000000-0000-0000-0000-000000000000', sequence: 0 };
      const { changes } = await asMe((client) => readOrderChanges(client, { after: start, limit: 100 }));
      expect(changes.filter(({ order }) => order.userId !== mine.userId)).toEqual([]);
    });

    it('in finding bookings, their records, the catalogue and the settings', async () => {
      const { id } = theirBooking.state;
      const decisions = { bookingId: id, afterSequence: 0, limit: 100 };
      expect(await asMe((client) => findBooking(client, id))).toBeUndefined();
      expect(await asMe((client) => listBookingDecisions(client, decisions))).toEqual([]);
      expect((await asMe((client) => getCatalogue(client)))?.userId).not.toBe(theirs.userId);
      expect(await asMe((client) => getBookingSettings(client))).not.toMatchObject({ bookingLocale: 'hi' });
    });

    it('in moving orders', async () => {
      expect(
        await asMe((client) => transitionOrder(client, { ...command(theirOrder.id), to: 'cancelled' })),
      ).toBeUndefined();
      expect(await theirs.run((client) => findOrderStatus(client, theirOrder.id))).toBe('pending');
      expect(await theirs.events(theirOrder.id)).toHaveLength(1);
    });
  });

  it('cannot record anything of a booking of another, nor use its confirmation, nor write its catalogue', async () => {
    const asThem = (client: TenantClient) => ({ ...client, tenant: theirs.userId });
    const { state, attempt } = theirBooking;
    const before = await theirs.run((client) => findBooking(client, state.id));
    const step = stepTo(edited(state));

    await expect(mine.run((client) => recordBookingStep(asThem(client), step))).rejects.toMatchObject(DENIED);
    await expect(mine.run((client) => placeOrder(asThem(client), attempt()))).rejects.toMatchObject(DENIED);
    await expect(
      mine.run((client) => recordDecision(asThem(client), { ...BLOCK, bookingId: state.id })),
    ).rejects.toMatchObject(DENIED);
    await expect(mine.run((client) => putCatalogue(asThem(client), []))).rejects.toMatchObject(DENIED);
    expect(await mine.place(attempt())).toEqual({ kind: 'confirmation_required' });

    expect(await theirs.run((client) => findBooking(client, state.id))).toEqual(before);
    expect(await theirs.run((client) => getCatalogue(client))).toMatchObject({ items: CATALOGUE });
    const decisions = { bookingId: state.id, afterSequence: 0, limit: 100 };
    expect(await theirs.run((client) => listBookingDecisions(client, decisions))).toHaveLength(2);
    expect(await theirs.place(attempt())).toMatchObject({ kind: 'placed', created: true });
  });

  it('cannot place an order for another, or write its capabilities, by a wrong word in a statement', async () => {
    const asThem = (client: TenantClient) => ({ ...client, tenant: theirs.userId });
    const before = await theirs.countOrders();

    await expect(mine.run((client) => placeOrder(asThem(client), newAttempt()))).rejects.toMatchObject(DENIED);
    await expect(mine.run((client) => updateCapabilities(asThem(client), NO_CHANGE))).rejects.toMatchObject(DENIED);
    expect(await mine.run((client) => getCapabilities(asThem(client)))).toBeUndefined();
    expect(await theirs.countOrders()).toBe(before);
  });

  it('keeps its capabilities when another one changes its own', async () => {
    await mine.run((client) =>
      updateCapabilities(client, { ...NO_CHANGE, orderBookingEnabled: false, sheetsSheetName: 'Mine' }),
    );

    expect(await mine.run(getCapabilities)).toMatchObject({ orderBookingEnabled: false, sheetsSheetName: 'Mine' });
    expect(await theirs.run(getCapabilities)).toMatchObject({ orderBookingEnabled: true, sheetsSheetName: 'Orders' });
  });
});

describe('a pooled connection', () => {
  const count = async (pool: Pool) =>
    (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM orders')).rows[0]?.n;
  const backend = async (client: Pick<Pool, 'query'>) =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;

  it('forgets its tenant when the work is done', () =>
    withOneConnection(async (pool) => {
      const pid = await withTenant(pool, theirs.userId, (client) => backend(client));
      expect(await count(pool)).toBe(0);
      expect(await backend(pool)).toBe(pid);
      expect(await withTenant(pool, mine.userId, (client) => findOrder(client, theirOrder.id))).toBeUndefined();
    }));

  it.each([
    ['a statement fails', (client: TenantClient) => client.query('SELECT 1 / 0')],
    ['the work throws', () => Promise.reject(new Error('broken work'))],
  ])('forgets its tenant when %s, and takes back what was written', (_, fails) =>
    withOneConnection(async (pool) => {
      const request = newAttempt();
      const work = withTenant(pool, theirs.userId, async (client) => {
        expect(await placeOrder(client, request)).toMatchObject({ kind: 'placed' });
        await fails(client);
      });
      await expect(work).rejects.toThrow(/division by zero|broken work/);

      expect(await count(pool)).toBe(0);
      expect(await theirs.run((client) => findOrder(client, request.orderId))).toBeUndefined();
    }),
  );

  it('that the server closed in the middle of the work is replaced by one that knows nobody', () =>
    withOneConnection(async (pool) => {
      const work = withTenant(pool, theirs.userId, async (client) => {
        await database.owner.query('SELECT pg_terminate_backend($1)', [await backend(client)]);
        return client.query('SELECT 1');
      });
      await expect(work).rejects.toThrow();

      expect(await count(pool)).toBe(0);
      expect(await withTenant(pool, theirs.userId, (client) => findOrderStatus(client, theirOrder.id))).toBe('pending');
    }));

  it('does not take a failure that the work hid for success', () =>
    withOneConnection(async (pool) => {
      const request = newAttempt();
      const work = withTenant(pool, theirs.userId, async (client) => {
        const outcome = await placeOrder(client, request);
        await client.query('SELECT 1 / 0').catch(() => undefined);
        return outcome;
      });
      await expect(work).rejects.toThrow('the transaction was rolled back');
    }));
});

const NO_CHANGE = {
  orderBookingEnabled: undefined,
  sheetsSyncEnabled: undefined,
  sheetsSpreadsheetId: undefined,
  sheetsSheetName: undefined,
  sheetsAccount: undefined,
  pendingOrderExpirySeconds: undefined,
  bookingLocale: undefined,
  bookingIdleExpirySeconds: undefined,
  confirmationExpirySeconds: undefined,
  confirmationPhrases: undefined,
};

const BLOCK = {
  step: 'create_order',
  decision: 'blocked',
  guardrail: 'confirmation_key',
  reason: 'no_key',
  summaryDigest: null,
  actor: 'mallory',
  correlationId: 'req_mallory',
  confidence: undefined,
} as const;

function command(orderId: string) {
  return { orderId, commandId: randomUUID(), actor: 'mallory', correlationId: 'req_mallory', auditRefusal: true };
}
