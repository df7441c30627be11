import { FORGET_HISTORY_WORKFLOW, forgetHistoryScheduleId } from '../../workflows/history-contract';
import { SHEET_SWEEP_WORKFLOW, sheetSweepScheduleId } from '../../workflows/sheet-contract';
import { eventually } from '../support/eventually';
import { historyIn } from '../support/history';
import { createScene, type Scene, UNHURRIED } from '../support/scene';

let scene: Scene;

beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

describe('sync-worker', () => {
  it('says that it is ready, takes checks of sheets, and ends with 0 when asked to', async () => {
    const worker = await scene.startSyncWorker(UNHURRIED);
    const health = `http://127.0.0.1:${String(worker.ready.healthPort)}`;
    // Each look gives its parts two seconds: on a busy machine the first one may say that they were too slow.
    const ready = await eventually('its readiness', async () => {
      const answer = await fetch(`${health}/readyz`);
      const body: unknown = await answer.json();
      return answer.status === 200 && body;
    });
    expect(ready).toEqual({ ready: true, checks: { worker: true, postgres: true, temporal: true } });
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

  it('sweeps sheets every minute and forgets history every hour, by schedules of its own queue, as the setting has it', async () => {
    const { userId } = scene.tenant;
    const history = historyIn(scene.database.owner);
    const subscription = await history.subscription(userId);
    for (const days of [40, 20]) await history.delivery(userId, subscription, { days });
    const left = async () =>
      (await scene.database.owner.query('SELECT FROM notification_deliveries WHERE user_id = $1', [userId])).rowCount;
    const worker = await scene.startSyncWorker({ ...UNHURRIED, HISTORY_RETENTION_DAYS: '30' });
    const queue = scene.sheetsTaskQueue;
    for (const [scheduleId, workflowType, seconds] of [
      [sheetSweepScheduleId(queue), SHEET_SWEEP_WORKFLOW, 60],
      [forgetHistoryScheduleId(queue), FORGET_HISTORY_WORKFLOW, 3_600],
    ] as const) {
      const schedule = await eventually(`the schedule ${scheduleId}`, () =>
        scene.temporal.schedule
          .getHandle(scheduleId)
          .describe()
          .catch(() => undefined),
      );
      expect(schedule).toMatchObject({
        spec: { intervals: [{ every: seconds * 1_000 }] },
        policies: { overlap: 'SKIP' },
        action: { type: 'startWorkflow', workflowType, taskQueue: queue },
      });
    }
    await scene.temporal.schedule.getHandle(forgetHistoryScheduleId(queue)).trigger();
    await eventually('the older one to be forgotten', async () => (await left()) === 1);
    await eventually('the line that says so', () =>
      worker.lines.some((line) => line.includes('"historyForgotten"') && line.includes('"count":1')),
    );
    expect(await worker.stop()).toBe(0);
  });
});
