import {
  Client,
  type ElicitResult,
  type FetchLike,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';

/** The two revisions of the protocol: 2025 opens a session and is asked within it, 2026 sends each request by itself. */
export const REVISIONS = ['2025', '2026'] as const;
export type Revision = (typeof REVISIONS)[number];

/** A form that the client was asked to show. */
export interface ShownForm {
  readonly message: string;
  readonly requestedSchema: {
    readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required?: readonly string[];
  };
}

/** Fills a form in, as the person in front of the client does. */
export type FillForm = (form: ShownForm) => ElicitResult | Promise<ElicitResult>;

/** What a tool answered. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  readonly texts: readonly string[];
}

export interface McpConversation {
  readonly client: Client;
  /** Every form shown so far. */
  readonly forms: readonly ShownForm[];
  call(tool: string, input?: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

export interface McpClientOptions {
  readonly revision: Revision;
  /** Absent: a client that can show no forms. */
  readonly fill?: FillForm;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global one. */
  readonly fetch?: FetchLike;
}

/** The library's own client on `/mcp` of an order API. */
export function connectMcp(url: string, key: string, options: McpClientOptions): Promise<McpConversation> {
  const headers = { authorization: `Bearer ${key}`, ...options.headers };
  const sent = { requestInit: { headers }, ...(options.fetch === undefined ? {} : { fetch: options.fetch }) };
  return converse(new StreamableHTTPClientTransport(new URL('/mcp', url), sent), options);
}

/** The same over any transport. */
export async function converse(transport: Transport, { revision, fill }: McpClientOptions): Promise<McpConversation> {
  const forms: ShownForm[] = [];
  const client = new Client(
    { name: 'test', version: '1' },
    {
      capabilities: fill === undefined ? {} : { elicitation: { form: {} } },
      versionNegotiation: { mode: revision === '2026' ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  if (fill !== undefined) {
    client.setRequestHandler('elicitation/create', (request) => {
      const form = request.params as ShownForm;
      forms.push(form);
      return fill(form);
    });
  }
  await client.connect(transport);
  return {
    client,
    forms,
    async call(name, input = {}) {
      const { isError, structuredContent, content } = await client.callTool({ name, arguments: { ...input } });
      const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
      return { isError: isError === true, data: (structuredContent ?? {}) as Record<string, unknown>, texts };
    },
    close: () => client.close(),
  };
}

/** A person who types these words. */
export function answering(words: string): FillForm {
  return (form) => ({ action: 'accept', content: { [Object.keys(form.requestedSchema.properties)[0] ?? '']: words } });
}
