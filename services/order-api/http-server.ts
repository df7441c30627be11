import type { Socket } from 'node:net';
import fastify, { type ConnectionError, type FastifyReply, type FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { type OrderError, ValidationError } from '../../domain/errors';
import { parseInput } from '../../domain/schemas/parse';
import { correlationId } from '../../platform/correlation-id';
import type { Logger } from '../../platform/logger';
import { admit } from './authentication';
import { logCall } from './call-log';
import { checkClaimedTenant } from './claimed-tenant';
import { cancelOrderRoute } from './handlers/rest/cancel-order';
import { capabilitiesRoutes } from './handlers/rest/capabilities';
import { createOrderRoute } from './handlers/rest/create-order';
import { addDocumentation } from './handlers/rest/documentation';
import { getOrderRoute } from './handlers/rest/get-order';
import { healthRoutes } from './handlers/rest/health';
import { jsonText } from './handlers/rest/json-body';
import { listOrderEventsRoute } from './handlers/rest/list-order-events';
import { listOrdersRoute } from './handlers/rest/list-orders';
import type { RestApp } from './handlers/rest/rest-call';
import { restError, restErrorAnswer } from './handlers/rest/rest-error';
import { streamOrdersRoute } from './handlers/rest/stream-orders';
import { updateOrderStatusRoute } from './handlers/rest/update-order-status';
import type { OpenStreams } from './open-streams';
import { OPERATIONS } from './operations';
import type { Readiness } from './readiness';
import type { UseCases } from './use-cases/contract';
import { withinDeadline } from './within-deadline';

const BODY_LIMIT_BYTES = 1_048_576;
/** Ids have 36 characters. */
const MAX_PARAM_LENGTH = 100;
/** Of all headers and the URL together; longer ones are refused before they are read. */
const MAX_HEADER_BYTES = 16_384;
const TIMEOUTS_MS = {
  /** To send all headers. Longer lets a thousand idle half-requests hold a thousand sockets. */
  headers: 10_000,
  /** To send the whole request. Shorter cuts off 1 MiB on a slow line. */
  request: 30_000,
  /** A connection on which nothing moves, also one whose client stopped reading. More than the streams' heartbeat. */
  idle: 60_000,
  /** An unused connection. Longer than the usual 60 seconds of a load balancer, which would otherwise send into a closed one. */
  keepAlive: 72_000,
};
/** More would run out of file descriptors, which takes the database's and Temporal's connections down as well. */
const MAX_CONNECTIONS = 10_000;

export interface HttpServerOptions {
  readonly useCases: UseCases;
  readonly logger: Logger;
  readonly streams: OpenStreams;
  readonly readiness: Readiness;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The longest a call may take, streams aside. */
  readonly requestDeadlineMs: number;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no new connection, lets running requests finish for at most `timeoutMs`, then cuts them off. */
  drain(timeoutMs: number): Promise<void>;
}

/** Starts the REST door. @throws when the port cannot be had. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = await buildRestApp(options);
  await app.listen({ host: options.host, port: options.port });
  app.server.maxConnections = MAX_CONNECTIONS;
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async drain(timeoutMs) {
      const force = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
      await app.close();
      clearTimeout(force);
    },
  };
}

/** The REST door before it listens: all routes, and what surrounds every call. */
export async function buildRestApp(options: Omit<HttpServerOptions, 'host' | 'port'>): Promise<RestApp> {
  const { useCases, logger } = options;
  const app: RestApp = fastify({
    // Fastify would log URLs, whose queries hold customers' phone numbers.
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: TIMEOUTS_MS.request,
    connectionTimeout: TIMEOUTS_MS.idle,
    keepAliveTimeout: TIMEOUTS_MS.keepAlive,
    http: { headersTimeout: TIMEOUTS_MS.headers, maxHeaderSize: MAX_HEADER_BYTES },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // The request's id is its correlation id, so that even what fastify refuses by itself has one.
    requestIdHeader: false,
    genReqId: ({ headers }) =>
      correlationId(typeof headers['x-correlation-id'] === 'string' ? headers['x-correlation-id'] : undefined),
    // Its own 503 has fastify's words and codes. A call that still comes in on an open connection is simply served.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      const failure = restError(error);
      void refuse(reply, failure, request.id);
      logRefused(logger, failure, request.id);
    },
    clientErrorHandler: (error, socket) => refuseUnreadable(logger, error, socket),
  });

  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data: unknown) => {
    try {
      return { value: parseInput(schema, data) };
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(`${httpPart} cannot be checked`) };
    }
  });
  // Answers are ours and typed: checking each at run time would cost time and could only turn an answer into an error.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  acceptOnlyJson(app);
  surroundCalls(app, options);
  app.setNotFoundHandler(async () => {
    throw new ValidationError('NOT_FOUND', 'There is no such route');
  });

  await addDocumentation(app);
  createOrderRoute(app, useCases);
  listOrdersRoute(app, useCases);
  getOrderRoute(app, useCases);
  updateOrderStatusRoute(app, useCases);
  cancelOrderRoute(app, useCases);
  listOrderEventsRoute(app, useCases);
  streamOrdersRoute(app, useCases, options.streams);
  capabilitiesRoutes(app, useCases);
  healthRoutes(app, options.readiness);
  answerOptions(app);
  return app;
}

/** Everything that is the same for every call: correlation id, who may, deadline, errors, the log line. */
function surroundCalls(
  app: RestApp,
  { useCases, logger, requestDeadlineMs }: Omit<HttpServerOptions, 'host' | 'port'>,
): void {
  app.decorateRequest('startedAt', 0);
  app.decorateRequest('caller', undefined);
  app.decorateRequest('failure', undefined);

  app.addHook('onRequest', async (request, reply) => {
    request.startedAt = performance.now();
    request.deadline = new Date(Date.now() + requestDeadlineMs);
    reply.header('x-correlation-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    // Customers' data must not stay in any cache on the way.
    reply.header('cache-control', 'no-store');
    request.caller = await withinDeadline(request.deadline, admit(useCases, request.headers.authorization, operation));
  });

  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    // Otherwise the client keeps the connection, and a drain waits for it until its keep-alive runs out.
    if (closing) reply.header('connection', 'close');
  });

  app.addHook('preValidation', async (request) => {
    if (request.caller === undefined) return;
    // No body at all is an empty one: the schema then says what is missing from it.
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {};
    request.query = withoutUserId(request, request.query);
    request.body = withoutUserId(request, request.body);
  });

  app.setErrorHandler((thrown, request, reply) => {
    const failure = restError(thrown);
    request.failure = failure;
    return refuse(reply, failure, request.id);
  });

  app.addHook('onResponse', async (request, reply) => {
    const { config, url } = request.routeOptions;
    if (config.operation === undefined && reply.statusCode < 400) return;
    logCall(logger, {
      target: { method: request.method, route: request.is404 ? 'unknown' : url },
      outcome: { httpStatus: reply.statusCode },
      startedAt: request.startedAt,
      correlationId: request.id,
      keyPrefix: request.caller?.keyPrefix,
      error: request.failure,
    });
  });
}

/** Checks the `user_id` that any query or body may carry, and takes it out: no schema needs to know of it. */
function withoutUserId(request: FastifyRequest, input: unknown): unknown {
  if (request.caller === undefined || typeof input !== 'object' || input === null || !Object.hasOwn(input, 'user_id'))
    return input;
  const { user_id: claimed, ...rest } = input as { user_id?: unknown };
  checkClaimedTenant(request.caller, claimed);
  return rest;
}

function acceptOnlyJson(app: RestApp): void {
  app.removeAllContentTypeParsers();
  // `__proto__` keys are refused: whatever copied such an object later would have its prototype set by the caller.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      parse(request, jsonText(body), done);
    } catch (error) {
      done(error instanceof Error ? error : null);
    }
  });
}

/** OPTIONS tells what a route takes. No CORS headers: browsers of other origins have no business here. */
function answerOptions(app: RestApp): void {
  const methods = new Map<string, Set<string>>();
  for (const { rest } of Object.values(OPERATIONS)) {
    if (rest === undefined) continue;
    const [method, url] = rest;
    const allowed = methods.get(url) ?? new Set(['OPTIONS']);
    methods.set(url, allowed.add(method));
    if (app.hasRoute({ method: 'HEAD', url })) allowed.add('HEAD');
  }
  for (const [url, allowed] of methods) {
    app.options(url, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .code(204)
        .header('allow', [...allowed].sort().join(', '))
        .send(),
    );
  }
}

function refuse(reply: FastifyReply, failure: OrderError, id: string): FastifyReply {
  const { status, headers, body } = restErrorAnswer(failure, id);
  // Already serialised: as a string it would be serialised again by the route's own serialiser.
  return reply
    .code(status)
    .headers(headers)
    .serializer((text: string) => text)
    .send(body);
}

/** What is not even HTTP, too large in its headers or too slow in coming: there is no request, only a socket. */
function refuseUnreadable(logger: Logger, error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = new ValidationError('VALIDATION_FAILED', 'The request cannot be read', {}, { cause: error });
  const id = correlationId(undefined);
  const { headers, body } = restErrorAnswer(failure, id);
  const head = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(`HTTP/1.1 400 Bad Request\r\n${head}\r\n${body}`);
  logRefused(logger, failure, id);
}

function logRefused(logger: Logger, error: OrderError, id: string): void {
  logCall(logger, {
    target: { method: 'unknown' },
    outcome: { httpStatus: 400 },
    startedAt: performance.now(),
    correlationId: id,
    error,
  });
}
