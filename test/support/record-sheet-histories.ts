import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { webhookSecretContext } from '../../domain/notification';
import { parseKeyring } from '../../platform/keyring';
import { seal } from '../../platform/sealed-secret';
import { FORGET_HISTORY_WORKFLOW } from '../../workflows/history-contract';
import {
  SHEET_CHECK_WORKFLOW,
  SHEET_SWEEP_WORKFLOW,
  type SheetCheckInput,
  sheetCheckWorkflowId,
} from '../../workflows/sheet-contract';
import { eventually } from './eventually';
import { historyIn } from './history';
import { TEST_SECRETS_KEYS } from './services';
import type { SheetScene } from './sheet-scene';
import type { SheetDesk } from './sheet-suite';
import { startReceiver } from './webhook-receiver';

/** The lives of sheets that the replay test reads, by the names of their histories, which begin with `sheet-`. */
export function sheetLives(scene: SheetScene): Readonly<Record<string, () => Promise<WorkflowHandle>>> {
  const { google } = scene;
  const untilParked = ({ shop }: SheetDesk) =>
    eventually('the sheet to be parked', async () => (await shop.parkedCause()) ?? undefined, 60_000);

  /** Lets a tenant's run end, and gives it back. */
  async function over({ shop }: SheetDesk): Promise<WorkflowHandle> {
    await shop.untilSynced();
    await shop.sync().result();
    return shop.sync();
  }

  async function subscribe({ shop }: SheetDesk, url: string): Promise<void> {
    const id = randomUUID();
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    await scene.database.owner.query(
      `INSERT INTO notification_subscriptions (id, user_id, kind, url, secret, events)
       VALUES ($1, $2, 'webhook', $3, $4, '{sheet.parked}')`,
      [id, shop.userId, url, seal(parseKeyring(TEST_SECRETS_KEYS), secret, webhookSecretContext(id))],
    );
  }

  return {
    /** Two batches, and the last look. */
    async 'sheet-synced'() {
      const desk = await scene.openShop();
      const order = await desk.shop.place();
      await desk.shop.untilSynced();
      await desk.shop.move(order.id, 'confirmed');
      return over(desk);
    },

    /** Six tries, parked, taken up again. */
    async 'sheet-parked-after-retries'() {
      const desk = await scene.openShop();
      const match = { spreadsheet_id: desk.view.spreadsheetId };
      google.fail({ fault: { do: 'refuse', status: 503 }, match, times: null });
      await desk.shop.place();
      await untilParked(desk);
      google.heal();
      await desk.shop.resume();
      return over(desk);
    },

    /** Parked at once, somebody told, nudged in vain, taken up again. */
    async 'sheet-parked-and-told'() {
      const receiver = await startReceiver();
      const desk = await scene.openShop();
      await subscribe(desk, receiver.url);
      google.fail({
        fault: { do: 'refuse', status: 403 },
        match: { spreadsheet_id: desk.view.spreadsheetId },
        times: null,
      });
      await desk.shop.place();
      await untilParked(desk);
      await eventually('the webhook', () => receiver.received.length > 0);
      desk.shop.nudge();
      google.heal();
      await desk.shop.resume();
      const run = await over(desk);
      await receiver.close();
      return run;
    },

    /** A write whose answer was lost, and the audit when it can no longer come through. */
    async 'sheet-audited'() {
      const desk = await scene.openShop();
      google.fail({
        fault: { do: 'drop_after_commit' },
        match: { kind: 'write', spreadsheet_id: desk.view.spreadsheetId },
      });
      await desk.shop.place();
      return over(desk);
    },

    /** Google wants to be left alone for some seconds. */
    async 'sheet-waited'() {
      const desk = await scene.openShop();
      await desk.shop.place();
      await desk.shop.untilSynced();
      await scene.database.owner.query("UPDATE google_call_budgets SET blocked_until = now() + interval '12 s'");
      await desk.shop.place();
      return over(desk);
    },

    async 'sheet-switched-off'() {
      const desk = await scene.openShop();
      await desk.shop.change({ sheets_sync_enabled: false });
      desk.shop.nudge();
      await eventually('the run', () =>
        desk.shop
          .sync()
          .describe()
          .catch(() => undefined),
      );
      await desk.shop.sync().result();
      return desk.shop.sync();
    },

    async 'sheet-checked'() {
      const { shop, view } = await scene.openShop();
      const input: SheetCheckInput = {
        userId: shop.userId,
        spreadsheetId: view.spreadsheetId,
        sheetName: view.tab,
        credentials: null,
      };
      const workflowId = sheetCheckWorkflowId(shop.userId, '1');
      const run = await scene.temporal.workflow.start(SHEET_CHECK_WORKFLOW, {
        workflowId,
        taskQueue: scene.sheetsTaskQueue,
        args: [input],
      });
      await run.result();
      return run;
    },

    async 'sheet-swept'() {
      const desk = await scene.openShop();
      await desk.shop.change({ sheet_sync_pending: true });
      const run = await scene.temporal.workflow.start(SHEET_SWEEP_WORKFLOW, {
        workflowId: `sweep-${randomUUID()}`,
        taskQueue: scene.sheetsTaskQueue,
        args: [],
      });
      await run.result();
      return run;
    },

    async 'sheet-history-forgotten'() {
      const { shop } = await scene.openShop();
      await historyIn(scene.database.owner).sheetAttempt(shop.userId, 100);
      const run = await scene.temporal.workflow.start(FORGET_HISTORY_WORKFLOW, {
        workflowId: `forget-${randomUUID()}`,
        taskQueue: scene.sheetsTaskQueue,
        args: [],
      });
      await run.result();
      return run;
    },
  };
}
