import type { ServerContext } from '@modelcontextprotocol/server';
import type { Logger } from '../../../../platform/logger';
import { logCall } from '../../call-log';
import type { OpenStreams } from '../../open-streams';
import type { UseCases } from '../../use-cases/contract';
import type { RestApp } from '../rest/rest-call';
import { createBookingServer, type Sender } from './booking-server';
import { mcpRoute } from './mcp-route';
import { createUseCaseDoor } from './use-case-door';

export interface McpSettings {
  /** See `McpRouteOptions.allowedHosts`. */
  readonly allowedHosts: readonly string[];
  /** See `BookingServerOptions.questionKey`. */
  readonly questionKey: string;
}

/** Serves the booking tools at `/mcp`. */
export function serveBookings(
  app: RestApp,
  options: {
    readonly useCases: UseCases;
    readonly logger: Logger;
    readonly streams: OpenStreams;
    /** The longest a tool may take, the time in which a customer is asked aside. */
    readonly requestDeadlineMs: number;
    readonly mcp: McpSettings;
  },
): void {
  const { useCases, logger, streams, requestDeadlineMs, mcp } = options;
  mcpRoute(app, {
    useCases,
    logger,
    streams,
    allowedHosts: mcp.allowedHosts,
    createServer: (era, closing) =>
      createBookingServer(
        {
          senderOf: (ctx) => senderOf(ctx, useCases, requestDeadlineMs),
          onCall: ({ name, correlationId, startedAt, error }) =>
            logCall(logger, { target: { method: name }, outcome: { mcp: true }, startedAt, correlationId, error }),
          questionKey: mcp.questionKey,
          offers: () => true,
          closing,
        },
        era,
      ),
  });
}

/** Of the very request that carries the call: a session sees many, whose keys and ids differ. */
function senderOf(ctx: ServerContext, useCases: UseCases, callDeadlineMs: number): Sender {
  const { token, clientId, extra } = ctx.http?.authInfo ?? {};
  const authorization = token === undefined ? undefined : `Bearer ${token}`;
  return {
    door: createUseCaseDoor(useCases, { authorization, callDeadlineMs }),
    correlationId: String(extra?.correlationId),
    principal: String(clientId),
  };
}
