import { randomInt } from 'node:crypto';
import type { BookingWire, ConfirmedBookingWire, ShownSummaryWire } from '../../domain/booking/wire';
import { capabilitiesAnswerSchema } from '../../domain/schemas/wire';
import type { AiOrderBody, BookingCaller } from './booking-caller';
import { CANARY } from './canary';
import { accepted } from './doors';
import { restCall } from './rest-caller';
import type { ApiProcess, TestTenant } from './scene';

/** What a customer says, and what the agent makes of it: the bodies of the steps, in their order. */
export interface Talk {
  readonly items: { readonly customer_message: string; readonly items: readonly ClaimedItemBody[] };
  readonly yesToItems: { readonly customer_reply: string };
  readonly customer: {
    readonly customer_message: string;
    readonly customer_name: string;
    readonly customer_phone: string;
    readonly notes?: string;
  };
  readonly yes: string;
}

interface ClaimedItemBody {
  readonly name: string;
  readonly quantity: number;
  readonly name_words: string;
  readonly quantity_words: string;
}

/** Counted on: two numbers drawn alike would be the same order twice. */
let lastNumber = randomInt(10_000_000, 90_000_000);

/** An English talk of the canary customer, whose phone number is new each time: no other order of this test file is like this one. */
export function sampleTalk(more: Partial<Talk> = {}): Talk {
  lastNumber += 1;
  const phone = `49151${lastNumber}`;
  return {
    items: {
      customer_message: `I would like 2 ${CANARY.item} and 3 Rye Bread please`,
      items: [
        { name: CANARY.item, quantity: 2, name_words: CANARY.item, quantity_words: '2' },
        { name: 'Rye Bread', quantity: 3, name_words: 'Rye Bread', quantity_words: '3' },
      ],
    },
    yesToItems: { customer_reply: 'Yes' },
    customer: {
      customer_message: `My name is ${CANARY.name} and my number is +${phone}`,
      customer_name: CANARY.name,
      customer_phone: `+${phone}`,
      notes: CANARY.notes,
    },
    yes: 'Yes, confirm',
    ...more,
  };
}

/** How far to take a booking: up to and with this step. */
export type Stage = 'start' | 'items' | 'items_confirmed' | 'customer' | 'summary' | 'confirmed';

/** A booking as far as it was taken. */
export interface Booked {
  readonly id: string;
  readonly booking: BookingWire;
  readonly talk: Talk;
  /** From the stage `summary` on. */
  readonly shown: ShownSummaryWire;
  /** At the stage `confirmed`. */
  readonly confirmed: ConfirmedBookingWire;
  /** What to send to make the order, at the stage `confirmed`. */
  readonly order: AiOrderBody;
}

/** Takes a new booking as far as `stage`, without a detour. */
export async function bookTo(caller: BookingCaller, stage: Stage, talk: Talk = sampleTalk()): Promise<Booked> {
  const { id } = accepted(await caller.start()).booking;
  const to = STAGES.indexOf(stage);
  if (to >= 1) accepted(await caller.addItems(id, talk.items));
  if (to >= 2) accepted(await caller.confirmItems(id, talk.yesToItems));
  if (to >= 3) accepted(await caller.setCustomer(id, talk.customer));
  const shown = to >= 4 ? accepted(await caller.summary(id)) : undefined;
  const confirmed = to >= 5 && shown !== undefined ? await sayYes(caller, id, shown, talk.yes) : undefined;
  const booking = accepted(await caller.get(id));
  return {
    id,
    booking,
    talk,
    get shown() {
      return there(shown);
    },
    get confirmed() {
      return there(confirmed);
    },
    get order() {
      return orderOf(there(confirmed));
    },
  };
}

const STAGES: readonly Stage[] = ['start', 'items', 'items_confirmed', 'customer', 'summary', 'confirmed'];

export async function sayYes(
  caller: BookingCaller,
  bookingId: string,
  shown: ShownSummaryWire,
  reply = 'Yes, confirm',
): Promise<ConfirmedBookingWire> {
  const body = { summary_digest: shown.summary_digest, customer_reply: reply };
  return accepted(await caller.confirm(bookingId, body));
}

/** The contract's request for what was confirmed. */
export function orderOf({ idempotency_key, payload }: ConfirmedBookingWire): AiOrderBody {
  return { version: '1.0', action: 'create_order', idempotency_key, payload: { ...payload } };
}

/** Changes the tenant's capabilities through the door for them. AI booking is off until somebody switches it on. */
export async function setCapabilities(
  api: ApiProcess,
  tenant: TestTenant,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  accepted(
    await restCall(api.restUrl, tenant.adminKey)('PUT', '/api/capabilities', capabilitiesAnswerSchema, {
      body: change,
    }),
  );
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the booking was not taken that far');
  return value;
}
