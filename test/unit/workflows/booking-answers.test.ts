import type { BookingView } from '../../../domain/booking/booking';
import { openBooking } from '../../../domain/booking/open-booking';
import { viewOf } from '../../../domain/booking/view';
import { BookingAnswers } from '../../../workflows/booking-answers';
import type { StepAnswer } from '../../../workflows/booking-contract';

const AT = '2026-11-25T12:00:00.000Z';
const state = openBooking({ id: 'b1', userId: 'u1', locale: 'en', idleExpirySeconds: 1_800, at: AT });
const booking: BookingView = viewOf(state, AT);

function answer(say: string): StepAnswer {
  return { kind: 'answer', booking, result: { say }, requestHash: 'h' };
}

describe('the answers that a run hands to the next one', () => {
  it('are those it was given and its own, in their order', () => {
    const first = new BookingAnswers();
    first.remember('step:1', answer('one'));
    const next = new BookingAnswers(first.handOn());
    next.remember('step:2', answer('two'));
    expect(next.handOn()).toEqual([
      { updateId: 'step:1', outcome: answer('one') },
      { updateId: 'step:2', outcome: answer('two') },
    ]);
    expect(next.of('step:1')).toEqual(answer('one'));
    expect(next.of('step:3')).toBeUndefined();
  });

  it('are the newest 200', () => {
    const answers = new BookingAnswers();
    for (let step = 1; step <= 250; step += 1) answers.remember(`step:${step}`, answer('x'));
    const kept = answers.handOn();
    expect(kept).toHaveLength(200);
    expect(kept[0]?.updateId).toBe('step:51');
    expect(kept.at(-1)?.updateId).toBe('step:250');
    expect(answers.of('step:50')).toBeUndefined();
  });

  it('fit into what Temporal takes, with the newest kept, however long they are and in whatever script', () => {
    const answers = new BookingAnswers();
    for (let step = 1; step <= 200; step += 1) answers.remember(`step:${step}`, answer('面'.repeat(10_000)));
    const kept = answers.handOn();
    expect(kept.at(-1)?.updateId).toBe('step:200');
    expect(kept.length).toBeGreaterThan(10);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(700_000);
  });
});
