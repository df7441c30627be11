import { createHash, createHmac } from 'node:crypto';
import type { BookingState } from '../../domain/booking/booking';
import { issueConfirmationKey, readConfirmationKey, type SigningKey } from '../../domain/booking/confirmation-key';
import { type DraftContent, draftDigest } from '../../domain/booking/draft-digest';
import { openBooking } from '../../domain/booking/open-booking';
import { DEFAULT_BOOKING_SETTINGS } from '../../domain/booking/settings';
import type { StepRequest } from '../../domain/booking/step-request';
import { contentOf, questionAt, type StepRules, takeStep } from '../../domain/booking/take-step';
import { expiresAt, isExpired, viewOf } from '../../domain/booking/view';
import {
  blockToWire,
  bookingStepToWire,
  bookingToWire,
  confirmedBookingToWire,
  shownSummaryToWire,
} from '../../domain/booking/wire';
import { canonicalJson } from '../../domain/canonical-request';
import { type ErrorCode, type FieldViolation, ValidationError } from '../../domain/errors';
import { orderFingerprint } from '../../domain/fingerprint';
import type { Block } from '../../domain/guardrails/block';
import {
  abandonBookingSchema,
  addItemsSchema,
  aiOrderSchema,
  confirmBookingSchema,
  confirmItemsSchema,
  getSummarySchema,
  removeItemSchema,
  setCustomerSchema,
  startBookingSchema,
} from '../../domain/schemas/bookings';
import { parseInput } from '../../domain/schemas/parse';
import type { BookingCall, BookingDoor, BookingReply, DecisionLine, DoorTenant, OrderLine } from './booking-door';

const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const SIGNING_KEY: SigningKey = {
  id: 'test',
  mac: (text) => createHmac('sha256', 'domain door').update(text, 'utf8').digest('base64url'),
};
/** How long a call takes here. */
const CALL_MS = 40;
const DUPLICATE_WINDOW_MS = 5 * 60_000;

const STEP_SCHEMAS = {
  add_items: addItemsSchema,
  remove_item: removeItemSchema,
  confirm_items: confirmItemsSchema,
  set_customer: setCustomerSchema,
  get_summary: getSummarySchema,
  confirm_booking: confirmBookingSchema,
  abandon_booking: abandonBookingSchema,
} as const;

/** A confirmation as the database keeps it: once given, then used or revoked, never neither again. */
interface Confirmed {
  readonly bookingId: string;
  readonly digest: string;
  readonly expiresAt: string;
  revoked: boolean;
  order: { readonly content: DraftContent; readonly placedAt: number } | undefined;
}

interface Known {
  readonly requestHash: string;
  readonly reply: BookingReply;
}

/**
 * The booking rules without anything around them: the domain's own functions and a few maps in place of Temporal and
 * Postgres. What the order statement promises is kept here by `placeOrder`.
 */
export function openDomainDoor(tenant: DoorTenant = {}): BookingDoor {
  const userId = 'the-shop';
  const otherUserId = 'another-shop';
  const bookings = new Map<string, BookingState>();
  const lines = new Map<string, DecisionLine[]>();
  const steps = new Map<string, Known>();
  const confirmations = new Map<string, Confirmed>();
  let now = Date.parse('2026-11-24T09:30:00.000Z');
  let enabled = true;

  const at = () => new Date(now).toISOString();
  const rules = (): StepRules => ({
    at: at(),
    catalogue: tenant.catalogue ?? [],
    confirmationPhrases: tenant.confirmation_phrases ?? [],
    confirmationSeconds: tenant.confirmation_expiry_seconds ?? DEFAULT_BOOKING_SETTINGS.confirmationExpirySeconds,
    sha256Hex,
    issueKey: (claim) => issueConfirmationKey(claim, SIGNING_KEY),
  });

  function send(call: BookingCall): BookingReply {
    now += CALL_MS;
    try {
      if (call.name === 'start') return start(call);
      if (call.name === 'create_order') return createOrder(call);
      const state = call.asOther === true ? undefined : bookings.get(call.bookingId ?? '');
      if (call.name === 'get_booking') {
        return state === undefined ? refused('NOT_FOUND') : done({ booking: bookingToWire(viewOf(state, at())) });
      }
      const { request, stepId } = parseInput(STEP_SCHEMAS[call.name], call.fields);
      if (state === undefined) return refused('NOT_FOUND');
      return stepId === undefined ? step(state, request) : namedStep(state, request, stepId);
    } catch (error) {
      if (error instanceof ValidationError) return refused(error.code, error.details);
      throw error;
    }
  }

  function start({ fields, asOther }: BookingCall): BookingReply {
    const { locale } = parseInput(startBookingSchema, fields);
    if (asOther === true || !enabled) return blocked(SWITCHED_OFF, undefined);
    const number = (bookings.size + 1).toString(16).padStart(12, '0');
    const state = openBooking({
      id: `0198c2de-7f3a-7cc1-9d4e-${number}`,
      userId,
      locale: locale ?? DEFAULT_BOOKING_SETTINGS.bookingLocale,
      idleExpirySeconds: DEFAULT_BOOKING_SETTINGS.bookingIdleExpirySeconds,
      at: at(),
    });
    bookings.set(state.id, state);
    lines.set(state.id, [{ step: 'start', decision: 'accepted', guardrail: null, reason: null }]);
    return done(bookingStepToWire({ booking: viewOf(state, at()), result: { say: questionAt(state, at()) } }));
  }

  /** A step under a name of the agent's: sent again, it is answered again. */
  function namedStep(state: BookingState, request: StepRequest, stepId: string): BookingReply {
    const requestHash = sha256Hex(canonicalJson(request));
    const known = steps.get(`${state.id} ${stepId}`);
    if (known !== undefined) return known.requestHash === requestHash ? known.reply : refused('IDEMPOTENCY_KEY_REUSED');
    const reply = step(state, request);
    steps.set(`${state.id} ${stepId}`, { requestHash, reply });
    return reply;
  }

  function step(known: BookingState, request: StepRequest): BookingReply {
    const { state, decision, result } = takeStep(expire(known), request, rules());
    const { block } = decision;
    bookings.set(state.id, state);
    record(state.id, request.action, decision.decision, block);
    keepConfirmation(state);
    const booking = viewOf(state, at());
    if (result === null) {
      if (block === null) throw new Error(`${request.action} was neither taken nor refused`);
      return blocked(block, state);
    }
    if (request.action === 'get_summary') return done(shownSummaryToWire({ booking, result }));
    if (request.action === 'confirm_booking') return done(confirmedBookingToWire({ booking, result }, userId));
    return done(bookingStepToWire({ booking, result }));
  }

  /** As the booking's run does when its time is up. */
  function expire(state: BookingState): BookingState {
    if (state.status !== 'open' || !isExpired(expiresAt(state), at())) return state;
    record(state.id, 'expire', 'accepted', null);
    const expired: BookingState = { ...state, status: 'expired', version: state.version + 1, confirmation: null };
    keepConfirmation(expired);
    return expired;
  }

  /** Every confirmation of the booking but the one that holds is revoked; one that was is so for good. */
  function keepConfirmation({ id, status, confirmation, ...state }: BookingState): void {
    const live = status === 'open' ? confirmation : null;
    for (const [key, kept] of confirmations) {
      if (kept.bookingId === id && kept.order === undefined && key !== live?.idempotencyKey) kept.revoked = true;
    }
    if (live === null || confirmations.has(live.idempotencyKey)) return;
    const content = contentOf({ id, status, confirmation, ...state });
    if (content === undefined) throw new Error('a confirmation of nothing');
    const digest = draftDigest({ userId, bookingId: id }, content, sha256Hex);
    confirmations.set(live.idempotencyKey, {
      bookingId: id,
      digest,
      expiresAt: live.expiresAt,
      revoked: false,
      order: undefined,
    });
  }

  /** What order-api does with the v1.0 contract, and then what the order statement does. */
  function createOrder({ fields, asOther }: BookingCall): BookingReply {
    const { userId: claimed, confirmationKey, content } = parseInput(aiOrderSchema, fields);
    const caller = asOther === true ? otherUserId : userId;
    if (claimed !== caller) return refused('PERMISSION_DENIED');
    if (confirmationKey === undefined) return blocked(NO_KEY, undefined);
    const read = readConfirmationKey(confirmationKey, caller, (id) =>
      id === SIGNING_KEY.id ? SIGNING_KEY.mac : undefined,
    );
    if (read === undefined) return blocked(UNKNOWN_KEY, undefined);
    const digest = draftDigest({ userId: caller, bookingId: read.bookingId }, content, sha256Hex);
    if (!read.isFor(digest)) return blocked(OTHER_CONTENT, bookings.get(read.bookingId));
    if (isExpired(read.expiresAt, at()) && confirmations.get(confirmationKey)?.order === undefined) {
      return blocked(EXPIRED, bookings.get(read.bookingId));
    }
    return placeOrder(confirmationKey, read.bookingId, digest, content);
  }

  function placeOrder(key: string, bookingId: string, digest: string, content: DraftContent): BookingReply {
    const state = bookings.get(bookingId);
    const kept = confirmations.get(key);
    if (state === undefined || kept?.digest !== digest) return blocked(OTHER_CONTENT, state);
    if (kept.order !== undefined) return done({ idempotent_replayed: true, idempotency_key: key });
    const current = expire(state);
    bookings.set(bookingId, current);
    if (kept.revoked || isExpired(kept.expiresAt, at()) || current.status !== 'open') return blocked(REVOKED, current);
    if (!enabled) return blocked(SWITCHED_OFF, current);
    if (hasTwin(content)) return refused('DUPLICATE_ORDER');
    kept.order = { content, placedAt: now };
    bookings.set(bookingId, { ...current, status: 'ordered', orderId: `order of ${bookingId}` });
    record(bookingId, 'create_order', 'accepted', null);
    return done({ idempotent_replayed: false, idempotency_key: key });
  }

  function hasTwin(content: DraftContent): boolean {
    const print = (of: DraftContent) => orderFingerprint(userId, { ...of, slotId: null }, sha256Hex);
    return placed().some(({ content: other, placedAt }) => {
      return now - placedAt < DUPLICATE_WINDOW_MS && print(other) === print(content);
    });
  }

  function placed() {
    const orders = [...confirmations.values()].flatMap(({ order }) => (order === undefined ? [] : [order]));
    return orders.sort((a, b) => a.placedAt - b.placedAt);
  }

  function record(
    bookingId: string,
    step: DecisionLine['step'],
    decision: DecisionLine['decision'],
    block: Block | null,
  ) {
    lines.get(bookingId)?.push({ step, decision, guardrail: block?.guardrail ?? null, reason: block?.reason ?? null });
  }

  function blocked(block: Block, state: BookingState | undefined): BookingReply {
    return refused(block.code, blockToWire(block, state && viewOf(state, at())));
  }

  return {
    userId,
    otherUserId,
    keepsOrder: true,
    send: async (call) => send(call),
    decisions: async (bookingId) => lines.get(bookingId) ?? [],
    orders: async () => placed().map(({ content }) => orderLine(content)),
    switchBooking: async (on) => {
      enabled = on;
    },
    wait: (seconds) => {
      now += seconds * 1000;
    },
    now: () => now,
  };
}

function done(data: object): BookingReply {
  return { ok: true, data: { ...data } };
}

function refused(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}): BookingReply {
  const { violations } = details as { readonly violations?: readonly FieldViolation[] };
  return { ok: false, code, details, fields: (violations ?? []).map(({ field }) => field) };
}

function orderLine({ customerName, customerPhone, items, notes }: DraftContent): OrderLine {
  return { customer_name: customerName, customer_phone: customerPhone, items, notes };
}

const noOrder = (guardrail: Block['guardrail'], code: Block['code'], reason: string): Block => ({
  guardrail,
  code,
  reason,
  message: '',
  ask: null,
});
const NO_KEY = noOrder('confirmation_key', 'CONFIRMATION_REQUIRED', 'no_key');
const UNKNOWN_KEY = noOrder('confirmation_key', 'CONFIRMATION_REQUIRED', 'unknown_key');
const OTHER_CONTENT = noOrder('confirmed_content', 'CONFIRMATION_REQUIRED', 'other_content');
const EXPIRED = noOrder('live_confirmation', 'STALE_CONFIRMATION', 'confirmation_expired');
const REVOKED = noOrder('live_confirmation', 'STALE_CONFIRMATION', 'expired_or_revoked');
const SWITCHED_OFF = noOrder('capability', 'ORDER_BOOKING_DISABLED', 'order_booking_disabled');
