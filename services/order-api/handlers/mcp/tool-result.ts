import type { CallToolResult } from '@modelcontextprotocol/server';
import { ERRORS, type ErrorCode, type OrderError } from '../../../../domain/errors';

/** Where a tool's answer names the call that it answers, as in the REST envelope and the log. */
const CORRELATION_ID_META = 'orderbooking/correlation_id';

/** What a tool answers when all went well: the data, and the same as text for clients that read nothing else. */
export function toolResult(data: object, correlationId: string): CallToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(data) }],
    structuredContent: { ...data },
    _meta: { [CORRELATION_ID_META]: correlationId },
  };
}

/**
 * A refusal as a tool's answer: an agent reads answers, and never sees an error of the protocol. Holds what the other doors
 * tell of the error, and what to do next.
 */
export function toolErrorResult(error: OrderError, correlationId: string): CallToolResult {
  const refusal = {
    code: error.code,
    message: error.message,
    ...error.details,
    say_next: sayNext(error),
    retryable: ERRORS[error.code].retryable,
    correlation_id: correlationId,
  };
  return {
    isError: true,
    content: [
      { type: 'text', text: `${refusal.code}: ${refusal.message}. ${refusal.say_next}` },
      { type: 'text', text: JSON.stringify(refusal) },
    ],
    structuredContent: refusal,
    _meta: { [CORRELATION_ID_META]: correlationId },
  };
}

/** The question for the customer where a guardrail has one; otherwise, in English, what the agent should do. */
function sayNext({ code, details }: OrderError): string {
  const { ask, allowed_actions: allowed } = details;
  if (typeof ask === 'string' && ask !== '') return ask;
  if (Array.isArray(allowed) && allowed.length > 0) return `Go on with one of: ${allowed.join(', ')}.`;
  return ADVICE[code] ?? 'Tell the customer that the order cannot be taken, and do not claim that it was.';
}

const SAME_AGAIN =
  'Call the tool again with the same arguments. Do not tell the customer yet that anything was booked.';

const ADVICE: Partial<Record<ErrorCode, string>> = {
  VALIDATION_FAILED:
    'Correct the fields that are named and call the tool again. Ask the customer for what you do not know.',
  UNAUTHENTICATED: 'The API key is not valid. Tell the customer that orders cannot be taken here right now.',
  PERMISSION_DENIED: 'The API key may not do this. Tell the customer that orders cannot be taken here right now.',
  NOT_FOUND: 'Check booking_id, or begin again with start_booking.',
  DUPLICATE_ORDER: 'The same order was placed minutes ago and stands. Tell the customer so; do not place it again.',
  ORDER_BOOKING_DISABLED: 'Tell the customer that this business does not take orders this way right now.',
  IDEMPOTENCY_KEY_REUSED: 'Use a new step_id for a new step.',
  CONFIRMATION_REQUIRED:
    'Show the summary, have the customer say yes to it, and use what confirm_booking answers, unchanged.',
  STALE_CONFIRMATION: 'Show the summary again with get_summary and ask the customer again.',
  GUARDRAIL_BLOCKED: 'The booking is over. Begin again with start_booking if the customer still wants to order.',
  RATE_LIMITED: SAME_AGAIN,
  INTEGRATION_FAILED: SAME_AGAIN,
  UNAVAILABLE: SAME_AGAIN,
};
