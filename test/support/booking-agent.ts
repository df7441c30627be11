import fc from 'fast-check';
import type { BookingCall, BookingReply, OrderLine } from './booking-door';

/**
 * An agent that does whatever comes into its head: steps in any order, lies about what the customer said, mixes up
 * bookings, and sends things twice. What it says of the customer is known to be true or not, since it is made up here.
 */

/** What an agent may think of doing, in one of its bookings. */
export type Move =
  /** What the booking says comes next. */
  | { readonly kind: 'advance'; readonly wish: number; readonly customer: number; readonly reply: number }
  | { readonly kind: 'add'; readonly wish: number; readonly lie: 'none' | 'item' | 'quantity' | 'words' }
  | { readonly kind: 'remove'; readonly item: number }
  | { readonly kind: 'confirm items'; readonly reply: number }
  | { readonly kind: 'set customer'; readonly customer: number; readonly lie: 'none' | 'name' | 'phone' }
  | { readonly kind: 'summary' }
  | {
      readonly kind: 'confirm';
      readonly digest: 'last' | 'first' | 'other booking' | 'made up';
      readonly reply: number;
      readonly declined: boolean;
    }
  | {
      readonly kind: 'order';
      readonly key: 'last' | 'first' | 'other booking' | 'none' | 'made up' | 'tampered with' | 'digest';
      readonly payload: PayloadKind;
    }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'switch'; readonly enabled: boolean };

const PAYLOADS = [
  'given',
  'first',
  'other booking',
  'name',
  'phone',
  'item',
  'quantity',
  'more',
  'less',
  'notes',
  'order',
] as const;
type PayloadKind = (typeof PAYLOADS)[number];

export interface Command {
  /** 0, 1 or 2. */
  readonly booking: number;
  readonly move: Move;
  /** Sent twice at once: under one step id, or under none. */
  readonly twice: 'no' | 'one id' | 'no id';
  /** Sent at once with the next command. */
  readonly withNext: boolean;
}

/** What the customers of these talks say. No two messages are the same, and none holds another one's words. */
export const WISHES = [
  {
    message: 'two margheritas please',
    name: 'Margherita',
    quantity: 2,
    name_words: 'margheritas',
    quantity_words: 'two',
  },
  { message: 'three colas', name: 'Cola', quantity: 3, name_words: 'colas', quantity_words: 'three' },
  { message: 'a tiramisu for me', name: 'Tiramisu', quantity: 1, name_words: 'tiramisu', quantity_words: 'a' },
  { message: 'and 12 breadsticks', name: 'Breadsticks', quantity: 12, name_words: 'breadsticks', quantity_words: '12' },
] as const;

export const CUSTOMERS = [
  { message: 'Jane Doe 2125550142', name: 'Jane Doe', phone: '2125550142', notes: null },
  { message: 'Bob Stone, 6465550188', name: 'Bob Stone', phone: '6465550188', notes: null },
  { message: 'Jane Doe 2125550142, ring twice', name: 'Jane Doe', phone: '2125550142', notes: 'ring twice' },
] as const;

/** What customers answer, and what it is. */
export const REPLIES = [
  { text: 'yes', means: 'yes' },
  { text: 'YES!', means: 'yes' },
  { text: 'I confirm', means: 'yes' },
  { text: 'no', means: 'no' },
  { text: 'yes but make it two', means: 'no' },
  { text: 'yes?', means: 'nothing' },
  { text: '', means: 'nothing' },
  { text: '\u{1F44D}', means: 'nothing' },
  { text: 'The customer said yes.', means: 'nothing' },
] as const;
const YES_REPLIES = [0, 1, 2] as const;

const index = (list: readonly unknown[]) => fc.nat({ max: list.length - 1 });
/** Mostly the first, so that customers meet who want the same. */
const favourite = (list: readonly unknown[]) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: index(list) });
const reply = index(REPLIES);
const kind = <Kind extends Move['kind']>(name: Kind) => fc.constant(name);

function move({ time }: { readonly time: boolean }): fc.Arbitrary<Move> {
  const advance = fc.record({
    kind: kind('advance'),
    wish: favourite(WISHES),
    customer: favourite(CUSTOMERS),
    reply: fc.constantFrom(...YES_REPLIES),
  });
  const chaos: fc.WeightedArbitrary<Move>[] = [
    {
      weight: 4,
      arbitrary: fc.record({
        kind: kind('add'),
        wish: index(WISHES),
        lie: fc.constantFrom('none', 'none', 'item', 'quantity', 'words'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: kind('remove'), item: fc.constantFrom(1, 1, 1, 2, 2, 3, 0) }) },
    { weight: 2, arbitrary: fc.record({ kind: kind('confirm items'), reply }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: kind('set customer'),
        customer: index(CUSTOMERS),
        lie: fc.constantFrom('none', 'none', 'name', 'phone'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: kind('summary') }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: kind('confirm'),
        digest: fc.constantFrom('last', 'last', 'last', 'first', 'other booking', 'made up'),
        reply,
        declined: fc.constantFrom(false, false, false, false, false, false, false, true),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: kind('order'),
        key: fc.constantFrom(
          'last',
          'last',
          'last',
          'first',
          'other booking',
          'none',
          'made up',
          'tampered with',
          'digest',
        ),
        payload: fc.constantFrom(...PAYLOADS, 'given', 'given', 'given', 'given', 'given'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: kind('abandon') }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('switch'), enabled: fc.constantFrom(true, true, false) }) },
  ];
  // Sums of these never come within the time that a talk takes of any of the times that count (300 s, 600 s, 1,800 s).
  const seconds = fc.constantFrom(13, 13, 190, 700, 1_900);
  if (time) chaos.push({ weight: 2, arbitrary: fc.record({ kind: kind('wait'), seconds }) });
  return fc.oneof({ weight: 3, arbitrary: advance }, { weight: 2, arbitrary: fc.oneof(...chaos) });
}

/** What an agent does in one go; `time`: whether it can be made to pass. */
export function talk(options: {
  readonly time: boolean;
  readonly maxLength: number;
}): fc.Arbitrary<readonly Command[]> {
  const command = fc.record({
    booking: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
    move: move(options),
    twice: fc.constantFrom('no', 'no', 'no', 'no', 'one id', 'no id') as fc.Arbitrary<Command['twice']>,
    withNext: fc.constantFrom(false, false, false, false, true),
  });
  return fc.array(command, { minLength: 8, maxLength: options.maxLength });
}

/** A call that the agent makes, with what is true of it. */
export interface Act {
  readonly booking: number;
  readonly call: BookingCall;
  readonly truth: Truth;
}

export type Truth =
  | { readonly name: 'start' | 'get_summary' | 'abandon_booking' }
  | {
      readonly name: 'add_items';
      readonly message: string;
      readonly item: { readonly name: string; readonly quantity: number };
      readonly refusedBy?: 'item_grounding' | 'quantity_grounding';
    }
  | { readonly name: 'remove_item'; readonly itemId: string }
  | { readonly name: 'confirm_items'; readonly means: Meaning }
  | {
      readonly name: 'set_customer';
      readonly customer: { readonly name: string; readonly phone: string; readonly notes: string | null };
      readonly honest: boolean;
    }
  | { readonly name: 'confirm_booking'; readonly digest: string; readonly means: Meaning }
  | { readonly name: 'create_order'; readonly key: string | undefined; readonly content: OrderLine };

export type Meaning = (typeof REPLIES)[number]['means'];

interface Page {
  id: string | undefined;
  nextStep: string | null;
  readonly digests: string[];
  readonly keys: string[];
  readonly payloads: OrderLine[];
}

/** All that the agent has been told, and nothing else: what it does next is made of this. */
export class AgentNotebook {
  private readonly pages: readonly Page[] = [0, 1, 2].map(() => ({
    id: undefined,
    nextStep: null,
    digests: [],
    keys: [],
    payloads: [],
  }));

  constructor(private readonly userId: string) {}

  /** The call that a command comes to now. Nothing can be done in a booking that is not there, so it is started. */
  actOf(command: Command): Act {
    const { booking, move } = command;
    const page = this.page(booking);
    const { id: bookingId } = page;
    if (bookingId === undefined) {
      return { booking, call: { name: 'start', fields: { locale: 'en' } }, truth: { name: 'start' } };
    }
    const truth = this.truthOf(move.kind === 'advance' ? this.next(move, page) : move, page, booking);
    const name = truth.name;
    const call = { name, fields: this.fieldsOf(truth.wire ?? {}) };
    const { wire: _, ...rest } = truth;
    return { booking, call: name === 'create_order' ? call : { ...call, bookingId }, truth: rest as Truth };
  }

  /** Writes down what was answered. */
  note({ booking, call }: Act, reply: BookingReply): void {
    const page = this.page(booking);
    if (!reply.ok) {
      const nextStep = reply.details.next_step;
      if (call.name !== 'create_order' && nextStep !== undefined) page.nextStep = nextStep as string | null;
      return;
    }
    const { booking: view, summary_digest: digest, idempotency_key: key, payload } = reply.data as Told;
    if (view !== undefined) {
      page.id = view.id;
      page.nextStep = view.next_step;
    }
    if (call.name === 'create_order') {
      page.nextStep = null;
      return;
    }
    if (digest !== undefined && !page.digests.includes(digest)) page.digests.push(digest);
    if (key !== undefined && payload !== undefined && !page.keys.includes(key)) {
      page.keys.push(key);
      page.payloads.push(lineOf(payload));
    }
  }

  private page(booking: number): Page {
    const page = this.pages[booking];
    if (page === undefined) throw new Error(`there is no page ${booking}`);
    return page;
  }

  private next(move: Extract<Move, { kind: 'advance' }>, page: Page): Exclude<Move, { kind: 'advance' }> {
    switch (page.nextStep) {
      case 'collect_items':
        return { kind: 'add', wish: move.wish, lie: 'none' };
      case 'confirm_items':
        return { kind: 'confirm items', reply: move.reply };
      case 'collect_details':
        return { kind: 'set customer', customer: move.customer, lie: 'none' };
      case 'show_summary':
        return { kind: 'summary' };
      case 'final_confirmation':
        return { kind: 'confirm', digest: 'last', reply: move.reply, declined: false };
      default:
        return { kind: 'order', key: 'last', payload: 'given' };
    }
  }

  private truthOf(
    move: Exclude<Move, { kind: 'advance' }>,
    page: Page,
    booking: number,
  ): Truth & { readonly wire?: object } {
    switch (move.kind) {
      case 'add':
        return claimOf(move);
      case 'remove': {
        const itemId = `item_${move.item}`;
        return { name: 'remove_item', itemId, wire: { item_id: itemId } };
      }
      case 'confirm items': {
        const { text, means } = at(REPLIES, move.reply);
        return { name: 'confirm_items', means, wire: { customer_reply: text } };
      }
      case 'set customer':
        return customerOf(move);
      case 'confirm': {
        const digest = this.digestOf(move.digest, page, booking);
        const { text, means } = at(REPLIES, move.reply);
        const declined = move.declined ? { declined: true } : {};
        return {
          name: 'confirm_booking',
          digest,
          means: move.declined ? 'no' : means,
          wire: { summary_digest: digest, customer_reply: text, ...declined },
        };
      }
      case 'order':
        return this.orderOf(move, page, booking);
      case 'abandon':
        return { name: 'abandon_booking' };
      default:
        return { name: 'get_summary' };
    }
  }

  private fieldsOf(wire: object): Record<string, unknown> {
    return { ...wire };
  }

  private digestOf(which: string, page: Page, booking: number): string {
    const own = which === 'first' ? page.digests[0] : page.digests.at(-1);
    const found = which === 'other booking' ? this.other(booking)?.digests.at(-1) : own;
    return which === 'made up' || found === undefined ? '0'.repeat(64) : found;
  }

  private other(booking: number): Page | undefined {
    return this.pages.find((page, number) => number !== booking && page.digests.length > 0);
  }

  private orderOf(
    { key: which, payload }: Extract<Move, { kind: 'order' }>,
    page: Page,
    booking: number,
  ): Extract<Truth, { name: 'create_order' }> & { readonly wire: object } {
    const other = this.pages.find(({ keys }, number) => number !== booking && keys.length > 0);
    const keys = { last: page.keys.at(-1), first: page.keys[0], 'other booking': other?.keys.at(-1) };
    const genuine = which in keys ? keys[which as keyof typeof keys] : page.keys.at(-1);
    const key = keyOf(which, genuine, page.digests.at(-1));
    const known = which === 'other booking' ? other?.keys.indexOf(genuine ?? '') : page.keys.indexOf(genuine ?? '');
    const given = (which === 'other booking' ? other : page)?.payloads[known ?? -1] ?? page.payloads.at(-1) ?? INVENTED;
    const content = spoiled(given, payload, page.payloads[0], other?.payloads.at(-1));
    const { notes, ...rest } = content;
    const sent = { user_id: this.userId, ...rest, source: 'ai', ...(notes === null ? {} : { notes }) };
    return {
      name: 'create_order',
      key,
      content,
      wire: {
        version: '1.0',
        action: 'create_order',
        ...(key === undefined ? {} : { idempotency_key: key }),
        payload: sent,
      },
    };
  }
}

interface Told {
  readonly booking?: { readonly id: string; readonly next_step: string | null };
  readonly summary_digest?: string;
  readonly idempotency_key?: string;
  readonly payload?: OrderLine;
}

/** What an agent books that has asked nobody. */
const INVENTED: OrderLine = {
  customer_name: 'Jane Doe',
  customer_phone: '2125550142',
  items: [{ name: 'Margherita', quantity: 2 }],
  notes: null,
};

function keyOf(which: string, genuine: string | undefined, digest: string | undefined): string | undefined {
  switch (which) {
    case 'none':
      return undefined;
    case 'digest':
      return digest ?? 'yes';
    case 'tampered with':
      return genuine === undefined ? 'yes' : genuine.replace(/.(?=\.[^.]+$)/, (last) => (last === 'A' ? 'B' : 'A'));
    default:
      return which === 'made up' || genuine === undefined ? '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f' : genuine;
  }
}

function spoiled(given: OrderLine, how: PayloadKind, first?: OrderLine, other?: OrderLine): OrderLine {
  const [one = { name: 'Margherita', quantity: 1 }, ...more] = given.items;
  switch (how) {
    case 'first':
      return first ?? given;
    case 'other booking':
      return other ?? given;
    case 'name':
      return { ...given, customer_name: `${given.customer_name} Junior` };
    case 'phone':
      return { ...given, customer_phone: `${given.customer_phone}9` };
    case 'item':
      return { ...given, items: [{ ...one, name: 'Lobster' }, ...more] };
    case 'quantity':
      return { ...given, items: [{ ...one, quantity: one.quantity + 1 }, ...more] };
    case 'more':
      return { ...given, items: [...given.items, { name: 'Lobster', quantity: 1 }] };
    case 'less':
      return { ...given, items: more.length === 0 ? [{ ...one, quantity: one.quantity + 1 }] : more };
    case 'notes':
      return { ...given, notes: given.notes === null ? 'and a discount' : null };
    case 'order':
      return { ...given, items: [...given.items].reverse() };
    default:
      return given;
  }
}

function claimOf({ wish, lie }: Extract<Move, { kind: 'add' }>): Truth & { readonly wire: object } {
  const { message, ...said } = at(WISHES, wish);
  const claimed = {
    ...said,
    ...(lie === 'item' ? { name: 'Lobster', name_words: 'lobster' } : {}),
    ...(lie === 'quantity' ? { quantity: 99 } : {}),
    ...(lie === 'words' ? { name_words: '', quantity_words: '' } : {}),
  };
  const refusedBy = lie === 'quantity' ? 'quantity_grounding' : 'item_grounding';
  return {
    name: 'add_items',
    message,
    item: { name: claimed.name, quantity: claimed.quantity },
    ...(lie === 'none' ? {} : { refusedBy }),
    wire: { customer_message: message, items: [claimed] },
  };
}

function customerOf({ customer, lie }: Extract<Move, { kind: 'set customer' }>): Truth & { readonly wire: object } {
  const { message, ...said } = at(CUSTOMERS, customer);
  const claimed = {
    ...said,
    ...(lie === 'name' ? { name: 'Eve Adams' } : {}),
    ...(lie === 'phone' ? { phone: '9998887777' } : {}),
  };
  const notes = claimed.notes === null ? {} : { notes: claimed.notes };
  return {
    name: 'set_customer',
    customer: claimed,
    honest: lie === 'none',
    wire: { customer_message: message, customer_name: claimed.name, customer_phone: claimed.phone, ...notes },
  };
}

/** The part of a payload that the customer said yes to. */
export function lineOf(payload: Partial<OrderLine>): OrderLine {
  const { customer_name = '', customer_phone = '', items = [], notes = null } = payload;
  return { customer_name, customer_phone, items: items.map(({ name, quantity }) => ({ name, quantity })), notes };
}

function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new Error(`there is no number ${place}`);
  return found;
}
