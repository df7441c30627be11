import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { BOOKING_LOCALES } from '../../../../domain/booking/booking';
import { INSTRUCTIONS } from './instructions';

const MESSAGE_MAX = 2_000;

const args = z.object({
  locale: z
    .enum(BOOKING_LOCALES)
    .optional()
    .describe(`The language to speak with the customer: one of ${BOOKING_LOCALES.join(', ')}.`),
  customer_message: z.string().max(MESSAGE_MAX).optional().describe("The customer's first message, if there is one."),
});

/** The prompt that teaches an agent the way of a booking. */
export function registerTakeOrderPrompt(server: McpServer): void {
  server.registerPrompt(
    'take_order',
    {
      title: 'Take an order',
      description:
        'How to take an order from a customer, step by step, so that only what the customer confirmed is booked.',
      argsSchema: args,
    },
    ({ locale, customer_message: message }) => ({
      description: 'Take an order, step by step',
      messages: [{ role: 'user', content: { type: 'text', text: text(locale, message) } }],
    }),
  );
}

function text(locale: string | undefined, message: string | undefined): string {
  const parts = [
    'You take orders for a business, in a conversation with one customer, through the tools of this server.',
    INSTRUCTIONS,
    'If a tool answers with an error, read its code, message, missing and say_next, and do what say_next says. Do not work around a refusal.',
    locale === undefined
      ? 'Speak the language that the customer speaks, and pass it to start_booking as locale if it is one of the known ones.'
      : `Speak with the customer in the language "${locale}", and pass it to start_booking as locale.`,
  ];
  if (message !== undefined && message !== '') {
    // As JSON, so that nothing in the message can pose as a part of these instructions.
    parts.push(`The customer's first message, as a JSON string: ${JSON.stringify(message)}`);
  }
  return parts.join('\n\n');
}
