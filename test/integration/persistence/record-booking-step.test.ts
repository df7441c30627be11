import { randomUUID } from 'node:crypto';
import type { BookingState } from '../../../domain/booking/booking';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { listBookingDecisions } from '../../../persistence/bookings/list-booking-decisions';
import { type RecordBookingStep, recordBookingStep } from '../../../persistence/bookings/record-booking-step';
import { recordDecision } from '../../../persistence/bookings/record-decision';
import {
  type BookingDesk,
  confirmedBooking,
  confirmedState,
  confirmingStep,
  edited,
  later,
  openBookingDesk,
  stepTo,
} from '../../support/booking-desk';
import { createDatabase, type TestDatabase } from '../../support/database';
import { meet } from '../../support/meet';
import { sampleContent } from '../../support/sample-order';
import { warmConnections } from '../../support/shop';

let database: TestDatabase;
let desk: BookingDesk;

beforeAll(async () => {
  database = await createDatabase();
  await warmConnections(database, 20);
});
beforeEach(async () => {
  desk = await openBookingDesk(database);
});
afterAll(() => database.close());

const steps = async (bookingId: string) => (await desk.decisions(bookingId)).map(({ step }) => step);

/** The keys of a booking's confirmations that still make an order. */
async function liveKeys(bookingId: string): Promise<string[]> {
  const rows = await desk.confirmations(bookingId);
  return rows.filter((row) => row.revoked_at === null && row.order_id === null).map((row) => row.idempotency_key);
}

/** The second one runs while the step is recorded and not committed; answers with what it said. */
async function meeting<T>(first: RecordBookingStep, second: () => Promise<T>): Promise<T> {
  const [, said] = await meet({ database, shop: desk.shop }, (client) => recordBookingStep(client, first), second);
  return said;
}

describe('a step of a booking', () => {
  it('leaves the booking as it is now, and a line with everything that was decided on', async () => {
    const begun = await desk.opened();
    const state = later(begun, {
      messages: [{ number: 1, text: 'zwei "½" 面包\n\t\u202eplease' }],
      messagesEver: 1,
      locale: 'de',
    });
    const step = stepTo(
      state,
      {
        step: 'confirm_items',
        decision: 'blocked',
        guardrail: 'explicit_confirmation',
        reason: 'reply_change',
        customerWords: 'yes but make it two ✋🏽',
        shown: 'Is this right?\n1 × Pie',
        summaryDigest: 'no digest at all',
      },
      { confidence: 0.875, at: new Date('2026-03-01T12:00:00.123Z') },
    );

    expect(await desk.record(step)).toEqual({ kind: 'recorded' });
    expect(await desk.find(begun.id)).toEqual(state);
    expect((await desk.decisions(begun.id))[1]).toEqual({
      sequence: 2,
      ...step.decision,
      confidence: 0.875,
      actor: step.actor,
      correlationId: step.correlationId,
      occurredAt: '2026-03-01T12:00:00.123Z',
    });
    const { rows } = await database.owner.query(
      'SELECT status, version, locale, order_id, created_at, last_step_at, expires_at FROM bookings WHERE id = $1',
      [begun.id],
    );
    expect(rows).toEqual([
      {
        status: 'open',
        version: 2,
        locale: 'de',
        order_id: null,
        created_at: new Date(begun.createdAt),
        last_step_at: new Date(state.lastStepAt),
        expires_at: new Date(Date.parse(state.lastStepAt) + 1_800_000),
      },
    ]);
  });

  it('that runs again changes nothing, also while its first run is not committed', async () => {
    const begun = await desk.opened();
    const step = stepTo(later(begun));
    expect(await meeting(step, () => desk.record(step))).toEqual({ kind: 'recorded' });
    expect(await desk.record(step)).toEqual({ kind: 'recorded' });
    expect(await steps(begun.id)).toEqual(['start', 'add_items']);
    expect(await desk.find(begun.id)).toEqual(step.state);
  });

  it('is recorded for each of two commands, and for one command that was judged anew with another end', async () => {
    const begun = await desk.opened();
    const step = stepTo(later(begun));
    await desk.record(step);
    await desk.record({ ...step, commandId: randomUUID() });
    await desk.record({
      ...step,
      decision: { ...step.decision, decision: 'blocked', guardrail: 'capability', reason: 'booking_disabled' },
    });

    expect((await desk.decisions(begun.id)).map(({ decision }) => decision)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'blocked',
    ]);
  });

  it('leaves nothing behind when one of its parts is refused', async () => {
    const begun = await desk.opened();
    const step = stepTo(later(begun, { locale: 'de' }), { reason: 'Not a word of ours' });

    await expect(desk.record(step)).rejects.toMatchObject({ code: '23514' });
    expect(await desk.find(begun.id)).toEqual(begun);
    expect(await steps(begun.id)).toEqual(['start']);
  });

  it('is written under its own tenant only', async () => {
    const begun = await desk.opened();
    const other = await openBookingDesk(database);

    await expect(other.record(stepTo(later(begun)))).rejects.toThrow('under its own tenant');
    await other.record(stepTo({ ...later(begun), userId: other.shop.userId }));
    expect(await desk.find(begun.id)).toEqual(begun);
  });

  it('waits for nobody but its own booking', async () => {
    const [one, another] = [await desk.opened(), await desk.opened()];
    const open = await desk.shop.begin();
    try {
      await recordBookingStep(open.client, stepTo(later(one)));
      expect(await desk.record(stepTo(later(another)))).toEqual({ kind: 'recorded' });
    } finally {
      await open.rollback();
    }
  });
});

describe('a run that was left behind', () => {
  it('does not write its older booking over a newer one, and its line is there once', async () => {
    const begun = await desk.opened();
    const lost = stepTo(later(begun, { locale: 'de' }));
    const rerun = { ...lost, state: later(begun, { locale: 'fr' }, 10) };
    await desk.record(rerun);
    await desk.record(lost);
    expect(await desk.find(begun.id)).toEqual(rerun.state);

    const next = stepTo(later(rerun.state, { locale: 'es' }));
    await desk.record(next);
    await desk.record(rerun);
    expect(await desk.find(begun.id)).toEqual(next.state);
    expect(await steps(begun.id)).toEqual(['start', 'add_items', 'add_items']);
  });

  it('does not when it waited for the newer one to be committed', async () => {
    const begun = await desk.opened();
    const lost = stepTo(later(begun));
    const next = later(lost.state, { locale: 'es' });

    expect(await meeting(stepTo(next), () => desk.record(lost))).toEqual({ kind: 'recorded' });
    expect(await desk.find(begun.id)).toEqual(next);
  });

  it('neither revokes the newer confirmation nor brings one of its own', async () => {
    const first = await desk.confirmed();
    const edit = stepTo(edited(first.state));
    await desk.record(edit);
    const lost = confirmedBooking(
      confirmedState({ ...first.state, version: first.state.version - 1 }, first.content, {
        at: first.state.lastStepAt,
        expiresAt: new Date(Date.parse(first.state.lastStepAt) + 60_000).toISOString(),
      }),
      first.content,
    );
    expect(lost.key).not.toBe(first.key);
    await desk.record(confirmingStep({ ...lost, state: { ...lost.state, lastStepAt: first.state.lastStepAt } }));
    await desk.record(confirmingStep(first));
    expect(await liveKeys(first.state.id)).toEqual([]);

    const again = confirmedState(edit.state, first.content, { at: new Date(Date.now() + 5_000).toISOString() });
    await desk.record(confirmingStep(confirmedBooking(again, first.content)));
    await desk.record(edit);
    expect(await liveKeys(first.state.id)).toEqual([again.confirmation?.idempotencyKey]);
  });

  it('is told from the run that took over with fewer steps: what that one does later counts', async () => {
    const { state } = await desk.confirmed();
    // Two steps were done and recorded, and then the workflow task that they belonged to was lost with the worker.
    const lost = later(later(state));
    await desk.record(stepTo(lost));
    const edit = edited(state, 10_000);
    expect(edit.version).toBeLessThan(lost.version);
    await desk.record(stepTo(edit));

    expect(await desk.find(state.id)).toEqual(edit);
    expect(await liveKeys(state.id)).toEqual([]);
  });

  it('is not taken for a step that a slower clock took', async () => {
    const { state } = await desk.confirmed();
    const edit = edited(state, -50);
    await desk.record(stepTo(edit));

    expect(await desk.find(state.id)).toEqual(edit);
    expect(await liveKeys(state.id)).toEqual([]);
  });
});

describe('a confirmation', () => {
  it('is stored with what was shown, what was answered, and what it is good for', async () => {
    const confirmed = await desk.confirmed({
      content: { notes: null, items: [{ name: 'Bröd "½"', quantity: 3, extra: true } as never] },
    });
    const { summary, confirmation } = confirmed.state;

    expect(await desk.confirmations(confirmed.state.id)).toEqual([
      {
        user_id: desk.shop.userId,
        idempotency_key: confirmed.key,
        booking_id: confirmed.state.id,
        summary_digest: summary?.digest,
        request_hash: Buffer.from(confirmed.requestHash, 'hex'),
        customer_name: confirmed.content.customerName,
        customer_phone: confirmed.content.customerPhone,
        items: [{ name: 'Bröd "½"', quantity: 3 }],
        notes: null,
        summary_text: summary?.text,
        shown_at: new Date(summary?.shownAt ?? 0),
        customer_reply: 'Yes!',
        confirmed_at: new Date(confirmation?.confirmedAt ?? 0),
        expires_at: new Date(confirmation?.expiresAt ?? 0),
        revoked_at: null,
        order_id: null,
      },
    ]);
  });

  it('stays as it is when the step runs again, or is repeated by the agent', async () => {
    const confirmed = await desk.confirmed();
    const before = await desk.confirmations(confirmed.state.id);
    await desk.record(confirmingStep(confirmed));
    const repeated = { ...confirmed, state: later(confirmed.state) };
    const { decision, ...step } = confirmingStep(repeated);
    await desk.record({ ...step, decision: { ...decision, decision: 'repeated' } });

    expect(await desk.confirmations(confirmed.state.id)).toEqual(before);
  });

  it('stays live over steps that keep it, refused ones too', async () => {
    const { state, key } = await desk.confirmed();
    await desk.record(
      stepTo(later(state), { decision: 'blocked', guardrail: 'item_grounding', reason: 'item_not_said' }),
    );

    expect(await liveKeys(state.id)).toEqual([key]);
  });

  it.each<[string, (state: BookingState) => BookingState]>([
    ['an edit', (state) => edited(state)],
    ['the end of the booking by its customer', (state) => later(state, { status: 'abandoned', confirmation: null })],
    [
      'the end of the booking by time, whatever its state says',
      ({ lastStepAt, ...state }) => ({ ...later({ ...state, lastStepAt }), lastStepAt, status: 'expired' }),
    ],
  ])('is revoked by %s', async (_, change) => {
    const { state } = await desk.confirmed();
    const other = await desk.confirmed();
    await desk.record(stepTo(change(state)));

    expect(await liveKeys(state.id)).toEqual([]);
    expect(await liveKeys(other.state.id)).toEqual([other.key]);
  });

  it('gives way to the next one in one step', async () => {
    const first = await desk.confirmed();
    const content = sampleContent({ source: 'ai' });
    const next = confirmedBooking(
      confirmedState(first.state, content, { at: first.state.lastStepAt, expiresAt: first.state.lastStepAt }),
      content,
    );
    await desk.record(confirmingStep(next));

    expect(await liveKeys(first.state.id)).toEqual([next.key]);
    expect(await desk.confirmations(first.state.id)).toHaveLength(2);
  });

  it('that was committed while an edit waited for its booking is revoked by that edit', async () => {
    const begun = await desk.opened();
    const content = sampleContent({ source: 'ai' });
    const confirmed = confirmedBooking(confirmedState(begun, content, { at: begun.createdAt }), content);
    const edit = stepTo(edited(confirmed.state));

    expect(await meeting(confirmingStep(confirmed), () => desk.record(edit))).toEqual({ kind: 'recorded' });
    expect(await liveKeys(begun.id)).toEqual([]);
    expect(await desk.confirmations(begun.id)).toHaveLength(1);
  });

  it('that was committed while the next one waited gives way to it', async () => {
    const begun = await desk.opened();
    const content = sampleContent({ source: 'ai' });
    const at = begun.createdAt;
    const lost = confirmedBooking(confirmedState(begun, content, { at }), content);
    const rerun = confirmedBooking(
      {
        ...confirmedState(begun, content, { at, expiresAt: new Date(Date.parse(at) + 601_000).toISOString() }),
        lastStepAt: new Date(Date.parse(at) + 1_000).toISOString(),
      },
      content,
    );

    expect(await meeting(confirmingStep(lost), () => desk.record(confirmingStep(rerun)))).toEqual({ kind: 'recorded' });
    expect(await liveKeys(begun.id)).toEqual([rerun.key]);
  });

  it('is not recorded without the summary that it answers', async () => {
    const { state, content, requestHash } = await desk.confirmed();
    const step = stepTo(edited(state), {}, { confirmation: { content, requestHash, reply: 'Yes!' } });

    await expect(desk.record(step)).rejects.toThrow('with the summary that it answers');
  });
});

describe('a booking that has become an order', () => {
  async function ordered() {
    const confirmed = await desk.confirmed();
    const order = await desk.shop.placed(confirmed.attempt());
    return { ...confirmed, order };
  }

  it('shows it at once, and keeps all else', async () => {
    const { state, order } = await ordered();

    expect(await desk.find(state.id)).toEqual({ ...state, status: 'ordered', orderId: order.id });
  });

  it.each<[string, (state: BookingState) => BookingState]>([
    ['an edit', (state) => edited(state)],
    ['an end', (state) => later(state, { status: 'expired', confirmation: null })],
    ['another opening', (state) => ({ ...state, version: 1, items: [] })],
  ])('tells %s that does not know it, which then leaves no trace', async (_, change) => {
    const { state, order } = await ordered();
    const before = await desk.decisions(state.id);
    expect(await desk.record(stepTo(change(state)))).toEqual({ kind: 'ordered', orderId: order.id });

    expect(await desk.find(state.id)).toEqual({ ...state, status: 'ordered', orderId: order.id });
    expect(await desk.decisions(state.id)).toEqual(before);
    expect(await desk.confirmations(state.id)).toMatchObject([{ order_id: order.id, revoked_at: null }]);
  });

  it('gets a line for a step that knows it, once, and does not change', async () => {
    const { state, order } = await ordered();
    const known = later(state, { status: 'ordered', orderId: order.id });
    const step = stepTo(known, { decision: 'blocked', guardrail: 'booking_open', reason: 'booking_ordered' });
    expect(await desk.record(step)).toEqual({ kind: 'recorded' });
    expect(await desk.record(step)).toEqual({ kind: 'recorded' });

    expect((await desk.decisions(state.id)).map(({ step: name, decision }) => [name, decision])).toEqual([
      ['start', 'accepted'],
      ['confirm_booking', 'accepted'],
      ['create_order', 'accepted'],
      ['add_items', 'blocked'],
    ]);
    expect(await desk.find(state.id)).toEqual({ ...state, status: 'ordered', orderId: order.id });
  });

  it('is not made by a step that says so', async () => {
    const { state, key } = await desk.confirmed();
    const claimed = later(state, { status: 'ordered', orderId: randomUUID() });
    await desk.record(stepTo(claimed));

    expect(await desk.find(state.id)).toEqual(state);
    expect(await liveKeys(state.id)).toEqual([key]);
  });
});

describe('a decision outside of BookingWorkflow', () => {
  const block = {
    step: 'create_order',
    decision: 'blocked',
    guardrail: 'confirmation_key',
    reason: 'no_key',
    summaryDigest: null,
    actor: 'api_key:obk_desk0000',
    correlationId: 'req_desk',
    confidence: undefined,
  } as const;
  const rowsOf = async (userId: string) =>
    (
      await database.owner.query<{ booking_id: string | null }>(
        'SELECT booking_id FROM ai_decisions WHERE user_id = $1 ORDER BY id',
        [userId],
      )
    ).rows;

  it('is a line of its booking, one for each time', async () => {
    const begun = await desk.opened();
    const decide = () =>
      desk.shop.run((client) =>
        recordDecision(client, {
          ...block,
          bookingId: begun.id,
          summaryDigest: 'ab',
          confidence: 0.5,
          at: new Date('2026-03-01T12:00:00.123Z'),
        }),
      );
    await decide();
    await decide();

    const { bookingId: _, ...line } = { bookingId: 0, ...block };
    expect((await desk.decisions(begun.id)).slice(1)).toEqual(
      [2, 3].map((sequence) => ({
        sequence,
        ...line,
        customerWords: null,
        shown: null,
        summaryDigest: 'ab',
        confidence: 0.5,
        occurredAt: '2026-03-01T12:00:00.123Z',
      })),
    );
  });

  it("names no booking where there is none, nor another tenant's", async () => {
    const theirs = await (await openBookingDesk(database)).opened();
    for (const bookingId of [null, randomUUID(), theirs.id]) {
      await desk.shop.run((client) => recordDecision(client, { ...block, bookingId }));
    }

    expect(await rowsOf(desk.shop.userId)).toEqual([{ booking_id: null }, { booking_id: null }, { booking_id: null }]);
    expect(await rowsOf(theirs.userId)).toHaveLength(1);
  });

  it('gets its number after a step that is being recorded, so that a reader never finds a line before one it has read', async () => {
    const begun = await desk.opened();
    await meeting(stepTo(later(begun)), () =>
      desk.shop.run((client) => recordDecision(client, { ...block, bookingId: begun.id })),
    );

    expect(await steps(begun.id)).toEqual(['start', 'add_items', 'create_order']);
  });
});

describe('the records of a booking', () => {
  it('are read in pages without a gap, whatever other bookings write in between', async () => {
    const [one, another] = [await desk.opened(), await desk.opened()];
    for (let state = one, n = 0; n < 6; n += 1) {
      state = later(state);
      await desk.record(stepTo(state));
      await desk.record(stepTo(later(another)));
    }
    const page = (afterSequence: number) =>
      desk.shop.run((client) => listBookingDecisions(client, { bookingId: one.id, afterSequence, limit: 3 }));
    const pages = [await page(0), await page(3), await page(6), await page(7)];

    expect(pages.map((lines) => lines.map(({ sequence }) => sequence))).toEqual([[1, 2, 3], [4, 5, 6], [7], []]);
    expect(pages.flat()).toEqual(await desk.decisions(one.id));
  });

  it('are empty, and the booking undefined, for a booking that is not there', async () => {
    expect(await desk.decisions(randomUUID())).toEqual([]);
    expect(await desk.find(randomUUID())).toBeUndefined();
    const theirs = await (await openBookingDesk(database)).opened();
    expect(await desk.decisions(theirs.id)).toEqual([]);
    expect(await desk.shop.run((client) => findBooking(client, theirs.id))).toBeUndefined();
  });
});
