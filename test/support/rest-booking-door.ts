import { catalogueAnswerSchema } from '../../domain/schemas/booking-wire';
import { orderPageAnswerSchema } from '../../domain/schemas/wire';
import { setCapabilities } from './booking';
import type { AiOrderBody } from './booking-caller';
import {
  type BookingCall,
  type BookingDoor,
  type BookingReply,
  type DoorTenant,
  lineOf,
  type OrderLine,
} from './booking-door';
import { bookingRestCaller } from './booking-rest-caller';
import { type Answer, accepted } from './doors';
import { restCall } from './rest-caller';
import type { ApiProcess, TestTenant } from './scene';

/** The way over REST, for a business set up like this. Its agents have a key of their own; orders are read with another. */
export async function openRestBookingDoor(
  api: ApiProcess,
  tenants: { readonly tenant: TestTenant; readonly other: TestTenant },
  { catalogue, confirmation_phrases, confirmation_expiry_seconds }: DoorTenant = {},
): Promise<BookingDoor> {
  const { tenant, other } = tenants;
  const own = bookingRestCaller(api.restUrl, tenant.aiKey);
  const foreign = bookingRestCaller(api.restUrl, other.aiKey);
  const switchBooking = (enabled: boolean) => setCapabilities(api, tenant, { order_booking_enabled: enabled });
  await setCapabilities(api, tenant, {
    order_booking_enabled: true,
    ...(confirmation_phrases === undefined ? {} : { confirmation_phrases }),
    ...(confirmation_expiry_seconds === undefined ? {} : { confirmation_expiry_seconds }),
  });
  if (catalogue !== undefined) {
    const put = restCall(api.restUrl, tenant.adminKey);
    accepted(await put('PUT', '/api/catalogue', catalogueAnswerSchema, { body: { items: catalogue } }));
  }

  function answerOf({ name, bookingId: id = '', fields, asOther }: BookingCall): Promise<Answer<object>> {
    const caller = asOther === true ? foreign : own;
    switch (name) {
      case 'start':
        return caller.start(fields);
      case 'get_booking':
        return caller
          .get(id)
          .then((answer) => (answer.outcome === 'ok' ? { ...answer, data: { booking: answer.data } } : answer));
      case 'add_items':
        return caller.addItems(id, fields);
      case 'remove_item': {
        const { item_id: itemId, ...options } = fields;
        return caller.removeItem(id, String(itemId), options);
      }
      case 'confirm_items':
        return caller.confirmItems(id, fields);
      case 'set_customer':
        return caller.setCustomer(id, fields);
      case 'get_summary':
        return caller.summary(id, fields);
      case 'confirm_booking':
        return caller.confirm(id, fields);
      case 'create_order':
        return caller.createOrder(fields as unknown as AiOrderBody);
      case 'abandon_booking':
        return caller.abandon(id, fields);
    }
  }

  return {
    userId: tenant.userId,
    otherUserId: other.userId,
    send: async (call) => replyOf(await answerOf(call)),
    decisions: (bookingId) => own.decisions(bookingId),
    orders: () => ordersOf(api, tenant),
    switchBooking,
    now: () => Date.now(),
  };
}

function replyOf(answer: Answer<object>): BookingReply {
  if (answer.outcome === 'ok') return { ok: true, data: { ...answer.data } };
  const { outcome: code, details, fields } = answer;
  if (code === 'DEADLINE_EXCEEDED') throw new Error('nobody answered in time');
  return { ok: false, code, details, fields };
}

async function ordersOf(api: ApiProcess, tenant: TestTenant): Promise<readonly OrderLine[]> {
  const call = restCall(api.restUrl, tenant.readOnlyKey);
  const { orders, next_page_token } = accepted(await call('GET', '/api/orders?page_size=100', orderPageAnswerSchema));
  if (next_page_token !== '') throw new Error('more than a page of orders');
  // Newest first is what is told.
  return orders.toReversed().map(lineOf);
}
