import { talk } from '../../../support/booking-talk';
import { openDomainDoor } from '../../../support/domain-door';
import fc from '../../../support/fast-check';
import { playTalk } from '../../../support/play-talk';

const SEQUENCES = 2_500;

/** What an agent can run into; a talk that never gets there proves nothing about it. */
const MUST_HAPPEN = [
  'start accepted',
  'start ORDER_BOOKING_DISABLED',
  'add_items accepted',
  'add_items repeated',
  'add_items GUARDRAIL_BLOCKED',
  'remove_item accepted',
  'remove_item repeated',
  'remove_item GUARDRAIL_BLOCKED',
  'confirm_items accepted',
  'confirm_items repeated',
  'confirm_items GUARDRAIL_BLOCKED',
  'set_customer accepted',
  'set_customer repeated',
  'set_customer GUARDRAIL_BLOCKED',
  'get_summary accepted',
  'get_summary repeated',
  'get_summary GUARDRAIL_BLOCKED',
  'confirm_booking accepted',
  'confirm_booking repeated',
  'confirm_booking GUARDRAIL_BLOCKED',
  'confirm_booking STALE_CONFIRMATION',
  'create_order accepted',
  'create_order repeated',
  'create_order CONFIRMATION_REQUIRED',
  'create_order STALE_CONFIRMATION',
  'create_order ORDER_BOOKING_DISABLED',
  'create_order DUPLICATE_ORDER',
  'abandon_booking accepted',
  'abandon_booking repeated',
  'abandon_booking GUARDRAIL_BLOCKED',
];

it(`no order exists without a yes to exactly its content, in ${SEQUENCES} talks of an agent that does anything`, async () => {
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(talk({ time: true, maxLength: 45 }), async (commands) => {
      const { problems, verdicts } = await playTalk(commands, openDomainDoor());
      for (const [line, count] of Object.entries(verdicts)) seen[line] = (seen[line] ?? 0) + count;
      expect(problems).toEqual([]);
    }),
    { numRuns: SEQUENCES },
  );
  // The rarest of them, a duplicate, happens some 18 times; asked for ten, one run in fifty would fail for nothing.
  expect(MUST_HAPPEN.filter((line) => (seen[line] ?? 0) < 3)).toEqual([]);
  expect(seen['create_order accepted']).toBeGreaterThan(500);
});
