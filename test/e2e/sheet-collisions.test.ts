import { orderCells } from '../../domain/sheets/order-cells';
import { eventually } from '../support/eventually';
import type { ServiceProcess } from '../support/services';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { openSheetShop, ourRows } from '../support/sheet-shop';

const TAB = 'Orders';

let scene: SheetScene;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createSheetScene();
  const many = 10_000;
  scene.google.setQuota({
    readsPerAccount: many,
    writesPerAccount: many,
    readsPerProject: many,
    writesPerProject: many,
  });
  worker = await scene.startSync({ SHEETS_CALLS_PER_MINUTE: '6000' });
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

describe('two tenants whose orders go to the same tab', () => {
  it('each have their own rows, whatever people move, and an audit of one leaves those of the other alone', async () => {
    const { shop: one, view, act } = await scene.openShop();
    const two = await openSheetShop(scene, view);
    await Promise.all([one.placeMany(5), two.placeMany(5)]);
    await Promise.all([one.untilSynced(), two.untilSynced()]);
    scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, () =>
      act({ do: 'sort', tab: TAB, column: 0, ascending: false }),
    );
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

describe('a spreadsheet at Google’s limit of ten million cells', () => {
  it('is parked with the word for it, and goes on when there is room again', async () => {
    const { shop, view, act } = await scene.openShop();
    await shop.place();
    await shop.untilSynced();
    await act({ do: 'add_tab', tab: 'Archive' });
    await act({ do: 'delete_rows', tab: TAB, at: 2, count: 998 });
    await act({ do: 'insert_rows', tab: 'Archive', at: 0, count: 382_612 });
    await shop.place();
    await eventually('the sheet to be parked', async () => (await shop.parkedCause()) === 'spreadsheet_full');
    await act({ do: 'delete_rows', tab: 'Archive', at: 0, count: 1_000 });
    await shop.resume();
    await shop.untilSynced();
    await shop.expectEqual(view);
  });
});

describe('a worker that stands still while another one does its work', () => {
  it.each(['read', 'write'] as const)(
    'leaves the sheet as Postgres has it when it goes on (stopped when Google had answered its %s)',
    async (kind) => {
      const { shop, view } = await scene.openShop();
      const order = await shop.place();
      await shop.untilSynced();
      await shop.sync().result();
      const first = worker;
      let isStopped = false;
      scene.google.afterNext({ kind, spreadsheet_id: view.spreadsheetId }, async () => {
        process.kill(first.pid, 'SIGSTOP');
        isStopped = true;
      });
      await shop.move(order.id, 'confirmed');
      await eventually('the worker to stand still', () => isStopped);
      worker = await scene.startSync({ SHEETS_CALLS_PER_MINUTE: '6000' });
      await shop.untilSynced(60_000);
      await shop.move(order.id, 'processing');
      await shop.untilSynced(60_000);
      process.kill(first.pid, 'SIGCONT');
      await eventually('the first one to go on', () =>
        fetch(`http://127.0.0.1:${String(first.ready.healthPort)}/healthz`).then(({ ok }) => ok),
      );
      // Another batch, which has nothing to do with that order.
      await shop.place();
      await shop.untilSynced(60_000);
      await shop.sync().result();
      await shop.expectEqual(view);
      await first.stop();
    },
    150_000,
  );
});
