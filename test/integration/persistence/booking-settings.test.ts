import { DEFAULT_BOOKING_SETTINGS } from '../../../domain/booking/settings';
import { getBookingSettings } from '../../../persistence/bookings/get-booking-settings';
import { getCapabilities } from '../../../persistence/capabilities/get-capabilities';
import { updateCapabilities } from '../../../persistence/capabilities/update-capabilities';
import { getCatalogue } from '../../../persistence/catalogue/get-catalogue';
import { putCatalogue } from '../../../persistence/catalogue/put-catalogue';
import { seedTenant, type TenantSeed } from '../../../persistence/tenants/seed-tenant';
import { createDatabase, type TestDatabase } from '../../support/database';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterAll(() => database.close());

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
const SETTINGS = {
  bookingLocale: 'ar',
  bookingIdleExpirySeconds: 61,
  confirmationExpirySeconds: 31,
  confirmationPhrases: ['go, "go"', 'ठीक है', '{a,b}', 'NULL'],
} as const;

async function seed(more: Omit<TenantSeed, 'userId' | 'name' | 'keys'>): Promise<void> {
  const client = await database.owner.connect();
  try {
    await seedTenant(client, { userId: shop.userId, name: 'Shop', keys: [], ...more });
  } finally {
    client.release();
  }
}

async function forgetSettings(): Promise<void> {
  await database.owner.query('DELETE FROM ai_capabilities WHERE user_id = $1', [shop.userId]);
}

describe("a tenant's booking settings", () => {
  it('are the defaults for a tenant that never set anything', async () => {
    await forgetSettings();

    expect(await shop.run(getBookingSettings)).toEqual(DEFAULT_BOOKING_SETTINGS);
  });

  it.each([
    ['of a tenant that has some', async () => undefined],
    ['of a tenant that never set anything', forgetSettings],
  ])('%s are read as they were written, by both ways of reading', async (_, prepare) => {
    await prepare();
    const written = await shop.run((client) =>
      updateCapabilities(client, { ...NO_CHANGE, orderBookingEnabled: true, ...SETTINGS }),
    );

    expect(written).toMatchObject({ userId: shop.userId, orderBookingEnabled: true, ...SETTINGS });
    expect(await shop.run(getCapabilities)).toEqual(written);
    expect(await shop.run(getBookingSettings)).toEqual({ orderBookingEnabled: true, ...SETTINGS });
  });

  it.each(Object.keys(SETTINGS) as (keyof typeof SETTINGS)[])('change one by one: %s', async (field) => {
    const before = await shop.run(getBookingSettings);
    await shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, [field]: SETTINGS[field] }));
    expect(await shop.run(getBookingSettings)).toEqual({ ...before, [field]: SETTINGS[field] });

    await shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, sheetsSheetName: 'Other' }));
    expect(await shop.run(getBookingSettings)).toEqual({ ...before, [field]: SETTINGS[field] });
  });

  it('are the defaults after a first change of something else', async () => {
    await forgetSettings();
    await shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, sheetsSheetName: 'First' }));

    expect(await shop.run(getBookingSettings)).toEqual(DEFAULT_BOOKING_SETTINGS);
  });

  it('can lose all their phrases again', async () => {
    await shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, ...SETTINGS }));
    await shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, confirmationPhrases: [] }));

    expect(await shop.run(getBookingSettings)).toMatchObject({ ...SETTINGS, confirmationPhrases: [] });
  });

  it('come with a seed, but not over what was set before', async () => {
    await forgetSettings();
    await seed({ orderBookingEnabled: true, booking: { bookingLocale: 'pt', confirmationPhrases: ['bora'] } });
    const seeded = {
      ...DEFAULT_BOOKING_SETTINGS,
      orderBookingEnabled: true,
      bookingLocale: 'pt',
      confirmationPhrases: ['bora'],
    };
    expect(await shop.run(getBookingSettings)).toEqual(seeded);

    await seed({ orderBookingEnabled: false, booking: SETTINGS });
    expect(await shop.run(getBookingSettings)).toEqual(seeded);
  });
});

describe("a tenant's catalogue", () => {
  const items = [
    { name: 'Pizza "½" – 面包', aliases: ['pizza', 'पिज़्ज़ा'], active: true },
    { name: 'Cola', aliases: [], active: false },
  ];

  it('is undefined for a tenant that never said what it sells', async () => {
    expect(await shop.run(getCatalogue)).toBeUndefined();
  });

  it('is read as it was written, in its order and without what does not belong', async () => {
    const put = await shop.run((client) =>
      putCatalogue(
        client,
        items.map((item) => ({ ...item, price: 9 })),
      ),
    );

    expect(put).toEqual({ userId: shop.userId, items, updatedAt: expect.any(String) });
    expect(await shop.run(getCatalogue)).toEqual(put);
    const { rows } = await database.owner.query('SELECT items FROM catalogues WHERE user_id = $1', [shop.userId]);
    expect(rows).toEqual([{ items }]);
  });

  it('is replaced as a whole, also by nothing', async () => {
    const first = await shop.run((client) => putCatalogue(client, items));
    const second = await shop.run((client) => putCatalogue(client, items.slice(1)));
    expect(second.items).toEqual(items.slice(1));
    expect(Date.parse(second.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));

    await shop.run((client) => putCatalogue(client, []));
    expect(await shop.run(getCatalogue)).toMatchObject({ items: [] });
  });

  it('of two that are written at once is one of them whole', async () => {
    const catalogues = Array.from({ length: 10 }, (_, n) =>
      Array.from({ length: 100 }, (_item, m) => ({ name: `${n} ${m}`, aliases: [`${n}`], active: true })),
    );
    await Promise.all(catalogues.map((catalogue) => shop.run((client) => putCatalogue(client, catalogue))));

    expect(catalogues).toContainEqual((await shop.run(getCatalogue))?.items);
  });

  it('comes with a seed, but not over the one that is there', async () => {
    await seed({ catalogue: items });
    expect(await shop.run(getCatalogue)).toMatchObject({ items });

    await seed({ catalogue: [] });
    await seed({});
    expect(await shop.run(getCatalogue)).toMatchObject({ items });
  });
});
