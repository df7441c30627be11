import { FIRST_COLUMNS, SHEET_COLUMNS } from '../../domain/sheets/columns';
import { columnsToRecord } from '../../domain/sheets/sheet-tab';
import { eventually } from '../support/eventually';
import type { ServiceProcess } from '../support/services';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import type { SheetDesk } from '../support/sheet-suite';

/** What Google advises a request to have at most. */
const ADVISED_BYTES = 2_000_000;

let scene: SheetScene;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createSheetScene();
  worker = await scene.startSync();
});
beforeEach(() => {
  scene.google.resetQuota();
  return scene.database.owner.query('DELETE FROM google_call_budgets');
});
afterAll(() => scene.close());

const writes = ({ view }: SheetDesk) => scene.google.calls({ kind: 'write', spreadsheet_id: view.spreadsheetId });

/** So many orders in a sheet that together are more than one request may hold, and a cell of each typed over. */
async function spoilt(count: number): Promise<SheetDesk> {
  const desk = await scene.openShop();
  const items = (n: number) => [{ name: `${n} ${'x'.repeat(49_000)}`, quantity: 1 }];
  for (let n = 0; n < count; n += 1) await desk.shop.place({ items: items(n) });
  await desk.shop.untilSynced();
  await desk.shop.sync().result();
  for (let row = 1; row <= count; row += 1) {
    const column = SHEET_COLUMNS.indexOf('Status');
    await desk.act({ do: 'edit', tab: desk.view.tab, row, column, text: 'spoilt' });
  }
  scene.google.clearCalls();
  return desk;
}

/** As if a worker had died with a write under way: everything is looked at. */
async function audit({ shop }: SheetDesk): Promise<void> {
  await shop.change({ sheet_open_write: JSON.stringify([columnsToRecord(FIRST_COLUMNS)]) });
  shop.nudge();
}

it('an audit that has very much to put right does it by several writes, each as large as Google advises', async () => {
  const desk = await spoilt(90);
  await audit(desk);
  await desk.shop.untilSynced();
  await desk.shop.expectEqual(desk.view);
  const sizes = writes(desk).map(({ bytes }) => bytes);
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(ADVISED_BYTES);
  expect(await desk.shop.parkedCause()).toBeNull();
}, 120_000);

it('a worker that dies between two of them, while somebody sorts, leaves the rest to the next one', async () => {
  const desk = await spoilt(90);
  let killed = false;
  scene.google.afterNext({ kind: 'write', spreadsheet_id: desk.view.spreadsheetId }, async () => {
    await worker.kill();
    killed = true;
  });
  await audit(desk);
  await eventually('the worker to be killed', () => killed);
  const shown = JSON.stringify(scene.google.rows(desk.view.spreadsheetId, desk.view.tab));
  expect(shown.match(/spoilt/g)?.length).toBeLessThan(90);
  expect(shown).toContain('spoilt');
  await desk.act({ do: 'sort', tab: desk.view.tab, column: 0, ascending: false });
  worker = await scene.startSync();
  await desk.shop.untilSynced(120_000);
  await desk.shop.expectEqual(desk.view);
  const all = writes(desk);
  expect(Math.max(...all.map(({ bytes }) => bytes))).toBeLessThan(ADVISED_BYTES);
  // What was put right before is not written again.
  expect(all.reduce((rows, { rowsWritten }) => rows + rowsWritten, 0)).toBeLessThan(2 * 90 * 2);
}, 180_000);

it('somebody who sorts between two of them has every row put right all the same', async () => {
  const desk = await spoilt(90);
  scene.google.afterNext({ kind: 'write', spreadsheet_id: desk.view.spreadsheetId }, () =>
    desk.act({ do: 'sort', tab: desk.view.tab, column: 0, ascending: false }),
  );
  await audit(desk);
  await desk.shop.untilSynced();
  await desk.shop.expectEqual(desk.view);
}, 120_000);
