import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { errorAnswerSchema } from '../../../domain/schemas/wire';
import { sendBytes } from '../../support/raw-rest';
import { type Doors, openDoors } from './doors';

const PAGE = '<!doctype html><title>Orders</title>';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
  "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** As browsers send it when somebody goes to a page. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

const folder = mkdtempSync(join(tmpdir(), 'console-'));
const consoleFolder = join(folder, 'console');
let doors: Doors;

beforeAll(() => {
  mkdirSync(join(consoleFolder, 'assets'), { recursive: true });
  const files = {
    'index.html': PAGE,
    'sw.js': 'self.skipWaiting();',
    'manifest.webmanifest': '{}',
    'icon.svg': '<svg/>',
    'assets/app-X7K2QFAB.js': 'console.log(1);',
    'assets/app-X7K2QFAB.css': 'body {}',
    'assets/app-X7K2QFAB.js.map': '{}',
    'assets/app-X7K2QFAB.js.br': brotliCompressSync('console.log(1);'),
    'assets/app-X7K2QFAB.js.gz': gzipSync('console.log(1);'),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(consoleFolder, name), content);
  writeFileSync(join(folder, 'secret.txt'), 'secret');
});
afterEach(() => doors.close());
afterAll(() => rmSync(folder, { recursive: true }));

async function get(path: string, accept = '*/*', method = 'GET') {
  const response = await fetch(`${doors.url}${path}`, { method, headers: { accept } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('with a build', () => {
  beforeEach(async () => {
    doors = await openDoors({}, { consoleFolder });
  });

  test.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/sw.js', /^(text|application)\/javascript; charset=utf-8$/, 'no-cache'],
    ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/assets/app-X7K2QFAB.js', /javascript/, 'public, max-age=31536000, immutable'],
    ['/assets/app-X7K2QFAB.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/app-X7K2QFAB.js.map', /json/, 'public, max-age=31536000, immutable'],
  ])('%s is %s, and kept: %s', async (path, type, cacheControl) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toEqual(typeof type === 'string' ? type : expect.stringMatching(type));
    expect(headers.get('cache-control')).toBe(cacheControl);
    expect(headers.get('content-security-policy')).toBe(POLICY);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const head = await get(path, '*/*', 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test.each([
    '/orders/0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
    '/bookings?status=open',
    '/settings/',
    '/apiary',
    '/docs2',
    '/orders/a.b',
  ])('a browser at %s gets the first page, with the same policy', async (path) => {
    const { status, headers, text } = await get(path, BROWSER);
    expect([status, text]).toEqual([200, PAGE]);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toBe(POLICY);
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-cache', 'Accept']);
  });

  test.each([
    '/api',
    '/api/',
    '/api/nothing',
    '/API/orders/x',
    '//api//orders',
    '/api?x=1',
    '/mcp/x',
    '/docs/nothing',
    '/openapi.json/x',
    '/healthz/x',
    '/metrics/',
    '/assets/app-OLDBUILD.js',
  ])('a browser at %s is told the truth', async (path) => {
    const { status, text } = await get(path, BROWSER);
    const { code } = errorAnswerSchema.parse(JSON.parse(text)).error;
    expect([status, code]).toEqual([404, 'NOT_FOUND']);
  });

  test('a build that is made while the process runs is served whole, without a restart', async () => {
    const asset = join(consoleFolder, 'assets', 'app-NEWBUILD.js');
    const page = PAGE.replace('Orders', 'New orders');
    writeFileSync(asset, 'console.log(2);');
    writeFileSync(join(consoleFolder, 'index.html'), page);
    try {
      for (const path of ['/', '/orders/1']) expect((await get(path, BROWSER)).text).toBe(page);
      const { status, headers, text } = await get('/assets/app-NEWBUILD.js');
      expect([status, text]).toEqual([200, 'console.log(2);']);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('content-security-policy')).toBe(POLICY);
    } finally {
      writeFileSync(join(consoleFolder, 'index.html'), PAGE);
      rmSync(asset);
    }
    expect((await get('/assets/app-NEWBUILD.js', BROWSER)).status).toBe(404);
  });

  test('what no browser goes to is an error as before', async () => {
    for (const [method, accept] of [
      ['GET', '*/*'],
      ['GET', 'application/json'],
      ['POST', BROWSER],
      ['DELETE', BROWSER],
    ] as const) {
      const { status, text } = await get('/orders/1', accept, method);
      expect([status, errorAnswerSchema.parse(JSON.parse(text)).error.code]).toEqual([404, 'NOT_FOUND']);
    }
    expect((await get('/orders/1', BROWSER, 'HEAD')).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/app-X7K2QFAB.js.br',
    '/assets/app-X7K2QFAB.js/',
    '/assets//etc/passwd',
    '/assets/%00',
    '/.env',
    '/%00',
  ])('nothing beside the build is served: %s', async (path) => {
    const answer = await sendBytes(doors.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect([400, 404]).toContain(answer?.status);
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['identity', undefined],
  ])('to a browser that takes %s, an asset goes as %s', async (accepted, encoding) => {
    for (const path of ['/assets/app-X7K2QFAB.js', '/']) {
      const request = httpGet(`${doors.url}${path}`, { agent: false, headers: { 'accept-encoding': accepted } });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(200);
      // A page is small enough as it is.
      if (path === '/') expect(response.headers['content-encoding']).toBeUndefined();
      else {
        expect(response.headers).toMatchObject({
          vary: 'Accept-Encoding',
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': POLICY,
        });
        expect(response.headers['content-type']).toMatch(/javascript/);
        expect(response.headers['content-encoding']).toBe(encoding);
      }
    }
  });

  test('what is compressed has no address of its own', async () => {
    expect((await get('/assets/app-X7K2QFAB.js.gz')).status).toBe(404);
    expect((await get('/assets/app-X7K2QFAB.js.br')).status).toBe(404);
  });

  test('a file that a browser has already is not sent again', async () => {
    const first = await get('/sw.js');
    const etag = first.headers.get('etag') ?? '';
    // Not by fetch, which then asks to have it anew.
    const request = httpGet(`${doors.url}/sw.js`, { agent: false, headers: { 'if-none-match': etag } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(304);
    response.resume();
  });

  test('the documentation stays where it is, and is no part of the console', async () => {
    const page = await get('/docs/', BROWSER);
    expect([page.status, page.text.includes('swagger')]).toEqual([200, true]);
    expect((await get('/openapi.json', BROWSER)).headers.get('content-type')).toMatch(/json/);
    expect((await get('/openapi.json')).text).not.toContain('sw.js');
  });

  test('visits are not logged, misses are', async () => {
    await get('/');
    await get('/orders/1', BROWSER);
    await get('/assets/app-X7K2QFAB.js');
    await get('/assets/gone.js');
    expect(doors.lines).toMatchObject([{ event: 'call', route: 'unknown', httpStatus: 404, code: 'NOT_FOUND' }]);
  });
});

describe('without one', () => {
  beforeEach(async () => {
    doors = await openDoors({}, { consoleFolder: join(folder, 'nowhere') });
  });

  test.each(['/', '/orders/1'])('a browser at %s is told how to make one', async (path) => {
    const { status, headers, text } = await get(path, BROWSER);
    expect([status, headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
    expect(text).toContain('npm run build');
    expect(headers.get('content-security-policy')).toBe(POLICY);
    expect(doors.lines).toMatchObject([{ httpStatus: 503, code: 'UNAVAILABLE' }]);
  });

  test('others are told that it is missing, and all else works', async () => {
    const { status, text } = await get('/');
    expect([status, errorAnswerSchema.parse(JSON.parse(text)).error.code]).toEqual([503, 'UNAVAILABLE']);
    expect((await get('/nothing')).status).toBe(404);
    expect((await get('/docs/')).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/api/orders')).status).toBe(401);
  });
});
