import type { InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import { ERRORS } from '../../../../domain/errors';
import { judgeReply } from '../../../../domain/guardrails/judge-reply';
import { shownSummaryWireSchema } from '../../../../domain/schemas/booking-wire';
import { sha256Hex } from '../../../../platform/sha256';
import { asOrderError } from '../../as-order-error';
import type { CustomerAnswer, CustomerAsker } from './ask-customer';
import type { WireInput } from './booking-door';
import { bookingOutput } from './tool-schemas';

/** Calls one operation, for the tool call under way. */
export type CallDoor = (operation: 'getBooking' | 'getSummary' | 'confirmBooking', input: WireInput) => Promise<object>;

/**
 * The tool confirm_booking. Where the client can show forms, the customer is asked for the yes there, past the model: the summary
 * in a form, and whatever the agent says that the customer said, the words typed into the form are the answer. Left to choose, an
 * agent that answers for its customer would never have one shown. Only a reply that is no yes in any language goes on as it is.
 *
 * Where the client can show none, the agent's word has to do; without one the booking is asked to judge no words at all, which it
 * refuses with the summary to be shown. Whatever the customer answers, it is asked once: a no is passed on as the answer, and a step
 * that is sent again under its id because its own answer was lost has the customer's already.
 */
export async function confirmBooking(
  input: WireInput,
  { call, asker, ctx }: { readonly call: CallDoor; readonly asker: CustomerAsker; readonly ctx: ServerContext },
): Promise<object | { readonly asked: InputRequiredResult }> {
  const passedOn = { ...input, customer_reply: input.customer_reply ?? '' };
  if (!asker.canAsk(ctx) || isRefusal(passedOn.customer_reply)) return call('confirmBooking', passedOn);
  const about = JSON.stringify([input.booking_id, input.summary_digest]);
  const stepId = typeof input.step_id === 'string' && input.step_id !== '' ? input.step_id : undefined;
  const answer = asker.answerTo({ about, stepId }, ctx) ?? (await ask());
  if (answer.kind === 'asked') return { asked: answer.result };
  if (answer.kind === 'unable') return call('confirmBooking', passedOn);
  try {
    return await passOn({ ...input, ...replyOf(answer) });
  } catch (thrown) {
    if (!ERRORS[asOrderError(thrown).code].retryable) asker.forget({ about, stepId });
    throw thrown;
  }

  /**
   * Agents are told to repeat a call under its step id, and repeat one that was refused as well. The customer's next answer is
   * another request then: refused for its id, a plain yes would have to be typed a third time.
   */
  async function passOn(answered: WireInput): Promise<object> {
    try {
      return await call('confirmBooking', answered);
    } catch (thrown) {
      if (stepId === undefined || asOrderError(thrown).code !== 'IDEMPOTENCY_KEY_REUSED') throw thrown;
      return call('confirmBooking', { ...answered, step_id: stepIdOf(stepId, answered) });
    }
  }

  async function ask(): Promise<CustomerAnswer> {
    const booking_id = input.booking_id;
    const { booking } = bookingOutput.parse(await call('getBooking', { booking_id }));
    // Nothing to say yes to: never shown, changed since, or answered with no. Asking for the summary would show it anew,
    // and the customer who just declined it would be asked again.
    if (!booking.allowed_actions.includes('confirm_booking')) return { kind: 'unanswered' };
    const shown = shownSummaryWireSchema.parse(await call('getSummary', { booking_id }));
    // Another one than the agent means. Its digest is refused; a yes to this one must not stand for it.
    if (shown.summary_digest !== input.summary_digest) return { kind: 'unanswered' };
    return asker.ask({ text: shown.summary.text, locale: shown.summary.locale, about, stepId }, ctx);
  }
}

/** The same for the same answer to the same question, so that this is one step as well, however often it is sent. */
function stepIdOf(
  stepId: string,
  { summary_digest: digest, customer_reply: reply, declined = false }: WireInput,
): string {
  return sha256Hex(`orderbooking.form-answer.v1:${JSON.stringify([stepId, digest, reply, declined])}`);
}

/** Whether a reply is no yes whatever the booking's language is, and whatever the tenant has for one: then there is nothing to ask. */
function isRefusal(reply: unknown): boolean {
  const verdict = judgeReply(String(reply), { locale: 'en', ownPhrases: [] });
  return verdict === 'no' || verdict === 'change' || verdict === 'question';
}

function replyOf(answer: Exclude<CustomerAnswer, { kind: 'asked' | 'unable' }>): WireInput {
  switch (answer.kind) {
    case 'words':
      return { customer_reply: answer.words };
    case 'declined':
      return { customer_reply: '', declined: true };
    case 'unanswered':
      return { customer_reply: '' };
  }
}
