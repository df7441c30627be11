import type { BookingDecision, BookingStatus, BookingStep } from '../api/wire';

/** What each guardrail stands for, as an owner would put it. */
const GUARDRAILS: Readonly<Record<string, string>> = {
  capability: 'AI booking was switched off, so the agent may not book.',
  booking_open: 'This booking was already over; nothing can be added to it.',
  step_order: 'The agent tried to skip ahead. Each step has to come in its turn.',
  item_grounding: 'The agent named an item that the customer had not asked for.',
  quantity_grounding: 'The agent sent a quantity that the customer had not said of this item.',
  catalogue: 'You do not sell this item under that name.',
  customer_grounding: 'The agent sent a name or phone number that the customer had not given.',
  plain_text: 'A name or note held markup where only plain text belongs.',
  draft_limit: 'The booking held more items than an order can.',
  required_fields: 'The order was not complete yet, so there was nothing to sum up.',
  explicit_confirmation: 'The reply was not a clear yes, so nothing was confirmed.',
  current_summary: 'The yes was to an older summary, so it did not count.',
  confirmation_key: 'The agent tried to order without a confirmation by the customer.',
  confirmed_content: 'The agent tried to order something other than what was confirmed.',
  live_confirmation: 'The yes was too old, or something changed after it, so it no longer counted.',
};

/** Where a guardrail has several reasons and the owner would ask which. */
const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  booking_open: {
    booking_ordered: 'This booking had already become an order.',
    booking_abandoned: 'This booking had been given up.',
    booking_expired: 'This booking had expired.',
  },
  item_grounding: {
    name_words_missing: 'The agent named an item without any words of the customer for it.',
    name_differs: 'The agent called the item something other than the customer did.',
    names_nothing: 'What the agent sent does not name any item.',
    several_items: 'The words could mean several items; the customer has to say which one.',
    part_of_another_item: 'The words belong to another item of the order.',
    negated: 'The customer had said no to this item.',
    already_in_draft: 'The agent counted the same words of the customer twice.',
  },
  quantity_grounding: {
    quantity_not_said: 'The customer had not said how many.',
    quantity_unclear: 'It was not clear how many the customer wanted.',
    several_numbers: 'The customer said several numbers; it was not clear which one was meant.',
    quantity_corrected: 'The customer had gone on to another number.',
    number_taken: 'The number the agent pointed at belongs to another item.',
    unclear_answer: 'The customer’s answer did not say how many.',
    other_quantity: 'The customer had said another number than the agent sent.',
  },
  catalogue: {
    not_in_catalogue: 'You do not sell this item.',
    close_match: 'The name is close to one of your items, but not the same; the customer has to say which one.',
    not_available: 'You do not sell this item at the moment.',
  },
  customer_grounding: {
    name_not_said: 'The agent sent a name that the customer had not given.',
    phone_not_said: 'The agent sent a phone number that the customer had not given.',
  },
  explicit_confirmation: {
    reply_no: 'The customer said no, so nothing was confirmed.',
    reply_change: 'The customer wanted a change, so nothing was confirmed.',
    reply_question: 'The customer asked a question instead of saying yes.',
    reply_empty: 'There was no reply from the customer. Only the customer can say yes.',
    reply_declined: 'The customer turned the summary down.',
  },
  current_summary: {
    no_current_summary: 'The order had changed since the summary was shown, so the yes did not count.',
  },
  live_confirmation: {
    confirmation_expired: 'The yes was too old to count.',
  },
};

/** Why a step was blocked. Words for all that is known today, and something true for what a later server may add. */
export function blockedText({ guardrail, reason }: Pick<BookingDecision, 'guardrail' | 'reason'>): string {
  return (
    REASONS[guardrail ?? '']?.[reason ?? ''] ??
    GUARDRAILS[guardrail ?? ''] ??
    'A rule that protects you and your customers said no.'
  );
}

const DONE: Readonly<Record<string, string>> = {
  start: 'The conversation began',
  add_items: 'Added to the order',
  remove_item: 'Taken out of the order',
  confirm_items: 'The customer agreed to the items',
  set_customer: 'Name and phone number noted',
  get_summary: 'The summary was shown',
  confirm_booking: 'The customer said yes',
  create_order: 'The order was placed',
  abandon_booking: 'The booking was given up',
  expire: 'The booking expired',
};

const TRIED: Readonly<Record<string, string>> = {
  start: 'Tried to begin',
  add_items: 'Tried to add an item',
  remove_item: 'Tried to take an item out',
  confirm_items: 'Tried to have the items agreed',
  set_customer: 'Tried to note name and phone number',
  get_summary: 'Tried to sum up',
  confirm_booking: 'Tried to have the order confirmed',
  create_order: 'Tried to place the order',
  abandon_booking: 'Tried to give up',
};

/** What happened, in a few words. */
export function decisionText({ step, decision }: Pick<BookingDecision, 'step' | 'decision'>): string {
  const words = (decision === 'blocked' ? TRIED : DONE)[step] ?? step.replaceAll('_', ' ');
  return decision === 'repeated' ? `${words} (again)` : words;
}

export const BOOKING_STATUS_LABELS: Readonly<Record<BookingStatus, string>> = {
  open: 'Open',
  ordered: 'Ordered',
  abandoned: 'Given up',
  expired: 'Expired',
};

/** The way of a booking, in order, as an owner reads it. */
export const BOOKING_WAY: readonly { readonly step: BookingStep; readonly label: string }[] = [
  { step: 'collect_items', label: 'Items' },
  { step: 'confirm_items', label: 'Items agreed' },
  { step: 'collect_details', label: 'Name & phone' },
  { step: 'show_summary', label: 'Summary' },
  { step: 'final_confirmation', label: 'The yes' },
  { step: 'create_order', label: 'Order' },
];

/** The status of a booking that is known by its step alone. */
export function statusOfStep(step: BookingStep): BookingStatus {
  if (step === 'abandoned' || step === 'expired') return step;
  return step === 'create_order' ? 'ordered' : 'open';
}
