import { type BookingCall, type BookingReply, lineOf, type OrderLine } from './booking-door';
import { type Command, CUSTOMERS, type Move, type PayloadKind, REPLIES, WISHES } from './booking-talk';

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

/** What the agent sends, with what is true of it. */
interface Said {
  readonly truth: Truth;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Page {
  id: string | undefined;
  nextStep: string | null;
  readonly digests: string[];
  readonly keys: string[];
  readonly payloads: OrderLine[];
}

/**
 * An agent that does whatever comes into its head: steps in any order, lies about what the customer said, mixes up
 * bookings, and sends things twice. What it says of the customer is known to be true or not, since it is made up here. This is
 * all that it has been told, and nothing else: what it does next is made of it.
 */
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
    const { fields, truth } = this.callOf(move.kind === 'advance' ? this.next(move, page) : move, page, booking);
    const address = truth.name === 'create_order' ? {} : { bookingId };
    return { booking, call: { name: truth.name, fields, ...address }, truth };
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

  private callOf(move: Exclude<Move, { kind: 'advance' }>, page: Page, booking: number): Said {
    switch (move.kind) {
      case 'add':
        return claimOf(move);
      case 'remove': {
        const itemId = `item_${move.item}`;
        return { truth: { name: 'remove_item', itemId }, fields: { item_id: itemId } };
      }
      case 'confirm items': {
        const { text, means } = at(REPLIES, move.reply);
        return { truth: { name: 'confirm_items', means }, fields: { customer_reply: text } };
      }
      case 'set customer':
        return customerOf(move);
      case 'confirm': {
        const digest = this.digestOf(move.digest, page, booking);
        const { text, means } = at(REPLIES, move.reply);
        return {
          truth: { name: 'confirm_booking', digest, means: move.declined ? 'no' : means },
          fields: { summary_digest: digest, customer_reply: text, ...(move.declined ? { declined: true } : {}) },
        };
      }
      case 'order':
        return this.orderOf(move, page, booking);
      case 'abandon':
        return { truth: { name: 'abandon_booking' }, fields: {} };
      default:
        return { truth: { name: 'get_summary' }, fields: {} };
    }
  }

  private digestOf(which: string, page: Page, booking: number): string {
    const own = which === 'first' ? page.digests[0] : page.digests.at(-1);
    const found = which === 'other booking' ? this.other(booking)?.digests.at(-1) : own;
    return which === 'made up' || found === undefined ? '0'.repeat(64) : found;
  }

  private other(booking: number): Page | undefined {
    return this.pages.find((page, number) => number !== booking && page.digests.length > 0);
  }

  private orderOf({ key: which, payload }: Extract<Move, { kind: 'order' }>, page: Page, booking: number): Said {
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
      truth: { name: 'create_order', key, content },
      fields: {
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

function claimOf({ wish, lie }: Extract<Move, { kind: 'add' }>): Said {
  const { message, ...said } = at(WISHES, wish);
  const claimed = {
    ...said,
    ...(lie === 'item' ? { name: 'Lobster', name_words: 'lobster' } : {}),
    ...(lie === 'quantity' ? { quantity: 99 } : {}),
    ...(lie === 'words' ? { name_words: '', quantity_words: '' } : {}),
  };
  const item = { name: claimed.name, quantity: claimed.quantity };
  const refusedBy = lie === 'quantity' ? 'quantity_grounding' : 'item_grounding';
  return {
    truth: { name: 'add_items', message, item, ...(lie === 'none' ? {} : { refusedBy }) },
    fields: { customer_message: message, items: [claimed] },
  };
}

function customerOf({ customer, lie }: Extract<Move, { kind: 'set customer' }>): Said {
  const { message, ...said } = at(CUSTOMERS, customer);
  const claimed = {
    ...said,
    ...(lie === 'name' ? { name: 'Eve Adams' } : {}),
    ...(lie === 'phone' ? { phone: '9998887777' } : {}),
  };
  const notes = claimed.notes === null ? {} : { notes: claimed.notes };
  return {
    truth: { name: 'set_customer', customer: claimed, honest: lie === 'none' },
    fields: { customer_message: message, customer_name: claimed.name, customer_phone: claimed.phone, ...notes },
  };
}

function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new Error(`there is no number ${place}`);
  return found;
}
