import { openBooking } from '../../../../domain/booking/open-booking';
import type { StepRequest } from '../../../../domain/booking/step-request';
import { type StepRules, takeStep } from '../../../../domain/booking/take-step';
import { sha256Hex } from '../../../../platform/sha256';

const AT = '2026-11-24T10:00:00.000Z';
const RULES: StepRules = {
  at: AT,
  catalogue: [],
  confirmationPhrases: [],
  confirmationSeconds: 600,
  sha256Hex,
  issueKey: () => 'key',
};

/** A booking that is complete and summed up, and the digest of its summary. */
function summedUp() {
  const open = openBooking({
    id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
    userId: 't',
    locale: 'en',
    idleExpirySeconds: 1_800,
    at: AT,
  });
  const nowhere = { message: 1, start: 0, end: 1 };
  const { state, result } = takeStep(
    {
      ...open,
      items: [{ id: 'item_1', name: 'Rye bread', quantity: 2, nameWords: nowhere, quantityWords: nowhere }],
      itemsEver: 1,
      itemsConfirmed: true,
      customer: { name: 'Zoë', phone: '4930901820', notes: null },
    },
    { action: 'get_summary' },
    RULES,
  );
  return { state, digest: result?.summaryDigest ?? '' };
}

const confirm = (summaryDigest: string, customerReply: string, declined?: true): StepRequest => ({
  action: 'confirm_booking',
  summaryDigest,
  customerReply,
  ...(declined === undefined ? {} : { declined }),
});

test.each(['', 'yes'])(
  'a form that was turned down is a no, whatever stands in it ("%s"), and no words are added to it',
  (reply) => {
    const { state, digest } = summedUp();
    const { decision, result } = takeStep(state, confirm(digest, reply, true), RULES);
    expect(result).toBeNull();
    expect(decision).toMatchObject({
      decision: 'blocked',
      block: { guardrail: 'explicit_confirmation', reason: 'reply_declined', field: 'customer_reply' },
      customerWords: reply,
      shown: state.summary?.text,
      summaryDigest: digest,
    });
    expect(decision.block?.ask).toBeTruthy();
  },
);

test('it uses the summary up: a yes counts only after it was shown again', () => {
  const { state, digest } = summedUp();
  const declined = takeStep(state, confirm(digest, '', true), RULES).state;
  expect(takeStep(declined, confirm(digest, 'yes'), RULES).decision.block).toMatchObject({
    code: 'STALE_CONFIRMATION',
  });
  const shown = takeStep(declined, { action: 'get_summary' }, RULES);
  expect(takeStep(shown.state, confirm(digest, 'yes'), RULES).result?.confirmed).toMatchObject({
    idempotencyKey: 'key',
  });
});

test('it takes back a yes that was given before', () => {
  const { state, digest } = summedUp();
  const confirmed = takeStep(state, confirm(digest, 'yes'), RULES).state;
  expect(confirmed.confirmation).not.toBeNull();
  expect(takeStep(confirmed, confirm(digest, '', true), RULES).state.confirmation).toBeNull();
});

test('without words and not turned down, it is no answer at all: the summary still stands', () => {
  const { state, digest } = summedUp();
  const asked = takeStep(state, confirm(digest, ''), RULES);
  expect(asked.decision.block).toMatchObject({ reason: 'reply_empty', ask: state.summary?.text });
  expect(takeStep(asked.state, confirm(digest, 'yes'), RULES).result?.confirmed).toBeDefined();
});
