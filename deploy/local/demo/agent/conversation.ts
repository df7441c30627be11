import type * as z from 'zod';
import type { BookingStep } from '../../../../domain/booking/booking';
import type { DecidedStep } from '../../../../domain/booking/decision';
import type { ErrorCode } from '../../../../domain/errors';
import type { Guardrail } from '../../../../domain/guardrails/guardrail';
import type { OrderItem } from '../../../../domain/order';

/** What the agent does with a tool. */
export interface Move {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** For the reader: `passes the message on`. */
  readonly does: string;
  /** The step of the booking that the tool asks for, under which the records have it. */
  readonly step: DecidedStep;
  /** The customer's words in it. */
  readonly words?: string | undefined;
  /** A call that was made before and is answered again; the records have it once. */
  readonly repeats?: true;
}

/** How a guardrail must answer a move. */
export interface Block {
  readonly code: ErrorCode;
  readonly guardrail: Guardrail;
  /** False: nothing in the call says which booking it is about, so that its records do not have it. */
  readonly recorded?: false;
}

/** What a conversation is played on. What comes out otherwise than it must ends it. */
export interface Stage {
  /** The business that the agent works for. */
  readonly userId: string;
  /** The customer says something. Gives the words back. */
  customer(words: string): string;
  /** The agent says something to the customer. */
  agent(words: string | null): void;
  /** A move that must be let through, and must leave the booking at `at`, where the answer tells of it. */
  passes<Schema extends z.ZodType>(move: Move, schema: Schema, at: BookingStep | undefined): Promise<z.output<Schema>>;
  /** A move that a guardrail must stop. */
  blocked(move: Move, by: Block): Promise<void>;
  /** Two things that must be one and the same. */
  same(what: string, expected: string, actual: string): void;
}

/** What the business must find in its list of orders afterwards. */
export interface ExpectedOrder {
  readonly id: string;
  readonly customerName: string;
  readonly items: readonly OrderItem[];
  readonly notes: string | null;
}

export interface Conversation {
  readonly title: string;
  /** One sentence for the reader. */
  readonly about: string;
  /** What the customer types into forms; undefined where the MCP client shows none. */
  readonly typed?: string;
  /** @returns the order that must come of it; undefined for none */
  play(stage: Stage, phone: string): Promise<{ readonly bookingId: string; readonly order: ExpectedOrder | undefined }>;
}
