import type { Guardrail } from '../guardrails/guardrail';
import type { BookingAction } from './booking';

/** What a line of a booking's records can be about. */
export type DecidedStep = 'start' | BookingAction | 'expire';

/** One line of a booking's records: who asked for what, what the customer had said and seen, and what was decided. */
export interface BookingDecision {
  /** From 1, without gaps within a booking. */
  readonly sequence: number;
  readonly step: DecidedStep;
  readonly decision: 'accepted' | 'repeated' | 'blocked';
  /** Of a blocked step. */
  readonly guardrail: Guardrail | null;
  readonly reason: string | null;
  /** The customer's words, as the agent passed them on. */
  readonly customerWords: string | null;
  /** What the customer was to be shown, or had been shown when giving these words. */
  readonly shown: string | null;
  readonly summaryDigest: string | null;
  readonly confidence: number | null;
  /** `api_key:<prefix>` or `system`. */
  readonly actor: string;
  readonly correlationId: string;
  readonly occurredAt: string;
}
