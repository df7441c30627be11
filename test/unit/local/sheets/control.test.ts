import { createSheetsClient } from '../../../../platform/google-sheets-client';
import { type OpenSheets, openSheets } from './open-sheets';

/** The controls over HTTP: what tests use that drive the model as a process of its own. */
describe('the controls of the sheets model', () => {
  let open: OpenSheets;

  beforeAll(async () => {
    open = await openSheets();
  });
  afterAll(() => open.server.close());

  async function ask<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${open.server.url}/_model${path}`, {
      method,
      ...(method !== 'GET' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    expect([response.status, method, path]).toEqual([200, method, path]);
    return (await response.json()) as T;
  }

  it('make accounts and spreadsheets, and tell what is on them', async () => {
    const account = await ask<{ client_email: string; private_key: string }>('POST', '/accounts', { name: 'till' });
    const { id } = await ask<{ id: string }>('POST', '/spreadsheets', {
      title: 'Till',
      share_with: [account.client_email],
    });
    const sheets = createSheetsClient({ credentials: account, apiUrl: open.server.url });
    await sheets.spreadsheets.values.append({
      spreadsheetId: id,
      range: 'Sheet1',
      valueInputOption: 'RAW',
      requestBody: { values: [['a', 'b']] },
    });
    expect(await ask('GET', `/spreadsheets/${id}/rows?tab=Sheet1`)).toEqual({ rows: [['a', 'b']] });
    expect(await ask('GET', `/spreadsheets/${id}/rows`)).toEqual({ rows: null });
    expect(await ask('GET', `/spreadsheets/${id}`)).toMatchObject({ id, title: 'Till', tabs: [{ title: 'Sheet1' }] });
    expect(await ask('GET', '/spreadsheets')).toMatchObject({
      spreadsheets: [{ id, title: 'Till', shared_with: [account.client_email], tabs: ['Sheet1'] }],
    });
    expect(await ask('GET', `/calls?kind=write&spreadsheet_id=${id}`)).toMatchObject({
      calls: [{ method: 'values.append', rowsWritten: 1 }],
    });
    await ask('DELETE', '/calls');
    expect(await ask('GET', '/calls')).toEqual({ calls: [] });
    await ask('DELETE', '/tokens');
    await expect(sheets.spreadsheets.get({ spreadsheetId: id })).rejects.toMatchObject({ status: 401 });
  });

  it('let people act, now or between two calls', async () => {
    const id = await open.spreadsheet();
    const sheets = await open.client();
    await ask('POST', `/spreadsheets/${id}/hooks`, {
      match: { method: 'values.get' },
      action: { do: 'edit', tab: 'Orders', row: 0, column: 0, text: 'before' },
    });
    await ask('POST', `/spreadsheets/${id}/hooks`, {
      when: 'after',
      match: { kind: 'read' },
      action: { do: 'edit', tab: 'Orders', row: 0, column: 0, text: 'after' },
    });
    const { data } = await sheets.spreadsheets.values.get({ spreadsheetId: id, range: 'Orders' });
    expect(data.values).toEqual([['before']]);
    expect(open.server.rows(id, 'Orders')).toEqual([['after']]);
    const before = open.server.spreadsheet(id).revision;
    expect(await ask('POST', `/spreadsheets/${id}/actions`, { do: 'delete_rows', tab: 'Orders', at: 0 })).toEqual({
      revision: before + 1,
    });
  });

  it('set faults and quotas, and take them back', async () => {
    const id = await open.spreadsheet();
    const sheets = await open.client();
    const status = () =>
      sheets.spreadsheets.get({ spreadsheetId: id }).then(
        (done) => done.status,
        (error) => error.status,
      );
    const { id: fault } = await ask<{ id: number }>('POST', '/faults', {
      fault: { do: 'refuse', status: 503 },
      times: null,
    });
    expect(await ask('GET', '/faults')).toMatchObject({ faults: [{ id: fault, times: null, skip: 0, match: {} }] });
    expect(await status()).toBe(503);
    expect(await ask('DELETE', `/faults/${fault}`)).toEqual({ faults: [] });
    expect(await status()).toBe(200);
    await ask('POST', '/faults', { fault: { do: 'hang' } });
    expect(await ask('DELETE', '/faults')).toEqual({ faults: [] });
    expect(await ask('PUT', '/quota', { reads_per_account: 1 })).toEqual({
      reads_per_account: 1,
      writes_per_account: 60,
      reads_per_project: 300,
      writes_per_project: 300,
    });
    expect(await status()).toBe(429);
    await ask('DELETE', '/quota/used');
    expect([await status(), await status()]).toEqual([200, 429]);
    expect(await ask('GET', '/quota')).toMatchObject({ reads_per_account: 1 });
  });

  it.each([
    ['POST', '/faults', '{"fault":{"do":"refuse","status":418}}', 400],
    ['POST', '/faults', '{"fault"', 400],
    ['POST', '/accounts', '{"name":"../x"}', 400],
    ['POST', '/spreadsheets', '{"id":"a b"}', 400],
    ['GET', '/spreadsheets/%ZZ', undefined, 400],
    ['GET', '/spreadsheets/none', undefined, 404],
    ['GET', '/nothing', undefined, 404],
    ['PATCH', '/faults', '{}', 404],
  ])('refuse %s %s %s', async (method, path, body, status) => {
    const response = await fetch(`${open.server.url}/_model${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });
});
