import type { ListedBooking } from '../../../domain/booking/listed-booking';
import { listBookings } from '../../../persistence/bookings/list-bookings';
import { placeOrder } from '../../../persistence/orders/place-order';
import { type BookingDesk, edited, later, openBookingDesk, stepTo } from '../../support/booking-desk';
import { createDatabase, type TestDatabase } from '../../support/database';
import { indexPlan } from '../../support/index-plan';

let database: TestDatabase;
let desk: BookingDesk;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  desk = await openBookingDesk(database);
});
afterAll(() => database.close());

type Query = Parameters<typeof listBookings>[1];

function list(query: Partial<Query> = {}, at: BookingDesk = desk): Promise<ListedBooking[]> {
  return at.shop.run((client) =>
    listBookings(client, { status: undefined, orderId: undefined, after: undefined, limit: 100, ...query }),
  );
}

const ids = (bookings: readonly { readonly id: string }[]) => bookings.map(({ id }) => id);

describe('the list of bookings', () => {
  it('shows a booking as its last step left it', async () => {
    const begun = await desk.opened();
    expect(await list()).toEqual([
      {
        id: begun.id,
        status: 'open',
        locale: 'en',
        orderId: null,
        customerName: null,
        itemCount: 0,
        createdAt: begun.createdAt,
        lastStepAt: begun.lastStepAt,
        expiresAt: new Date(Date.parse(begun.lastStepAt) + 1_800_000).toISOString(),
      },
    ]);
    const { state, content } = await desk.confirmed();
    expect(await list({ limit: 1 })).toMatchObject([
      {
        id: state.id,
        customerName: content.customerName,
        itemCount: content.items.length,
        lastStepAt: state.lastStepAt,
      },
    ]);
  });

  it('keeps to a status', async () => {
    const open = await desk.opened();
    const begun = await desk.opened();
    const abandoned = later(begun, { status: 'abandoned' });
    await desk.record(stepTo(abandoned, { step: 'abandon_booking' }));
    const confirmed = await desk.confirmed();
    const placed = await desk.shop.run((client) => placeOrder(client, confirmed.attempt()));
    if (placed.kind !== 'placed') throw new Error(placed.kind);

    expect(ids(await list({ status: 'open' }))).toEqual([open.id]);
    expect(ids(await list({ status: 'abandoned' }))).toEqual([abandoned.id]);
    expect(await list({ status: 'ordered' })).toMatchObject([{ id: confirmed.state.id, orderId: placed.order.id }]);
    expect(await list({ status: 'expired' })).toEqual([]);
    expect(await list()).toHaveLength(3);
  });

  it('finds the one that has become an order, and none by the order of another tenant', async () => {
    const confirmed = await desk.confirmed();
    await desk.confirmed();
    const placed = await desk.shop.run((client) => placeOrder(client, confirmed.attempt()));
    if (placed.kind !== 'placed') throw new Error(placed.kind);
    const orderId = placed.order.id;

    expect(await list({ orderId })).toMatchObject([{ id: confirmed.state.id, orderId }]);
    expect(await list({ orderId, status: 'open' })).toEqual([]);
    expect(await list({ orderId: confirmed.state.id })).toEqual([]);
    expect(await list({ orderId }, await openBookingDesk(database))).toEqual([]);
  });

  it.each([1, 2, 3, 7])(
    'is the same in pages of %i, begins with the newest, and skips none of one moment',
    async (limit) => {
      const at = new Date();
      for (let index = 0; index < 7; index += 1) {
        await desk.confirmed({ confirmedAt: new Date(at.getTime() - Math.floor(index / 3)) });
      }
      const all = await list();
      expect(ids(all)).toEqual(ids(all.toSorted((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id))));
      const seen: ListedBooking[] = [];
      for (;;) {
        const page = await list({ after: seen.at(-1), limit });
        seen.push(...page);
        if (page.length < limit) break;
      }
      expect(seen).toEqual(all);
      expect(all).toHaveLength(7);
    },
  );

  it('counts items, not units, and forgets a customer that an edit took away', async () => {
    const { state } = await desk.confirmed();
    const changed = edited(state);
    await desk.record(stepTo(changed, { step: 'add_items' }));
    expect(await list()).toMatchObject([
      { itemCount: changed.items.length, customerName: changed.customer?.name ?? null },
    ]);
  });

  it('shows nothing of another tenant', async () => {
    await desk.confirmed();
    const other = await openBookingDesk(database);
    expect(await list({}, other)).toEqual([]);
    const own = await other.opened();
    expect(ids(await list({}, other))).toEqual([own.id]);
  });

  it('reads a page by an index, without sorting', async () => {
    const plan = await indexPlan(
      database,
      `SELECT * FROM bookings b WHERE b.user_id = 'x' AND (b.created_at, b.id) < (now(), gen_random_uuid())
       ORDER BY b.created_at DESC, b.id DESC LIMIT 10`,
    );
    expect(plan).toMatch(/Index Scan using bookings_by_time/);
    expect(plan).not.toContain('Sort');
  });

  it('finds the booking of an order by an index', async () => {
    const plan = await indexPlan(
      database,
      `SELECT * FROM bookings b WHERE b.user_id = 'x' AND b.order_id = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'
       ORDER BY b.created_at DESC, b.id DESC LIMIT 2`,
    );
    expect(plan).toMatch(/Index Scan using bookings_by_order/);
  });
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
