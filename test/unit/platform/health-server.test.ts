import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HealthServer, type Readiness, startHealthServer } from '../../../platform/health-server';

let ready: () => Promise<Readiness>;
let server: HealthServer;
const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

beforeEach(async () => {
  ready = async () => ({ ready: true, checks: { postgres: true } });
  server = await startHealthServer({ host: '127.0.0.1', port: 0, ready: () => ready() });
});
afterEach(() => server.close());

describe('startHealthServer', () => {
  test('takes a free port when asked for 0 and says which', () => {
    expect(server.port).toBeGreaterThan(0);
  });

  test('/healthz is 200 while the process lives, whatever its dependencies do', async () => {
    ready = async () => ({ ready: false, checks: { postgres: false } });
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  test('/readyz is 200 with the checks when ready and 503 when not', async () => {
    expect(await (await get('/readyz?verbose')).json()).toEqual({ ready: true, checks: { postgres: true } });
    ready = async () => ({ ready: false, checks: { postgres: false } });
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ ready: false, checks: { postgres: false } });
  });

  test('a check that throws says no and shows nothing of why', async () => {
    ready = () => Promise.reject(new Error('password authentication failed for Ada'));
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('Ada');
  });

  test('a check that hangs says no in time', async () => {
    ready = () => new Promise(() => {});
    const startedAt = performance.now();
    expect((await get('/readyz')).status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test('other paths are 404, other methods 405, HEAD is fine', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/readyz', 'POST')).status).toBe(405);
    expect((await get('/readyz', 'HEAD')).status).toBe(200);
  });

  test('close ends open connections, and the port is free again', async () => {
    await get('/healthz');
    await server.close();
    await expect(get('/healthz')).rejects.toThrow();
  });

  test('a port that is taken is the system’s own error', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startHealthServer({ host: '127.0.0.1', port, ready })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });
});
