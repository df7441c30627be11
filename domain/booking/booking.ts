/** The way of a booking, in order; the last two end it without an order. */
export const BOOKING_STEPS = [
  'start',
  'collect_items',
  'confirm_items',
  'collect_details',
  'show_summary',
  'final_confirmation',
  'create_order',
  'abandoned',
  'expired',
] as const;
export type BookingStep = (typeof BOOKING_STEPS)[number];

/** What an agent can ask of a booking. Each but `create_order` is one update of BookingWorkflow. */
export const BOOKING_ACTIONS = [
  'add_items',
  'remove_item',
  'confirm_items',
  'set_customer',
  'get_summary',
  'confirm_booking',
  'create_order',
  'abandon_booking',
] as const;
export type BookingAction = (typeof BOOKING_ACTIONS)[number];

/** The languages whose confirmations, negations and number words are known. */
export const BOOKING_LOCALES = ['en', 'es', 'fr', 'de', 'pt', 'hi', 'ar'] as const;
export type BookingLocale = (typeof BOOKING_LOCALES)[number];

/** Words within a stored message of the customer: UTF-16 offsets, `end` exclusive. */
export interface WordSpan {
  /** The message's number in its booking, from 1. */
  readonly message: number;
  readonly start: number;
  readonly end: number;
}

/** What the customer said, word for word, as the agent passed it on. */
export interface CustomerMessage {
  readonly number: number;
  readonly text: string;
}

export interface DraftItem {
  /** `item_1`, `item_2` …; never used again within the booking. */
  readonly id: string;
  readonly name: string;
  readonly quantity: number;
  readonly nameWords: WordSpan;
  readonly quantityWords: WordSpan;
}

export interface DraftCustomer {
  readonly name: string;
  /** Digits only, as `OrderContent.customerPhone`. */
  readonly phone: string;
  readonly notes: string | null;
}

/** The summary that was last given out to be shown. */
export interface ShownSummary {
  readonly digest: string;
  readonly text: string;
  readonly shownAt: string;
}

/** The customer's yes to a summary, and the key that it is good for. */
export interface Confirmation {
  readonly idempotencyKey: string;
  readonly summaryDigest: string;
  readonly confirmedAt: string;
  /** From here on the key makes no order any more. */
  readonly expiresAt: string;
}

/** All that a running booking knows. Plain JSON: it is BookingWorkflow's state and travels through Temporal. */
export interface BookingState {
  readonly id: string;
  readonly userId: string;
  readonly locale: BookingLocale;
  readonly idleExpirySeconds: number;
  readonly status: 'open' | 'ordered' | 'abandoned' | 'expired';
  /** Counts every step that was taken, refused ones too: the number of the last decision. */
  readonly version: number;
  readonly items: readonly DraftItem[];
  /** How many items this booking ever had; names the next one. */
  readonly itemsEver: number;
  /** Whether the customer said yes to exactly the items that are there now. */
  readonly itemsConfirmed: boolean;
  readonly customer: DraftCustomer | null;
  /** Null from every edit on, until the summary is shown again. */
  readonly summary: ShownSummary | null;
  /** Whether one was ever given out. */
  readonly summaryEver: boolean;
  /** Null from every edit on, until the customer says yes again. */
  readonly confirmation: Confirmation | null;
  /** The newest messages, oldest first. */
  readonly messages: readonly CustomerMessage[];
  readonly messagesEver: number;
  readonly orderId: string | null;
  readonly createdAt: string;
  /** When the last step was taken; `idleExpirySeconds` later the booking expires. */
  readonly lastStepAt: string;
}

/** A booking as callers see it: `BOOKING` of the contract, in the domain's words. */
export interface BookingView {
  readonly id: string;
  /** The last step of the way that is done and still holds. */
  readonly step: BookingStep;
  /** Null when the booking is over. */
  readonly nextStep: BookingStep | null;
  readonly missing: readonly string[];
  readonly allowedActions: readonly BookingAction[];
  readonly draft: {
    readonly items: readonly { readonly id: string; readonly name: string; readonly quantity: number }[];
    readonly totalQuantity: number;
    readonly customerName: string | null;
    readonly customerPhone: string | null;
    readonly notes: string | null;
  };
  readonly locale: BookingLocale;
  readonly orderId: string | null;
  readonly expiresAt: string;
}
