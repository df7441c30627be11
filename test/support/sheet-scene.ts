import type { PersonAction } from '../../deploy/local/sheets/model/person-action';
import { type SheetsServer, startSheetsServer } from '../../deploy/local/sheets/start-sheets-server';
import { createScene, type Scene } from './scene';
import type { ServiceProcess } from './services';
import { openSheetShop, type SheetView } from './sheet-shop';
import type { SheetDesk } from './sheet-suite';

/** A scene with a model of Google Sheets, and a sync worker that takes it for Google. */
export interface SheetScene extends Scene {
  readonly google: SheetsServer;
  /** The address of the shared default account. */
  readonly account: string;
  /** Short pauses, so that what takes minutes in earnest takes seconds here. */
  startSync(env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** A spreadsheet, shared with the account, and a tenant whose orders go there. */
  openShop(options?: { readonly userId?: string; readonly tab?: string }): Promise<SheetDesk>;
}

/** @param quota `none`: Google refuses no call for being one too many, where the quota is another test's matter. */
export async function createSheetScene({
  quota = "Google's",
}: {
  quota?: "Google's" | 'none';
} = {}): Promise<SheetScene> {
  const scene = await createScene();
  const google = await startSheetsServer();
  if (quota === 'none') {
    const many = 10_000;
    google.setQuota({ readsPerAccount: many, writesPerAccount: many, readsPerProject: many, writesPerProject: many });
  }
  const { client_email: account } = await google.serviceAccount();
  const credentials = await google.serviceAccountJson();
  return {
    ...scene,
    google,
    account,
    startSync: (env = {}) =>
      scene.startSyncWorker({
        GOOGLE_SHEETS_CREDENTIALS: credentials,
        SHEETS_API_URL: google.url,
        SHEETS_RETRY_MS: '100',
        SHEETS_LATE_WRITE_SECONDS: '2',
        SHEET_SWEEP_SECONDS: '3600',
        ...env,
      }),
    async openShop({ userId, tab = 'Orders' } = {}) {
      const spreadsheetId = await google.createSpreadsheet({ shareWith: [account] });
      const view: SheetView = { spreadsheetId, tab, rows: async () => google.rows(spreadsheetId, tab) };
      return {
        shop: await openSheetShop(scene, view, userId),
        view,
        act: (action) => google.act(spreadsheetId, action as PersonAction),
      };
    },
    async close() {
      await scene.close();
      await google.close();
    },
  };
}
