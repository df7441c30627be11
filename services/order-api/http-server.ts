import fastify, { type FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { parseInput } from '../../domain/schemas/parse';
import { correlationId } from '../../platform/correlation-id';
import type { Logger } from '../../platform/logger';
import type { ConsoleSessions } from './console-sessions';
import { type McpSettings, serveBookings } from './handlers/mcp/serve-bookings';
import { bookingRoutes } from './handlers/rest/bookings';
import { cancelOrderRoute } from './handlers/rest/cancel-order';
import { capabilitiesRoutes } from './handlers/rest/capabilities';
import { catalogueRoutes } from './handlers/rest/catalogue';
import { confirmBookingRoutes } from './handlers/rest/confirm-booking';
import { consoleRoutes } from './handlers/rest/console';
import { createOrderRoute } from './handlers/rest/create-order';
import { createOrderFromAiRoute } from './handlers/rest/create-order-from-ai';
import { deliveryRoutes } from './handlers/rest/deliveries';
import { addDocumentation } from './handlers/rest/documentation';
import { getOrderRoute } from './handlers/rest/get-order';
import { healthRoutes } from './handlers/rest/health';
import { jsonText, refuseEncoded } from './handlers/rest/json-body';
import { listBookingDecisionsRoute } from './handlers/rest/list-booking-decisions';
import { listBookingsRoute } from './handlers/rest/list-bookings';
import { listOrderEventsRoute } from './handlers/rest/list-order-events';
import { listOrdersRoute } from './handlers/rest/list-orders';
import { logRefused, refuse, refuseUnreadable } from './handlers/rest/refuse';
import { createRestAdmission } from './handlers/rest/rest-admission';
import type { RestApp } from './handlers/rest/rest-call';
import { restError } from './handlers/rest/rest-error';
import { SESSION_METHODS, sessionRoutes } from './handlers/rest/session';
import { sheetRoutes } from './handlers/rest/sheets';
import { streamOrdersRoute } from './handlers/rest/stream-orders';
import { subscriptionRoutes } from './handlers/rest/subscriptions';
import { surroundCalls } from './handlers/rest/surround-calls';
import { updateOrderStatusRoute } from './handlers/rest/update-order-status';
import type { OpenStreams } from './open-streams';
import { OPERATIONS, SESSION_URL } from './operations';
import type { Readiness } from './readiness';
import type { UseCases } from './use-cases/contract';

const BODY_LIMIT_BYTES = 1_048_576;
/** Ids of ours have 36 characters. What somebody takes for an item's id may have 64, of two units each. */
const MAX_PARAM_LENGTH = 128;
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
  readonly mcp: McpSettings;
  /** Of people who are signed in to the console. */
  readonly sessions: ConsoleSessions;
  /** Where the console is reached, if that is not the address that is asked for. */
  readonly consoleUrl: string | undefined;
  /** Where the console's build is, if there is one. */
  readonly consoleFolder: string;
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
  const { useCases, logger, sessions, streams, consoleUrl } = options;
  const consoleOrigin = consoleUrl === undefined ? undefined : new URL(consoleUrl).origin;
  const admission = createRestAdmission({ useCases, sessions, consoleOrigin });
  const app: RestApp = fastify({
    // Fastify would log URLs, whose queries hold customers' phone numbers.
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: TIMEOUTS_MS.request,
    connectionTimeout: TIMEOUTS_MS.idle,
    keepAliveTimeout: TIMEOUTS_MS.keepAlive,
    http: {
      headersTimeout: TIMEOUTS_MS.headers,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Node would answer a missing Host bare; surroundCalls refuses it in our words.
      requireHostHeader: false,
    },
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
  // Node would answer an expectation that it does not know bare. RFC 9110 lets it be ignored.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  acceptOnlyJson(app);
  surroundCalls(app, { ...options, admission });
  await consoleRoutes(app, options.consoleFolder);

  await addDocumentation(app);
  sessionRoutes(app, useCases, { sessions, admission });
  createOrderRoute(app, useCases);
  listOrdersRoute(app, useCases);
  getOrderRoute(app, useCases);
  updateOrderStatusRoute(app, useCases);
  cancelOrderRoute(app, useCases);
  listOrderEventsRoute(app, useCases);
  streamOrdersRoute(app, useCases, { streams, admission });
  bookingRoutes(app, useCases);
  confirmBookingRoutes(app, useCases);
  createOrderFromAiRoute(app, useCases);
  listBookingsRoute(app, useCases);
  listBookingDecisionsRoute(app, useCases);
  catalogueRoutes(app, useCases);
  capabilitiesRoutes(app, useCases);
  sheetRoutes(app, useCases);
  subscriptionRoutes(app, useCases);
  deliveryRoutes(app, useCases);
  serveBookings(app, options);
  healthRoutes(app, options.readiness);
  answerOptions(app);
  return app;
}

function acceptOnlyJson(app: RestApp): void {
  app.removeAllContentTypeParsers();
  // `__proto__` keys are refused: whatever copied such an object later would have its prototype set by the caller.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseEncoded(request.headers['content-encoding']);
      if (body.length === 0 && doesWithoutBody(request)) return done(null, undefined);
      parse(request, jsonText(body), done);
    } catch (error) {
      done(error instanceof Error ? error : null);
    }
  });
}

/** Clients say `application/json` of every request, also of one that has nothing to say. */
function doesWithoutBody({ routeOptions }: FastifyRequest): boolean {
  const body = routeOptions.schema?.body as z.ZodType | undefined;
  // What is no operation of ours (/mcp) reads its body itself.
  return body === undefined ? routeOptions.config.operation !== undefined : body.safeParse({}).success;
}

/** OPTIONS tells what a route takes. No CORS headers: browsers of other origins have no business here. */
function answerOptions(app: RestApp): void {
  const methods = new Map<string, Set<string>>();
  const routes = Object.values(OPERATIONS).flatMap(({ rest }) => (rest === undefined ? [] : [rest]));
  for (const [method, url] of [...routes, ...SESSION_METHODS.map((verb) => [verb, SESSION_URL] as const)]) {
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
