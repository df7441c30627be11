import type { BookingStepWire, ConfirmedBookingWire, ShownSummaryWire } from '../../../../domain/booking/wire';
import {
  bookingStepWireSchema,
  confirmedBookingWireSchema,
  shownSummaryWireSchema,
} from '../../../../domain/schemas/booking-wire';
import { createdOrderAnswerSchema } from '../../../../domain/schemas/wire';
import type { CreatedOrderWire } from '../../../../domain/wire';
import type { Move, Stage } from './conversation';

/** An item as an agent claims it, with the customer's words for it. */
export interface Claim {
  readonly name: string;
  readonly quantity: number;
  readonly name_words: string;
  readonly quantity_words: string;
}

/** The calls of the tools, as moves. */
export const moves = {
  start: (does = 'begins a booking'): Move => ({ tool: 'start_booking', step: 'start', does, input: { locale: 'en' } }),

  addItems: (bookingId: string, words: string, items: readonly Claim[], does = 'passes the message on'): Move => ({
    tool: 'add_items',
    step: 'add_items',
    does: `${does}: ${items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')}`,
    words,
    input: { booking_id: bookingId, customer_message: words, items },
  }),

  confirmItems: (bookingId: string, words: string, does = 'passes the answer on'): Move => ({
    tool: 'confirm_items',
    step: 'confirm_items',
    does,
    words,
    input: { booking_id: bookingId, customer_reply: words },
  }),

  setCustomer: (
    bookingId: string,
    words: string,
    customer: { readonly name: string; readonly phone: string; readonly notes?: string },
    does = 'passes name and number on',
  ): Move => ({
    tool: 'set_customer',
    step: 'set_customer',
    does,
    words,
    input: {
      booking_id: bookingId,
      customer_message: words,
      customer_name: customer.name,
      customer_phone: customer.phone,
      ...(customer.notes === undefined ? {} : { notes: customer.notes }),
    },
  }),

  getSummary: (bookingId: string): Move => ({
    tool: 'get_summary',
    step: 'get_summary',
    does: 'asks for the summary',
    input: { booking_id: bookingId },
  }),

  confirm: (bookingId: string, digest: string, words: string, does = 'passes the answer on'): Move => ({
    tool: 'confirm_booking',
    step: 'confirm_booking',
    does,
    words,
    input: { booking_id: bookingId, summary_digest: digest, customer_reply: words },
  }),

  /** Has the customer asked by the MCP client itself, past the agent. */
  confirmInForm: (bookingId: string, digest: string, typed: string): Move => ({
    tool: 'confirm_booking',
    step: 'confirm_booking',
    does: 'has the customer asked in a form',
    words: typed,
    input: { booking_id: bookingId, summary_digest: digest },
  }),

  createOrder: (confirmed: Pick<ConfirmedBookingWire, 'idempotency_key' | 'payload'>, does: string): Move => ({
    tool: 'create_order',
    step: 'create_order',
    does,
    input: { idempotency_key: confirmed.idempotency_key, payload: confirmed.payload },
  }),

  abandon: (bookingId: string, reason: string): Move => ({
    tool: 'abandon_booking',
    step: 'abandon_booking',
    does: 'gives the booking up',
    input: { booking_id: bookingId, reason },
  }),
} as const;

/** The order that a create_order answered with. */
export const createdOrderSchema = createdOrderAnswerSchema.shape.data;

/** The way to the summary, as an agent goes it that does everything right. */
export async function startBooking(stage: Stage): Promise<string> {
  const { booking } = await stage.passes(moves.start(), bookingStepWireSchema, 'start');
  return booking.id;
}

export async function takeItems(stage: Stage, bookingId: string, words: string, items: readonly Claim[]) {
  const move = moves.addItems(bookingId, stage.customer(words), items);
  return said(stage, await stage.passes(move, bookingStepWireSchema, 'collect_items'));
}

export async function hearYesToItems(
  stage: Stage,
  bookingId: string,
  words: string,
  at: 'confirm_items' | 'collect_details',
) {
  const move = moves.confirmItems(bookingId, stage.customer(words));
  return said(stage, await stage.passes(move, bookingStepWireSchema, at));
}

export async function takeCustomer(
  stage: Stage,
  bookingId: string,
  words: string,
  customer: { readonly name: string; readonly phone: string; readonly notes?: string },
) {
  const move = moves.setCustomer(bookingId, stage.customer(words), customer);
  return said(stage, await stage.passes(move, bookingStepWireSchema, 'collect_details'));
}

export async function showSummary(stage: Stage, bookingId: string): Promise<ShownSummaryWire> {
  const shown = await stage.passes(moves.getSummary(bookingId), shownSummaryWireSchema, 'show_summary');
  stage.agent(shown.summary.text);
  return shown;
}

export async function hearYes(
  stage: Stage,
  bookingId: string,
  digest: string,
  words: string,
): Promise<ConfirmedBookingWire> {
  const move = moves.confirm(bookingId, digest, stage.customer(words));
  return stage.passes(move, confirmedBookingWireSchema, 'final_confirmation');
}

export async function placeOrder(stage: Stage, confirmed: ConfirmedBookingWire): Promise<CreatedOrderWire> {
  const move = moves.createOrder(confirmed, 'places the order');
  return stage.passes(move, createdOrderSchema, undefined);
}

function said(stage: Stage, answer: BookingStepWire): BookingStepWire {
  stage.agent(answer.say);
  return answer;
}
