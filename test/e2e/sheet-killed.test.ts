import { eventually } from '../support/eventually';
import { sheetBehind } from '../support/sheet-behind';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import type { SheetDesk } from '../support/sheet-suite';
import { lockWaiters } from '../support/shop';

/** Has `kill` called at some moment of the next batch. */
type Kill = (scene: SheetScene, desk: SheetDesk, kill: () => Promise<void>) => void;

const at =
  (when: 'beforeNext' | 'afterNext', kind: 'read' | 'write'): Kill =>
  ({ google }, { view }, kill) =>
    google[when]({ kind, spreadsheet_id: view.spreadsheetId }, kill);

const MOMENTS: Readonly<Record<string, Kill>> = {
  'before it has read': at('beforeNext', 'read'),
  'when it has read': at('afterNext', 'read'),
  'before it has written': at('beforeNext', 'write'),
  'when it has written and was not told yet': at('afterNext', 'write'),
  'when it was told and has not recorded it': (scene, { view, shop }, kill) =>
    scene.google.afterNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
      const blocker = await scene.database.owner.connect();
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM ai_capabilities WHERE user_id = $1 FOR UPDATE', [shop.userId]);
      eventually('the record to wait', async () => (await lockWaiters(scene.database)) > 0)
        .then(kill)
        .finally(() => blocker.query('ROLLBACK').then(() => blocker.release()));
    }),
};

/** Each in a world of its own, all at once: a worker that is lost is missed after ten seconds. */
describe('a worker that is killed', () => {
  let outcomes: ReadonlyMap<string, Promise<void>>;
  const scenes: SheetScene[] = [];

  beforeAll(() => {
    outcomes = new Map(Object.entries(MOMENTS).map(([name, killAt]) => [name, isMadeGood(killAt)]));
    return Promise.allSettled(outcomes.values());
  }, 180_000);
  afterAll(() => Promise.all(scenes.map((scene) => scene.close())));

  async function isMadeGood(killAt: Kill): Promise<void> {
    const scene = await createSheetScene();
    scenes.push(scene);
    const worker = await scene.startSync();
    const desk = await sheetBehind(scene);
    let killed = false;
    killAt(scene, desk, async () => {
      await worker.kill();
      killed = true;
    });
    await desk.fallBehind();
    await eventually('the worker to be killed', () => killed);
    // What people do meanwhile is no reason to write into the wrong rows.
    await desk.act({ do: 'sort', tab: desk.view.tab, column: 4, ascending: false });
    await scene.startSync();
    await desk.shop.untilSynced(120_000);
    await desk.shop.expectEqual(desk.view);
  }

  it.each(Object.keys(MOMENTS))(
    '%s is followed by one that leaves the sheet as Postgres has it, no row twice',
    async (name) => {
      await outcomes.get(name);
    },
  );

  it('while it makes the tab, leaves one tab with every order once', async () => {
    const scene = await createSheetScene();
    scenes.push(scene);
    const worker = await scene.startSync();
    const { shop, view } = await scene.openShop();
    let killed = false;
    scene.google.afterNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
      await worker.kill();
      killed = true;
    });
    await shop.placeMany(5);
    await eventually('the worker to be killed', () => killed);
    await scene.startSync();
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect(scene.google.spreadsheet(view.spreadsheetId).tabs.map(({ title }) => title)).toEqual(['Sheet1', 'Orders']);
  }, 90_000);
});
