import type { Fault } from '../../deploy/local/sheets/server/fault';
import { eventually } from '../support/eventually';
import type { ServiceProcess } from '../support/services';
import { sheetBehind } from '../support/sheet-behind';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';

let scene: SheetScene;
let worker: ServiceProcess;

const start = () =>
  scene.startSync({
    SHEETS_CALLS_PER_MINUTE: '6000',
    SHEETS_TIMEOUT_MS: '1000',
    SHEETS_LATE_WRITE_SECONDS: '4',
  });

beforeAll(async () => {
  scene = await createSheetScene({ quota: 'none' });
  worker = await start();
});
beforeEach(() => {
  scene.google.heal();
  return scene.database.owner.query('DELETE FROM google_call_budgets');
});
afterAll(() => scene.close());

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['refused with 429', { do: 'refuse', status: 429, retry_after_seconds: 1 }],
  ['refused with 500', { do: 'refuse', status: 500 }],
  ['refused with 503', { do: 'refuse', status: 503 }],
  ['slow', { do: 'delay', ms: 500 }],
  ['cut off before anything is done', { do: 'drop_before' }],
  ['cut off when all is done', { do: 'drop_after_commit' }],
  ['cut off in the middle of its answer', { do: 'cut_answer' }],
  ['answered in drips', { do: 'drip', over_ms: 600 }],
  ['answered in drips for too long', { do: 'drip', over_ms: 2_500 }],
  ['not answered', { do: 'hang' }],
  ['done and not answered', { do: 'hang_after_commit' }],
];

const POINTS = [
  ['the read', 'read', 0],
  ['the write', 'write', 0],
  ['the write and the read after it', 'write', 1],
] as const;
type Point = (typeof POINTS)[number];

/** Every fault at every point, each at a tenant of its own, all at once: it is their pauses that take time. */
describe('whatever happens to a call', () => {
  const cases = FAULTS.flatMap(([name, fault]) =>
    POINTS.map((point) => ({ name: `${name}, at ${point[0]}`, fault, point })),
  );
  let outcomes: ReadonlyMap<string, Promise<void>>;

  beforeAll(() => {
    outcomes = new Map(cases.map(({ name, fault, point }) => [name, leavesNothingBehind(fault, point)]));
    return Promise.allSettled(outcomes.values());
  }, 180_000);

  async function leavesNothingBehind(fault: Fault, [, kind, more]: Point): Promise<void> {
    const { shop, view, fallBehind } = await sheetBehind(scene);
    const spreadsheet_id = view.spreadsheetId;
    scene.google.fail({ fault, match: { kind, spreadsheet_id } });
    if (more > 0) scene.google.fail({ fault, match: { kind: 'read', spreadsheet_id }, skip: 1 });
    await fallBehind();
    await shop.untilSynced(120_000);
    await shop.expectEqual(view);
    expect(await shop.parkedCause()).toBeNull();
    const attempts = await shop.attempts();
    expect(attempts.at(-1)).toMatchObject({ result: 'synced' });
    for (const { result, cause } of attempts.filter((attempt) => attempt.result !== 'synced')) {
      expect([result, cause]).toEqual(['retried', expect.stringMatching(TRANSIENT)]);
    }
  }

  it.each(cases)('nothing is lost and nothing is doubled: $name', async ({ name }) => {
    await outcomes.get(name);
  });
});

const TRANSIENT = /^(rate_limited|google_unavailable|network|timeout)$/;

it('a read that is refused as a bad request, though the tab is there, is made in another way', async () => {
  // With Google's own patience: a machine that is busy for a second is no second try.
  await worker.stop();
  worker = await scene.startSync({ SHEETS_CALLS_PER_MINUTE: '6000' });
  const { shop, view, fallBehind } = await sheetBehind(scene);
  const match = { method: 'spreadsheets.getByDataFilter', spreadsheet_id: view.spreadsheetId } as const;
  scene.google.fail({ fault: { do: 'refuse', status: 400 }, match });
  await fallBehind();
  await shop.untilSynced();
  await shop.expectEqual(view);
  expect((await shop.attempts()).filter(({ result }) => result !== 'synced')).toEqual([]);
  await worker.stop();
  worker = await start();
});

it('a token that cannot be had for a while is waited for', async () => {
  const { shop, view, fallBehind } = await sheetBehind(scene);
  await scene.google.revokeTokens();
  scene.google.fail({ fault: { do: 'refuse', status: 503 }, match: { method: 'token' }, times: 2 });
  await worker.stop();
  worker = await start();
  await fallBehind();
  await shop.untilSynced();
  await shop.expectEqual(view);
});

it('a write that was given up and comes through late is put right', async () => {
  const { shop, view, fallBehind } = await sheetBehind(scene);
  scene.google.fail({
    fault: { do: 'delay', ms: 2_500 },
    match: { kind: 'write', spreadsheet_id: view.spreadsheetId },
  });
  await fallBehind();
  await shop.untilSynced();
  const [first] = (await shop.orders()).toReversed();
  // Newer than what the late write has in hand.
  await shop.move(first?.id ?? '', 'processing');
  await shop.untilSynced();
  const writes = () => scene.google.calls({ kind: 'write', spreadsheet_id: view.spreadsheetId });
  await eventually('the late write', () => writes().some(({ fault, committed }) => fault === 'delay' && committed));
  await shop.sync().result();
  await shop.expectEqual(view);
}, 90_000);

it('a run that was terminated is started again by the sweep, and so is one that nobody nudged', async () => {
  const { shop, view } = await sheetBehind(scene);
  const { owner } = scene.database;
  await worker.stop();
  await shop.place();
  await eventually('the nudged run', async () => (await shop.sync().describe()).status.name === 'RUNNING');
  await shop.sync().terminate();
  // The flag is up, so no order of this tenant nudges any more.
  await shop.place();
  await owner.query("UPDATE orders SET updated_at = updated_at - interval '1 minute' WHERE user_id = $1", [
    shop.userId,
  ]);
  worker = await scene.startSync({ SHEETS_CALLS_PER_MINUTE: '6000', SHEET_SWEEP_SECONDS: '1' });
  await shop.untilSynced();
  await shop.expectEqual(view);
});
