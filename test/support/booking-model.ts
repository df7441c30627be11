import type { BookingStep } from '../../domain/booking/booking';
import type { ErrorCode } from '../../domain/errors';
import type { Act, Truth } from './booking-agent';
import { type BookingReply, lineOf, type OrderLine } from './booking-door';

/**
 * What a customer, looking over the agent's shoulder, would hold to be right. It knows what happened, one thing after
 * the other, and answers every question by going back through that; it keeps no state of its own and shares nothing with
 * the code that it is compared with. Moments are milliseconds.
 */
type Event = { readonly at: number } & (
  | { readonly what: 'added'; readonly id: string; readonly message: string; readonly item: Item }
  | { readonly what: 'removed'; readonly id: string }
  | { readonly what: 'items yes' | 'items no' | 'summary no' | 'wish refused' | 'abandoned' | 'expired' }
  | { readonly what: 'customer'; readonly name: string; readonly phone: string; readonly notes: string | null }
  | { readonly what: 'shown'; readonly digest: string; readonly content: OrderLine }
  | { readonly what: 'yes'; readonly key: string; readonly content: OrderLine; readonly until: number }
  | { readonly what: 'ordered'; readonly key: string; readonly content: OrderLine }
);
type Item = OrderLine['items'][number];
type EventOf<What extends Event['what']> = Extract<Event, { readonly what: What }>;

interface Talk {
  readonly events: readonly Event[];
  /** When the last step was taken, refused ones included. */
  readonly touched: number;
}

export interface BookingModel {
  readonly talks: readonly (Talk | undefined)[];
  readonly enabled: boolean;
}

/** How a business is that never said how it wants to be. */
const CONFIRMATION_MS = 600_000;
const IDLE_MS = 1_800_000;
const DUPLICATE_MS = 300_000;

export const EMPTY_MODEL: BookingModel = { talks: [undefined, undefined, undefined], enabled: true };

/** The model after an answer that is as it should be, or what is wrong with the answer. */
export type Judged = { readonly model: BookingModel; readonly verdict: Verdict } | { readonly wrong: string };

export type Verdict = 'accepted' | 'repeated' | ErrorCode;

/** Judges one answer that was there at a moment, to what was sent at another, by what had happened before. */
export function judge(model: BookingModel, act: Act, reply: BookingReply, at: number, sentAt: number): Judged {
  const known = model.talks[act.booking];
  if (known === undefined) return judgeStart(model, act, reply, at);
  const talk = expired(known, at);
  const { truth } = act;
  const expectation =
    truth.name === 'create_order' ? expectOrder(model, truth, at) : expectStep(talk.events, truth, at);
  const { verdict } = expectation;
  const wrong = differs(expectation, reply);
  if (wrong !== undefined) return { wrong: `${wrong}; events: ${JSON.stringify(talk.events)}` };

  const fresh = reply.ok || 'leaves' in expectation ? happened(expectation, truth, reply, talk.events, at, sentAt) : [];
  if ('wrong' in fresh) return fresh;
  if (truth.name === 'create_order') {
    return { model: withOrder(model, act.booking, fresh), verdict };
  }
  const next: Talk = {
    events: [...talk.events, ...fresh],
    touched: isOver(talk.events) ? talk.touched : at,
  };
  const seen = wrongView(next.events, reply, at) ?? wrongGift(model, next.events, truth, reply);
  if (seen !== undefined) return { wrong: `${seen}; events: ${JSON.stringify(next.events)}` };
  return { model: { ...model, talks: model.talks.with(act.booking, next) }, verdict };
}

interface Expectation {
  readonly verdict: Verdict;
  readonly guardrail?: string;
  /** What a refused step leaves behind. */
  readonly leaves?: 'items no' | 'summary no' | 'wish refused';
}

const done: Expectation = { verdict: 'accepted' };
const again: Expectation = { verdict: 'repeated' };
const no = (guardrail?: string): Expectation => ({
  verdict: 'GUARDRAIL_BLOCKED',
  ...(guardrail === undefined ? {} : { guardrail }),
});
const stale = (guardrail: string): Expectation => ({ verdict: 'STALE_CONFIRMATION', guardrail });
const unconfirmed = (guardrail: string): Expectation => ({ verdict: 'CONFIRMATION_REQUIRED', guardrail });

function judgeStart(model: BookingModel, act: Act, reply: BookingReply, at: number): Judged {
  const verdict = model.enabled ? 'accepted' : 'ORDER_BOOKING_DISABLED';
  const wrong = differs({ verdict }, reply);
  if (wrong !== undefined) return { wrong };
  if (!reply.ok) return { model, verdict };
  return { model: { ...model, talks: model.talks.with(act.booking, { events: [], touched: at }) }, verdict };
}

function expectStep(
  events: readonly Event[],
  truth: Exclude<Truth, { name: 'create_order' }>,
  at: number,
): Expectation {
  if (truth.name === 'abandon_booking' && last(events, 'abandoned') !== undefined) return again;
  if (isOver(events)) return no('booking_open');
  const items = itemsOf(events);
  switch (truth.name) {
    case 'start':
      throw new Error('a booking is started once');
    case 'add_items':
      if (truth.refusedBy !== undefined) return { ...no(truth.refusedBy), leaves: 'wish refused' };
      return items.some(({ message }) => message === truth.message) ? again : done;
    case 'remove_item':
      if (items.some(({ id }) => id === truth.itemId)) return done;
      return events.some((event) => event.what === 'added' && event.id === truth.itemId) ? again : no('step_order');
    case 'confirm_items':
      if (items.length === 0) return no('step_order');
      if (truth.means === 'no') return { ...no('explicit_confirmation'), leaves: 'items no' };
      if (truth.means === 'nothing') return no('explicit_confirmation');
      return itemsAreRight(events) ? again : done;
    case 'set_customer':
      if (items.length === 0 || !itemsAreRight(events)) return no('step_order');
      if (!truth.honest) return { ...no('customer_grounding'), leaves: 'wish refused' };
      return sameCustomer(last(events, 'customer'), truth.customer) ? again : done;
    case 'get_summary':
      if (items.length === 0 || !itemsAreRight(events)) return no('step_order');
      if (last(events, 'customer') === undefined) return no('required_fields');
      return shownAndUnanswered(events, at) === undefined ? done : again;
    case 'confirm_booking':
      return expectConfirmation(events, truth, at);
    case 'abandon_booking':
      return done;
  }
}

function expectConfirmation(
  events: readonly Event[],
  { digest, means }: Extract<Truth, { name: 'confirm_booking' }>,
  at: number,
): Expectation {
  const shown = shownAndUnanswered(events, at);
  if (shown === undefined) {
    return last(events, 'shown') === undefined ? no('step_order') : stale('current_summary');
  }
  if (digest !== shown.digest) return stale('current_summary');
  if (means === 'no') return { ...no('explicit_confirmation'), leaves: 'summary no' };
  if (means === 'nothing') return no('explicit_confirmation');
  return yesSince(events, shown) === undefined ? done : again;
}

function expectOrder(
  model: BookingModel,
  { key, content }: Extract<Truth, { name: 'create_order' }>,
  at: number,
): Expectation {
  const all = model.talks.flatMap((talk) => (talk === undefined ? [] : [expired(talk, at)]));
  const found = all
    .flatMap(({ events }) => events.map((event) => ({ event, events })))
    .findLast(({ event }) => event.what === 'yes' && event.key === key);
  const yes = found?.event;
  if (found === undefined || yes?.what !== 'yes') return unconfirmed('confirmation_key');
  if (!same(yes.content, content)) return unconfirmed('confirmed_content');
  if (found.events.some((event) => event.what === 'ordered' && event.key === key)) return again;
  const undone = since(found.events, yes).some(({ what }) => UNDOES_A_YES.has(what));
  if (undone || yes.until <= at) return stale('live_confirmation');
  if (!model.enabled) return { verdict: 'ORDER_BOOKING_DISABLED', guardrail: 'capability' };
  const orders = all.flatMap(({ events }) => events.filter((event) => event.what === 'ordered'));
  const twin = orders.some((order) => order.at + DUPLICATE_MS > at && sameOrder(order.content, content));
  return twin ? { verdict: 'DUPLICATE_ORDER' } : done;
}

const UNDOES_A_YES: ReadonlySet<Event['what']> = new Set([
  'added',
  'removed',
  'customer',
  'items no',
  'summary no',
  'wish refused',
  'shown',
  'abandoned',
  'expired',
  'ordered',
]);
const UNDOES_A_SUMMARY: ReadonlySet<Event['what']> = new Set([
  'added',
  'removed',
  'customer',
  'items no',
  'summary no',
  'wish refused',
]);

/** What this answer made happen. */
function happened(
  { verdict, leaves }: Expectation,
  truth: Truth,
  reply: BookingReply,
  events: readonly Event[],
  at: number,
  sentAt: number,
): readonly Event[] | { readonly wrong: string } {
  if (leaves !== undefined) return [{ at, what: leaves }];
  if (verdict !== 'accepted' || !reply.ok) return [];
  switch (truth.name) {
    case 'add_items': {
      const id = `item_${events.filter(({ what }) => what === 'added').length + 1}`;
      return [{ at, what: 'added', id, message: truth.message, item: truth.item }];
    }
    case 'remove_item':
      return [{ at, what: 'removed', id: truth.itemId }];
    case 'confirm_items':
      return [{ at, what: 'items yes' }];
    case 'set_customer': {
      const { name, phone, notes } = truth.customer;
      return [{ at, what: 'customer', name, phone, notes }];
    }
    case 'get_summary':
      return [{ at, what: 'shown', digest: String(reply.data.summary_digest), content: contentOf(events) }];
    case 'confirm_booking': {
      const until = Date.parse(String(reply.data.expires_at));
      const key = String(reply.data.idempotency_key);
      // Told in advance, and to the second; what was told is then what holds. It was given somewhere between the two moments.
      const given = until - CONFIRMATION_MS;
      if (given < sentAt - 5_000 || given > at + 5_000) return { wrong: `a yes is good until ${until}, at ${at}` };
      return [{ at, what: 'yes', key, content: contentOf(events), until }];
    }
    case 'abandon_booking':
      return [{ at, what: 'abandoned' }];
    case 'create_order':
      return [{ at, what: 'ordered', key: truth.key ?? '', content: truth.content }];
    default:
      return [];
  }
}

/** An order belongs to the booking whose key it was made with, whichever asked for it. */
function withOrder(model: BookingModel, asking: number, fresh: readonly Event[]): BookingModel {
  const [order] = fresh;
  if (order?.what !== 'ordered') return model;
  const talks = model.talks.map((talk) => {
    const owns = talk?.events.some((event) => event.what === 'yes' && event.key === order.key);
    return talk !== undefined && owns === true ? { ...talk, events: [...talk.events, order] } : talk;
  });
  if (same(talks, model.talks)) throw new Error(`nobody said yes to the order of booking ${asking}`);
  return { ...model, talks };
}

function differs({ verdict, guardrail }: Expectation, reply: BookingReply): string | undefined {
  const told = reply.ok ? 'accepted' : `${reply.code} ${JSON.stringify(reply.details)}`;
  const wrong = `should be ${verdict} ${guardrail ?? ''}, is ${told}`;
  if (verdict === 'accepted' || verdict === 'repeated') {
    if (!reply.ok) return wrong;
    // Whether a step was new is not told, but whether an order was is.
    const replayed = reply.data.idempotent_replayed;
    return replayed === undefined || replayed === (verdict === 'repeated') ? undefined : wrong;
  }
  if (reply.ok || reply.code !== verdict) return wrong;
  return guardrail === undefined || guardrail === reply.details.guardrail ? undefined : wrong;
}

/** Whether the booking, as the answer shows it, is the one that the events made. */
function wrongView(events: readonly Event[], reply: BookingReply, at: number): string | undefined {
  const nextStep = nextStepOf(events, at);
  if (!reply.ok) {
    const told = reply.details.next_step;
    return told === undefined || told === nextStep ? undefined : `the next step is ${nextStep}, not ${String(told)}`;
  }
  const { next_step: told, draft } = reply.data.booking as { next_step: unknown; draft: DraftSeen };
  if (told !== nextStep) return `the next step is ${nextStep}, not ${String(told)}`;
  const expected = {
    items: itemsOf(events).map(({ id, item }) => ({ id, ...item })),
    content: contentOf(events),
  };
  const seen = { items: draft.items, content: lineOf({ ...blank(draft), items: draft.items }) };
  return same(seen, expected) ? undefined : `the draft is ${JSON.stringify(expected)}, not ${JSON.stringify(seen)}`;
}

type DraftSeen = { readonly items: readonly (Item & { readonly id: string })[] } & {
  readonly [field in 'customer_name' | 'customer_phone' | 'notes']: string | null;
};

function blank(draft: DraftSeen) {
  const { customer_name, customer_phone, notes } = draft;
  return { customer_name: customer_name ?? '', customer_phone: customer_phone ?? '', notes };
}

/** What a digest and a key stand for: one digest for one content of one booking, and a key of its own for each yes. */
function wrongGift(
  model: BookingModel,
  events: readonly Event[],
  truth: Truth,
  reply: BookingReply,
): string | undefined {
  if (!reply.ok) return undefined;
  const own = new Set<Event>(events);
  const others = model.talks.flatMap((talk) => talk?.events ?? []).filter((event) => !own.has(event));
  if (truth.name === 'get_summary') {
    const { summary_digest: digest, summary } = reply.data as { summary_digest: string; summary: OrderLine };
    const content = contentOf(events);
    if (!same(lineOf(summary), content)) return `the summary shows ${JSON.stringify(summary)}`;
    const shown = (list: readonly Event[]) => list.filter((event) => event.what === 'shown');
    const clash = shown(others).some((event) => event.digest === digest);
    const unequal = shown(events).some((event) => (event.digest === digest) !== same(event.content, content));
    return clash || unequal ? `the digest ${digest} stands for two contents, or one content has two` : undefined;
  }
  if (truth.name === 'confirm_booking') {
    const { idempotency_key: key, payload } = reply.data as { idempotency_key: string; payload: OrderLine };
    if (!same(lineOf(payload), contentOf(events))) return `the payload is ${JSON.stringify(payload)}`;
    const given = [...others, ...events].filter((event) => event.what === 'yes' && event.key === key);
    return given.length === 1 ? undefined : `the key ${key} stands for ${given.length} yeses`;
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------ going back through it all

function last<What extends Event['what']>(events: readonly Event[], what: What): EventOf<What> | undefined {
  return events.findLast((event): event is EventOf<What> => event.what === what);
}

function since(events: readonly Event[], event: Event): readonly Event[] {
  return events.slice(events.indexOf(event) + 1);
}

function itemsOf(events: readonly Event[]): readonly EventOf<'added'>[] {
  const removed = new Set(events.flatMap((event) => (event.what === 'removed' ? [event.id] : [])));
  return events.filter((event): event is EventOf<'added'> => event.what === 'added' && !removed.has(event.id));
}

function contentOf(events: readonly Event[]): OrderLine {
  const customer = last(events, 'customer');
  const items = itemsOf(events).map(({ item }) => item);
  const { name = '', phone = '', notes = null } = customer ?? {};
  return lineOf({ customer_name: name, customer_phone: phone, items, notes });
}

/** The customer said yes to the items, and they are still the same. */
function itemsAreRight(events: readonly Event[]): boolean {
  return (
    events.findLast(({ what }) => ['added', 'removed', 'items yes', 'items no'].includes(what))?.what === 'items yes'
  );
}

/** The summary that can be answered now: shown after the last change, not turned down, its yes not expired. */
function shownAndUnanswered(events: readonly Event[], at: number): EventOf<'shown'> | undefined {
  const shown = last(events, 'shown');
  if (shown === undefined || since(events, shown).some(({ what }) => UNDOES_A_SUMMARY.has(what))) return undefined;
  const yes = yesSince(events, shown);
  return yes !== undefined && yes.until <= at ? undefined : shown;
}

function yesSince(events: readonly Event[], shown: Event): EventOf<'yes'> | undefined {
  return last(since(events, shown), 'yes');
}

function isOver(events: readonly Event[]): boolean {
  return events.some(({ what }) => what === 'abandoned' || what === 'expired' || what === 'ordered');
}

function expired(talk: Talk, at: number): Talk {
  if (isOver(talk.events) || talk.touched + IDLE_MS > at) return talk;
  return { ...talk, events: [...talk.events, { at, what: 'expired' }] };
}

function nextStepOf(events: readonly Event[], at: number): BookingStep | null {
  if (isOver(events)) return null;
  if (itemsOf(events).length === 0) return 'collect_items';
  if (!itemsAreRight(events)) return 'confirm_items';
  if (last(events, 'customer') === undefined) return 'collect_details';
  const shown = shownAndUnanswered(events, at);
  if (shown === undefined) return 'show_summary';
  return yesSince(events, shown) === undefined ? 'final_confirmation' : 'create_order';
}

function sameCustomer(
  known: EventOf<'customer'> | undefined,
  { name, phone, notes }: { readonly name: string; readonly phone: string; readonly notes: string | null },
): boolean {
  return known?.name === name && known.phone === phone && known.notes === notes;
}

/** What counts as the same order twice: the same phone number and the same things, in any order. */
function sameOrder(a: OrderLine, b: OrderLine): boolean {
  const things = ({ customer_phone, items }: OrderLine) => [
    customer_phone,
    ...items.flatMap(({ name, quantity }) => Array.from({ length: quantity }, () => name)).sort(),
  ];
  return same(things(a), things(b));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
