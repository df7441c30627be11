import { SHEET_COLUMNS } from '../../domain/sheets/columns';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { ourRows } from '../support/sheet-shop';
import { type PersonDoes, sheetSuite } from '../support/sheet-suite';

let scene: SheetScene;

beforeAll(async () => {
  scene = await createSheetScene({ quota: 'none' });
  await scene.startSync({ SHEETS_CALLS_PER_MINUTE: '6000' });
});
afterAll(() => scene.close());

describe('a sheet (at the model of Google Sheets)', () => {
  sheetSuite(() => scene.openShop());
});

describe('a person who acts between the read and the write', () => {
  const tab = 'Orders';
  it.concurrent.each<[string, readonly PersonDoes[]]>([
    ['sorts', [{ do: 'sort', tab, column: 2, ascending: false }]],
    ['inserts a row', [{ do: 'insert_rows', tab, at: 1 }]],
    ['deletes somebody’s row', [{ do: 'delete_rows', tab, at: 1 }]],
    ['inserts a column in front', [{ do: 'insert_columns', tab, at: 0 }]],
    ['inserts a column in the middle', [{ do: 'insert_columns', tab, at: 4 }]],
    ['moves a column', [{ do: 'move_column', tab, from: 6, to: 1 }]],
    ['moves the Order ID column', [{ do: 'move_column', tab, from: 0, to: 9 }]],
    [
      'does all of it',
      [
        { do: 'sort', tab, column: 2, ascending: false },
        { do: 'insert_rows', tab, at: 2, count: 2 },
        { do: 'insert_columns', tab, at: 1 },
        { do: 'move_column', tab, from: 5, to: 2 },
      ],
    ],
  ])('%s: the sheet is as Postgres has it, and their notes are where they were', async (what, actions) => {
    const { shop, view, act } = await scene.openShop();
    const { google } = scene;
    const orders = await shop.placeMany(8, 1);
    await shop.untilSynced();
    await act({ do: 'rename_header', tab, column: 9, text: 'Note' });
    for (const row of orders.keys()) await act({ do: 'edit', tab, row: row + 1, column: 9, text: `note ${row}` });
    const noteOf = async () => {
      const [header = [], ...rows] = (await view.rows()) ?? [];
      const [id, note] = [header.indexOf('Order ID'), header.indexOf('Note')];
      return new Map(rows.filter((row) => row[id] !== '').map((row) => [row[id], row[note]]));
    };
    const before = await noteOf();

    google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
      for (const action of actions) await act(action);
    });
    for (const { id } of orders.slice(2, 6)) await shop.move(id, 'confirmed');
    await shop.place();
    await shop.untilSynced();

    if (what === 'deletes somebody’s row') {
      // It comes back with its order's next change.
      await shop.move(orders[0]?.id ?? '', 'confirmed');
      await shop.untilSynced();
    }
    await shop.expectEqual(view);
    const after = await noteOf();
    for (const [id, note] of before) if (id !== orders[0]?.id) expect([id, after.get(id)]).toEqual([id, note]);
  });

  it.concurrent('deletes a column of ours: nothing of ours is left in theirs', async () => {
    const { shop, view, act } = await scene.openShop();
    const orders = await shop.placeMany(4, 1);
    await shop.untilSynced();
    await act({ do: 'rename_header', tab, column: 9, text: 'Note' });
    await act({ do: 'edit', tab, row: 1, column: 9, text: 'theirs' });
    scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, () =>
      act({ do: 'delete_columns', tab, at: SHEET_COLUMNS.indexOf('Phone') }),
    );
    const rowsOf = async () => ourRows((await view.rows()) ?? []);
    for (const { id } of orders.slice(1)) await shop.move(id, 'confirmed');
    await shop.untilSynced();
    expect((await rowsOf()).map((row) => row.Status).toSorted()).toEqual([
      'confirmed',
      'confirmed',
      'confirmed',
      'pending',
    ]);
    const rows = (await view.rows()) ?? [];
    expect(rows.map((row) => row[8])).toEqual(['Note', 'theirs', '', '', '']);
  });

  it.concurrent('edits cells of ours: they are as Postgres has them with the order’s next change', async () => {
    const { shop, view, act } = await scene.openShop();
    const order = await shop.place();
    await shop.untilSynced();
    await act({ do: 'edit', tab, row: 1, column: 2, text: 'Somebody else' });
    await shop.move(order.id, 'confirmed');
    await shop.untilSynced();
    await shop.expectEqual(view);
  });

  it.concurrent('deletes the tab: it is made again, with everything', async () => {
    const { shop, view, act } = await scene.openShop();
    await shop.placeMany(4);
    await shop.untilSynced();
    scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
      await act({ do: 'add_tab', tab: 'Other' });
      await act({ do: 'delete_tab', tab });
    });
    await shop.place();
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect(await shop.parkedCause()).toBeNull();
  });

  it.concurrent('makes the tab that was about to be made', async () => {
    const { shop, view, act } = await scene.openShop();
    scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, () => act({ do: 'add_tab', tab }));
    await shop.placeMany(3);
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect(await shop.parkedCause()).toBeNull();
  });
});
