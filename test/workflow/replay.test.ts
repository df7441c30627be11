import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflowCode, DefaultLogger, type ReplayWorkerOptions, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { createDataConverter } from '../../platform/data-converter';
import { FAILURE_CONVERTER_PATH } from '../../platform/failure-converter-path';
import { withForeignPayloads } from '../../platform/foreign-payloads';
import { parseKeyring } from '../../platform/payload-codec';
import { tracingPlugin } from '../../platform/tracing-plugin';
import { CANARY } from '../support/canary';
import { HISTORIES, record, recordHistories } from '../support/record-histories';
import { sheetLives } from '../support/record-sheet-histories';
import { createScene } from '../support/scene';
import { TEST_ENCRYPTION_KEYS } from '../support/services';
import { createSheetScene } from '../support/sheet-scene';
import { PROJECT_ROOT } from '../support/source-files';

// Quiet: what these tests provoke is reported by the SDK as an error, and by them as it should be.
Runtime.install({
  logger: new DefaultLogger('ERROR', () => {}),
  telemetryOptions: { logging: { filter: 'off', forward: {} } },
});

/** See record-histories.ts for how and when. */
if (process.env.RECORD_HISTORIES !== undefined) {
  beforeAll(async () => {
    const scene = await createScene();
    await scene.startWorker();
    await scene.startSyncWorker({ ALLOW_LOOPBACK_TARGETS: 'true', DELIVERY_RETRY_MS: '10' });
    await recordHistories(scene);
    await scene.close();
    const sheets = await createSheetScene();
    await sheets.startSync({ ALLOW_LOOPBACK_TARGETS: 'true' });
    await record(sheetLives(sheets));
    await sheets.close();
  }, 300_000);
}

const NAMES = [
  'placed',
  'refused-as-duplicate',
  'full-life',
  'cancelled-by-operator',
  'signals-ignored',
  'expired',
  'resumed',
  'told',
  'told-and-cancelled-by-operator',
  'told-of-a-webhook-given-up',
  'booking-ordered',
  'booking-ordered-untold',
  'booking-abandoned',
  'booking-cancelled-by-operator',
  'booking-expired',
  'booking-refused',
  'booking-continued',
  'booking-resumed',
  'sheet-synced',
  'sheet-parked-after-retries',
  'sheet-parked-and-told',
  'sheet-audited',
  'sheet-waited',
  'sheet-switched-off',
  'sheet-checked',
  'sheet-swept',
  'sheet-history-forgotten',
] as const;

const bundle = (file: string) => ({ codePath: join(PROJECT_ROOT, 'dist', file) });
const options: ReplayWorkerOptions = {
  workflowBundle: bundle('workflow-bundle.js'),
  dataConverter: withForeignPayloads(createDataConverter(parseKeyring(TEST_ENCRYPTION_KEYS))),
  plugins: [tracingPlugin()],
};

function read(name: string): string {
  return readFileSync(join(HISTORIES, `${name}.json`), 'utf8');
}

it.each([
  ['order-worker', 'workflow-bundle.js', (name: string) => !name.startsWith('sheet-')],
  ['sync-worker', 'sync-workflow-bundle.js', (name: string) => name.startsWith('sheet-')],
])('every recorded history is replayed by the workflows as they are now: %s', async (_, file, isIts) => {
  const all = readdirSync(HISTORIES).map((recorded) => recorded.replace(/\.json$/, ''));
  expect(all).toEqual(expect.arrayContaining([...NAMES]));
  const names = all.filter(isIts);
  const replays = Worker.runReplayHistories(
    { ...options, workflowBundle: bundle(file) },
    names.map((name) => ({ workflowId: name, history: historyFromJSON(JSON.parse(read(name))) })),
  );
  const failed: unknown[] = [];
  let count = 0;
  for await (const { workflowId, error } of replays) {
    count += 1;
    if (error !== undefined) failed.push([workflowId, error]);
  }
  expect(failed).toEqual([]);
  expect(count).toBe(names.length);
});

it('no recorded history holds anything of the customer in plain text', () => {
  for (const name of NAMES) {
    const text = read(name);
    const payloads = [...text.matchAll(/"data": ?"([^"]+)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64'));
    for (const canary of Object.values(CANARY)) {
      expect(text).not.toContain(canary);
      expect(payloads.some((payload) => payload.includes(canary))).toBe(false);
    }
  }
});

it('a change that breaks running orders or bookings does not get through', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('./fixtures/changed-workflow'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    plugins: [tracingPlugin()],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  for (const name of ['placed', 'full-life', 'booking-ordered', 'booking-resumed']) {
    const replay = Worker.runReplayHistory({ ...options, workflowBundle: { code } }, JSON.parse(read(name)));
    await expect(replay).rejects.toThrow(DeterminismViolationError);
  }
});

it('a history is not replayed with another key than it was written with', async () => {
  const otherKey = createDataConverter(parseKeyring(`test:${Buffer.alloc(32, 8).toString('base64')}`));
  await expect(
    Worker.runReplayHistory({ ...options, dataConverter: otherKey }, JSON.parse(read('placed'))),
  ).rejects.toThrow();
});
