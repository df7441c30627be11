import fc from './fast-check';

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
export type PayloadKind = (typeof PAYLOADS)[number];

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
