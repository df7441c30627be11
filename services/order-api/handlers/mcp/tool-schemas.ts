import * as z from 'zod';
import { bookingId, customerReply } from '../../../../domain/schemas/booking-fields';
import { bookingWireSchema } from '../../../../domain/schemas/booking-wire';
import {
  abandonBookingFields,
  addItemsFields,
  aiOrderPayloadFields,
  confirmationKey,
  confirmBookingFields,
  confirmItemsFields,
  getSummaryFields,
  removeItemFields,
  setCustomerFields,
  startBookingFields,
} from '../../../../domain/schemas/bookings';

/** What the tools take and what they answer beyond what REST has schemas for. */
const named = { booking_id: bookingId };

export const noInput = z.strictObject({});
export const startBookingInput = z.strictObject(startBookingFields);
export const addItemsInput = z.strictObject({ ...named, ...addItemsFields });
export const removeItemInput = z.strictObject({ ...named, ...removeItemFields });
export const confirmItemsInput = z.strictObject({ ...named, ...confirmItemsFields });
export const setCustomerInput = z.strictObject({ ...named, ...setCustomerFields });
export const getSummaryInput = z.strictObject({ ...named, ...getSummaryFields });
export const getBookingInput = z.strictObject(named);
export const abandonBookingInput = z.strictObject({ ...named, ...abandonBookingFields });

const { declined: _declined, ...confirmBookingOwnFields } = confirmBookingFields;

/** The customer is asked in a form, where the client can show one; only that form can be declined. */
export const confirmBookingInput = z.strictObject({
  ...named,
  ...confirmBookingOwnFields,
  customer_reply: customerReply.nullish().meta({
    description:
      "The customer's reply to the summary, word for word. Leave it out where your client can show forms: there the customer is asked directly, and only that answer can be a yes.",
  }),
});

export const createOrderInput = z.strictObject({
  idempotency_key: confirmationKey,
  payload: z.strictObject(aiOrderPayloadFields).meta({ description: 'The `payload` of confirm_booking, unchanged.' }),
});

export const bookingOutput = z.strictObject({ booking: bookingWireSchema });
export const enabledOutput = z.strictObject({
  order_booking_enabled: z.boolean().meta({ description: 'Whether this business takes orders from AI agents.' }),
});
