import { SHEET_COLUMNS } from '../../domain/sheets/columns';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';

let scene: SheetScene;

beforeAll(async () => {
  scene = await createSheetScene();
  await scene.startSync();
});
afterAll(() => scene.close());

describe("a tenant's sheet", () => {
  it('gets its tab, its header and every order, in as many calls as it takes', async () => {
    const { shop, view } = await scene.openShop();
    await shop.placeMany(30);
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect((await view.rows())?.[0]).toEqual([...SHEET_COLUMNS]);
    const { spreadsheetId: spreadsheet_id } = view;
    expect(scene.google.calls({ kind: 'write', spreadsheet_id }).length).toBeLessThanOrEqual(3);
  });
});
