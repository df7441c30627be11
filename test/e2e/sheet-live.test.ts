import { type LiveSheets, liveSheets } from '../support/live-sheet';
import { createScene, type Scene } from '../support/scene';
import { sheetSuite } from '../support/sheet-suite';

/**
 * What the model is trusted to show, shown by Google itself. Needs a service account and a spreadsheet that is shared with it as an
 * editor and holds nothing that matters; every test makes a tab of its own and deletes it.
 */
const {
  GOOGLE_SHEETS_CREDENTIALS: credentials,
  GOOGLE_SHEETS_TEST_SPREADSHEET_ID: spreadsheetId,
  SHEETS_API_URL: apiUrl,
} = process.env;
const isSet = Boolean(credentials) && Boolean(spreadsheetId);
const why = isSet
  ? `with the account and the spreadsheet of the environment${apiUrl === undefined ? '' : ', in truth at SHEETS_API_URL'}`
  : 'skipped: GOOGLE_SHEETS_CREDENTIALS and GOOGLE_SHEETS_TEST_SPREADSHEET_ID are not set';

// Sixty reads and sixty writes a minute are for the worker and for the people of these tests together.
jest.setTimeout(600_000);

let scene: Scene;
let sheets: LiveSheets;

if (isSet) {
  beforeAll(async () => {
    sheets = liveSheets(credentials ?? '', spreadsheetId ?? '', apiUrl);
    scene = await createScene();
    await scene.startSyncWorker({
      GOOGLE_SHEETS_CREDENTIALS: credentials ?? '',
      ...(apiUrl === undefined ? {} : { SHEETS_API_URL: apiUrl }),
      SHEETS_CALLS_PER_MINUTE: '30',
      SHEET_SWEEP_SECONDS: '3600',
    });
  });
  afterAll(async () => {
    await scene.close();
    await sheets.close();
  });
}

(isSet ? describe : describe.skip)(`live: a sheet (at Google itself, ${why})`, () => {
  sheetSuite(() => sheets.open(scene));
});
