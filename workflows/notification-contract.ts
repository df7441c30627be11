import type { NotificationEvent } from '../domain/notification';

/** What the two sides of Temporal agree on about notifications. Add fields, never rename or retype them. */

export const NOTIFICATIONS_TASK_QUEUE = 'notifications';

/** Whom the write of an order found to be told of it, and where that is done. */
export interface ToTell {
  readonly taskQueue: string;
  /** The number of the event in the order's audit trail. */
  readonly sequence: number;
  readonly subscriptions: readonly string[];
}

/** One event for one subscription. */
export interface DeliverNotificationInput {
  readonly userId: string;
  readonly subscriptionId: string;
  readonly event: NotificationEvent | 'test.ping';
  /** Names the event for every subscriber and every try. */
  readonly eventId: string;
  readonly correlationId: string;
  /** Of an order's event: what to tell is read from Postgres. */
  readonly order?: { readonly orderId: string; readonly sequence: number };
  /** Of any other event. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface DeliverNotificationResult {
  /** `skipped`: it was delivered before, or nobody is subscribed any more. */
  readonly outcome: 'delivered' | 'failed' | 'ended' | 'skipped';
  /** Set when this failure was one too many and the subscription was disabled: the others, who are told of that. */
  readonly disabled?: {
    readonly tell: readonly string[];
    readonly eventId: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** What sync-worker does on the `notifications` queue. */
export interface NotificationActivities {
  /** Tries once, and throws as long as another try is to follow. What was delivered before is not sent again. */
  deliverNotification(input: DeliverNotificationInput): Promise<DeliverNotificationResult>;
  /** Tries once, whatever was delivered before, and answers how it went. */
  deliverNow(input: DeliverNowInput): Promise<DeliverNowResult>;
}

/**
 * The first try and five more, 2, 8, 32, 128 and 512 seconds after each other: a receiver that restarts gets its events in order
 * of minutes, one that is down for longer has them played again by hand. Counted by what was recorded, not by Temporal: a try
 * that came to nothing because Postgres was away or a worker died takes none from the receiver.
 */
export const DELIVERY_ATTEMPTS = 6;

/** How the activity is run. */
export const DELIVERY_OPTIONS = {
  // The request to the receiver is given up after 10 s. Longer than that and two statements; how long it takes until a delivery
  // is taken up again whose worker died.
  startToCloseTimeout: '30s',
  // While no sync-worker runs the order waits here. Unbounded, a completed order would stay open for ever.
  scheduleToCloseTimeout: '7 days',
  // For what is not the receiver's failure; after those the activity names the time itself, and ends them.
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;

// ---------------------------------------------------------------------------------------------------------------
// One delivery now, for a test or a replay by hand

export const DELIVER_NOW_WORKFLOW = 'DeliverNowWorkflow';

/** How `deliverNow` is run. Its caller waits, and asks again if it is not answered. */
export const DELIVER_NOW_OPTIONS = {
  startToCloseTimeout: '20s',
  // Longer than a caller may wait, shorter than a caller remembers: an answer that nobody wants any more is not worth a message.
  scheduleToCloseTimeout: '30s',
} as const;

/** Runs one try on behalf of a caller who waits. */
export interface DeliverNowInput {
  readonly userId: string;
  readonly subscriptionId: string;
  /** Where notifications are sent from. */
  readonly taskQueue: string;
  readonly correlationId: string;
  /** The delivery to play again; absent: a `test.ping`, made by the caller under this event id. */
  readonly deliveryId?: string;
  readonly eventId?: string;
}

export interface DeliverNowResult {
  readonly deliveryId: string;
  readonly outcome: 'delivered' | 'failed' | 'ended';
}

export function deliverNowWorkflowId(userId: string, unique: string): string {
  return `deliver-now:${userId}:${unique}`;
}
