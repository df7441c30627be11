import { createOrderClient, type OrderClient } from '../../../client/order-client';
import type { Catalogue } from '../../../domain/booking/catalogue';
import { DEFAULT_BOOKING_SETTINGS } from '../../../domain/booking/settings';
import type { Capabilities } from '../../../domain/capabilities';
import { ValidationError } from '../../../domain/errors';
import type { CapabilitiesChange, UseCases } from '../../../services/order-api/use-cases/contract';
import { type Doors, KEY, openDoors } from '../order-api/doors';
import { failureOf, QUICK_RETRY } from './open-client';

/** The client and the real gRPC front, over use cases that each test writes. */

const CAPABILITIES: Capabilities = {
  ...DEFAULT_BOOKING_SETTINGS,
  userId: 'bakery',
  sheetsSyncEnabled: true,
  sheetsSpreadsheetId: null,
  sheetsSheetName: 'Orders',
  sheetsServiceAccount: null,
  pendingOrderExpirySeconds: null,
  updatedAt: '2026-11-24T09:30:00.123Z',
};

let doors: Doors;
let client: OrderClient;

async function open(own: Partial<UseCases>, apiKey = KEY.admin): Promise<void> {
  doors = await openDoors(own);
  client = createOrderClient({ address: doors.address, apiKey, retry: QUICK_RETRY });
}

afterEach(async () => {
  client.close();
  await doors.close();
});

describe('capabilities', () => {
  it.each<[string, Partial<Capabilities>]>([
    ['of a tenant that never set anything', {}],
    [
      'of a tenant that set everything',
      {
        orderBookingEnabled: true,
        bookingLocale: 'ar',
        bookingIdleExpirySeconds: 60,
        confirmationExpirySeconds: 30,
        confirmationPhrases: ['jawohl', 'passt'],
        sheetsSpreadsheetId: '1AbC',
        sheetsServiceAccount: 'orders@example.iam.gserviceaccount.com',
        pendingOrderExpirySeconds: 3_600,
      },
    ],
  ])('come as they are: those %s', async (_, changes) => {
    const capabilities = { ...CAPABILITIES, ...changes };
    await open({ getCapabilities: async () => capabilities }, KEY.read);
    expect(await client.getCapabilities()).toMatchObject({ capabilities });
  });

  const UNCHANGED: CapabilitiesChange = {
    orderBookingEnabled: undefined,
    sheetsSyncEnabled: undefined,
    sheetsSpreadsheetId: undefined,
    sheetsSheetName: undefined,
    sheetsCredentials: undefined,
    pendingOrderExpirySeconds: undefined,
    bookingLocale: undefined,
    bookingIdleExpirySeconds: undefined,
    confirmationExpirySeconds: undefined,
    confirmationPhrases: undefined,
  };

  it.each<[string, Partial<CapabilitiesChange>]>([
    ['nothing', {}],
    ['one switch', { orderBookingEnabled: false }],
    ['a language', { bookingLocale: 'hi', bookingIdleExpirySeconds: 90, confirmationExpirySeconds: 31 }],
    ['phrases', { confirmationPhrases: ['jawohl'] }],
    ['phrases to none', { confirmationPhrases: [] }],
    ['what can be absent to nothing', { sheetsSpreadsheetId: null, pendingOrderExpirySeconds: null }],
    ['credentials to none of their own', { sheetsCredentials: null }],
    [
      'everything',
      {
        orderBookingEnabled: true,
        sheetsSyncEnabled: false,
        sheetsSpreadsheetId: '1AbC',
        sheetsSheetName: 'Bestellungen',
        sheetsCredentials: '{}',
        pendingOrderExpirySeconds: 60,
        bookingLocale: 'de',
        bookingIdleExpirySeconds: 60,
        confirmationExpirySeconds: 30,
        confirmationPhrases: ['passt'],
      },
    ],
  ])('are changed as it is said, and no more: %s', async (_, change) => {
    const asked: CapabilitiesChange[] = [];
    await open({
      updateCapabilities: async (_ctx, wanted) => {
        asked.push(wanted);
        return CAPABILITIES;
      },
    });
    expect(await client.updateCapabilities(change)).toMatchObject({ capabilities: CAPABILITIES });
    expect(asked).toEqual([{ ...UNCHANGED, ...change }]);
  });

  it('are refused with the fields at fault', async () => {
    await open({});
    const error = await failureOf(client.updateCapabilities({ bookingIdleExpirySeconds: 1 }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ details: { violations: [{ field: 'booking_idle_expiry_seconds' }] } });
  });

  it.each([true, false])('tell whether AI may book: %s', async (enabled) => {
    await open({ isOrderBookingEnabled: async () => enabled }, KEY.ai);
    expect(await client.isOrderBookingEnabled()).toMatchObject({ enabled });
    expect(await client.isOrderBookingEnabled({ userId: 'bakery' })).toMatchObject({ enabled });
    expect(await failureOf(client.isOrderBookingEnabled({ userId: 'pizzeria' }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});

describe('the catalogue', () => {
  const items = [
    { name: 'Margherita', aliases: ['marg', 'pizza margherita'], active: true },
    { name: 'Tiramisù', aliases: [], active: false },
  ];

  it('comes as it is, and is replaced as it is said', async () => {
    const asked: unknown[] = [];
    const catalogue: Catalogue = { userId: 'bakery', items, updatedAt: CAPABILITIES.updatedAt };
    await open({
      getCatalogue: async () => catalogue,
      updateCatalogue: async (_ctx, wanted) => {
        asked.push(wanted);
        return { ...catalogue, items: wanted };
      },
    });
    const read = await client.getCatalogue();
    expect(read).toEqual({
      catalogue: { items, updatedAt: CAPABILITIES.updatedAt },
      correlationId: read.correlationId,
    });
    expect((await client.updateCatalogue(items)).catalogue.items).toEqual(items);
    expect((await client.updateCatalogue([])).catalogue.items).toEqual([]);
    expect(asked).toEqual([items, []]);
  });
});

describe('a scope that the key lacks', () => {
  it('is told as such', async () => {
    await open({}, KEY.ai);
    expect(await failureOf(client.getCapabilities())).toMatchObject({
      code: 'PERMISSION_DENIED',
      details: { required_scopes: ['orders:read'] },
    });
  });
});
