import type { sheets_v4 } from '@googleapis/sheets';
import type { FaultRule } from '../../../../deploy/local/sheets/server/fault';
import { eventually } from '../../../support/eventually';
import { append, type OpenSheets, openSheets } from './open-sheets';

const NETWORK = expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/);

describe('the faults of the sheets model', () => {
  let open: OpenSheets;
  let sheets: sheets_v4.Sheets;
  let impatient: sheets_v4.Sheets;
  let id: string;

  beforeAll(async () => {
    open = await openSheets({
      quota: { writesPerAccount: 1e6, writesPerProject: 1e6, readsPerAccount: 1e6, readsPerProject: 1e6 },
    });
    sheets = await open.client();
    // As patient as it takes for a call to arrive, and be carried out, on a machine that pauses.
    impatient = await open.client(undefined, { timeoutMs: 3_000 });
    id = await open.spreadsheet();
    await impatient.spreadsheets.get({ spreadsheetId: id });
  });
  afterAll(() => open.server.close());
  beforeEach(async () => {
    open.server.heal();
    open.server.clearCalls();
    id = await open.spreadsheet();
  });

  const write = (client = sheets) =>
    client.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [append([['o1']])] } });
  const written = () => open.server.rows(id, 'Orders')?.length;

  it.each([
    [400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'],
    [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
    [403, 'PERMISSION_DENIED', 'The caller does not have permission'],
    [404, 'NOT_FOUND', 'Requested entity was not found.'],
    [429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Write requests'"],
    [500, 'INTERNAL', 'Internal error encountered.'],
    [503, 'UNAVAILABLE', 'The service is currently unavailable.'],
  ] as const)('refuse a call with %i, once, and change nothing', async (status, name, message) => {
    open.server.fail({ fault: { do: 'refuse', status } });
    const error = await write().catch((reason) => reason);
    expect(error).toMatchObject({
      status,
      response: { data: { error: { code: status, status: name, message: expect.stringContaining(message) } } },
    });
    expect(error.response.headers.get('retry-after')).toBeNull();
    expect(written()).toBe(0);
    await write();
    expect(written()).toBe(1);
  });

  it('send Retry-After where asked', async () => {
    open.server.fail({ fault: { do: 'refuse', status: 429, retry_after_seconds: 7 } });
    const error = await write().catch((reason) => reason);
    expect(error.response.headers.get('retry-after')).toBe('7');
  });

  it.each<[FaultRule['fault'], number]>([
    [{ do: 'drop_before' }, 0],
    [{ do: 'drop_after_commit' }, 1],
    [{ do: 'cut_answer' }, 1],
  ])('cut the connection: %j', async (fault, rows) => {
    open.server.fail({ fault });
    await expect(write()).rejects.toMatchObject({ code: NETWORK });
    expect(written()).toBe(rows);
    expect(open.server.calls()).toEqual([
      expect.objectContaining({ fault: fault.do, status: undefined, committed: rows === 1 }),
    ]);
  });

  it.each<[FaultRule['fault'], number]>([
    [{ do: 'hang' }, 0],
    [{ do: 'hang_after_commit' }, 1],
    [{ do: 'drip', over_ms: 60_000 }, 1],
    [{ do: 'delay', ms: 60_000 }, 0],
  ])('keep the caller waiting: %j', async (fault, rows) => {
    open.server.fail({ fault });
    await expect(write(impatient)).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
    expect(written()).toBe(rows);
  });

  it('drip the whole answer, and delay without loss', async () => {
    open.server.fail({ fault: { do: 'drip', over_ms: 40 } });
    open.server.fail({ fault: { do: 'delay', ms: 20 } });
    await expect(write()).resolves.toMatchObject({ data: { spreadsheetId: id, replies: [{}] } });
    await write();
    expect(written()).toBe(2);
  });

  it('meet the calls they are meant for, after those they let pass, as often as they are set', async () => {
    const other = await open.spreadsheet();
    open.server.fail({
      fault: { do: 'refuse', status: 500 },
      match: { kind: 'write', spreadsheet_id: id },
      skip: 1,
      times: 2,
    });
    const status = (spreadsheetId: string) =>
      sheets.spreadsheets.batchUpdate({ spreadsheetId, requestBody: { requests: [append([['x']])] } }).then(
        (done) => done.status,
        (error) => error.status,
      );
    await expect(sheets.spreadsheets.get({ spreadsheetId: id })).resolves.toMatchObject({ status: 200 });
    expect([await status(id), await status(other), await status(id), await status(id), await status(id)]).toEqual([
      200, 200, 500, 500, 200,
    ]);
  });

  it('last until they are taken back, where asked', async () => {
    const { client_email: account } = await open.server.serviceAccount();
    const fault = open.server.fail({ fault: { do: 'refuse', status: 503 }, match: { account }, times: null });
    for (let call = 0; call < 5; call++) await expect(write()).rejects.toMatchObject({ status: 503 });
    expect(open.server.faults()).toHaveLength(1);
    open.server.heal(fault);
    await write();
  });

  it('can be for the token only', async () => {
    open.server.fail({ fault: { do: 'refuse', status: 503 }, match: { method: 'token' } });
    await write();
    await expect((await open.client()).spreadsheets.get({ spreadsheetId: id })).rejects.toMatchObject({ status: 503 });
    expect(open.server.calls({ method: 'token' })).toEqual([expect.objectContaining({ status: 503, fault: 'refuse' })]);
  });

  it('do not keep the server from closing', async () => {
    const own = await openSheets();
    const spreadsheetId = await own.spreadsheet();
    const client = await own.client();
    own.server.fail({ fault: { do: 'hang' } });
    const hanging = client.spreadsheets.get({ spreadsheetId });
    const failed = expect(hanging).rejects.toMatchObject({ code: NETWORK });
    await eventually('the call to hang', () => own.server.calls().some((call) => call.fault === 'hang'));
    await own.server.close();
    await failed;
  });
});
