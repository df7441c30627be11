import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createQuota, type QuotaLimits } from './google/quota';
import { sendJson } from './server/answer';
import { createCallLog } from './server/call-log';
import { createFaults } from './server/fault';
import { createHooks } from './server/hooks';
import { createControl, type ModelControl } from './server/model-control';
import { isForeign } from './server/same-origin';
import { type ApiParts, serveApi } from './server/serve-api';
import { serveControl } from './server/serve-control';
import { servePage } from './server/serve-page';
import { serveToken } from './server/serve-token';
import { openStore } from './server/store';

export interface SheetsServerOptions {
  /** Default 127.0.0.1: what is on the sheets is nobody else's business. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Where to keep everything; without it, nothing outlives the server. */
  readonly dataFile?: string | undefined;
  /** Milliseconds; for quotas and the call log. Default: the wall clock. */
  readonly clock?: () => number;
  readonly quota?: Partial<QuotaLimits>;
  /** What has to be there before it says that it is ready. */
  readonly prepare?: (control: ModelControl) => Promise<void>;
  /** Told of defects of the model itself. */
  readonly onDefect?: (error: unknown) => void;
}

/**
 * How long a connection stays open that nothing is asked over, some minutes as at Google. Node's own five seconds are as long as a sync's
 * pauses: a call that a busy client sends over a connection which is closed in that moment is lost, through no fault that was injected.
 */
const KEEP_ALIVE_MS = 240_000;

/** A running model of Google Sheets, with the controls that Google has not. */
export interface SheetsServer extends ModelControl {
  /** To give to the client as its API URL, and to open in a browser. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections, also those that a fault left hanging, and waits until the state is on disk. */
  close(): Promise<void>;
}

/**
 * Starts the model: Google's Sheets API under `/v4`, its token endpoint at `/token`, the controls under `/_model`, pages for people at `/`.
 * @throws the system's error when the port cannot be bound; Error when the data file cannot be read; whatever `prepare` throws.
 */
export async function startSheetsServer(options: SheetsServerOptions = {}): Promise<SheetsServer> {
  const { host = '127.0.0.1', clock = Date.now, onDefect = console.error } = options;
  const store = openStore(options.dataFile);
  const quota = createQuota(clock, options.quota);
  const [faults, hooks, log] = [createFaults(), createHooks(), createCallLog()];
  const control = createControl({ store, quota, faults, hooks, log });
  const closing = new AbortController();
  let baseUrl = '';
  let ready = false;
  const parts: ApiParts = { store, quota, faults, hooks, log, clock, baseUrl: () => baseUrl, closing: closing.signal };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (path === '/token' && request.method === 'POST') return serveToken(parts, request, response);
    if (path.startsWith('/v4/')) return serveApi(parts, request, response);
    if (path === '/healthz' || path === '/readyz')
      return sendJson(response, { status: ready || path === '/healthz' ? 200 : 503, body: { ready, checks: {} } });
    if (isForeign(request))
      return sendJson(response, { status: 403, body: { error: 'only pages of this server may do that' } });
    if (path.startsWith('/_model/')) return serveControl(control, request, response);
    return servePage({ control, store, log, quota, clock }, request, response);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // The caller went away, or we do: nobody is there to be told.
      if (response.destroyed || closing.signal.aborted) return response.destroy();
      onDefect(error);
      if (response.headersSent) return response.destroy();
      return sendJson(response, {
        status: 500,
        body: { error: { code: 500, message: 'The local model failed.', status: 'INTERNAL' } },
      });
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  baseUrl = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const close = async (): Promise<void> => {
    closing.abort();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    await store.saved();
  };
  await options.prepare?.(control).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  ready = true;
  return { ...control, url: baseUrl, port, close };
}
