import { request } from 'node:http';
import { append, type OpenSheets, openSheets } from './open-sheets';

const HOSTILE: [string, string, string, ...string[]] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</td></table><form action=//evil>',
  '&lt;b&gt; <!-- x -->',
];

describe('the pages of the sheets model', () => {
  let open: OpenSheets;
  let id: string;
  let url: string;

  beforeAll(async () => {
    open = await openSheets();
    url = open.server.url;
  });
  afterAll(() => open.server.close());
  beforeEach(async () => {
    open.server.heal();
    id = await open.spreadsheet();
  });

  const page = async (path: string) => (await fetch(`${url}${path}`)).text();
  const send = (path: string, body: object, headers: Record<string, string> = {}, method = 'POST') =>
    fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('say on each page that this is a model and not Google', async () => {
    for (const path of ['/', `/spreadsheets/${id}`]) expect(await page(path)).toContain('A model, not Google.');
  });

  it('list the spreadsheets, and say so when there is none', async () => {
    const empty = await openSheets();
    expect(await (await fetch(empty.server.url)).text()).toContain('No spreadsheet yet');
    await empty.server.close();
    expect(await page('/')).toContain(`href="/spreadsheets/${id}"`);
  });

  /** Everything the pages say of a spreadsheet with these texts wherever a text can stand. */
  async function allMarkup(texts: readonly [string, string, string, ...string[]]): Promise<string> {
    const [title, tab, formula] = texts;
    const { client_email: account } = await open.server.serviceAccount();
    const own = await open.server.createSpreadsheet({ title, shareWith: [account] });
    await open.server.act(own, { do: 'add_tab', tab });
    const sheets = await open.client();
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: own, requestBody: { requests: [append([texts])] } });
    await open.server.act(own, { do: 'edit', tab, row: 2, column: 0, text: `=${formula}` });
    const query = `?tab=${encodeURIComponent(tab)}`;
    const parts: unknown = await (await fetch(`${url}/spreadsheets/${own}/parts${query}`)).json();
    return [
      await page('/'),
      await page(`/spreadsheets/${own}${query}`),
      ...Object.values(parts as object).map(String),
    ].join('\n');
  }

  it('show nothing of a hostile text as markup, wherever it stands', async () => {
    const shapes = (markup: string) => [...new Set(markup.replaceAll(/="[^"]*"/g, '=""').match(/<[^>]*>/g))].sort();
    const harmless = await allMarkup(['Title', 'Tab', 'Formula', 'd', 'e']);
    const hostile = await allMarkup(HOSTILE);
    for (const text of HOSTILE) expect(hostile).not.toContain(text);
    expect(hostile).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    // The same tags with the same attributes, whatever the texts are.
    expect(shapes(hostile)).toEqual(shapes(harmless));
  });

  it('allow nothing from elsewhere and nothing inline', async () => {
    for (const path of ['/', `/spreadsheets/${id}`, '/assets/sheet.js', '/nope']) {
      const { headers } = await fetch(`${url}${path}`);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const markup = await page(`/spreadsheets/${id}`);
    expect(markup).not.toMatch(/https?:|style=|<script>|\son[a-z]+=/);
  });

  it('serve only the three files that belong to them', async () => {
    for (const path of [
      '/assets/html.ts',
      '/assets/../config.ts',
      '/assets/%2e%2e/config.ts',
      '/assets/',
      '/assets/constructor',
    ])
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    for (const path of ['/assets/sheet.css', '/assets/sheet.js', '/assets/icon.svg'])
      expect((await fetch(`${url}${path}`)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a fetch across sites', { 'sec-fetch-site': 'cross-site' }],
    ['a page of the same site', { 'sec-fetch-site': 'same-site' }],
  ])('refuse changes and reads that come from %s', async (_what, headers) => {
    const action = { do: 'edit', tab: 'Orders', row: 0, column: 0, text: 'changed' };
    expect((await send(`/_model/spreadsheets/${id}/actions`, action, headers)).status).toBe(403);
    expect((await send('/_model/faults', { fault: { do: 'hang' } }, headers)).status).toBe(403);
    expect((await send('/_model/accounts', { name: 'x' }, headers)).status).toBe(403);
    expect((await fetch(`${url}/_model/spreadsheets/${id}`, { headers })).status).toBe(403);
    expect(open.server.rows(id, 'Orders')).toEqual([]);
    expect(open.server.faults()).toEqual([]);
  });

  it('refuse a form’s types, and a name that is not this machine’s', async () => {
    const action = JSON.stringify({ do: 'edit', tab: 'Orders', row: 0, column: 0, text: 'changed' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain;application/json']) {
      const response = await fetch(`${url}/_model/spreadsheets/${id}/actions`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: action,
      });
      expect(response.status).toBe(415);
    }
    expect(await statusAs('evil.example', open.server.port, `/_model/spreadsheets/${id}`)).toBe(403);
    expect(await statusAs(`127.0.0.1.evil.example:${open.server.port}`, open.server.port, '/')).toBe(403);
    expect(await statusAs(`localhost:${open.server.port}`, open.server.port, '/')).toBe(200);
    expect(open.server.rows(id, 'Orders')).toEqual([]);
  });

  it('take what the page itself sends, and tell what cannot be done', async () => {
    const headers = { origin: url, 'sec-fetch-site': 'same-origin' };
    const action = { do: 'edit', tab: 'Orders', row: 0, column: 0, text: 'by hand' };
    expect((await send(`/_model/spreadsheets/${id}/actions`, action, headers)).status).toBe(200);
    expect(open.server.rows(id, 'Orders')).toEqual([['by hand']]);
    const refused = await send(`/_model/spreadsheets/${id}/actions`, { do: 'delete_tab', tab: 'Gone' }, headers);
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { error: 'There is no tab named "Gone" (any more).' },
    ]);
    expect((await send(`/_model/spreadsheets/${id}/actions`, { do: 'explode' }, headers)).status).toBe(400);
    expect((await send('/_model/spreadsheets/nope/actions', action, headers)).status).toBe(404);
  });

  it('tell open pages that there is news', async () => {
    const events = await fetch(`${url}/spreadsheets/${id}/events`);
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    const until = async (times: number) => {
      while (heard.split('event: news').length - 1 < times) heard += (await reader?.read())?.value ?? '';
    };
    await open.server.act(id, { do: 'edit', tab: 'Orders', row: 0, column: 0, text: 'x' });
    await until(1);
    await (await open.client()).spreadsheets.get({ spreadsheetId: id });
    await until(2);
    await reader?.cancel();
  });

  it('draw 200 rows at a time, with the header on each page', async () => {
    const sheets = await open.client();
    const rows = [['Order ID'], ...Array.from({ length: 450 }, (_, index) => [`order-${index + 1}`])];
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [append(rows)] } });
    const last = await page(`/spreadsheets/${id}?tab=Orders&page=99`);
    expect(last).toContain('Page 3 of 3');
    expect(last).toContain('>Order ID<');
    expect(last).toContain('>order-450<');
    expect(last).not.toContain('>order-300<');
  });
});

/** `fetch` sends no other Host than the one it connects to. */
function statusAs(host: string, port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
