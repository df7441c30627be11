import { randomBytes } from 'node:crypto';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import pino from 'pino';
import { ERRORS } from '../../../domain/errors';
import { correlationId } from '../../../platform/correlation-id';
import { createLogger } from '../../../platform/logger';
import { logCall } from '../call-log';
import { createBookingServer } from '../handlers/mcp/booking-server';
import type { StdioConfig } from './config';
import { createRestDoor, hasRoute } from './rest-door';

const STDERR = 2;
const QUESTION_KEY_BYTES = 32;

/** Serves the booking tools over stdin and stdout until the client closes them or the process is told to end. */
export async function runStdio(config: StdioConfig): Promise<void> {
  const logger = createLogger({
    service: 'mcp-stdio',
    level: config.LOG_LEVEL,
    messageCodes: Object.keys(ERRORS),
    // Standard output belongs to the protocol.
    destination: pino.destination({ fd: STDERR, sync: true }),
  });
  const door = createRestDoor({
    url: config.ORDER_API_URL,
    apiKey: config.ORDER_API_KEY,
    callDeadlineMs: config.REQUEST_DEADLINE_MS,
  });
  // A question is answered to the process that asked it.
  const questionKey = randomBytes(QUESTION_KEY_BYTES).toString('base64url');
  const closing = new AbortController();
  const connection = serveStdio(
    ({ era }) =>
      createBookingServer(
        {
          senderOf: () => ({ door, correlationId: correlationId(undefined), principal: 'stdio' }),
          onCall: ({ name, correlationId: id, startedAt, error }) =>
            logCall(logger, { target: { method: name }, outcome: { mcp: true }, startedAt, correlationId: id, error }),
          questionKey,
          offers: hasRoute,
          closing: closing.signal,
        },
        era,
      ),
    { onerror: (err) => logger.debug({ event: 'mcpError', err }, 'MCP reported an error') },
  );
  const end = () => {
    closing.abort();
    void connection.close();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
