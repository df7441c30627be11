import {
  type CallToolResult,
  createRequestStateCodec,
  type InputRequiredResult,
  type McpRequestContext,
  McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { OrderError } from '../../../../domain/errors';
import { parseInput } from '../../../../domain/schemas/parse';
import { asOrderError } from '../../as-order-error';
import { askByRequest, askByResult, type CustomerAsker, type PendingQuestion } from './ask-customer';
import type { BookingDoor, BookingOperation, WireInput } from './booking-door';
import { confirmBooking } from './confirm-booking';
import { INSTRUCTIONS } from './instructions';
import { registerResources } from './resources';
import { registerTakeOrderPrompt } from './take-order-prompt';
import { toolErrorResult, toolResult } from './tool-result';
import { BOOKING_TOOLS, type BookingTool } from './tools';

const SERVER = { name: 'order-booking', title: 'Order booking', version: '1.0.0' } as const;
/** A customer who looks something up comes back to a question that still stands; what it asked about may have expired before. */
const QUESTION_GOOD_FOR_SECONDS = 3_600;
/** Tools, resources and prompts are the same for everybody and for as long as the process lives. */
const LISTS_GOOD_FOR_MS = 3_600_000;

/** Who sent the request under way, as far as the tools need to know. */
export interface Sender {
  readonly door: BookingDoor;
  readonly correlationId: string;
  /** Names the sender: a question put to one is no other's to answer. */
  readonly principal: string;
}

/** A tool call or a reading that is over. */
export interface FinishedMcpCall {
  /** A name of ours: `tools/add_items`, `resources/catalogue`. */
  readonly name: string;
  readonly correlationId: string;
  /** `performance.now()` at the start. */
  readonly startedAt: number;
  readonly error: OrderError | undefined;
}

export interface BookingServerOptions {
  readonly senderOf: (ctx: ServerContext) => Sender;
  readonly onCall: (call: FinishedMcpCall) => void;
  /** Signs the questions that travel through clients, at least 32 characters; the same in all processes that serve the same clients. */
  readonly questionKey: string;
  /** Whether the doors have this operation; tools of others are not shown. */
  readonly offers: (operation: BookingOperation) => boolean;
  /** Aborted when the server goes away: whoever waits for a customer's answer is told to ask again. */
  readonly closing: AbortSignal;
}

/** Makes the MCP server of the bookings for one connection, session or request. All transports and revisions serve the same. */
export function createBookingServer(options: BookingServerOptions, era: McpRequestContext['era']): McpServer {
  const { senderOf, onCall } = options;
  const questions = createRequestStateCodec<PendingQuestion>({
    key: options.questionKey,
    ttlSeconds: QUESTION_GOOD_FOR_SECONDS,
    bind: (ctx) => senderOf(ctx).principal,
  });
  const server = new McpServer(SERVER, {
    instructions: INSTRUCTIONS,
    // Nothing is ever added to these lists while a client is connected.
    capabilities: { tools: { listChanged: false }, resources: { listChanged: false }, prompts: { listChanged: false } },
    requestState: { verify: questions.verify },
    cacheHints: {
      'tools/list': { ttlMs: LISTS_GOOD_FOR_MS, cacheScope: 'public' },
      'prompts/list': { ttlMs: LISTS_GOOD_FOR_MS, cacheScope: 'public' },
      'resources/list': { ttlMs: LISTS_GOOD_FOR_MS, cacheScope: 'public' },
      'resources/templates/list': { ttlMs: LISTS_GOOD_FOR_MS, cacheScope: 'public' },
    },
  });
  const asker: CustomerAsker =
    era === 'modern'
      ? askByResult(questions.mint)
      : askByRequest(() => server.server.getClientCapabilities(), options.closing);

  for (const tool of BOOKING_TOOLS.filter(({ operation }) => options.offers(operation))) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: tool.advertisedInput,
        outputSchema: tool.advertisedOutput,
        annotations: tool.annotations,
      },
      (input, ctx) => callTool(tool, input, ctx),
    );
  }
  registerResources(server, (name, operation, input, ctx) =>
    observed(name, senderOf(ctx), ctx, (call) => call(operation, input)),
  );
  registerTakeOrderPrompt(server);
  return server;

  async function callTool(
    tool: BookingTool,
    input: WireInput,
    ctx: ServerContext,
  ): Promise<CallToolResult | InputRequiredResult> {
    const sender = senderOf(ctx);
    const { correlationId } = sender;
    try {
      const answer = await observed(`tools/${tool.name}`, sender, ctx, (call) => {
        parseInput(tool.input, input);
        if (tool.operation === 'confirmBooking') return confirmBooking(input, { call, asker, ctx });
        return call(tool.operation, input);
      });
      return isAsked(answer) ? answer.asked : toolResult(answer, correlationId);
    } catch (thrown) {
      return toolErrorResult(asOrderError(thrown), correlationId);
    }
  }

  /** Runs one call and reports it, however it ends. */
  async function observed<Answer>(
    name: string,
    { door, correlationId }: Sender,
    ctx: ServerContext,
    run: (call: (operation: BookingOperation, input: WireInput) => Promise<object>) => Promise<Answer>,
  ): Promise<Answer> {
    const startedAt = performance.now();
    let error: OrderError | undefined;
    try {
      return await run((operation, input) => door.call(operation, input, { correlationId, signal: ctx.mcpReq.signal }));
    } catch (thrown) {
      error = asOrderError(thrown);
      throw error;
    } finally {
      onCall({ name, correlationId, startedAt, error });
    }
  }
}

function isAsked(answer: object): answer is { readonly asked: InputRequiredResult } {
  return 'asked' in answer;
}
