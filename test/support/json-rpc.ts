/** A POST to `/mcp` as no well-behaved client would send it. */
export interface RawMcp {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when it is a string. */
  readonly body?: unknown;
  readonly method?: string;
}

export interface RawMcpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The message in the body, or in the last event of the stream. */
  readonly message: JsonRpcMessage;
}

export interface JsonRpcMessage {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

/** Sends it and reads the whole answer. */
export async function sendMcp(
  url: string,
  { key, headers = {}, body, method = 'POST' }: RawMcp,
): Promise<RawMcpAnswer> {
  const response = await fetch(`${url}/mcp`, {
    method,
    headers: {
      accept: 'application/json, text/event-stream',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, message: messageOf(text) };
}

/** A request of the 2026 revision, with the headers that have to repeat what it says. */
export function request2026(method: string, params: Readonly<Record<string, unknown>>, capabilities: object = {}) {
  return {
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof params.name === 'string' ? { 'mcp-name': params.name } : {}),
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    },
  };
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

function messageOf(text: string): JsonRpcMessage {
  const data = text.startsWith('{')
    ? text
    : (text
        .match(/^data: (\{.*)$/gm)
        ?.at(-1)
        ?.slice('data: '.length) ?? '{}');
  return JSON.parse(data) as JsonRpcMessage;
}
