import { randomUUID } from 'node:crypto';
import type { Order } from '../../../domain/order';
import { listOrderEvents } from '../../../persistence/orders/list-order-events';
import { type ListOrdersQuery, listOrders } from '../../../persistence/orders/list-orders';
import { orderSearch } from '../../../services/order-api/use-cases/order-search';
import { createDatabase, type TestDatabase } from '../../support/database';
import { indexPlan } from '../../support/index-plan';
import { sampleContent } from '../../support/sample-order';
import { openShop, type Shop } from '../../support/shop';

const NOON = Date.parse('2026-03-01T12:00:00.000Z');

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.close());

const EVERY: Omit<ListOrdersQuery, 'limit'> = {
  status: undefined,
  source: undefined,
  customerPhone: undefined,
  createdAfter: undefined,
  createdBefore: undefined,
  search: undefined,
  after: undefined,
};

function list(shop: Shop, query: Partial<ListOrdersQuery> = {}): Promise<Order[]> {
  return shop.run((client) => listOrders(client, { ...EVERY, limit: 100, ...query }));
}

const ids = (orders: readonly Order[]) => orders.map(({ id }) => id);

/** Reads page by page to the end, and does something after each page. */
async function readAll(shop: Shop, query: Partial<ListOrdersQuery>, limit: number, meanwhile: () => Promise<unknown>) {
  const seen: Order[] = [];
  for (;;) {
    const last = seen.at(-1);
    const after = last && { createdAt: last.createdAt, id: last.id };
    const page = await list(shop, { ...query, after, limit });
    seen.push(...page);
    if (page.length < limit) return seen;
    await meanwhile();
  }
}

describe('the list of orders', () => {
  it('is empty for a tenant without any', async () => {
    expect(await list(await openShop(database))).toEqual([]);
  });

  it('begins with the newest, and among orders of one moment with the greatest id', async () => {
    const shop = await openShop(database);
    const orders: Order[] = [];
    for (const ms of [0, 1, 1, 1, 2, 2]) orders.push(await shop.placed({ at: new Date(NOON + ms) }));
    const expected = orders.toSorted((a, b) =>
      a.createdAt === b.createdAt ? compare(b.id, a.id) : compare(b.createdAt, a.createdAt),
    );

    expect(await list(shop)).toEqual(expected);
  });

  it.each([1, 2, 3, 7, 20])('is the same in pages of %i, with many orders of one moment', async (size) => {
    const shop = await openShop(database);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => shop.placed({ at: new Date(NOON + Math.floor(index / 8)) })),
    );

    expect(await readAll(shop, {}, size, async () => undefined)).toEqual(await list(shop));
  });

  it('neither skips nor repeats an order while new ones arrive, orders move and others are cancelled', async () => {
    const shop = await openShop(database);
    const before = await Promise.all(
      Array.from({ length: 15 }, (_, index) => shop.placed({ at: new Date(NOON + Math.floor(index / 4)) })),
    );
    let moved = 0;
    const seen = await readAll(shop, {}, 4, async () => {
      await shop.placed({ at: new Date(NOON + 1_000) });
      await shop.move(before[moved]?.id ?? '', moved % 2 === 0 ? 'cancelled' : 'confirmed');
      moved += 5;
    });

    expect(new Set(ids(seen)).size).toBe(seen.length);
    expect(new Set(ids(seen))).toEqual(new Set(ids(before)));
  });

  it('keeps to each filter, and to all of them together, on every page', async () => {
    const shop = await openShop(database);
    const wanted: Order[] = [];
    for (let index = 0; index < 16; index += 1) {
      const phone = index % 2 === 0 ? '4915100000001' : '4915100000002';
      const source = index % 4 < 2 ? 'web' : 'phone';
      const order = await shop.placed({
        at: new Date(NOON + index),
        content: sampleContent({ customerPhone: phone, source }),
      });
      const confirmed = index % 8 < 4 && (await shop.move(order.id, 'confirmed'));
      wanted.push(confirmed ? confirmed.order : order);
    }
    const expectList = async (query: Partial<ListOrdersQuery>, keep: (order: Order) => boolean) => {
      const expected = ids(wanted.filter(keep)).reverse();
      expect(expected.length).toBeGreaterThan(0);
      expect(ids(await list(shop, query))).toEqual(expected);
      expect(ids(await readAll(shop, query, 1, async () => undefined))).toEqual(expected);
    };
    const createdAfter = new Date(NOON + 2).toISOString();

    await expectList({ status: 'confirmed' }, ({ status }) => status === 'confirmed');
    await expectList({ source: 'web' }, ({ source }) => source === 'web');
    await expectList({ customerPhone: '4915100000002' }, (order) => order.customerPhone === '4915100000002');
    await expectList({ createdAfter }, (order) => order.createdAt > createdAfter);
    await expectList(
      { status: 'confirmed', source: 'web', customerPhone: '4915100000001', createdAfter },
      (order) =>
        order.status === 'confirmed' &&
        order.source === 'web' &&
        order.customerPhone === '4915100000001' &&
        order.createdAt > createdAfter,
    );
    expect(await list(shop, { status: 'completed' })).toEqual([]);
  });

  it('excludes the moment that created_after names, down to the microsecond', async () => {
    const shop = await openShop(database);
    const order = await shop.placed({ at: new Date(NOON + 5) });

    expect(await list(shop, { createdAfter: '2026-03-01T12:00:00.005Z' })).toEqual([]);
    expect(await list(shop, { createdAfter: '2026-03-01T12:00:00.005001Z' })).toEqual([]);
    expect(await list(shop, { createdAfter: '2026-03-01T12:00:00.004999Z' })).toEqual([order]);
    expect(await list(shop, { createdAfter: '0001-01-01T00:00:00Z' })).toEqual([order]);
    expect(await list(shop, { createdAfter: '9999-12-31T23:59:59Z' })).toEqual([]);
  });

  it('excludes the moment that created_before names, and takes both bounds together', async () => {
    const shop = await openShop(database);
    const orders = [];
    for (const ms of [0, 5, 10]) orders.push(await shop.placed({ at: new Date(NOON + ms) }));
    const at = (ms: number) => new Date(NOON + ms).toISOString();

    expect(ids(await list(shop, { createdBefore: at(5) }))).toEqual([orders[0]?.id]);
    expect(ids(await list(shop, { createdBefore: '2026-03-01T12:00:00.005001Z' }))).toEqual([
      orders[1]?.id,
      orders[0]?.id,
    ]);
    expect(ids(await list(shop, { createdAfter: at(0), createdBefore: at(10) }))).toEqual([orders[1]?.id]);
    expect(await list(shop, { createdBefore: '0001-01-01T00:00:00Z' })).toEqual([]);
  });

  describe('searched', () => {
    const typed = (text: string) => ({ search: orderSearch(text) });

    it.each([
      ['a part of the name', 'garc', ['Zoë García']],
      ['in other capitals, accents included', 'ZOË', ['Zoë García']],
      ['of an item, also of the second one', 'rye BREAD', ['Zoë García', '100% Anna']],
      ['digits of the phone', '901820', ['Zoë García']],
      ['a phone number as it is dialled at home', '(030) 901-820', ['Zoë García']],
      ['a phone number as it is dialled from abroad', '+49 30 901820', ['Zoë García']],
      ['a phone number with 00', '0049 30', ['Zoë García']],
      ['a percent sign', '%', ['100% Anna']],
      ['an underscore', '_', ['Under_score']],
      ['a backslash', '\\', ['Back\\slash']],
      ['a pattern', 'u%e', []],
      ['one that would match any character', 'Ann_', []],
      ['the letters of an operator', "' OR true --", []],
      ['two digits, which are in every number', '82', []],
      ['nothing of any', 'nobody', []],
    ])('by %s finds what has it', async (_name, text, names) => {
      const shop = await openShop(database);
      const customers = [
        {
          customerName: 'Zoë García',
          customerPhone: '4930901820',
          items: [
            { name: 'Pie', quantity: 1 },
            { name: 'Rye Bread', quantity: 2 },
          ],
        },
        { customerName: '100% Anna', customerPhone: '4915111111111', items: [{ name: 'rye bread', quantity: 1 }] },
        { customerName: 'Under_score', customerPhone: '4915133333333', items: [{ name: 'Cake', quantity: 1 }] },
        { customerName: 'Back\\slash', customerPhone: '4915144444444', items: [{ name: 'Cake', quantity: 1 }] },
      ];
      // A text may also be the beginning of an id: these are of no beginning that is looked for.
      const orderId = () => `ffffffff${randomUUID().slice(8)}`;
      for (const [index, content] of customers.entries())
        await shop.placed({ orderId: orderId(), at: new Date(NOON - index), content: sampleContent(content) });

      expect((await list(shop, typed(text))).map(({ customerName }) => customerName)).toEqual(names);
    });

    it('by an id or its beginning finds that order', async () => {
      const shop = await openShop(database);
      const [one, two] = [await shop.placed(), await shop.placed()];
      expect(ids(await list(shop, typed(one.id)))).toEqual([one.id]);
      expect(ids(await list(shop, typed(two.id.toUpperCase().slice(0, 13))))).toEqual([two.id]);
      expect(ids(await list(shop, typed(two.id.slice(9))))).toEqual([]);
    });

    it('by an item’s quantity or key finds nothing: these are no names', async () => {
      const shop = await openShop(database);
      await shop.placed({ content: sampleContent({ customerName: 'A', items: [{ name: 'B', quantity: 77 }] }) });
      for (const text of ['77', 'quantity', 'name']) expect(await list(shop, typed(text))).toEqual([]);
    });

    it('keeps to the other filters, page by page, and to its tenant', async () => {
      const [shop, other] = [await openShop(database), await openShop(database)];
      const wanted: Order[] = [];
      for (let index = 0; index < 12; index += 1) {
        const content = sampleContent({
          customerName: index % 2 === 0 ? 'Anna Bell' : 'Bo',
          source: index % 4 < 2 ? 'web' : 'phone',
        });
        const order = await shop.placed({ at: new Date(NOON + index), content });
        await other.placed({ content: sampleContent({ customerName: 'Anna Bell', source: 'web' }) });
        if (index % 4 === 0) wanted.unshift(order);
      }
      const query = { ...typed('bell'), source: 'web' } as const;
      expect(await readAll(shop, query, 1, async () => undefined)).toEqual(wanted);
    });
  });

  it("reads a page by an index in the list's own order, without sorting", async () => {
    const plan = await indexPlan(
      database,
      `SELECT * FROM orders o WHERE o.user_id = 'x' AND (o.created_at, o.id) < (now(), gen_random_uuid())
       ORDER BY o.created_at DESC, o.id DESC LIMIT 10`,
    );
    expect(plan).toMatch(/Index (Only )?Scan using orders_by_time/);
    expect(plan).not.toContain('Sort');
  });
});

describe("the list of an order's events", () => {
  it('comes page by page in sequence, and is empty after the last and for an order that is not there', async () => {
    const shop = await openShop(database);
    const order = await shop.orderThatIs('completed');
    const page = (afterSequence: number, limit: number) =>
      shop.run((client) => listOrderEvents(client, { orderId: order.id, afterSequence, limit }));

    expect((await page(0, 3)).map(({ toStatus }) => toStatus)).toEqual(['pending', 'confirmed', 'processing']);
    expect((await page(3, 3)).map(({ sequence }) => sequence)).toEqual([4]);
    expect(await page(4, 3)).toEqual([]);
    expect(await shop.events('00000000-0000-4000-8000-000000000000')).toEqual([]);
  });
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
