import { HISTORY_MIN_DAYS } from '../../../domain/history';
import { forgetDeliveries } from '../../../persistence/history/forget-deliveries';
import { forgetSheetAttempts } from '../../../persistence/history/forget-sheet-attempts';
import { touchDelivery } from '../../../persistence/notifications/touch-delivery';
import { openBookingDesk } from '../../support/booking-desk';
import { createDatabase, type TestDatabase } from '../../support/database';
import { type History, historyIn } from '../../support/history';
import { indexPlan } from '../../support/index-plan';
import { createPlainInstallation } from '../../support/plain-installation';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let history: History;
let shop: Shop;
let subscription: string;

beforeEach(async () => {
  database = await createDatabase();
  history = historyIn(database.owner);
  shop = await openShop(database);
  subscription = await history.subscription(shop.userId);
});
afterEach(() => database.close());

const deliver = (days: number, more: object = {}) => history.delivery(shop.userId, subscription, { days, ...more });
const forget = (days = 90, limit = 1_000) => forgetDeliveries(database.service, days, limit);
const forgetAttempts = (days = 90, limit = 1_000) => forgetSheetAttempts(database.service, days, limit);
const left = async () =>
  (await database.owner.query<{ id: string }>('SELECT id FROM notification_deliveries ORDER BY created_at')).rows.map(
    ({ id }) => id,
  );
const count = async (table: string) =>
  (await database.owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n;

describe('deliveries', () => {
  it('that are over and older than asked for are forgotten with their attempts; younger ones are not', async () => {
    for (const status of ['delivered', 'failed', 'ended']) await deliver(91, { status });
    const young = [await deliver(89), await deliver(1), await deliver(0)];
    expect(await forget()).toBe(3);
    expect(await left()).toEqual(young);
    expect(await count('notification_attempts')).toBe(6);
    expect(await forget()).toBe(0);
  });

  it('that wait, were played again lately, or tell of a sheet that is parked still, are kept', async () => {
    const kept = [
      await deliver(400, { status: 'pending' }),
      await deliver(300, { triedDays: 10 }),
      await deliver(200, { event: 'sheet.parked' }),
    ];
    const park = (set: string) =>
      database.owner.query(`UPDATE ai_capabilities SET ${set} WHERE user_id = $1`, [shop.userId]);
    await park(`sheet_parked_at = now() - interval '200 days', sheet_parked_cause = 'not_shared'`);
    // Of another business, whose sheet is well.
    const other = await openShop(database);
    await history.delivery(other.userId, await history.subscription(other.userId), {
      days: 200,
      event: 'sheet.parked',
    });
    expect(await forget()).toBe(1);
    expect(await left()).toEqual(kept);
    await park('sheet_parked_at = NULL, sheet_parked_cause = NULL');
    expect(await forget()).toBe(1);
    expect(await left()).toEqual(kept.slice(0, 2));
  });

  it('go oldest first, at most so many at a time, of all businesses', async () => {
    const other = await openShop(database);
    const theirs = await history.subscription(other.userId);
    const ids: string[] = [];
    for (const days of [130, 120, 110, 100]) {
      ids.push(await deliver(days), await history.delivery(other.userId, theirs, { days: days - 1 }));
    }
    expect(await forget(90, 3)).toBe(3);
    expect(await left()).toEqual(ids.slice(3));
    expect(await forget(90, 3)).toBe(3);
    expect(await forget(90, 3)).toBe(2);
    expect(await left()).toEqual([]);
  });

  it('that somebody is playing again just now is passed over', async () => {
    const [busy] = [await deliver(100), await deliver(99)];
    const held = await shop.begin();
    await touchDelivery(held.client, busy);
    expect(await forget()).toBe(1);
    await held.commit();
    expect(await forget()).toBe(0);
    expect(await left()).toEqual([busy]);
  });

  it('are read by an index, oldest first, without sorting', async () => {
    const plan = await indexPlan(
      database,
      `SELECT d.id FROM notification_deliveries d WHERE d.created_at < now() - interval '90 days' AND d.status <> 'pending'
       ORDER BY d.created_at LIMIT 500 FOR UPDATE OF d SKIP LOCKED`,
    );
    expect(plan).toMatch(/Index Scan using notification_deliveries_by_age/);
    expect(plan).not.toContain('Sort');
  });
});

describe('attempts to write a sheet', () => {
  it('are forgotten oldest first, at most so many at a time, when they are older than asked for', async () => {
    for (const days of [91, 200, 100]) await history.sheetAttempt(shop.userId, days);
    const young = await history.sheetAttempt(shop.userId, 89);
    expect(await forgetAttempts(90, 2)).toBe(2);
    const { rows } = await database.owner.query('SELECT id FROM sheet_sync_attempts ORDER BY started_at');
    expect(rows).toEqual([{ id: expect.any(String) }, { id: young }]);
    expect(await forgetAttempts(90, 2)).toBe(1);
    expect(await forgetAttempts(90, 2)).toBe(0);
    expect(await count('sheet_sync_attempts')).toBe(1);
  });

  it('are read by an index, oldest first, without sorting', async () => {
    const plan = await indexPlan(
      database,
      `SELECT id FROM sheet_sync_attempts WHERE started_at < now() - interval '90 days' ORDER BY started_at LIMIT 500`,
    );
    expect(plan).toMatch(/Index Scan using sheet_sync_attempts_by_age/);
    expect(plan).not.toContain('Sort');
  });
});

describe('nobody', () => {
  it('forgets what is younger than the least, whatever he asks for', async () => {
    await deliver(HISTORY_MIN_DAYS - 1);
    await history.sheetAttempt(shop.userId, HISTORY_MIN_DAYS - 1);
    for (const days of [HISTORY_MIN_DAYS - 1, 1, 0, -1_000]) {
      await expect(forget(days)).rejects.toMatchObject({ code: '23514' });
      await expect(forgetAttempts(days)).rejects.toMatchObject({ code: '23514' });
    }
    for (const name of ['forget_deliveries', 'forget_sheet_attempts']) {
      await expect(database.service.query(`SELECT ${name}(NULL, 10)`)).rejects.toMatchObject({ code: '23514' });
    }
    expect([await forget(HISTORY_MIN_DAYS), await forgetAttempts(HISTORY_MIN_DAYS)]).toEqual([0, 0]);
    await deliver(HISTORY_MIN_DAYS + 1);
    await history.sheetAttempt(shop.userId, HISTORY_MIN_DAYS + 1);
    expect([await forget(HISTORY_MIN_DAYS), await forgetAttempts(HISTORY_MIN_DAYS)]).toEqual([1, 1]);
  });

  it.each(['notification_attempts', 'notification_deliveries', 'sheet_sync_attempts'])(
    'takes anything away from %s by himself: no service, also when it says that it is forgetting',
    async (table) => {
      await expect(
        shop.run(async (client) => {
          await client.query("SELECT set_config('app.forgetting', 'on', true)");
          await client.query(`DELETE FROM ${table}`);
        }),
      ).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('changes an attempt, nor takes it away at psql, not even where something was forgotten just before', async () => {
    await deliver(100);
    await deliver(50);
    await history.sheetAttempt(shop.userId, 100);
    await history.sheetAttempt(shop.userId, 50);
    const refused = { code: '23000' };
    const psql = async (statement: string) => {
      const client = await database.owner.connect();
      try {
        await client.query(`BEGIN; SELECT forget_deliveries('90 days', 10), forget_sheet_attempts('90 days', 10)`);
        await client.query(statement);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    };
    for (const table of ['notification_attempts', 'sheet_sync_attempts']) {
      await expect(psql(`DELETE FROM ${table}`)).rejects.toMatchObject(refused);
      await expect(psql(`UPDATE ${table} SET duration_ms = 7`)).rejects.toMatchObject(refused);
      await expect(psql(`SET LOCAL app.forgetting = 'on'; UPDATE ${table} SET duration_ms = 7`)).rejects.toMatchObject(
        refused,
      );
    }
  });

  it('forgets an order, its events, its key, or what was decided with a customer', async () => {
    const desk = await openBookingDesk(database);
    await desk.confirmed();
    await shop.placed({ at: new Date(Date.now() - 400 * 86_400_000) });
    await shop.placed();
    const tables = ['orders', 'order_events', 'idempotency_keys', 'bookings', 'ai_decisions', 'booking_confirmations'];
    const counts = () => Promise.all(tables.map(count));
    const before = await counts();
    await deliver(400);
    expect([await forget(HISTORY_MIN_DAYS), await forgetAttempts(HISTORY_MIN_DAYS)]).toEqual([1, 0]);
    expect(await counts()).toEqual(before);
    expect(before).not.toContain(0);
  });
});

describe('an installation whose owner is no superuser', () => {
  it('forgets all the same; its owner sees and takes away nothing otherwise; and there is a way back', async () => {
    const installation = await createPlainInstallation();
    try {
      await installation.asSuperuser(async (superuser) => {
        await superuser.query("INSERT INTO tenants (user_id, name) VALUES ('shop', 'Shop')");
        await superuser.query(
          `INSERT INTO ai_capabilities (user_id, sheet_parked_at, sheet_parked_cause) VALUES ('shop', now(), 'not_shared')`,
        );
        const old = historyIn(superuser);
        const id = await old.subscription('shop');
        for (const days of [100, 50]) {
          await old.delivery('shop', id, { days });
          await old.sheetAttempt('shop', days);
        }
        await old.delivery('shop', id, { days: 100, event: 'sheet.parked' });
        await superuser.query(
          `INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash, subscription_id)
           VALUES ('shop', 'create_subscription', 'key', 'completed', sha256(''), $1)`,
          [id],
        );
      });
      await installation.asOwner(async (owner) => {
        for (const table of ['notification_deliveries', 'notification_attempts', 'sheet_sync_attempts']) {
          expect((await owner.query(`DELETE FROM ${table}`)).rowCount).toBe(0);
        }
      });
      await installation.asService(async (service) => {
        const { rows } = await service.query(
          `SELECT forget_deliveries('90 days', 10) AS deliveries, forget_sheet_attempts('90 days', 10) AS attempts`,
        );
        expect(rows).toEqual([{ deliveries: 1, attempts: 1 }]);
      });
      await installation.asSuperuser(async (superuser) => {
        const { rows } = await superuser.query(
          `SELECT (SELECT count(*)::int FROM notification_deliveries) AS deliveries,
             (SELECT count(*)::int FROM notification_attempts) AS attempts,
             (SELECT count(*)::int FROM sheet_sync_attempts) AS sheet_attempts`,
        );
        expect(rows).toEqual([{ deliveries: 2, attempts: 4, sheet_attempts: 1 }]);
      });
      await installation.migrateDown();
      await installation.asSuperuser(async (superuser) => {
        expect((await superuser.query('SELECT FROM idempotency_keys')).rowCount).toBe(0);
      });
    } finally {
      await installation.close();
    }
  });
});
