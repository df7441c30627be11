import type { Sha256Hex } from '../canonical-request';
import { isBlank } from '../clean-text';
import { type Block, blocked, type Verdict } from '../guardrails/block';
import { groundCustomer } from '../guardrails/ground-customer';
import { groundItems } from '../guardrails/ground-items';
import { judgeReply } from '../guardrails/judge-reply';
import { plainText } from '../guardrails/plain-text';
import { firstUnsold } from '../guardrails/still-sold';
import { ask, type Question } from './ask';
import type { BookingAction, BookingState, Confirmation, CustomerMessage, DraftItem } from './booking';
import type { CatalogueItem } from './catalogue';
import type { ConfirmationClaim } from './confirmation-key';
import { type DraftContent, draftDigest } from './draft-digest';
import type { StepRequest } from './step-request';
import { renderSummary, type Summary } from './summary';
import { allowedActions, isExpired, placeOf } from './view';

/** As many as an order has. */
export const DRAFT_ITEMS_MAX = 100;
/** The customer's messages that can still be pointed at; older ones are in the records only. */
const MESSAGES_KEPT = 20;

/** What the judging of a step depends on besides the booking itself. */
export interface StepRules {
  /** Now, ISO 8601. */
  readonly at: string;
  /** Empty where the tenant keeps none. */
  readonly catalogue: readonly CatalogueItem[];
  /** The tenant's own phrases that count as a yes. */
  readonly confirmationPhrases: readonly string[];
  readonly confirmationSeconds: number;
  readonly sha256Hex: Sha256Hex;
  readonly issueKey: (claim: ConfirmationClaim) => string;
}

/** What an accepted step gives back, besides the booking. */
export interface StepResult {
  /** What to say to the customer next, in the booking's language; null when there is nothing to say. */
  readonly say: string | null;
  readonly summary?: Summary;
  readonly summaryDigest?: string;
  /** Of a confirmed booking. `content` is what the order has to hold. */
  readonly confirmed?: Confirmation & { readonly content: DraftContent };
}

/** One line of a booking's records. */
export interface StepDecision {
  readonly action: BookingAction;
  readonly decision: 'accepted' | 'repeated' | 'blocked';
  readonly block: Block | null;
  /** What the customer said, word for word, where the step carries it. */
  readonly customerWords: string | null;
  /** What was given out to be shown to the customer, or what the customer's reply answers. */
  readonly shown: string | null;
  readonly summaryDigest: string | null;
}

export interface StepOutcome {
  /** The booking after the step; also a refused step leaves something behind (the customer's message, a declined summary). */
  readonly state: BookingState;
  readonly decision: StepDecision;
  /** Null when the step was refused. */
  readonly result: StepResult | null;
}

/**
 * Takes one step of a booking, or refuses it: the one place where it is decided what an agent may do. Pure: the same
 * booking, request and rules give the same outcome.
 */
export function takeStep(state: BookingState, request: StepRequest, rules: StepRules): StepOutcome {
  // What is over does not go on for being asked.
  const lastStepAt = isOpen(state) ? rules.at : state.lastStepAt;
  const counted = { ...state, version: state.version + 1, lastStepAt };
  const order = checkOrder(state, request, rules.at);
  if (!order.ok) return refuse(counted, request, order.block);
  switch (request.action) {
    case 'add_items':
      return addItems(counted, request, rules);
    case 'remove_item':
      return removeItem(counted, request);
    case 'confirm_items':
      return confirmItems(counted, request, rules);
    case 'set_customer':
      return setCustomer(counted, request);
    case 'get_summary':
      return getSummary(counted, request, rules);
    case 'confirm_booking':
      return confirmBooking(counted, request, rules);
    case 'abandon_booking':
      return accept(
        { ...counted, status: 'abandoned', confirmation: null },
        request,
        { say: null },
        isOpen(state) ? 'accepted' : 'repeated',
      );
  }
}

type Taking<Action extends BookingAction> = Extract<StepRequest, { readonly action: Action }>;

function isOpen(state: BookingState): boolean {
  return state.status === 'open';
}

/** Whether the booking is where this step belongs. */
function checkOrder(state: BookingState, request: StepRequest, at: string): Verdict<undefined> {
  const { action } = request;
  const { step, missing, nextStep } = placeOf(state, at);
  if (!isOpen(state)) {
    // Abandoning twice is asking for what is so already.
    if (action === 'abandon_booking' && state.status === 'abandoned') return { ok: true, value: undefined };
    return blocked({
      guardrail: 'booking_open',
      reason: `booking_${state.status}`,
      message: `The booking is over (${step}); start another one`,
      ask: null,
    });
  }
  // The last item's removal, sent again, finds no items at all.
  const isRemoved = request.action === 'remove_item' && wasThere(state, request.itemId);
  if (isRemoved || allowedActions(state, at).includes(action)) return { ok: true, value: undefined };
  if (action === 'confirm_booking' && state.summaryEver) {
    return blocked({
      guardrail: 'current_summary',
      code: 'STALE_CONFIRMATION',
      reason: 'no_current_summary',
      message: 'The summary no longer holds; show the current one and ask again',
      ask: questionAt(state, at),
    });
  }
  return blocked({
    guardrail: nextStep === 'collect_details' && action === 'get_summary' ? 'required_fields' : 'step_order',
    reason: `${action}_before_${nextStep ?? 'end'}`,
    message: `${action} comes later: the next step is ${nextStep ?? 'none'}, and missing is ${missing.join(', ')}`,
    ask: questionAt(state, at),
  });
}

function addItems(state: BookingState, request: Taking<'add_items'>, rules: StepRules): StepOutcome {
  const { heard, message } = hear(state, request.customerMessage);
  for (const [index, { name }] of request.items.entries()) {
    const plain = plainText(name, `items[${index}].name`);
    if (!plain.ok) return refuseWish(heard, request, plain.block);
  }
  const grounded = groundItems(request.items, message, {
    locale: state.locale,
    earlier: heard.messages.filter(({ number }) => number !== message.number),
    draft: state.items,
    catalogue: rules.catalogue,
  });
  if (!grounded.ok) return refuseWish(heard, request, grounded.block);

  const fresh = grounded.value.filter((item) => !state.items.some((known) => sameWords(known, item)));
  if (fresh.length === 0) return accept(heard, request, { say: questionAt(heard, rules.at) }, 'repeated');
  if (state.items.length + fresh.length > DRAFT_ITEMS_MAX) {
    return refuseWish(heard, request, {
      guardrail: 'draft_limit',
      code: 'GUARDRAIL_BLOCKED',
      reason: 'too_many_items',
      message: `A booking holds at most ${DRAFT_ITEMS_MAX} items`,
      ask: null,
      field: 'items',
    });
  }
  const items = [
    ...state.items,
    ...fresh.map((item, index) => ({ id: `item_${state.itemsEver + index + 1}`, ...item })),
  ];
  const next = edited({ ...heard, items, itemsEver: state.itemsEver + fresh.length, itemsConfirmed: false });
  return accept(next, request, { say: questionAt(next, rules.at) });
}

/** The same words of the same message are the same wish: an agent that sends its step again must not double it. */
function sameWords(a: Omit<DraftItem, 'id'>, b: Omit<DraftItem, 'id'>): boolean {
  return a.name === b.name && sameSpan(a.nameWords, b.nameWords) && sameSpan(a.quantityWords, b.quantityWords);
}

function sameSpan(a: DraftItem['nameWords'], b: DraftItem['nameWords']): boolean {
  return a.message === b.message && a.start === b.start && a.end === b.end;
}

function removeItem(state: BookingState, request: Taking<'remove_item'>): StepOutcome {
  const items = state.items.filter(({ id }) => id !== request.itemId);
  if (items.length === state.items.length) {
    // An id that was there once is gone already: sent again, the removal has nothing left to do.
    if (wasThere(state, request.itemId)) return accept(state, request, { say: null }, 'repeated');
    return refuse(state, request, {
      guardrail: 'step_order',
      code: 'GUARDRAIL_BLOCKED',
      reason: 'no_such_item',
      message: 'The booking has no item with this id',
      ask: null,
      field: 'item_id',
    });
  }
  const next = edited({ ...state, items, itemsConfirmed: false });
  return accept(next, request, { say: questionAt(next, next.lastStepAt) });
}

/** Whether the booking ever had an item with this id. */
function wasThere(state: BookingState, itemId: string): boolean {
  const number = /^item_([1-9]\d{0,8})$/.exec(itemId)?.[1];
  return number !== undefined && Number(number) <= state.itemsEver;
}

function confirmItems(state: BookingState, request: Taking<'confirm_items'>, rules: StepRules): StepOutcome {
  const { heard } = hear(state, request.customerReply);
  const shown = questionText(state, { kind: 'items_right', items: state.items });
  const yes = explicitYes(heard, request.customerReply, rules, shown);
  if (!yes.ok) {
    // Whatever the customer said yes to before: an order of items that they just said no to is one that nobody wants.
    const next = isDeclined(yes.block) ? edited({ ...heard, itemsConfirmed: false }) : heard;
    return refuse(next, request, yes.block, { shown });
  }
  const repeated = state.itemsConfirmed;
  const next = { ...heard, itemsConfirmed: true };
  return accept(next, request, { say: questionAt(next, rules.at) }, repeated ? 'repeated' : 'accepted', { shown });
}

function setCustomer(state: BookingState, request: Taking<'set_customer'>): StepOutcome {
  const { heard } = hear(state, request.customerMessage);
  const texts = [plainText(request.customerName, 'customer_name'), plainText(request.notes ?? '', 'notes')];
  for (const plain of texts) if (!plain.ok) return refuseWish(heard, request, plain.block);
  const grounded = groundCustomer(
    { name: request.customerName, phone: request.customerPhone },
    { locale: state.locale, messages: heard.messages },
  );
  if (!grounded.ok) return refuseWish(heard, request, grounded.block);
  const customer = { name: request.customerName, phone: request.customerPhone, notes: request.notes };
  const known = state.customer;
  if (known?.name === customer.name && known.phone === customer.phone && known.notes === customer.notes) {
    return accept(heard, request, { say: null }, 'repeated');
  }
  return accept(edited({ ...heard, customer }), request, { say: null });
}

function getSummary(state: BookingState, request: Taking<'get_summary'>, rules: StepRules): StepOutcome {
  const content = contentOf(state);
  if (content === undefined) throw new Error('a summary before there is something to sum up');
  const unsold = firstUnsold(state.items, rules.catalogue);
  if (unsold !== undefined) {
    // Nor does a yes hold that was given to a summary with it.
    return refuse(edited(state), request, {
      guardrail: 'catalogue',
      code: 'GUARDRAIL_BLOCKED',
      reason: 'no_longer_sold',
      message: `${unsold.id} is no longer in the catalogue, or cannot be ordered now: remove it, and ask what is wanted instead`,
      ask: questionText(state, { kind: 'what_to_change' }),
    });
  }
  const summaryDigest = digestOf(state, content, rules);
  const summary = renderSummary(content, state.locale);
  const result = { say: summary.text, summary, summaryDigest };
  const expired = state.confirmation !== null && isExpired(state.confirmation.expiresAt, rules.at);
  // The words count as well: told otherwise by now, they are not what was shown.
  if (state.summary?.digest === summaryDigest && state.summary.text === summary.text && !expired) {
    return accept(state, request, result, 'repeated', { shown: summary.text, summaryDigest });
  }
  const shown = { digest: summaryDigest, text: summary.text, shownAt: rules.at };
  const next = { ...state, summary: shown, summaryEver: true, confirmation: null };
  return accept(next, request, result, 'accepted', { shown: summary.text, summaryDigest });
}

function confirmBooking(state: BookingState, request: Taking<'confirm_booking'>, rules: StepRules): StepOutcome {
  const { heard } = hear(state, request.customerReply);
  const content = contentOf(state);
  const { summary, confirmation } = state;
  if (content === undefined || summary === null) throw new Error('a confirmation before a summary');
  const record = { shown: summary.text, summaryDigest: request.summaryDigest };
  if (request.summaryDigest !== summary.digest || summary.digest !== digestOf(state, content, rules)) {
    return refuse(
      heard,
      request,
      {
        guardrail: 'current_summary',
        code: 'STALE_CONFIRMATION',
        reason: 'other_summary',
        message: 'This is not the summary that was shown last; show the current one and ask again',
        ask: questionText(state, { kind: 'summary_again' }),
        field: 'summary_digest',
      },
      { ...record, shown: null },
    );
  }
  const yes = request.declined ? declinedForm(state) : explicitYes(heard, request.customerReply, rules, summary.text);
  if (!yes.ok) {
    // A customer who says no, or wants something else, has answered: a yes counts only after the summary is shown again.
    const next = isDeclined(yes.block) ? edited(heard) : heard;
    return refuse(next, request, yes.block, record);
  }
  if (confirmation !== null) {
    return accept(heard, request, { say: null, confirmed: { ...confirmation, content } }, 'repeated', record);
  }
  // The booking's end revokes the key: promised for longer, it would be refused before the time that it says.
  const goodFor = Math.min(rules.confirmationSeconds, state.idleExpirySeconds);
  const expiresAt = wholeSeconds(Date.parse(rules.at) + goodFor * 1000);
  const { userId, id: bookingId, version } = state;
  const claim = { userId, bookingId, version, digest: summary.digest, expiresAt };
  const fresh: Confirmation = {
    idempotencyKey: rules.issueKey(claim),
    summaryDigest: summary.digest,
    confirmedAt: rules.at,
    expiresAt,
  };
  const next = { ...heard, confirmation: fresh };
  return accept(next, request, { say: null, confirmed: { ...fresh, content } }, 'accepted', record);
}

/** The key holds whole seconds: what is told is what it holds. */
function wholeSeconds(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
}

function explicitYes(state: BookingState, reply: string, rules: StepRules, shown: string): Verdict<undefined> {
  const verdict = judgeReply(reply, { locale: state.locale, ownPhrases: rules.confirmationPhrases });
  if (verdict === 'yes') return { ok: true, value: undefined };
  return blocked({
    guardrail: 'explicit_confirmation',
    reason: `reply_${verdict}`,
    message: WHAT_WAS_SAID[verdict],
    ask: verdict === 'change' || verdict === 'no' ? questionText(state, { kind: 'what_to_change' }) : shown,
    field: 'customer_reply',
  });
}

/** A form sent back without words is no yes, and no words are put in the customer's mouth for it. */
function declinedForm(state: BookingState): Verdict<undefined> {
  return blocked({
    guardrail: 'explicit_confirmation',
    reason: 'reply_declined',
    message: 'The customer turned the summary down; ask what to change, and do not ask for the same yes again',
    ask: questionText(state, { kind: 'what_to_change' }),
    field: 'customer_reply',
  });
}

/** Whether a refused reply was an answer all the same: a no, or a wish for something else. */
function isDeclined({ reason }: Block): boolean {
  return ['reply_no', 'reply_change', 'reply_declined'].includes(reason);
}

const WHAT_WAS_SAID = {
  empty: 'There are no words of the customer; only the customer can say yes',
  no: 'The customer said no; ask what to change',
  change: 'The customer asked for a change; make it, and show the summary again',
  question: 'The customer asked something; answer it, and ask again',
  unclear: 'This is no clear yes; ask the customer for a plain yes or no',
} as const;

/** Any change of the draft undoes what was said to it. */
function edited(state: BookingState): BookingState {
  return { ...state, summary: null, confirmation: null };
}

/**
 * Keeps what the customer said, so that later steps can point at it. The same text again is the same message, in a step that
 * was sent again or mended: counted anew, its words would be another wish, and a retry would double an item.
 */
function hear(state: BookingState, text: string): { readonly heard: BookingState; readonly message: CustomerMessage } {
  const known = state.messages.find((message) => message.text === text);
  if (known !== undefined) return { heard: state, message: known };
  const message = { number: state.messagesEver + 1, text };
  // No words, no message: kept, it would push out one that can be pointed at.
  if (isBlank(text)) return { heard: state, message };
  const messages = [...state.messages, message].slice(-MESSAGES_KEPT);
  return { heard: { ...state, messages, messagesEver: message.number }, message };
}

/** What the order would hold; undefined while something of it is missing. */
export function contentOf(state: BookingState): DraftContent | undefined {
  const { customer, items } = state;
  if (customer === null || items.length === 0) return undefined;
  return {
    customerName: customer.name,
    customerPhone: customer.phone,
    items: items.map(({ name, quantity }) => ({ name, quantity })),
    notes: customer.notes,
  };
}

function digestOf(state: BookingState, content: DraftContent, rules: StepRules): string {
  return draftDigest({ userId: state.userId, bookingId: state.id }, content, rules.sha256Hex);
}

/** What to ask the customer where the booking stands. */
export function questionAt(state: BookingState, at: string): string | null {
  switch (placeOf(state, at).nextStep) {
    case 'collect_items':
      return questionText(state, { kind: 'which_items' });
    case 'confirm_items':
      return questionText(state, { kind: 'items_right', items: state.items });
    case 'collect_details':
      return questionText(state, { kind: 'name_and_phone' });
    default:
      return null;
  }
}

function questionText(state: BookingState, question: Question): string {
  return ask(state.locale, question);
}

function accept(
  state: BookingState,
  request: StepRequest,
  result: StepResult,
  decision: 'accepted' | 'repeated' = 'accepted',
  record: Partial<Pick<StepDecision, 'shown' | 'summaryDigest'>> = {},
): StepOutcome {
  return { state, decision: { ...line(request, record), decision, block: null }, result };
}

function refuse(
  state: BookingState,
  request: StepRequest,
  block: Block,
  record: Partial<Pick<StepDecision, 'shown' | 'summaryDigest'>> = {},
): StepOutcome {
  return { state, decision: { ...line(request, record), decision: 'blocked', block }, result: null };
}

/**
 * Refuses a change of the draft. The draft stays as it is, but a yes that was given before does not: the customer wanted something
 * else after it, and an agent that cannot have the change taken would order what was there before.
 */
function refuseWish(state: BookingState, request: StepRequest, block: Block): StepOutcome {
  return refuse(edited(state), request, block);
}

function line(request: StepRequest, record: Partial<Pick<StepDecision, 'shown' | 'summaryDigest'>>) {
  return {
    action: request.action,
    customerWords: wordsOf(request),
    shown: record.shown ?? null,
    summaryDigest: record.summaryDigest ?? null,
  };
}

/** What the customer said, word for word, where the step carries it. */
export function wordsOf(request: StepRequest): string | null {
  if ('customerMessage' in request) return request.customerMessage;
  if ('customerReply' in request) return request.customerReply;
  return null;
}
