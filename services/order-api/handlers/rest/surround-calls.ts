import type { FastifyRequest } from 'fastify';
import { ValidationError } from '../../../../domain/errors';
import { nameHttpSpan } from '../../../../platform/http-route';
import type { Logger } from '../../../../platform/logger';
import { logCall } from '../../call-log';
import { checkClaimedTenant } from '../../claimed-tenant';
import { deadlineOf, SESSION_URL } from '../../operations';
import { withinDeadline } from '../../within-deadline';
import { refuse } from './refuse';
import type { RestAdmission } from './rest-admission';
import type { RestApp } from './rest-call';
import { restError } from './rest-error';
import { forgetEnded } from './session';

/** Everything that is the same for every call: correlation id, who may, deadline, errors, the log line. */
export function surroundCalls(
  app: RestApp,
  {
    admission,
    logger,
    requestDeadlineMs,
  }: { readonly admission: RestAdmission; readonly logger: Logger; readonly requestDeadlineMs: number },
): void {
  app.decorateRequest('startedAt', 0);
  app.decorateRequest('caller', undefined);
  app.decorateRequest('failure', undefined);

  app.addHook('onRequest', async (request, reply) => {
    request.startedAt = performance.now();
    if (!request.is404 && request.routeOptions.url !== undefined) nameHttpSpan(request.routeOptions.url);
    request.deadline = deadlineOf(request.routeOptions.config.operation, requestDeadlineMs);
    reply.header('x-correlation-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw new ValidationError('VALIDATION_FAILED', 'HTTP/1.1 asks for a Host header');
    }
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    // Customers' data must not stay in any cache on the way.
    reply.header('cache-control', 'no-store');
    try {
      request.caller = await withinDeadline(request.deadline, admission.admit(request, operation));
    } catch (error) {
      forgetEnded(request, reply, error);
      throw error;
    }
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
    const { config, schema, url } = request.routeOptions;
    if (config.operation === undefined && url !== SESSION_URL) return;
    const takesBody = schema?.body !== undefined;
    // No body at all is an empty one: the schema then says what is missing from it.
    if (request.body === undefined && takesBody) request.body = {};
    // Ignored, a step's id in it would be no id, and the caller would not know.
    if (request.body !== undefined && request.method === 'DELETE' && !takesBody) {
      throw new ValidationError('VALIDATION_FAILED', 'This takes no body; its fields go into the query');
    }
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
    if (config.operation === undefined && config.logged !== true && reply.statusCode < 400) return;
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
