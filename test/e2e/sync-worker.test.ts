import { createScene, type Scene } from '../support/scene';

let scene: Scene;

beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

describe('sync-worker', () => {
  it('says that it is ready, takes checks of sheets, and ends with 0 when asked to', async () => {
    const worker = await scene.startSyncWorker();
    const health = `http://127.0.0.1:${String(worker.ready.healthPort)}`;
    const ready = await fetch(`${health}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, checks: { worker: true, postgres: true, temporal: true } },
    ]);
    expect(await (await fetch(`${health}/metrics`)).text()).toContain('process_cpu');

    const { userId } = scene.tenant;
    const input = { userId, spreadsheetId: 'none', sheetName: 'Orders', credentials: null };
    const checked = scene.temporal.workflow.execute('SheetCheckWorkflow', {
      workflowId: `sheet-check:${userId}:1`,
      taskQueue: scene.sheetsTaskQueue,
      args: [input],
    });
    expect(await checked).toEqual({ ok: false, cause: 'credentials_missing', serviceAccount: null });
    expect(await worker.stop()).toBe(0);
  });
});
