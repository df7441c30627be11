import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import * as z from 'zod';

/** What a tool answered, a refusal of the system included. */
export type ToolAnswer =
  | { readonly kind: 'done'; readonly data: unknown }
  | {
      readonly kind: 'refused';
      readonly code: string;
      /** The guardrail that refused it; undefined for an error that is none of theirs. */
      readonly guardrail: string | undefined;
      readonly message: string;
      /** What the agent is told to say or do next. */
      readonly sayNext: string;
    };

/** The person in front of the MCP client: gets the text that a form shows, and types an answer. */
export type FillForm = (shown: string) => string;

export interface McpAgent {
  /** @throws Error when there is no answer, or none of a tool */
  call(tool: string, input: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

const refusal = z.object({
  code: z.string(),
  guardrail: z.string().optional(),
  message: z.string(),
  say_next: z.string(),
});

/** An agent's side of MCP, over streamable HTTP. Without `fill` the client can show no forms. */
export async function connectAgent(mcpUrl: string, apiKey: string, fill: FillForm | undefined): Promise<McpAgent> {
  const client = new Client(
    { name: 'demo-agent', version: '1.0.0' },
    { capabilities: fill === undefined ? {} : { elicitation: { form: {} } } },
  );
  if (fill !== undefined) {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      if (!('requestedSchema' in params)) return { action: 'cancel' };
      const [field = ''] = Object.keys(params.requestedSchema.properties);
      return { action: 'accept', content: { [field]: fill(params.message) } };
    });
  }
  const headers = { authorization: `Bearer ${apiKey}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit: { headers } }));
  return {
    async call(tool, input) {
      const { isError, structuredContent } = await client.callTool({ name: tool, arguments: { ...input } });
      if (isError !== true) return { kind: 'done', data: structuredContent };
      const { say_next: sayNext, guardrail, ...refused } = refusal.parse(structuredContent);
      return { kind: 'refused', ...refused, guardrail, sayNext };
    },
    close: () => client.close(),
  };
}
