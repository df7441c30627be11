import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import {
  bookingStepWireSchema,
  confirmedBookingWireSchema,
  shownSummaryWireSchema,
} from '../../../../domain/schemas/booking-wire';
import { createdOrderAnswerSchema } from '../../../../domain/schemas/wire';
import { advertised } from './advertised-schema';
import type { BookingOperation } from './booking-door';
import {
  abandonBookingInput,
  addItemsInput,
  bookingOutput,
  confirmBookingInput,
  confirmItemsInput,
  createOrderInput,
  enabledOutput,
  getBookingInput,
  getSummaryInput,
  noInput,
  removeItemInput,
  setCustomerInput,
  startBookingInput,
} from './tool-schemas';

/** A tool as a language model sees it, and the operation behind it. */
export interface BookingTool {
  readonly name: string;
  readonly operation: BookingOperation;
  readonly title: string;
  readonly description: string;
  /** What the call is checked against before the operation is called. */
  readonly input: z.ZodType;
  readonly annotations: ToolAnnotations;
  readonly advertisedInput: ReturnType<typeof advertised>;
  readonly advertisedOutput: ReturnType<typeof advertised>;
}

const READS = { readOnlyHint: true, idempotentHint: true, destructiveHint: false, openWorldHint: false } as const;
/** Adds to the booking; the same call again finds its work done. */
const ADDS = { readOnlyHint: false, idempotentHint: true, destructiveHint: false, openWorldHint: false } as const;
/** Replaces or removes what was there. */
const CHANGES = { ...ADDS, destructiveHint: true } as const;

const STEP_ID =
  'Give each step a step_id of your own, and repeat it when you send the very same call again. A call with anything else in it, ' +
  'also after a refusal, is another step.';

/** One tool for each step of a booking, in the order of the steps, and three to look. */
export const BOOKING_TOOLS: readonly BookingTool[] = [
  tool({
    name: 'is_order_booking_enabled',
    operation: 'isOrderBookingEnabled',
    title: 'May orders be taken?',
    description:
      'Tells whether this business takes orders from AI agents at the moment. start_booking is refused when not.',
    input: noInput,
    output: enabledOutput,
    annotations: READS,
  }),
  tool({
    name: 'start_booking',
    operation: 'startBooking',
    title: 'Start a booking',
    description:
      'Begins a booking for one customer who wants to order. Call it once per order, before any other tool, and keep booking.id for all that ' +
      'follow. locale is the language you speak with the customer in. Every answer tells next_step, missing and allowed_actions: follow them. ' +
      STEP_ID,
    input: startBookingInput,
    output: bookingStepWireSchema,
    annotations: { ...ADDS, idempotentHint: false },
  }),
  tool({
    name: 'add_items',
    operation: 'addItems',
    title: 'Add items',
    description:
      'Adds what the customer asked for. customer_message is the whole message of the customer, word for word: never shortened, translated, ' +
      'corrected or made up. For each item copy the words of that message that name it (name_words) and those that say how many ' +
      '(quantity_words). An item or a number that the customer did not say is refused: then ask the customer what the answer says. ' +
      'Adding undoes an earlier yes to the items or the summary.',
    input: addItemsInput,
    output: bookingStepWireSchema,
    annotations: ADDS,
  }),
  tool({
    name: 'remove_item',
    operation: 'removeItem',
    title: 'Remove an item',
    description:
      'Takes an item out again, by its id in booking.draft.items. To change an item or its quantity, remove it and add it anew from the ' +
      "customer's words. Undoes an earlier yes to the items or the summary.",
    input: removeItemInput,
    output: bookingStepWireSchema,
    annotations: CHANGES,
  }),
  tool({
    name: 'confirm_items',
    operation: 'confirmItems',
    title: 'Confirm the items',
    description:
      'Passes on what the customer answered when you said back the items (the `say` of add_items). customer_reply is the answer, word for word. ' +
      'Only a plain yes counts; with anything else the answer says how to go on.',
    input: confirmItemsInput,
    output: bookingStepWireSchema,
    annotations: ADDS,
  }),
  tool({
    name: 'set_customer',
    operation: 'setCustomer',
    title: 'Set who orders',
    description:
      'Sets name and phone number of the customer, and notes if there are any. customer_message is the message in which the customer gave them, ' +
      'word for word. Comes after confirm_items. Replaces what was set before and undoes an earlier yes to the summary.',
    input: setCustomerInput,
    output: bookingStepWireSchema,
    annotations: CHANGES,
  }),
  tool({
    name: 'get_summary',
    operation: 'getSummary',
    title: 'Sum up the order',
    description:
      'Gives the summary of the whole order. Show summary.text to the customer exactly as it is, wait for the answer, and pass it on with ' +
      'confirm_booking together with summary_digest. What this answers is recorded as what the customer was shown.',
    input: getSummaryInput,
    output: shownSummaryWireSchema,
    annotations: ADDS,
  }),
  tool({
    name: 'confirm_booking',
    operation: 'confirmBooking',
    title: 'Confirm the booking',
    description:
      'Passes on what the customer answered to the summary. customer_reply is the answer, word for word; never answer for the customer. Only a ' +
      'plain yes to the summary that was shown last counts. If your client can show forms, the customer is asked for the yes in one, ' +
      'and what is typed there counts: leave customer_reply out. If it cannot, show the summary, wait, and call with the reply. After a no, do ' +
      'not ask for the same yes again: change the order, then show the new summary. Answers idempotency_key and payload for create_order.',
    input: confirmBookingInput,
    output: confirmedBookingWireSchema,
    annotations: ADDS,
  }),
  tool({
    name: 'create_order',
    operation: 'createOrderFromAi',
    title: 'Place the order',
    description:
      'Places the order that the customer confirmed. Pass idempotency_key and payload exactly as confirm_booking answered them. Tell the customer ' +
      'that the order is placed only after this succeeded. Safe to repeat: the same key never places a second order.',
    input: createOrderInput,
    output: createdOrderAnswerSchema.shape.data,
    // Businesses are told of orders in their own sheets and on their devices.
    annotations: { ...ADDS, openWorldHint: true },
  }),
  tool({
    name: 'get_booking',
    operation: 'getBooking',
    title: 'Look at a booking',
    description:
      'Tells where a booking stands: its draft, what is missing, and what may be done next. Use it when you lost track.',
    input: getBookingInput,
    output: bookingOutput,
    annotations: READS,
  }),
  tool({
    name: 'abandon_booking',
    operation: 'abandonBooking',
    title: 'Give a booking up',
    description:
      'Ends a booking without an order, when the customer does not want to order any more. It cannot be taken up again.',
    input: abandonBookingInput,
    output: bookingStepWireSchema,
    annotations: CHANGES,
  }),
];

function tool({
  output,
  ...rest
}: Omit<BookingTool, 'advertisedInput' | 'advertisedOutput'> & { readonly output: z.ZodType }): BookingTool {
  return { ...rest, advertisedInput: advertised(rest.input, 'input'), advertisedOutput: advertised(output, 'output') };
}
