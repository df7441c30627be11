import { credentials } from '@grpc/grpc-js';
import { type SheetsServer, startSheetsServer } from '../../deploy/local/sheets/start-sheets-server';
import { sheetAnswerSchema, sheetAttemptPageAnswerSchema } from '../../domain/schemas/sheets';
import { capabilitiesAnswerSchema } from '../../domain/schemas/wire';
import { CapabilityService } from '../../gen/orderbooking/v1/capability_service_pb';
import { SheetService, SheetState, SheetSyncResult } from '../../gen/orderbooking/v1/sheet_service_pb';
import { createGrpcClient } from '../../platform/grpc-client';
import { sheetSyncWorkflowId } from '../../workflows/sheet-contract';
import { accepted, openDoor } from '../support/doors';
import { eventually } from '../support/eventually';
import { type RestAnswer, type RestRequest, sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';

/** Connecting a sheet through the real doors: to the model of Google's API, by a real sync-worker. */
let google: SheetsServer;
let scene: Scene;
let api: ApiProcess;
let tenant: TestTenant;
/** Of the shared service account, and of one of the business's own. */
let shared: { email: string; json: string };
let own: { email: string; json: string };

beforeAll(async () => {
  google = await startSheetsServer();
  [shared, own] = [await account('shared'), await account('own')];
  scene = await createScene();
  const env = { GOOGLE_SHEETS_CREDENTIALS: shared.json, SHEETS_API_URL: google.url };
  [api] = await Promise.all([
    scene.startApi({ ...env, ...PATIENT }),
    scene.startWorker(),
    scene.startSyncWorker({ ...env, SHEETS_RETRY_MS: '20', SHEETS_CALLS_PER_MINUTE: '10000' }),
  ]);
});
beforeEach(async () => {
  tenant = await scene.addTenant();
});
afterEach(() => google.heal());
afterAll(async () => {
  await scene.close();
  await google.close();
});

async function account(name: string) {
  const json = await google.serviceAccountJson(name);
  return { json, email: (JSON.parse(json) as { client_email: string }).client_email };
}

const rest = (method: string, path: string, more: RestRequest = {}) =>
  sendRest(api.restUrl, method, path, { key: tenant.adminKey, ...more });
const put = (json: object) => rest('PUT', '/api/capabilities', { json });
const sheet = async () => sheetAnswerSchema.parse((await rest('GET', '/api/sheets/status')).body).data.sheet;
const capabilities = (answer: RestAnswer) => capabilitiesAnswerSchema.parse(answer.body).data.capabilities;
const attempts = async () =>
  sheetAttemptPageAnswerSchema.parse((await rest('GET', '/api/sheets/attempts')).body).data.attempts;
const book = async () => accepted(await openDoor('REST', api, tenant.key).create(sampleBody())).order;
const untilSynced = () =>
  eventually('the sheet to show everything', async () => {
    const now = await sheet();
    return now.state === 'synced' ? now : undefined;
  });

const spreadsheet = (email = shared.email) => google.createSpreadsheet({ title: 'Orders', shareWith: [email] });
/** The order ids in a tab, in their order. */
const orderIds = (id: string, tab = 'Orders') => (google.rows(id, tab) ?? []).slice(1).map(([first]) => first);

async function connected(more: object = {}): Promise<string> {
  const id = await spreadsheet();
  expect((await put({ sheets_sync_enabled: true, sheets_spreadsheet_id: id, ...more })).status).toBe(200);
  return id;
}

describe('connecting', () => {
  test('tells with whom to share before anything is set', async () => {
    expect(await sheet()).toEqual({
      enabled: false,
      spreadsheet_id: null,
      spreadsheet_url: null,
      sheet_name: 'Orders',
      service_account: shared.email,
      state: 'off',
      unsynced_orders: 0,
      last_synced_at: null,
      parked: null,
    });
    expect(capabilities(await rest('GET', '/api/capabilities'))).toMatchObject({
      sheets_service_account: shared.email,
    });
  });

  test('brings the orders that were there before, and each later one', async () => {
    const before = await book();
    const id = await connected();
    const now = await untilSynced();
    expect(now).toMatchObject({
      enabled: true,
      spreadsheet_id: id,
      spreadsheet_url: `${google.url}/spreadsheets/${id}`,
      unsynced_orders: 0,
      last_synced_at: expect.any(String),
    });
    expect(orderIds(id)).toEqual([before.id]);
    const after = await book();
    await eventually('the second order', () => orderIds(id).includes(after.id));
    await untilSynced();
    const [latest] = await attempts();
    expect(latest).toMatchObject({ order_ids: [after.id], result: 'synced', cause: null, attempt: 1 });
    expect(latest?.written.appended).toBe(1);
    expect(latest?.correlation_ids).toEqual([expect.stringMatching(/^[\w.:-]+$/)]);
  });

  test.each<[string, () => Promise<object>, string]>([
    ['that is not shared', async () => ({ sheets_spreadsheet_id: await spreadsheet(own.email) }), 'not_shared'],
    [
      'that is shared to look at only',
      async () => ({ sheets_spreadsheet_id: await google.createSpreadsheet({ showTo: [shared.email] }) }),
      'not_shared',
    ],
    ['that does not exist', async () => ({ sheets_spreadsheet_id: 'nothing-like-it' }), 'spreadsheet_not_found'],
  ])('a sheet %s is refused with what to do, and nothing is saved', async (_name, target, cause) => {
    const answer = await put({ sheets_sync_enabled: true, order_booking_enabled: true, ...(await target()) });
    expect([answer.status, answer.code]).toEqual([502, 'INTEGRATION_FAILED']);
    const { details, message } = (answer.body as { error: { details: Record<string, string>; message: string } }).error;
    expect(details).toEqual({
      cause,
      message,
      what_to_do: expect.stringMatching(/\w{4}/),
      service_account: shared.email,
    });
    if (cause === 'not_shared')
      expect(details.what_to_do).toMatch(new RegExp(`${shared.email}.* share it as “Editor”`));
    expect(capabilities(await rest('GET', '/api/capabilities'))).toMatchObject({
      sheets_sync_enabled: false,
      sheets_spreadsheet_id: null,
      order_booking_enabled: false,
    });
  });

  test('asks Google once, and leaves nothing in the sheet', async () => {
    const id = await spreadsheet();
    const { revision: _, ...before } = google.spreadsheet(id);
    google.clearCalls();
    expect((await put({ sheets_sync_enabled: true, sheets_spreadsheet_id: id })).status).toBe(200);
    const calls = google.calls({ spreadsheet_id: id });
    expect(calls.map(({ kind, rowsWritten, status }) => [kind, rowsWritten, status])).toEqual([['write', 0, 200]]);
    expect(google.spreadsheet(id)).toEqual({ ...before, revision: expect.any(Number) });
  });

  test('without a spreadsheet is a bad request', async () => {
    const nothing = await put({ sheets_sync_enabled: true });
    expect([nothing.code, nothing.fields]).toEqual(['VALIDATION_FAILED', ['sheets_spreadsheet_id']]);
    await connected();
    const taken = await put({ sheets_spreadsheet_id: null });
    expect([taken.code, taken.fields]).toEqual(['VALIDATION_FAILED', ['sheets_spreadsheet_id']]);
  });

  test('what is not written to is not tried: it may be set before it is shared', async () => {
    google.clearCalls();
    expect((await put({ sheets_spreadsheet_id: 'not-yet', sheets_sheet_name: 'Bestellungen' })).status).toBe(200);
    expect((await put({ order_booking_enabled: true })).status).toBe(200);
    expect(google.calls()).toEqual([]);
    expect(await sheet()).toMatchObject({ state: 'off', spreadsheet_id: 'not-yet', sheet_name: 'Bestellungen' });
  });

  test('switching booking on does not ask Google, whatever the sheet is', async () => {
    await connected();
    await untilSynced();
    google.clearCalls();
    expect((await put({ order_booking_enabled: true })).status).toBe(200);
    expect(google.calls()).toEqual([]);
  });
});

describe('a service account of one’s own', () => {
  test('is tried and used, and never shown again', async () => {
    const id = await google.createSpreadsheet({ title: 'Orders', shareWith: [own.email] });
    const answer = await put({ sheets_sync_enabled: true, sheets_spreadsheet_id: id, sheets_credentials: own.json });
    expect(capabilities(answer)).toMatchObject({ sheets_service_account: own.email });
    const key = (JSON.parse(own.json) as { private_key: string }).private_key.slice(40, 80);
    for (const { body } of [answer, await rest('GET', '/api/capabilities'), await rest('GET', '/api/sheets/status')])
      expect(JSON.stringify(body)).not.toContain(key);
    expect(api.lines.join('\n')).not.toContain(key);
    const { rows } = await scene.database.owner.query<{ c: string }>(
      'SELECT sheets_credentials AS c FROM ai_capabilities WHERE user_id = $1',
      [tenant.userId],
    );
    expect(rows[0]?.c).toMatch(/^v1\.test\.[\w-]+$/);
    const order = await book();
    await eventually('the order', () => orderIds(id).includes(order.id));

    // The shared one may not write there, so it is not gone back to.
    const back = await put({ sheets_credentials: null });
    expect([back.code, (back.body as { error: { details: object } }).error.details]).toEqual([
      'INTEGRATION_FAILED',
      expect.objectContaining({ cause: 'not_shared', service_account: shared.email }),
    ]);
    const sharedSheet = await spreadsheet();
    expect(capabilities(await put({ sheets_credentials: null, sheets_spreadsheet_id: sharedSheet }))).toMatchObject({
      sheets_service_account: shared.email,
    });
  });

  test.each([
    ['no JSON', '{"type":'],
    ['another kind of key', JSON.stringify({ type: 'authorized_user', client_id: 'x' })],
    ['one without a key', JSON.stringify({ type: 'service_account', client_email: 'a@example.com' })],
    [
      'one with half a key',
      JSON.stringify({ type: 'service_account', client_email: 'a@example.com', private_key: 'half' }),
    ],
    ['too much', JSON.stringify({ x: 'x'.repeat(10_001) })],
  ])('that is %s is a bad request', async (_name, text) => {
    const answer = await put({ sheets_credentials: text });
    expect([answer.code, answer.fields]).toEqual(['VALIDATION_FAILED', ['sheets_credentials']]);
    expect(answer.told).not.toContain('half');
  });

  test('that Google does not know is refused', async () => {
    const gone = await account('gone');
    await google.removeAccount(gone.email);
    const id = await google.createSpreadsheet({ title: 'Orders', shareWith: [gone.email] });
    const answer = await put({ sheets_sync_enabled: true, sheets_spreadsheet_id: id, sheets_credentials: gone.json });
    expect([answer.code, (answer.body as { error: { details: object } }).error.details]).toEqual([
      'INTEGRATION_FAILED',
      expect.objectContaining({ cause: 'credentials_invalid', service_account: gone.email }),
    ]);
  });
});

describe('while a change of the sheet is tried, another one is saved', () => {
  const both = () => google.createSpreadsheet({ title: 'Orders', shareWith: [shared.email, own.email] });
  /** Connected to a sheet that both accounts may write to; there the next check is held until `work` is done. */
  async function heldCheck(work: () => Promise<void>): Promise<void> {
    const id = await both();
    expect((await put({ sheets_sync_enabled: true, sheets_spreadsheet_id: id })).status).toBe(200);
    google.beforeNext({ kind: 'write', spreadsheet_id: id }, work);
  }
  const connection = async () => capabilities(await rest('GET', '/api/capabilities'));

  test('a sheet and credentials that do not go together are not saved though each was well without the other', async () => {
    const other = await spreadsheet();
    await heldCheck(async () => expect((await put({ sheets_spreadsheet_id: other })).status).toBe(200));
    const answer = await put({ sheets_credentials: own.json });
    expect([answer.code, (answer.body as { error: { details: object } }).error.details]).toEqual([
      'INTEGRATION_FAILED',
      expect.objectContaining({ cause: 'not_shared', service_account: own.email }),
    ]);
    expect(await connection()).toMatchObject({
      sheets_spreadsheet_id: other,
      sheets_service_account: shared.email,
    });
  });

  test('those that do are saved, and were tried together', async () => {
    const other = await both();
    await heldCheck(async () => expect((await put({ sheets_spreadsheet_id: other })).status).toBe(200));
    expect((await put({ sheets_credentials: own.json })).status).toBe(200);
    expect(await connection()).toMatchObject({ sheets_spreadsheet_id: other, sheets_service_account: own.email });
    expect(google.calls({ kind: 'write', spreadsheet_id: other, account: own.email })).toHaveLength(1);
  });

  test('each time: then nothing is saved, and whoever asked is told to ask again', async () => {
    const id = await connected();
    let tries = 0;
    const meanwhile = () =>
      google.beforeNext({ kind: 'write', spreadsheet_id: id }, async () => {
        tries += 1;
        await scene.database.owner.query('UPDATE ai_capabilities SET sheets_sheet_name = $2 WHERE user_id = $1', [
          tenant.userId,
          `Tab ${tries}`,
        ]);
        meanwhile();
      });
    meanwhile();
    const answer = await put({ sheets_credentials: null, order_booking_enabled: true });
    expect([answer.status, answer.code]).toEqual([503, 'UNAVAILABLE']);
    expect(tries).toBe(3);
    expect(await connection()).toMatchObject({ sheets_sheet_name: 'Tab 3', order_booking_enabled: false });
    // What has nothing to do with the sheet is saved whatever becomes of that.
    expect((await put({ order_booking_enabled: true })).status).toBe(200);
  });
});

describe('a sheet that is parked', () => {
  async function parked(): Promise<string> {
    const id = await connected();
    await untilSynced();
    google.fail({ fault: { do: 'refuse', status: 403 }, match: { spreadsheet_id: id }, times: null });
    await book();
    await eventually('the sheet to be parked', async () => (await sheet()).state === 'parked');
    google.heal();
    return id;
  }

  test('says why and what to do, and goes on when somebody says so', async () => {
    const id = await parked();
    const { parked: why, unsynced_orders } = await sheet();
    expect(unsynced_orders).toBe(1);
    expect(why).toEqual({
      cause: 'not_shared',
      message: expect.any(String),
      what_to_do: expect.stringContaining(shared.email),
      parked_at: expect.any(String),
    });
    expect(await attempts()).toMatchObject([{ result: 'parked', cause: 'not_shared', status_code: 403 }]);
    const later = await book();
    const answer = await rest('POST', '/api/sheets/resync');
    expect(sheetAnswerSchema.parse(answer.body).data.sheet).toMatchObject({ state: 'syncing', parked: null });
    await untilSynced();
    expect(orderIds(id)).toHaveLength(2);
    expect(orderIds(id)).toContain(later.id);
  });

  test('goes on when its owner changes how it is connected', async () => {
    await parked();
    const other = await spreadsheet();
    expect((await put({ sheets_spreadsheet_id: other })).status).toBe(200);
    await untilSynced();
    expect(orderIds(other)).toHaveLength(1);
  });

  test('leaves no run behind when its owner switches it off', async () => {
    await parked();
    expect((await put({ sheets_sync_enabled: false })).status).toBe(200);
    // Nobody else gives it a word: no order nudges a sheet that is off, and the sweep does not look at it.
    await scene.temporal.workflow.getHandle(sheetSyncWorkflowId(tenant.userId)).result();
  });
});

test('everything is written again when all of it is asked for', async () => {
  const id = await connected();
  const orders = [await book(), await book()];
  await untilSynced();
  // A cell that nothing would be written to again.
  await google.act(id, { do: 'edit', tab: 'Orders', row: 1, column: 2, text: 'spoilt' });
  const answer = await rest('POST', '/api/sheets/resync', { json: { all: true } });
  expect(sheetAnswerSchema.parse(answer.body).data.sheet).toMatchObject({ unsynced_orders: 2 });
  await untilSynced();
  expect(orderIds(id).toSorted()).toEqual(orders.map((order) => order.id).toSorted());
  expect(JSON.stringify(google.rows(id, 'Orders'))).not.toContain('spoilt');
  expect((await attempts())[0]).toMatchObject({ result: 'synced', written: { updated: 2, appended: 0 } });
});

test('another tab gets every order, also those that the first one has', async () => {
  const id = await connected();
  const order = await book();
  await untilSynced();
  expect((await put({ sheets_sheet_name: 'Archive' })).status).toBe(200);
  await eventually('the order in the other tab', () => orderIds(id, 'Archive').includes(order.id));
  expect(orderIds(id)).toEqual([order.id]);
});

test('attempts are listed page by page, and only by the token of this list', async () => {
  await connected();
  for (let index = 0; index < 3; index += 1) {
    await book();
    await untilSynced();
  }
  const all = await attempts();
  expect(all.length).toBeGreaterThanOrEqual(3);
  const page = sheetAttemptPageAnswerSchema.parse((await rest('GET', '/api/sheets/attempts?page_size=2')).body).data;
  const token = page.next_page_token;
  const rests = sheetAttemptPageAnswerSchema.parse(
    (await rest('GET', `/api/sheets/attempts?page_size=50&page_token=${token}`)).body,
  ).data;
  expect([...page.attempts, ...rests.attempts]).toEqual(all);
  expect(rests.next_page_token).toBe('');
  const foreign = await sendRest(api.restUrl, 'GET', `/api/sheets/attempts?page_token=${token}`, {
    key: scene.other.readOnlyKey,
  });
  expect([foreign.code, foreign.fields]).toEqual(['VALIDATION_FAILED', ['page_token']]);
});

test('gRPC does the same', async () => {
  const sheets = createGrpcClient(SheetService, api.grpcAddress, credentials.createInsecure());
  const service = createGrpcClient(CapabilityService, api.grpcAddress, credentials.createInsecure());
  const withKey = { metadata: { authorization: `Bearer ${tenant.adminKey}` } };
  const change = (capabilities: object, paths?: string[]) =>
    service.updateCapabilities({ capabilities, ...(paths && { updateMask: { paths } }) }, withKey);

  const ownSheet = await google.createSpreadsheet({ title: 'Orders', shareWith: [own.email] });
  const wanted = { sheetsSyncEnabled: true, sheetsSpreadsheetId: ownSheet };
  await expect(change(wanted)).rejects.toMatchObject({ code: 14 });
  const { capabilities } = await change({ ...wanted, sheetsCredentials: own.json });
  expect(capabilities).toMatchObject({ sheetsServiceAccount: own.email, sheetsSyncEnabled: true });
  expect(capabilities?.sheetsCredentials).toBeUndefined();
  // Whoever sends back all that was read keeps the credentials, which cannot be read.
  const echoed = await change({ ...capabilities, pendingOrderExpirySeconds: 3_600 }, ['*']);
  expect(echoed.capabilities).toMatchObject({ sheetsServiceAccount: own.email, pendingOrderExpirySeconds: 3_600 });

  const order = await book();
  await untilSynced();
  const { sheet: status } = await sheets.getSheetStatus({}, withKey);
  expect(status).toMatchObject({ state: SheetState.SYNCED, spreadsheetId: ownSheet, serviceAccount: own.email });
  const { attempts: tried } = await sheets.listSheetSyncAttempts({ pageSize: 5 }, withKey);
  expect(tried[0]).toMatchObject({ orderIds: [order.id], result: SheetSyncResult.SYNCED, appended: 1 });
  const resynced = await sheets.resyncSheet({ all: true }, withKey);
  expect(resynced.sheet).toMatchObject({ state: SheetState.SYNCING, unsyncedOrders: 1 });
  sheets.close();
  service.close();
});

test('while no sync-worker runs a sheet cannot be connected, and all else goes on', async () => {
  const alone = await createScene();
  try {
    const lonely = await alone.startApi({ GOOGLE_SHEETS_CREDENTIALS: shared.json, SHEETS_API_URL: google.url });
    const service = createGrpcClient(CapabilityService, lonely.grpcAddress, credentials.createInsecure());
    const metadata = { authorization: `Bearer ${alone.tenant.adminKey}` };
    const connect = service.updateCapabilities(
      { capabilities: { sheetsSyncEnabled: true, sheetsSpreadsheetId: await spreadsheet() } },
      { metadata, deadline: Date.now() + 2_000 },
    );
    await expect(connect).rejects.toMatchObject({ code: expect.any(Number) });
    await service.updateCapabilities({ capabilities: { orderBookingEnabled: true } }, { metadata });
    const { capabilities } = await service.getCapabilities({}, { metadata });
    expect(capabilities).toMatchObject({ orderBookingEnabled: true, sheetsSyncEnabled: false });
    service.close();
  } finally {
    await alone.close();
  }
});
