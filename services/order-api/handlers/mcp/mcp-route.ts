import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type AuthInfo,
  createMcpHandler,
  isLegacyRequest,
  type McpRequestContext,
  type McpServer,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../../../domain/access';
import { orderError, SystemError, ValidationError } from '../../../../domain/errors';
import type { Logger } from '../../../../platform/logger';
import { keepChecking } from '../../admission';
import { parseBearer } from '../../authentication';
import type { OpenStreams } from '../../open-streams';
import type { UseCases } from '../../use-cases/contract';
import { withinDeadline } from '../../within-deadline';
import type { RestApp } from '../rest/rest-call';
import { codeOfStatus, jsonRpcRefusal } from './json-rpc-error';
import { createSessions, type SessionAnswer } from './sessions';

export interface McpRouteOptions {
  readonly useCases: Pick<UseCases, 'authenticate'>;
  readonly logger: Logger;
  readonly streams: OpenStreams;
  /** Host names by which clients may call, without ports, IPv6 ones in brackets. Browsers of other origins are refused too. */
  readonly allowedHosts: readonly string[];
  /** What is served; `closing` is aborted when the process goes away. */
  readonly createServer: (era: McpRequestContext['era'], closing: AbortSignal) => McpServer;
}

/**
 * `/mcp`: MCP over streamable HTTP. Clients of the 2026 revision are served request by request; those of 2025 get a session,
 * because only within one can they be asked anything. The API key is asked for with every request, and handed on with it as
 * the library's `AuthInfo`, beside the correlation id.
 */
export function mcpRoute(app: RestApp, options: McpRouteOptions): void {
  const { useCases, logger, streams, allowedHosts, createServer } = options;
  const draining = streams.open({ lasting: true });
  const modern = createMcpHandler(() => createServer('modern', draining.signal), {
    legacy: 'reject',
    onerror: (err) => logger.debug({ event: 'mcpError', err }, 'MCP reported an error'),
  });
  const sessions = createSessions(() => createServer('legacy', draining.signal));
  draining.signal.addEventListener('abort', () => sessions.endStreams());

  // A context of its own: refusals are JSON-RPC here.
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      // Customers' data must not stay in any cache on the way.
      reply.header('cache-control', 'no-store');
      refuseForeign(request, allowedHosts);
      const authenticated = useCases.authenticate(parseBearer(request.headers.authorization));
      request.caller = await withinDeadline(request.deadline, authenticated);
    });
    scope.setErrorHandler((thrown, request, reply) => {
      const { status, error, body } = jsonRpcRefusal(thrown, request.id);
      request.failure = error;
      if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
      if (error.code === 'UNAVAILABLE' || error.code === 'RATE_LIMITED') reply.header('retry-after', '1');
      return reply
        .code(status)
        .type('application/json')
        .serializer((text: string) => text)
        .send(body);
    });
    scope.addHook('onClose', async () => {
      await Promise.all([sessions.close(), modern.close()]);
      draining.close();
    });
    scope.all('/mcp', { schema: { hide: true }, config: { logged: true }, exposeHeadRoute: false }, handle);
  });

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { caller } = request;
    if (caller === undefined) throw new Error('this route admits nobody');
    // A stream for news that never come: opened now it would only hold up the drain.
    if (request.method === 'GET' && draining.draining())
      throw new SystemError('UNAVAILABLE', 'The server is going away');
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { response, sent } = await answer(request, caller, gone.signal);
    const code = codeOfStatus(response.status);
    if (code !== undefined) request.failure = orderError(code, 'Refused by the protocol');
    if (response.body === null || !isStream(response)) {
      sent();
      reply.code(response.status).headers(Object.fromEntries(response.headers));
      return reply.serializer((text: string) => text).send(await response.text());
    }
    const admission = keepChecking(
      () => useCases.authenticate(parseBearer(request.headers.authorization)),
      () => gone.abort(),
    );
    try {
      await stream(reply, response, gone.signal);
    } finally {
      admission.stop();
      sent();
      request.failure ??= admission.refusal;
      // Kept open, it would hold up the drain until its keep-alive runs out.
      if (draining.signal.aborted) request.raw.socket.destroySoon();
    }
    return reply;
  }

  async function answer(request: FastifyRequest, caller: Caller, signal: AbortSignal): Promise<SessionAnswer> {
    const { body } = request;
    const web = webRequest(request, signal);
    const authInfo = authInfoOf(request, caller);
    if (await isLegacyRequest(web, body)) {
      return sessions.serve({ request: web, body, keyId: caller.keyId, authInfo });
    }
    const response = await modern.fetch(web, { authInfo, ...(body === undefined ? {} : { parsedBody: body }) });
    return { response, sent: () => undefined };
  }
}

/** A page that has another name resolve to this address sends that name as Host, and its own as Origin. */
function refuseForeign({ headers }: FastifyRequest, allowedHosts: readonly string[]): void {
  if (!validateHostHeader(headers.host, [...allowedHosts]).ok) {
    throw new ValidationError('PERMISSION_DENIED', 'The Host is not one of MCP_ALLOWED_HOSTS');
  }
  if (!validateOriginHeader(headers.origin, [...allowedHosts]).ok) {
    throw new ValidationError('PERMISSION_DENIED', 'The Origin is not one of MCP_ALLOWED_HOSTS');
  }
}

/** The request without its body, which is read and parsed already and goes beside it. */
function webRequest({ method, headers }: FastifyRequest, signal: AbortSignal): Request {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = headers;
  const entries = Object.entries(kept).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)] as const,
  );
  return new Request('http://localhost/mcp', { method, headers: new Headers(entries as [string, string][]), signal });
}

function authInfoOf(request: FastifyRequest, caller: Caller): AuthInfo {
  return {
    token: parseBearer(request.headers.authorization),
    clientId: `${caller.userId}:${caller.keyId}`,
    scopes: [...caller.scopes],
    extra: { correlationId: request.id },
  };
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true;
}

/** Sends a stream of events as it comes, until it ends, the client leaves or `signal` cuts it off. */
async function stream(reply: FastifyReply, response: Response, signal: AbortSignal): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(response.status, { ...definedHeaders(reply), ...Object.fromEntries(response.headers) });
  // A client that waits for news would otherwise wait for the headers too.
  raw.flushHeaders();
  await pipeline(Readable.fromWeb(response.body as never), raw, { signal }).catch(() => destroy(raw));
}

function destroy(raw: ServerResponse): void {
  if (!raw.writableFinished) raw.destroy();
}

function definedHeaders(reply: FastifyReply): Record<string, number | string | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
