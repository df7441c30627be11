import { SHEET_COLUMNS } from '../../domain/sheets/columns';
import { eventually } from './eventually';
import { ourRows, type SheetShop, type SheetView } from './sheet-shop';

/** What people do to a sheet, in the words of the model; rows and columns count from 0. */
export type PersonDoes =
  | { readonly do: 'edit'; readonly tab: string; readonly row: number; readonly column: number; readonly text: string }
  | { readonly do: 'rename_header'; readonly tab: string; readonly column: number; readonly text: string }
  | { readonly do: 'sort'; readonly tab: string; readonly column: number; readonly ascending?: boolean }
  | {
      readonly do: 'insert_rows' | 'insert_columns';
      readonly tab: string;
      readonly at: number;
      readonly count?: number;
    }
  | {
      readonly do: 'delete_rows' | 'delete_columns';
      readonly tab: string;
      readonly at: number;
      readonly count?: number;
    }
  | { readonly do: 'move_column'; readonly tab: string; readonly from: number; readonly to: number }
  | { readonly do: 'add_tab' | 'delete_tab'; readonly tab: string };

/** A tenant, its sheet, and a person at it. */
export interface SheetDesk {
  readonly shop: SheetShop;
  readonly view: SheetView;
  act(action: PersonDoes): Promise<void>;
}

/**
 * What a sheet must do, at the model and at Google alike. Each at a tenant of its own, side by side: most of their time is the pause
 * between two batches. What they need is made by hooks of the file itself, before any of them.
 */
export function sheetSuite(open: () => Promise<SheetDesk>): void {
  it.concurrent('is made when it is missing, with its header and every order once', async () => {
    const { shop, view } = await open();
    await shop.placeMany(30);
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect((await view.rows())?.[0]).toEqual([...SHEET_COLUMNS]);
  });

  it.concurrent('takes text as it is: no formula runs, no plus and no zero is lost', async () => {
    const { shop, view } = await open();
    const texts = [
      '=HYPERLINK("http://evil.example","open")',
      '+49 30 901820',
      '007',
      "'42",
      '2026-01-02',
      '🍕👩‍👩‍👧',
      'a\nb',
    ];
    for (const text of texts) await shop.place({ customerName: text, notes: text });
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect(new Set(ourRows((await view.rows()) ?? []).map(({ Notes }) => Notes))).toEqual(new Set(texts));
  });

  it.concurrent('keeps what people wrote beside the orders, while they sort, insert, rename and move', async () => {
    const { shop, view, act } = await open();
    const { tab } = view;
    const orders = await shop.placeMany(6);
    await shop.untilSynced();
    // A column of their own in front, and one at the end, with a word about each order.
    await act({ do: 'insert_columns', tab, at: 0 });
    await act({ do: 'rename_header', tab, column: 0, text: 'Driver' });
    const rows = (await view.rows()) ?? [];
    const drivers = new Map(rows.slice(1).map((row, index) => [row[1] ?? '', `driver ${index}`]));
    for (const [index, row] of rows.entries()) {
      if (index > 0) await act({ do: 'edit', tab, row: index, column: 0, text: drivers.get(row[1] ?? '') ?? '' });
    }
    await act({ do: 'sort', tab, column: 3, ascending: false });
    await act({ do: 'insert_rows', tab, at: 3 });
    await act({ do: 'rename_header', tab, column: 7, text: 'Zustand' });
    await act({ do: 'rename_header', tab, column: 3, text: 'Kunde' });
    await act({ do: 'move_column', tab, from: 7, to: 2 });

    for (const { id } of orders.slice(0, 4)) await shop.move(id, 'confirmed');
    await shop.place();
    await shop.untilSynced();
    const names = { Status: 'Zustand', Customer: 'Kunde' };
    await shop.expectEqual(view, names);
    const after = (await view.rows()) ?? [];
    const idAt = after[0]?.indexOf('Order ID') ?? -1;
    for (const [id, driver] of drivers) expect(after.find((row) => row[idAt] === id)?.[0]).toBe(driver);
  });

  it.concurrent('leaves a column out that its owner deleted', async () => {
    const { shop, view, act } = await open();
    await shop.place();
    await shop.untilSynced();
    await act({ do: 'delete_columns', tab: view.tab, at: SHEET_COLUMNS.indexOf('Phone') });
    await shop.place();
    await shop.untilSynced();
    const rows = (await view.rows()) ?? [];
    expect(rows[0]).toEqual(SHEET_COLUMNS.filter((column) => column !== 'Phone'));
    expect(ourRows(rows)).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/"\+?49\d{6,}"/);
  });

  it.concurrent('gets a row back that was deleted with its order’s next change, and not before', async () => {
    const { shop, view, act } = await open();
    const [first, second] = await shop.placeMany(2, 1);
    await shop.untilSynced();
    await act({ do: 'delete_rows', tab: view.tab, at: 1 });
    await shop.move(second?.id ?? '', 'confirmed');
    await shop.untilSynced();
    expect(ourRows((await view.rows()) ?? [])).toHaveLength(1);
    await shop.move(first?.id ?? '', 'cancelled');
    await shop.untilSynced();
    await shop.expectEqual(view);
  });

  it.concurrent('has an order’s second row emptied, and what people wrote beside it left', async () => {
    const { shop, view, act } = await open();
    const { tab } = view;
    await shop.placeMany(2);
    await shop.untilSynced();
    const [, row = []] = (await view.rows()) ?? [];
    for (const [column, text] of row.entries()) await act({ do: 'edit', tab, row: 4, column, text: `'${text}` });
    await act({ do: 'edit', tab, row: 4, column: 9, text: 'a note' });
    expect(ourRows((await view.rows()) ?? [])).toHaveLength(3);
    await shop.place();
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect((await view.rows())?.[4]).toEqual([...Array(9).fill(''), 'a note']);
  });

  it.concurrent('is filled again when its tab was deleted, and when it was emptied', async () => {
    const { shop, view, act } = await open();
    const { tab } = view;
    await shop.placeMany(3);
    await shop.untilSynced();
    await act({ do: 'add_tab', tab: `${tab} spare` });
    await act({ do: 'delete_tab', tab });
    await shop.place();
    await eventually('all four orders', async () => ((await view.rows()) ?? []).length === 5);
    await shop.untilSynced();
    await shop.expectEqual(view);
    await act({ do: 'delete_rows', tab, at: 0, count: 5 });
    await shop.place();
    await eventually('all five orders', async () => ((await view.rows()) ?? []).length === 6);
    await shop.untilSynced();
    await shop.expectEqual(view);
  });

  it.concurrent('without its Order ID column waits for somebody to give it one, and then has everything', async () => {
    const { shop, view, act } = await open();
    const { tab } = view;
    await shop.placeMany(3);
    await shop.untilSynced();
    await act({ do: 'delete_columns', tab, at: 0 });
    await shop.place();
    await eventually('the sheet to be parked', async () => (await shop.parkedCause()) === 'order_id_column_missing');
    await act({ do: 'delete_rows', tab, at: 0, count: 4 });
    await shop.resume();
    await eventually('all four orders', async () => ((await view.rows()) ?? []).length === 5);
    await shop.untilSynced();
    await shop.expectEqual(view);
  });
}
