import { DRAFT_ITEMS_MAX } from '../../../../domain/booking/take-step';
import type { BookingReply } from '../../../support/booking-door';
import { openDomainDoor } from '../../../support/domain-door';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** `dishaa`, `dishab` …: as many names as a booking can hold, and more. */
const NAMES = [...LETTERS].flatMap((a) => [...LETTERS].map((b) => `dish${a}${b}`));

const wishFor = (names: readonly string[]) => ({
  customer_message: names.map((name) => `2 ${name}`).join(', '),
  items: names.map((name) => ({ name, quantity: 2, name_words: name, quantity_words: '2' })),
});

async function bookingOf(names: readonly string[]) {
  const door = openDomainDoor();
  const started = await door.send({ name: 'start', fields: {} });
  const { id: bookingId } = dataOf(started).booking as { readonly id: string };
  const add = (more: readonly string[]) => door.send({ name: 'add_items', bookingId, fields: wishFor(more) });
  dataOf(await add(names));
  return { door, bookingId, add };
}

function dataOf(reply: BookingReply): Readonly<Record<string, unknown>> {
  if (!reply.ok) throw new Error(`refused with ${reply.code}: ${JSON.stringify(reply.details)}`);
  return reply.data;
}

it('a booking holds as many items as an order, and not one more', async () => {
  const { add } = await bookingOf(NAMES.slice(0, DRAFT_ITEMS_MAX - 1));
  expect(await add(NAMES.slice(200, 202))).toMatchObject({
    ok: false,
    code: 'GUARDRAIL_BLOCKED',
    details: { guardrail: 'draft_limit', reason: 'too_many_items', next_step: 'confirm_items' },
  });
  expect(dataOf(await add(NAMES.slice(300, 301)))).toMatchObject({ booking: { next_step: 'confirm_items' } });
  expect(await add(NAMES.slice(400, 401))).toMatchObject({ ok: false, details: { guardrail: 'draft_limit' } });
});

it('a full booking answers the same wish again, and takes another one for one that is removed', async () => {
  const names = NAMES.slice(0, DRAFT_ITEMS_MAX);
  const { door, bookingId, add } = await bookingOf(names);
  const { booking } = dataOf(await add(names)) as { booking: { draft: { total_quantity: number } } };
  expect(booking.draft.total_quantity).toBe(2 * DRAFT_ITEMS_MAX);
  dataOf(await door.send({ name: 'remove_item', bookingId, fields: { item_id: 'item_7' } }));
  expect(dataOf(await add(NAMES.slice(500, 501)))).toMatchObject({ booking: { draft: { total_quantity: 200 } } });
});
