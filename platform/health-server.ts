import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, boolean>>;
}

/** Serves `/healthz` (200 while the process lives) and `/readyz` (200, or 503 with what is missing). */
export async function startHealthServer(options: {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly ready: () => Promise<Readiness>;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '').then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  async function answer(url: string): Promise<{ readonly status: number; readonly body: object }> {
    if (url === '/healthz') return { status: 200, body: { status: 'ok' } };
    if (url !== '/readyz') return { status: 404, body: { status: 'not found' } };
    // A check that throws says no: a probe never crashes the process it asks about.
    const readiness = await options.ready().catch((): Readiness => ({ ready: false, checks: {} }));
    return { status: readiness.ready ? 200 : 503, body: readiness };
  }
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
