import type { InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import { shownSummaryWireSchema } from '../../../../domain/schemas/booking-wire';
import type { CustomerAnswer, CustomerAsker } from './ask-customer';
import type { WireInput } from './booking-door';
import { bookingOutput } from './tool-schemas';

/** Calls one operation, for the tool call under way. */
export type CallDoor = (operation: 'getBooking' | 'getSummary' | 'confirmBooking', input: WireInput) => Promise<object>;

/**
 * The tool confirm_booking. Without a reply in it, the customer is asked directly, past the model: the summary in a form, where
 * the client can show one. Where it cannot, and where nobody answered, the booking is asked to judge no words at all, which it
 * refuses with the summary to be shown. Whatever the customer answers, it is asked once: a no is passed on as the answer.
 */
export async function confirmBooking(
  input: WireInput,
  { call, asker, ctx }: { readonly call: CallDoor; readonly asker: CustomerAsker; readonly ctx: ServerContext },
): Promise<object | { readonly asked: InputRequiredResult }> {
  if (input.customer_reply !== undefined) return call('confirmBooking', input);
  if (!asker.canAsk(ctx)) return call('confirmBooking', { ...input, customer_reply: '' });
  const about = JSON.stringify([input.booking_id, input.summary_digest]);
  const answer = asker.answerTo(about, ctx) ?? (await ask());
  if (answer.kind === 'asked') return { asked: answer.result };
  return call('confirmBooking', { ...input, ...replyOf(answer) });

  async function ask(): Promise<CustomerAnswer> {
    const booking_id = input.booking_id;
    const { booking } = bookingOutput.parse(await call('getBooking', { booking_id }));
    // Nothing to say yes to: never shown, changed since, or answered with no. Asking for the summary would show it anew,
    // and the customer who just declined it would be asked again.
    if (!booking.allowed_actions.includes('confirm_booking')) return { kind: 'unanswered' };
    const shown = shownSummaryWireSchema.parse(await call('getSummary', { booking_id }));
    // Another one than the agent means. Its digest is refused; a yes to this one must not stand for it.
    if (shown.summary_digest !== input.summary_digest) return { kind: 'unanswered' };
    return asker.ask({ text: shown.summary.text, locale: shown.summary.locale, about }, ctx);
  }
}

function replyOf(answer: Exclude<CustomerAnswer, { kind: 'asked' }>): WireInput {
  switch (answer.kind) {
    case 'words':
      return { customer_reply: answer.words };
    case 'declined':
      return { customer_reply: '', declined: true };
    case 'unanswered':
      return { customer_reply: '' };
  }
}
