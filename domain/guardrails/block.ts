import type { ErrorCode } from '../errors';
import type { Guardrail } from './guardrail';

/** Why a step was refused, and how to go on. */
export interface Block {
  readonly guardrail: Guardrail;
  readonly code: Extract<
    ErrorCode,
    'GUARDRAIL_BLOCKED' | 'STALE_CONFIRMATION' | 'CONFIRMATION_REQUIRED' | 'ORDER_BOOKING_DISABLED'
  >;
  /** A word of ours for the records and metrics (`quantity_not_said`); never anything a customer or agent wrote. */
  readonly reason: string;
  /** For the agent, in English. */
  readonly message: string;
  /** What to ask the customer, in the booking's language; null when asking does not help. */
  readonly ask: string | null;
  /** What it is about: `field` is the path on the wire (`items[0].quantity`), `candidates` are names of the catalogue. */
  readonly field?: string;
  readonly candidates?: readonly string[];
}

/** Passed, with what was found; or the reason why not. */
export type Verdict<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly block: Block };

export function blocked<T = never>(block: Omit<Block, 'code'> & { readonly code?: Block['code'] }): Verdict<T> {
  return { ok: false, block: { code: 'GUARDRAIL_BLOCKED', ...block } };
}
