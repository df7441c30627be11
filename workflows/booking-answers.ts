import type { ResumedBooking, StepAnswer, StepRefusal } from './booking-contract';

type Outcome = StepAnswer | StepRefusal;

/** Fewer: an agent that comes back late is not answered from here, and the step is found in Postgres only. */
const KEPT = 200;
/**
 * As JSON, in UTF-16 units, which are at most three bytes each: with the booking itself well below the 2 MiB that Temporal
 * takes as the input of a run. More, and a long talk could not be continued at all.
 */
const HANDED_ON_LENGTH = 200_000;

/** What the newest steps were answered, by their update ids. Temporal knows these too, but within one run only. */
export class BookingAnswers {
  private readonly known: Map<string, Outcome>;

  constructor(answers: ResumedBooking['answers'] = []) {
    this.known = new Map(answers.map(({ updateId, outcome }) => [updateId, outcome]));
  }

  of(updateId: string): Outcome | undefined {
    return this.known.get(updateId);
  }

  remember(updateId: string, outcome: Outcome): void {
    this.known.set(updateId, outcome);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KEPT) return;
      this.known.delete(oldest);
    }
  }

  /** The newest, oldest first, as many as the next run can be given. */
  handOn(): ResumedBooking['answers'] {
    const newest: ResumedBooking['answers'][number][] = [];
    let length = 0;
    for (const [updateId, outcome] of [...this.known].reverse()) {
      length += JSON.stringify(outcome).length + updateId.length;
      if (length > HANDED_ON_LENGTH) break;
      newest.unshift({ updateId, outcome });
    }
    return newest;
  }
}
