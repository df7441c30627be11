import { SHEET_RESULTS, SHEET_STATES, type SheetAttempt } from '../../../domain/sheets/sheet-status';
import { SheetState, SheetSyncResult } from '../../../gen/orderbooking/v1/sheet_service_pb';
import { timestampMessage } from '../../../services/order-api/handlers/grpc/order-message';
import { sheetAttemptMessage, sheetMessage } from '../../../services/order-api/handlers/grpc/sheet-message';
import { closeAll, failureOf, openClient } from './open-client';

afterEach(closeAll);

const AT = '2026-11-24T09:30:00.123Z';
const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';
const ACCOUNT = 'orders@example.iam.gserviceaccount.com';

/** A sheet that is written to, as the service keeps it, and as the client tells it. */
const KEPT = {
  enabled: true,
  spreadsheetId: 'abc',
  sheetName: 'Orders',
  serviceAccount: ACCOUNT,
  unsyncedOrders: 0,
  lastSyncedAt: AT,
  parked: null,
};
const SPREADSHEET_URL = 'https://docs.google.com/spreadsheets/d/abc';

const ATTEMPT: SheetAttempt = {
  id: '9007199254740993',
  orderIds: [ID],
  result: 'synced',
  cause: null,
  statusCode: null,
  startedAt: AT,
  durationMs: 340,
  correlationIds: ['req_1', 'req_2'],
  written: { updated: 1, appended: 2, mended: 3 },
  attempt: 1,
};

describe('the sheet', () => {
  it('comes as it stands, with what is missing as null, and parked with the way out', async () => {
    const answers = [
      { state: KEPT, serviceAccount: ACCOUNT, spreadsheetUrl: SPREADSHEET_URL },
      {
        state: { ...KEPT, unsyncedOrders: 3, parked: { cause: 'not_shared', parkedAt: AT } },
        serviceAccount: ACCOUNT,
        spreadsheetUrl: SPREADSHEET_URL,
      },
      {
        state: { ...KEPT, enabled: false, spreadsheetId: null, serviceAccount: null, lastSyncedAt: null },
        serviceAccount: null,
        spreadsheetUrl: null,
      },
    ].map((status) => ({ answer: { sheet: sheetMessage(status) } }));
    const { client } = await openClient({ getSheetStatus: (_, nth) => answers[nth - 1] ?? 'hang' });
    const synced = await client.getSheetStatus();
    expect(synced).toEqual({
      sheet: {
        enabled: true,
        spreadsheetId: 'abc',
        spreadsheetUrl: SPREADSHEET_URL,
        sheetName: 'Orders',
        serviceAccount: ACCOUNT,
        state: 'synced',
        unsyncedOrders: 0,
        lastSyncedAt: AT,
        parked: null,
      },
      correlationId: synced.correlationId,
    });
    expect((await client.getSheetStatus()).sheet).toMatchObject({
      state: 'parked',
      unsyncedOrders: 3,
      parked: {
        cause: 'not_shared',
        message: 'The service account may not edit the spreadsheet.',
        whatToDo: expect.stringContaining(ACCOUNT),
        parkedAt: AT,
      },
    });
    expect((await client.getSheetStatus()).sheet).toMatchObject({
      state: 'off',
      spreadsheetId: null,
      spreadsheetUrl: null,
      serviceAccount: null,
      lastSyncedAt: null,
    });
  });

  it('comes in every state, and in none that the client does not know', async () => {
    const states = [...SHEET_STATES.map((state) => SheetState[state.toUpperCase() as keyof typeof SheetState]), 99];
    const { client } = await openClient({
      getSheetStatus: (_, nth) => ({ answer: { sheet: { sheetName: 'Orders', state: states[nth - 1] } } }),
    });
    for (const state of SHEET_STATES) expect((await client.getSheetStatus()).sheet.state).toBe(state);
    expect(await failureOf(client.getSheetStatus())).toMatchObject({ code: 'INTERNAL' });
  });

  it('comes with every attempt to write to it, page by page', async () => {
    const attempts: SheetAttempt[] = [
      ...SHEET_RESULTS.map((result) => ({ ...ATTEMPT, result })),
      { ...ATTEMPT, result: 'parked', cause: 'not_shared', statusCode: 403, orderIds: [], correlationIds: [] },
    ];
    const { server, client } = await openClient({
      listSheetSyncAttempts: (_, nth) => ({
        answer: { attempts: attempts.map(sheetAttemptMessage), nextPageToken: nth === 1 ? 'more' : '' },
      }),
    });
    expect(await client.listSheetSyncAttempts({ pageSize: 9 })).toMatchObject({ attempts, nextPageToken: 'more' });
    expect(await client.listSheetSyncAttempts({ pageToken: 'more' })).toMatchObject({ nextPageToken: undefined });
    await client.listSheetSyncAttempts();
    expect(server.calls.map(({ request: { pageSize, pageToken } }) => [pageSize, pageToken])).toEqual([
      [9, undefined],
      [undefined, 'more'],
      [undefined, undefined],
    ]);
  });

  it('is written to when it is asked for, whole or not', async () => {
    const sheet = sheetMessage({ state: KEPT, serviceAccount: ACCOUNT, spreadsheetUrl: SPREADSHEET_URL });
    const { server, client } = await openClient({ resyncSheet: () => ({ answer: { sheet } }) });
    expect((await client.resyncSheet()).sheet.state).toBe('synced');
    await client.resyncSheet({ all: true });
    expect(server.calls.map(({ request }) => request.all)).toEqual([false, true]);
  });

  it('is not guessed where an answer leaves it out', async () => {
    const { client } = await openClient({
      getSheetStatus: () => ({ answer: {} }),
      listSheetSyncAttempts: () => ({
        answer: { attempts: [{ id: '1', result: SheetSyncResult.SYNCED, startedAt: undefined }], nextPageToken: '' },
      }),
      resyncSheet: () => ({
        answer: { sheet: { state: SheetState.PARKED, parked: { cause: 'x' }, lastSyncedAt: timestampMessage(AT) } },
      }),
    });
    expect(await failureOf(client.getSheetStatus())).toMatchObject({ code: 'INTERNAL' });
    expect(await failureOf(client.listSheetSyncAttempts())).toMatchObject({ code: 'INTERNAL' });
    expect(await failureOf(client.resyncSheet())).toMatchObject({ code: 'INTERNAL' });
  });
});
