import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { createSheetsClient } from '../../../platform/google-sheets-client';
import { parseServiceAccount } from '../../../platform/service-account';
import { keptPort } from '../../support/kept-port';

const KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;
const ACCOUNT = { type: 'service_account', client_email: 'orders@shop.iam.gserviceaccount.com', private_key: KEY };
const SECRET_ROW = 'Canary Customer +4930123456';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers as each test scripts it, and counts. */
class Google {
  token: Answer = json(200, { access_token: 'token-1', expires_in: 3599, token_type: 'Bearer' });
  api: Answer = json(200, { spreadsheetId: 's1' });
  readonly calls: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly server: Server = createServer((request, response) => {
    this.calls.push(`${request.method} ${request.url}`);
    if (request.url === '/token') return this.token(request, response);
    this.authorizations.push(request.headers.authorization);
    this.api(request, response);
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (request, response) => {
    request.resume();
    request.once('end', () => {
      response
        .writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers })
        .end(JSON.stringify(body));
    });
  };
}

const UNAVAILABLE = json(503, {
  error: { code: 503, message: 'The service is currently unavailable.', status: 'UNAVAILABLE' },
});

describe("Google's client", () => {
  let google: Google;

  beforeEach(async () => {
    google = new Google();
    await new Promise<void>((resolve) => google.server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    const closed = new Promise((resolve) => google.server.close(resolve));
    google.server.closeAllConnections();
    await closed;
  });

  const client = (timeoutMs?: number) =>
    createSheetsClient({
      credentials: parseServiceAccount(JSON.stringify(ACCOUNT)),
      apiUrl: google.url,
      ...(timeoutMs && { timeoutMs }),
    });
  const get = { spreadsheetId: 's1', fields: 'sheets.properties' };
  const write = {
    spreadsheetId: 's1',
    range: 'Orders!A1',
    valueInputOption: 'RAW',
    requestBody: { values: [[SECRET_ROW]] },
  };

  it('fetches a token where it is sent to, once, and calls the API with it', async () => {
    const sheets = client();
    await expect(sheets.spreadsheets.get(get)).resolves.toMatchObject({ data: { spreadsheetId: 's1' } });
    await sheets.spreadsheets.values.append(write);
    expect(google.calls).toEqual([
      'POST /token',
      'GET /v4/spreadsheets/s1?fields=sheets.properties',
      'POST /v4/spreadsheets/s1/values/Orders%21A1:append?valueInputOption=RAW',
    ]);
    expect(google.authorizations).toEqual(['Bearer token-1', 'Bearer token-1']);
  });

  it('repeats no call by itself: not a read, not a write, not the token', async () => {
    google.api = UNAVAILABLE;
    await expect(client().spreadsheets.get(get)).rejects.toMatchObject({ status: 503 });
    await expect(client().spreadsheets.values.append(write)).rejects.toMatchObject({ status: 503 });
    google.token = UNAVAILABLE;
    await expect(client().spreadsheets.get(get)).rejects.toMatchObject({ status: 503 });
    expect(google.calls).toEqual([
      'POST /token',
      expect.stringContaining('GET'),
      'POST /token',
      expect.stringContaining('append'),
      'POST /token',
    ]);
  });

  it('hands on the whole refusal: status, body and Retry-After', async () => {
    const error = { code: 429, message: 'Quota exceeded', status: 'RESOURCE_EXHAUSTED' };
    google.api = json(429, { error }, { 'retry-after': '17' });
    const failed = await client()
      .spreadsheets.get(get)
      .catch((reason) => reason);
    expect(failed).toMatchObject({ status: 429, response: { data: { error } } });
    expect(failed.response.headers.get('retry-after')).toBe('17');
  });

  it('tells a refused token by its OAuth error', async () => {
    google.token = json(400, { error: 'invalid_grant', error_description: 'Invalid grant: account not found' });
    await expect(client().spreadsheets.get(get)).rejects.toMatchObject({
      status: 400,
      response: { data: { error: 'invalid_grant' } },
    });
  });

  it('says by its code when the connection is lost before the answer or within it', async () => {
    google.api = (request) => request.socket.destroy();
    await expect(client().spreadsheets.get(get)).rejects.toMatchObject({
      code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
    });
    google.api = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"spread', () => request.socket.destroy());
    };
    await expect(client().spreadsheets.get(get)).rejects.toMatchObject({
      code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
    });
  });

  it('says by its code when nobody listens', async () => {
    const sheets = createSheetsClient({ credentials: ACCOUNT, apiUrl: `http://127.0.0.1:${await keptPort()}` });
    await expect(sheets.spreadsheets.get(get)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('gives up on an API or a token that does not answer', async () => {
    google.api = () => {};
    await expect(client(200).spreadsheets.get(get)).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
    google.token = () => {};
    await expect(client(200).spreadsheets.get(get)).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
  });

  it('is cut short by an abort signal', async () => {
    const abort = new AbortController();
    google.api = () => abort.abort();
    await expect(client().spreadsheets.get(get, { signal: abort.signal })).rejects.toMatchObject({
      cause: { name: 'AbortError' },
    });
  });

  it('keeps rows, token and key out of what it throws', async () => {
    google.api = UNAVAILABLE;
    const lostWrite = await client()
      .spreadsheets.values.append(write)
      .catch((reason) => reason);
    google.token = UNAVAILABLE;
    const lostToken = await client()
      .spreadsheets.get(get)
      .catch((reason) => reason);
    for (const failed of [lostWrite, lostToken]) {
      const text = inspect(failed, { depth: 20, showHidden: true });
      expect(text).not.toContain(SECRET_ROW);
      expect(text).not.toContain('token-1');
      expect(text).not.toContain('assertion');
      expect(text).not.toContain('PRIVATE KEY');
    }
  });
});

describe("a service account's JSON", () => {
  it('gives its address and key', () => {
    expect(parseServiceAccount(JSON.stringify({ ...ACCOUNT, project_id: 'p' }))).toEqual({
      client_email: ACCOUNT.client_email,
      private_key: KEY,
    });
  });

  it.each([
    ['nothing', '', 'is not a JSON object'],
    ['a text', '"orders@shop.iam.gserviceaccount.com"', 'is not a JSON object'],
    [
      'another kind of key file',
      JSON.stringify({ ...ACCOUNT, type: 'authorized_user' }),
      '"type" must be "service_account"',
    ],
    ['no address', JSON.stringify({ ...ACCOUNT, client_email: undefined }), 'no valid "client_email"'],
    ['no key', JSON.stringify({ ...ACCOUNT, private_key: undefined }), 'no "private_key"'],
    ['a key cut short', JSON.stringify({ ...ACCOUNT, private_key: KEY.slice(0, 200) }), 'no readable RSA key'],
  ])('is refused for %s, without being quoted', (_what, text, problem) => {
    expect(() => parseServiceAccount(text)).toThrow(problem);
    expect(() => parseServiceAccount(text)).not.toThrow(/MII|gserviceaccount/);
  });
});
