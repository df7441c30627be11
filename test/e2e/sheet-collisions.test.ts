import { FIRST_COLUMNS, SHEET_COLUMNS } from '../../domain/sheets/columns';
import { orderCells } from '../../domain/sheets/order-cells';
import { columnsToRecord } from '../../domain/sheets/sheet-tab';
import { takeSheetTurn } from '../../persistence/sheets/take-sheet-turn';
import { withTenant } from '../../persistence/with-tenant';
import { eventually } from '../support/eventually';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { openSheetShop, ourRows } from '../support/sheet-shop';

const TAB = 'Orders';

let scene: SheetScene;

beforeAll(async () => {
  scene = await createSheetScene({ quota: 'none' });
  await scene.startSync({ SHEETS_CALLS_PER_MINUTE: '6000' });
});
afterAll(() => scene.close());

describe('an Order ID that a person typed over', () => {
  it('with that of another order: the row with that id shows that order, and the other one comes back with its next change', async () => {
    const { shop, view, act } = await scene.openShop();
    const [first, second] = await shop.placeMany(2, 1);
    if (first === undefined || second === undefined) throw new Error('no orders');
    await shop.untilSynced();
    // The row above now claims to be the order of the row below.
    await act({ do: 'edit', tab: TAB, row: 1, column: 0, text: second.id });
    await shop.place();
    await shop.untilSynced();
    const shown = async () => ourRows((await view.rows()) ?? []);
    expect((await shown()).filter((row) => row['Order ID'] === second.id)).toEqual([orderCells(second)]);
    await shop.move(first.id, 'confirmed');
    await shop.untilSynced();
    await shop.expectEqual(view);
  });

  it('with something else: its order gets a row again with its next change, and the row that was typed over stays theirs', async () => {
    const { shop, view, act } = await scene.openShop();
    const [first] = await shop.placeMany(2, 1);
    await shop.untilSynced();
    await act({ do: 'edit', tab: TAB, row: 1, column: 0, text: 'mine' });
    await shop.move(first?.id ?? '', 'confirmed');
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect((await view.rows())?.[1]?.[0]).toBe('mine');
  });
});

it.each([
  ['', 1],
  [' with all columns of ours', SHEET_COLUMNS.length],
])(
  'an Order ID column that was cut and pasted elsewhere%s is found there, also when its tag stayed behind',
  async (_, cut) => {
    const { shop, view, act } = await scene.openShop();
    const orders = await shop.placeMany(3, 1);
    await shop.untilSynced();
    for (const [row, cells] of ((await view.rows()) ?? []).entries()) {
      for (const [column, text] of cells.slice(0, cut).entries()) {
        await act({ do: 'edit', tab: TAB, row, column: 10 + column, text: `'${text}` });
        await act({ do: 'edit', tab: TAB, row, column, text: '' });
      }
    }
    await shop.move(orders[1]?.id ?? '', 'confirmed');
    await shop.place();
    await shop.untilSynced();
    await shop.expectEqual(view);
    await shop.move(orders[1]?.id ?? '', 'processing');
    await shop.untilSynced();
    await shop.expectEqual(view);
    // The tags are where the columns are: the second batch was read narrowly.
    const tags = scene.google.spreadsheet(view.spreadsheetId).metadata.filter(({ value }) => value === 'Order ID');
    expect(tags).toMatchObject([{ location: { index: 10 } }]);
  },
);

it('a tab that is renamed between the read and the write is left as it is, and one of the old name made with everything', async () => {
  const { shop, view, act } = await scene.openShop();
  const [order] = await shop.placeMany(3, 1);
  await shop.untilSynced();
  const before = await view.rows();
  scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, () =>
    scene.google.act(view.spreadsheetId, { do: 'rename_tab', tab: TAB, title: 'Old' }),
  );
  await shop.move(order?.id ?? '', 'confirmed');
  await shop.place();
  await shop.untilSynced();
  await eventually('the new tab', async () => (await view.rows())?.length === 5);
  await shop.expectEqual(view);
  expect(scene.google.rows(view.spreadsheetId, 'Old')).toEqual(before);
  expect(await shop.parkedCause()).toBeNull();
  await act({ do: 'delete_tab', tab: 'Old' });
});

it('a sheet whose owner protected the order columns is parked with the word for it, and goes on when they are free', async () => {
  const { shop, view } = await scene.openShop();
  const [order] = await shop.placeMany(2, 1);
  await shop.untilSynced();
  const message =
    'Invalid requests[0].updateCells: You are trying to edit a protected cell or object. Please contact the spreadsheet owner to ' +
    'remove protection if you need to edit.';
  const protection = scene.google.fail({
    fault: { do: 'refuse', status: 400, message },
    match: { kind: 'write', spreadsheet_id: view.spreadsheetId },
    times: null,
  });
  await shop.move(order?.id ?? '', 'confirmed');
  await eventually('the sheet to be parked', async () => (await shop.parkedCause()) === 'cells_protected');
  scene.google.heal(protection);
  await shop.resume();
  await shop.untilSynced();
  await shop.expectEqual(view);
});

it('a tab that was deleted and made again by its owner, with nothing but its header, gets every order', async () => {
  const { shop, view, act } = await scene.openShop();
  await shop.placeMany(3, 1);
  await shop.untilSynced();
  await act({ do: 'add_tab', tab: 'Other' });
  await act({ do: 'delete_tab', tab: TAB });
  await act({ do: 'add_tab', tab: TAB });
  for (const [column, text] of SHEET_COLUMNS.entries()) await act({ do: 'edit', tab: TAB, row: 0, column, text });
  await shop.place();
  await eventually('all four orders', async () => (await view.rows())?.length === 5);
  await shop.untilSynced();
  await shop.expectEqual(view);
});

describe('two tenants whose orders go to the same tab', () => {
  it('each have their own rows, and put right what is theirs and nothing else', async () => {
    const { shop: one, view, act } = await scene.openShop();
    const two = await openSheetShop(scene, view);
    await Promise.all([one.placeMany(5), two.placeMany(5)]);
    await Promise.all([one.untilSynced(), two.untilSynced()]);
    // Typed over, and doubled: a row of each.
    const rows = (await view.rows()) ?? [];
    for (const row of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      await act({ do: 'edit', tab: TAB, row, column: 6, text: 'typed' });
    for (const shop of [one, two]) {
      const at = rows.length + (shop === one ? 0 : 1);
      const [order] = await shop.orders();
      await act({ do: 'edit', tab: TAB, row: at, column: 0, text: order?.id ?? '' });
      await shop.change({ sheet_open_write: JSON.stringify([columnsToRecord(FIRST_COLUMNS)]) });
    }
    const [mine] = await one.orders();
    const [theirs] = await two.orders();
    await Promise.all([
      one.move(mine?.id ?? '', 'confirmed'),
      two.move(theirs?.id ?? '', 'cancelled'),
      one.place(),
      two.place(),
    ]);
    await Promise.all([one.untilSynced(), two.untilSynced()]);
    const all = [...(await one.orders()), ...(await two.orders())].map((order) => orderCells(order));
    const byId = (a: { 'Order ID'?: string }, b: { 'Order ID'?: string }) =>
      (a['Order ID'] ?? '') < (b['Order ID'] ?? '') ? -1 : 1;
    expect(ourRows((await view.rows()) ?? []).toSorted(byId)).toEqual(all.toSorted(byId));
  });
});

describe('a tenant that switches its sheet off and on again in the middle of a batch', () => {
  it('has everything in it in the end', async () => {
    const { shop, view } = await scene.openShop();
    const [order] = await shop.placeMany(3);
    await shop.untilSynced();
    scene.google.afterNext({ kind: 'read', spreadsheet_id: view.spreadsheetId }, async () => {
      await shop.change({ sheets_sync_enabled: false });
      // While it is off nobody is nudged.
      await shop.move(order?.id ?? '', 'cancelled');
      await shop.place();
    });
    scene.google.afterNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, () =>
      shop.change({ sheets_sync_enabled: true, sheet_sync_pending: true }),
    );
    await shop.move(order?.id ?? '', 'confirmed');
    await shop.resume();
    await shop.untilSynced();
    await shop.expectEqual(view);
  });
});

it('an audit that its owner made worthless, who wants all written again, is made again', async () => {
  const { shop, view, act } = await scene.openShop();
  const [order] = await shop.placeMany(2, 1);
  await shop.untilSynced();
  const read = { kind: 'read', spreadsheet_id: view.spreadsheetId } as const;
  // The answer to this write is lost; the next look finds it open; and when it cannot come through any more, everything is looked at.
  scene.google.fail({ fault: { do: 'drop_after_commit' }, match: { ...read, kind: 'write' } });
  const spoilt = new Promise<void>((done) => {
    scene.google.afterNext(read, () => {
      scene.google.afterNext(read, () => {
        scene.google.afterNext(read, async () => {
          await withTenant(scene.database.service, shop.userId, takeSheetTurn);
          await act({ do: 'edit', tab: TAB, row: 2, column: SHEET_COLUMNS.indexOf('Customer'), text: 'of long ago' });
          done();
        });
      });
    });
  });
  await shop.move(order?.id ?? '', 'confirmed');
  await spoilt;
  await shop.sync().result();
  await shop.expectEqual(view);
});

describe('a spreadsheet at Google’s limit of ten million cells', () => {
  it('is parked with the word for it, and goes on when there is room again', async () => {
    const { shop, view, act } = await scene.openShop();
    await shop.place();
    await shop.untilSynced();
    await act({ do: 'add_tab', tab: 'Archive' });
    await act({ do: 'delete_rows', tab: TAB, at: 2, count: 998 });
    await act({ do: 'insert_rows', tab: 'Archive', at: 0, count: 382_613 });
    await shop.place();
    await eventually('the sheet to be parked', async () => (await shop.parkedCause()) === 'spreadsheet_full');
    await act({ do: 'delete_rows', tab: 'Archive', at: 0, count: 1_000 });
    await shop.resume();
    await shop.untilSynced();
    await shop.expectEqual(view);
  });
});
