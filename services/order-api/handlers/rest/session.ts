import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrderError } from '../../../../domain/errors';
import { beginSessionSchema, endedSessionAnswerSchema, sessionAnswerSchema } from '../../../../domain/schemas/session';
import { type SessionWire, sessionToWire } from '../../../../domain/session';
import type { ConsoleSession, ConsoleSessions } from '../../console-sessions';
import { SESSION_URL } from '../../operations';
import { endedSessionCookie, readSessionCookie, sessionCookie } from '../../session-cookie';
import type { UseCases } from '../../use-cases/contract';
import type { RestAdmission } from './rest-admission';
import { answer, type RestApp } from './rest-call';
import { errorResponses, noQuery } from './route-options';

export const SESSION_METHODS = ['GET', 'POST', 'DELETE'] as const;

/**
 * `/api/session`: signing in to the console with an API key, which then stays in a cookie that no script can read. Operations
 * of no scope: they only say who the caller is.
 */
export function sessionRoutes(
  app: RestApp,
  useCases: Pick<UseCases, 'authenticate' | 'tenantName'>,
  { sessions, admission }: { readonly sessions: ConsoleSessions; readonly admission: RestAdmission },
): void {
  app.route({
    method: 'POST',
    url: SESSION_URL,
    config: { logged: true },
    schema: {
      summary: 'Sign in to the console',
      description:
        'Keeps the session in the cookie `order_booking_session`, which every route takes in place of the API key. All but GET and ' +
        "HEAD then have to send the session's `csrf_token` as `X-CSRF-Token`.",
      tags: ['Session'],
      security: [],
      querystring: noQuery,
      body: beginSessionSchema,
      response: { 201: sessionAnswerSchema.meta({ description: 'Signed in.' }), ...errorResponses() },
    },
    async handler(request, reply) {
      keepPrivate(reply);
      admission.requireSameOrigin(request);
      const { apiKey } = request.body;
      const envelope = await answer(request, begin(request, reply, apiKey));
      reply.code(201);
      return envelope;
    },
  });

  app.route({
    method: 'GET',
    url: SESSION_URL,
    config: { logged: true },
    schema: {
      summary: 'Read who is signed in',
      tags: ['Session'],
      security: [{ session: [] }],
      querystring: noQuery,
      response: { 200: sessionAnswerSchema.meta({ description: 'The session.' }), ...errorResponses() },
    },
    async handler(request, reply) {
      keepPrivate(reply);
      try {
        return await answer(request, describe(request, admission.session(request)));
      } catch (error) {
        forgetEnded(request, reply, error);
        throw error;
      }
    },
  });

  app.route({
    method: 'DELETE',
    url: SESSION_URL,
    config: { logged: true },
    schema: {
      summary: 'Sign out',
      description: 'To be signed out already is not an error.',
      tags: ['Session'],
      security: [{ session: [] }],
      querystring: noQuery,
      response: { 200: endedSessionAnswerSchema.meta({ description: 'Signed out.' }), ...errorResponses() },
    },
    async handler(request, reply) {
      keepPrivate(reply);
      try {
        admission.session(request);
      } catch (error) {
        if (!(error instanceof OrderError && error.code === 'UNAUTHENTICATED')) throw error;
      }
      reply.header('set-cookie', endedSessionCookie(request.headers));
      return answer(request, Promise.resolve({ session: null }));
    },
  });

  async function begin(request: FastifyRequest, reply: FastifyReply, apiKey: string) {
    const { session, sealed } = sessions.begin(apiKey);
    const maxAgeSeconds = Math.floor((session.expiresAt.getTime() - Date.now()) / 1_000);
    // Throws for a key that is none, of which no cookie must be made.
    const described = await describe(request, session);
    reply.header('set-cookie', sessionCookie(sealed, maxAgeSeconds, request.headers));
    return described;
  }

  async function describe(request: FastifyRequest, session: ConsoleSession): Promise<{ session: SessionWire }> {
    const caller = await useCases.authenticate(session.apiKey);
    request.caller = caller;
    return { session: sessionToWire({ ...session, caller, tenantName: await useCases.tenantName({ caller }) }) };
  }
}

/** The browser of a session that holds no longer is told to forget it, so that it stops sending it. */
export function forgetEnded(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined || readSessionCookie(cookie) === undefined) return;
  if (!(error instanceof OrderError && error.code === 'UNAUTHENTICATED')) return;
  reply.header('set-cookie', endedSessionCookie(request.headers));
}

/** Who is signed in must not be what a cache on the way says. */
function keepPrivate(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store');
}
