import { randomUUID } from 'node:crypto';
import {
  type AuthInfo,
  isInitializeRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { SystemError } from '../../../../domain/errors';

/** Of one process. Each holds some 100 KB: more would be a way to fill the memory. */
const MAX_SESSIONS = 1_000;
/** Of one API key, so that one agent gone wild does not take all places. */
const MAX_SESSIONS_PER_KEY = 100;
/** As long as a booking waits for its customer. Longer keeps what nobody comes back to; shorter cuts conversations off. */
const IDLE_MS = 30 * 60_000;
const SWEEP_EVERY_MS = 60_000;
const METHODS = ['GET', 'POST', 'DELETE'];
/** JSON-RPC's code for what only the server's own words can tell. */
const SERVER_ERROR = -32_000;

/** A request of a 2025-era client that was let in. */
export interface SessionCall {
  readonly request: Request;
  readonly body: unknown;
  /** Who holds the key it came with. A session belongs to the key that opened it. */
  readonly keyId: string;
  readonly authInfo: AuthInfo;
}

export interface SessionAnswer {
  readonly response: Response;
  /** Call it when the response was sent, or cannot be any more: until then its session is in use. */
  readonly sent: () => void;
}

export interface McpSessions {
  /**
   * Answers by the session that the request names, or opens one for an `initialize`. A session of another key is answered
   * like one that never was.
   * @throws SystemError RATE_LIMITED or UNAVAILABLE when there is no place for another one
   */
  serve(call: SessionCall): Promise<SessionAnswer>;
  /** Ends the streams that wait for news: there is none, and nothing else would end them. */
  endStreams(): void;
  close(): Promise<void>;
}

interface Session {
  readonly id: string;
  readonly keyId: string;
  readonly server: McpServer;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  /** Requests under way. */
  open: number;
  lastUsedAt: number;
}

/** The sessions of clients that speak the revisions of 2025, which initialize a session and are asked within it. */
export function createSessions(createServer: () => McpServer): McpSessions {
  /** The longest unused first. */
  const sessions = new Map<string, Session>();
  const sweep = setInterval(() => {
    for (const session of sessions.values()) {
      if (isIdle(session) && session.lastUsedAt <= Date.now() - IDLE_MS) void end(session);
    }
  }, SWEEP_EVERY_MS);
  sweep.unref();

  return {
    async serve(call) {
      const id = call.request.headers.get('mcp-session-id');
      if (!METHODS.includes(call.request.method))
        return refuse(405, 'Method not allowed', { allow: METHODS.join(', ') });
      if (id === null && isInitializeRequest(call.body)) return open(call);
      if (id === null) return refuse(400, 'Send Mcp-Session-Id, or initialize a session first');
      const session = sessions.get(id);
      if (session === undefined || session.keyId !== call.keyId) return refuse(404, 'Session not found');
      return through(session, call);
    },
    endStreams() {
      for (const { transport } of sessions.values()) transport.closeStandaloneSSEStream();
    },
    async close() {
      clearInterval(sweep);
      await Promise.all([...sessions.values()].map(end));
    },
  };

  async function open(call: SessionCall): Promise<SessionAnswer> {
    makePlace(call.keyId);
    const id = randomUUID();
    const server = createServer();
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    await server.connect(transport);
    const session = { id, keyId: call.keyId, server, transport, open: 0, lastUsedAt: Date.now() };
    sessions.set(id, session);
    const forget = transport.onclose;
    transport.onclose = () => {
      sessions.delete(id);
      forget?.();
    };
    const answer = await through(session, call);
    // Refused: no client will ever learn the id.
    if (transport.sessionId === undefined) await end(session);
    return answer;
  }

  /** @throws SystemError when every place is taken by somebody who is using it */
  function makePlace(keyId: string): void {
    const own = [...sessions.values()].filter((session) => session.keyId === keyId);
    if (own.length >= MAX_SESSIONS_PER_KEY) {
      const unused = own.find(isIdle);
      if (unused === undefined) throw new SystemError('RATE_LIMITED', 'The API key has too many MCP sessions open');
      sessions.delete(unused.id);
      void end(unused);
    }
    if (sessions.size >= MAX_SESSIONS)
      throw new SystemError('UNAVAILABLE', 'There is no place for another MCP session');
  }

  async function through(session: Session, { request, body, authInfo }: SessionCall): Promise<SessionAnswer> {
    session.open += 1;
    touch(session);
    let isSent = false;
    const sent = () => {
      if (isSent) return;
      isSent = true;
      session.open -= 1;
      touch(session);
    };
    try {
      const options = { authInfo, ...(body === undefined ? {} : { parsedBody: body }) };
      return { response: await session.transport.handleRequest(request, options), sent };
    } catch (error) {
      sent();
      throw error;
    }
  }

  function touch(session: Session): void {
    session.lastUsedAt = Date.now();
    if (sessions.delete(session.id)) sessions.set(session.id, session);
  }

  async function end(session: Session): Promise<void> {
    sessions.delete(session.id);
    await session.server.close().catch(() => undefined);
  }
}

function isIdle({ open }: Session): boolean {
  return open === 0;
}

function refuse(status: number, message: string, headers: Record<string, string> = {}): SessionAnswer {
  const body = { jsonrpc: '2.0', error: { code: SERVER_ERROR, message }, id: null };
  return { response: Response.json(body, { status, headers }), sent: () => undefined };
}
