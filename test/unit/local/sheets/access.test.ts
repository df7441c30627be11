import { generateKeyPairSync } from 'node:crypto';
import { createSheetsClient } from '../../../../platform/google-sheets-client';
import { type OpenSheets, openSheets, testClock } from './open-sheets';

describe('who may call the sheets model', () => {
  let open: OpenSheets;
  let id: string;

  beforeAll(async () => {
    open = await openSheets();
  });
  afterAll(() => open.server.close());
  beforeEach(async () => {
    open.server.resetQuota();
    open.server.clearCalls();
    id = await open.spreadsheet();
  });

  const failure = (call: Promise<unknown>) =>
    call.then(
      () => 'was done',
      (error) => ({ status: error.status, ...error.response?.data }),
    );

  it('an account the spreadsheet is not shared with gets 403, and an unknown id 404', async () => {
    const stranger = await open.client('stranger');
    expect(await failure(stranger.spreadsheets.get({ spreadsheetId: id }))).toEqual({
      status: 403,
      error: { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' },
    });
    expect(await failure(stranger.spreadsheets.get({ spreadsheetId: 'nope' }))).toEqual({
      status: 404,
      error: { code: 404, message: 'Requested entity was not found.', status: 'NOT_FOUND' },
    });
  });

  it('two who ask for the same new account at once get the same key', async () => {
    const [one, other] = await Promise.all([open.server.serviceAccount('twice'), open.server.serviceAccount('twice')]);
    expect(one).toEqual(other);
    expect(await open.server.serviceAccount('twice')).toEqual(one);
  });

  it('a key that is not the account’s, an account that is gone and no account at all get no token', async () => {
    const account = await open.server.serviceAccount('leaver');
    const forged = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
    const get = (credentials: { client_email: string; private_key: string }) =>
      failure(createSheetsClient({ credentials, apiUrl: open.server.url }).spreadsheets.get({ spreadsheetId: id }));
    expect(await get({ ...account, private_key: forged })).toEqual({
      status: 400,
      error: 'invalid_grant',
      error_description: 'Invalid JWT Signature.',
    });
    expect(await get({ ...account, client_email: 'nobody@x.iam.gserviceaccount.com' })).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
    expect(await get(account)).toMatchObject({ status: 403 });
    await open.server.removeAccount(account.client_email);
    expect(await get(account)).toEqual({
      status: 400,
      error: 'invalid_grant',
      error_description: 'Invalid grant: account not found',
    });
  });

  it('a token is taken until it is revoked, a forged one never', async () => {
    const sheets = await open.client();
    await sheets.spreadsheets.get({ spreadsheetId: id });
    await open.server.revokeTokens();
    expect(await failure(sheets.spreadsheets.get({ spreadsheetId: id }))).toMatchObject({
      status: 401,
      error: { code: 401, status: 'UNAUTHENTICATED' },
    });
    await expect((await open.client()).spreadsheets.get({ spreadsheetId: id })).resolves.toMatchObject({ status: 200 });
    for (const authorization of ['Bearer ya29.local.e30.AAAA', 'Bearer x', '']) {
      const response = await fetch(`${open.server.url}/v4/spreadsheets/${id}`, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { status: 'UNAUTHENTICATED' } });
    }
  });

  it('a token request that is none is refused in OAuth’s words', async () => {
    const post = async (form: Record<string, string>) =>
      (await fetch(`${open.server.url}/token`, { method: 'POST', body: new URLSearchParams(form) })).json();
    expect(await post({ grant_type: 'password' })).toMatchObject({ error: 'unsupported_grant_type' });
    expect(await post({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' })).toMatchObject(
      { error: 'invalid_grant' },
    );
  });

  it('logs who called what, how much and how it ended, and nothing of what was in it', async () => {
    const { client_email: account } = await open.server.serviceAccount();
    const sheets = await open.client();
    await sheets.spreadsheets.values.append({
      spreadsheetId: id,
      range: 'Orders',
      valueInputOption: 'RAW',
      requestBody: { values: [['Canary'], ['x']] },
    });
    await failure(sheets.spreadsheets.get({ spreadsheetId: 'nope' }));
    expect(open.server.calls()).toEqual([
      expect.objectContaining({ method: 'token', kind: 'token', account, status: 200 }),
      expect.objectContaining({
        method: 'values.append',
        kind: 'write',
        account,
        spreadsheetId: id,
        status: 200,
        rowsWritten: 2,
        committed: true,
        fault: undefined,
      }),
      expect.objectContaining({
        method: 'spreadsheets.get',
        kind: 'read',
        account,
        spreadsheetId: 'nope',
        status: 404,
        committed: false,
      }),
    ]);
    expect(JSON.stringify(open.server.calls())).not.toContain('Canary');
  });
});

describe('the quotas of the sheets model', () => {
  it('are Google’s: 60 reads and 60 writes a minute for an account', async () => {
    const clock = testClock();
    const open = await openSheets({ clock });
    const id = await open.spreadsheet();
    const sheets = await open.client();
    const read = () => sheets.spreadsheets.get({ spreadsheetId: id, fields: 'spreadsheetId' });
    const write = () =>
      sheets.spreadsheets.values.update({
        spreadsheetId: id,
        range: 'Orders!A1',
        valueInputOption: 'RAW',
        requestBody: { values: [['x']] },
      });
    for (let call = 0; call < 60; call++) await read();
    await expect(read()).rejects.toMatchObject({
      status: 429,
      response: {
        data: {
          error: {
            code: 429,
            status: 'RESOURCE_EXHAUSTED',
            message: expect.stringContaining(
              "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'",
            ),
            details: [
              {
                reason: 'RATE_LIMIT_EXCEEDED',
                domain: 'googleapis.com',
                metadata: { quota_limit: 'ReadRequestsPerMinutePerUser', quota_limit_value: '60' },
              },
            ],
          },
        },
      },
    });
    await write();
    clock.advance(59_999);
    await expect(read()).rejects.toMatchObject({ status: 429 });
    clock.advance(1);
    await expect(read()).resolves.toMatchObject({ status: 200 });
    await open.server.close();
  });

  it('count all accounts of a project together, and calls that are refused for another reason', async () => {
    const open = await openSheets({ clock: testClock(), quota: { readsPerAccount: 3, readsPerProject: 5 } });
    const id = await open.spreadsheet('a');
    const [a, b] = [await open.client('a'), await open.client('b')];
    const status = (sheets: typeof a) =>
      sheets.spreadsheets.get({ spreadsheetId: id }).then(
        (done) => done.status,
        (error) => error.status,
      );
    expect([
      await status(a),
      await status(b),
      await status(a),
      await status(b),
      await status(a),
      await status(a),
    ]).toEqual([200, 403, 200, 403, 200, 429]);
    expect(await status(b)).toBe(429);
    open.server.setQuota({ readsPerAccount: 10, readsPerProject: 10 });
    expect(await status(b)).toBe(403);
    await open.server.close();
  });
});
