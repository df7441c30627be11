import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { BookingState } from '../../domain/booking/booking';
import { issueConfirmationKey } from '../../domain/booking/confirmation-key';
import { type DraftContent, draftDigest } from '../../domain/booking/draft-digest';
import { openBooking } from '../../domain/booking/open-booking';
import { createOrderRequestHash } from '../../domain/canonical-request';
import type { OrderContent } from '../../domain/order';
import { findBooking } from '../../persistence/bookings/find-booking';
import { listBookingDecisions } from '../../persistence/bookings/list-booking-decisions';
import {
  type RecordBookingStep,
  type RecordBookingStepOutcome,
  recordBookingStep,
  type StepRecord,
} from '../../persistence/bookings/record-booking-step';
import type { PlaceOrder } from '../../persistence/orders/place-order';
import type { TestDatabase } from './database';
import { sampleContent } from './sample-order';
import { newAttempt, openShop, type Shop, type ShopSlot } from './shop';

/** A booking that stands right before its order. */
export interface ConfirmedBooking {
  readonly state: BookingState;
  readonly key: string;
  readonly content: OrderContent;
  readonly requestHash: string;
  /** The order that was confirmed; each call is another attempt at it. */
  attempt(more?: Partial<PlaceOrder>): PlaceOrder;
}

/** Bookings at the level of SQL statements: states are made up by tests, and written by what the worker writes with. */
export interface BookingDesk {
  readonly shop: Shop;
  record(step: RecordBookingStep): Promise<RecordBookingStepOutcome>;
  /** A booking that has just begun, recorded. */
  opened(): Promise<BookingState>;
  /** A booking whose customer said yes to the content, recorded step by step. */
  confirmed(more?: ConfirmedOptions): Promise<ConfirmedBooking>;
  find(bookingId: string): Promise<BookingState | undefined>;
  decisions(bookingId: string): ReturnType<typeof listBookingDecisions>;
  /** The confirmations of a booking, oldest first, as the table has them. */
  confirmations(bookingId: string): Promise<ConfirmationRow[]>;
}

export interface ConfirmedOptions {
  readonly content?: Partial<OrderContent>;
  readonly confirmedAt?: Date;
  readonly expiresAt?: Date;
}

export interface ConfirmationRow {
  readonly idempotency_key: string;
  readonly revoked_at: Date | null;
  readonly order_id: string | null;
  readonly [column: string]: unknown;
}

export const sha256Hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const SIGNING_KEY = {
  id: 'test',
  mac: (text: string) => createHmac('sha256', 'desk').update(text).digest('base64url'),
};

export async function openBookingDesk(database: TestDatabase, slots: readonly ShopSlot[] = []): Promise<BookingDesk> {
  const shop = await openShop(database, slots);
  await database.owner.query('UPDATE ai_capabilities SET order_booking_enabled = true WHERE user_id = $1', [
    shop.userId,
  ]);
  const record = (step: RecordBookingStep) => shop.run((client) => recordBookingStep(client, step));

  async function opened(at = new Date().toISOString()): Promise<BookingState> {
    const state = openBooking({ id: randomUUID(), userId: shop.userId, locale: 'en', idleExpirySeconds: 1_800, at });
    await record(stepTo(state, { step: 'start' }));
    return state;
  }

  return {
    shop,
    record,
    opened: () => opened(),
    async confirmed({ content: given = {}, confirmedAt = new Date(), expiresAt } = {}) {
      const content = sampleContent({ source: 'ai', ...given });
      const at = confirmedAt.toISOString();
      const begun = await opened(at);
      const state = confirmedState(begun, content, { at, ...(expiresAt && { expiresAt: expiresAt.toISOString() }) });
      const confirmed = confirmedBooking(state, content);
      const outcome = await record(confirmingStep(confirmed));
      if (outcome.kind !== 'recorded') throw new Error(`the confirmation was not recorded: ${outcome.kind}`);
      return confirmed;
    },
    find: (bookingId) => shop.run((client) => findBooking(client, bookingId)),
    decisions: (bookingId) =>
      shop.run((client) => listBookingDecisions(client, { bookingId, afterSequence: 0, limit: 1_000 })),
    async confirmations(bookingId) {
      const { rows } = await database.owner.query<ConfirmationRow>(
        'SELECT * FROM booking_confirmations WHERE user_id = $1 AND booking_id = $2 ORDER BY confirmed_at, idempotency_key',
        [shop.userId, bookingId],
      );
      return rows;
    },
  };
}

/** A step that led to this state; whatever is not named is an accepted `add_items`. */
export function stepTo(
  state: BookingState,
  decision: Partial<StepRecord> = {},
  more: Partial<Omit<RecordBookingStep, 'state' | 'decision'>> = {},
): RecordBookingStep {
  return {
    state,
    decision: {
      step: 'add_items',
      decision: 'accepted',
      guardrail: null,
      reason: null,
      customerWords: null,
      shown: null,
      summaryDigest: null,
      ...decision,
    },
    commandId: randomUUID(),
    actor: 'api_key:obk_desk0000',
    correlationId: 'req_desk',
    confidence: undefined,
    ...more,
  };
}

/** The next state, `milliseconds` later. */
export function later(state: BookingState, change: Partial<BookingState> = {}, milliseconds = 1): BookingState {
  const lastStepAt = new Date(Date.parse(state.lastStepAt) + milliseconds).toISOString();
  return { ...state, version: state.version + 1, lastStepAt, ...change };
}

/** The draft was changed: what was said to it no longer holds. */
export function edited(state: BookingState, milliseconds = 1): BookingState {
  return later(state, { summary: null, confirmation: null, itemsConfirmed: false }, milliseconds);
}

/** The state after the customer's yes to this content. */
export function confirmedState(
  from: BookingState,
  content: DraftContent,
  { at, expiresAt }: { readonly at: string; readonly expiresAt?: string },
): BookingState {
  const digest = draftDigest({ userId: from.userId, bookingId: from.id }, content, sha256Hex);
  const expiry = expiresAt ?? new Date(Date.parse(at) + 600_000).toISOString();
  const words = { message: 1, start: 0, end: 1 };
  return {
    ...later(from),
    items: content.items.map((item, index) => ({
      ...item,
      id: `item_${index + 1}`,
      nameWords: words,
      quantityWords: words,
    })),
    itemsEver: content.items.length,
    itemsConfirmed: true,
    customer: { name: content.customerName, phone: content.customerPhone, notes: content.notes },
    summary: { digest, text: `Is this right? ${content.customerName}`, shownAt: at },
    summaryEver: true,
    confirmation: {
      idempotencyKey: issueConfirmationKey(
        { userId: from.userId, bookingId: from.id, version: later(from).version, digest, expiresAt: expiry },
        SIGNING_KEY,
      ),
      summaryDigest: digest,
      confirmedAt: at,
      expiresAt: expiry,
    },
  };
}

export function confirmedBooking(state: BookingState, content: OrderContent): ConfirmedBooking {
  const key = state.confirmation?.idempotencyKey;
  if (key === undefined) throw new Error('the booking is not confirmed');
  const requestHash = createOrderRequestHash({ content, allowDuplicate: false }, sha256Hex);
  return {
    state,
    key,
    content,
    requestHash,
    attempt: (more = {}) => newAttempt({ idempotencyKey: key, content, requestHash, ...more }),
  };
}

/** The step that gave this confirmation. */
export function confirmingStep({ state, content, requestHash }: ConfirmedBooking): RecordBookingStep {
  const { summary } = state;
  return stepTo(
    state,
    {
      step: 'confirm_booking',
      customerWords: 'Yes!',
      shown: summary?.text ?? null,
      summaryDigest: summary?.digest ?? null,
    },
    { confirmation: { content, requestHash, reply: 'Yes!' } },
  );
}
