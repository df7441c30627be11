import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderMetrics } from './metrics';

export interface HealthServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Asked at every request for `/readyz`. What it throws, and no answer in time, count as not ready. */
  readonly ready: () => Promise<Readiness>;
}

export interface Readiness {
  readonly ready: boolean;
  /** By dependency, whether it answers. */
  readonly checks: Record<string, boolean>;
}

export interface HealthServer {
  /** The port it really listens on. */
  readonly port: number;
  close(): Promise<void>;
}

/** Below the probes' own timeouts (Kubernetes: often 5 s): a late 503 says which check hangs, a probe's timeout nothing. */
const READY_MS = 4_000;

/**
 * Serves `/metrics` (Prometheus), `/healthz` (200 while the process lives: restarting it would help nobody whose database is down) and `/readyz`
 * (200 or 503, with the checks), both uncached.
 * @throws the system's error when the port cannot be bound.
 */
export async function startHealthServer({ host, port, ready }: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { error: 'method' });
    if (path === '/healthz') return answer(response, 200, { status: 'ok' });
    if (path === '/metrics') return void metrics(response);
    if (path !== '/readyz') return answer(response, 404, { error: 'path' });
    void readiness(ready).then((report) => answer(response, report.ready ? 200 : 503, report));
  });
  // Probes send a few hundred bytes at once; whoever sends slower would only hold sockets.
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readiness(ready: () => Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve({ ready: false, checks: {} }), READY_MS);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch {
    return { ready: false, checks: {} };
  } finally {
    clearTimeout(timer);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function metrics(response: ServerResponse): Promise<void> {
  const { contentType, body } = await renderMetrics();
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}
