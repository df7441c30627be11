import type { BookingAction } from '../../domain/booking/booking';
import type { BookingDecision, DecidedStep } from '../../domain/booking/decision';
import type { ErrorCode } from '../../domain/errors';

/** What an agent can call. */
export type BookingCallName = 'start' | 'get_booking' | BookingAction;

/** One call of an agent, in the words of the wire. */
export interface BookingCall {
  readonly name: BookingCallName;
  /** The booking it is about; absent for `start` and `create_order`. */
  readonly bookingId?: string;
  /** As it is sent: also fields that no contract knows. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Sent with the key of another business. */
  readonly asOther?: boolean;
}

/** What came back: the wire's `data`, or the error. */
export type BookingReply =
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly details: Readonly<Record<string, unknown>>;
      /** The fields at fault, by their wire paths. */
      readonly fields: readonly string[];
    };

/** An order as the business sees it, as far as the customer said yes to it. */
export interface OrderLine {
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly items: readonly { readonly name: string; readonly quantity: number }[];
  readonly notes: string | null;
}

export type DecisionLine = Pick<BookingDecision, 'decision' | 'guardrail' | 'reason'> & { readonly step: DecidedStep };

/** The way of an agent to one business, and that business's own view of what came of it. */
export interface BookingDoor {
  /** The business, and another one whose agents have nothing to do with it. */
  readonly userId: string;
  readonly otherUserId: string;
  /** Calls that are sent at once are taken in the order in which they were sent. */
  readonly keepsOrder?: boolean;
  send(call: BookingCall): Promise<BookingReply>;
  /** What was recorded of a booking, oldest first. */
  decisions(bookingId: string): Promise<readonly DecisionLine[]>;
  /** All orders of the business, oldest first. */
  orders(): Promise<readonly OrderLine[]>;
  /** The business switches AI booking on or off. */
  switchBooking(enabled: boolean): Promise<void>;
  /** Lets time pass; absent where it cannot be moved. */
  wait?(seconds: number): void;
  /** The moment of the last call, in milliseconds. */
  now(): number;
}

/** How a business is set up; whatever is absent is as it is by default. */
export interface DoorTenant {
  readonly locale?: string;
  readonly catalogue?: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly active: boolean;
  }[];
  readonly confirmation_phrases?: readonly string[];
  readonly confirmation_expiry_seconds?: number;
}

/** The part of a payload that the customer said yes to. */
export function lineOf(payload: Partial<OrderLine>): OrderLine {
  const { customer_name = '', customer_phone = '', items = [], notes = null } = payload;
  return { customer_name, customer_phone, items: items.map(({ name, quantity }) => ({ name, quantity })), notes };
}
