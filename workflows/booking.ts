import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  currentUpdateInfo,
  isCancellation,
  log,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { BookingState, BookingView } from '../domain/booking/booking';
import type { StepRequest } from '../domain/booking/step-request';
import { expiresAt, isExpired, viewOf } from '../domain/booking/view';
import type { Block } from '../domain/guardrails/block';
import { BookingAnswers } from './booking-answers';
import {
  type BookingActivities,
  type BookingWorkflowInput,
  type BookingWorkflowResult,
  bookingQuery,
  type OpenBookingResult,
  openUpdate,
  orderPlacedSignal,
  type ResumedBooking,
  STEP_UPDATES,
  type StepAnswer,
  type StepMessage,
  type StepRefusal,
} from './booking-contract';
import { isStepMessage } from './booking-message';
import { defectiveStep, malformedStep, overBlock, refusedStep } from './booking-refusal';
import { updateCommandId } from './contract';

const { openBooking, takeBookingStep, expireBooking } = proxyLocalActivities<BookingActivities>({
  // One short transaction. Shorter than the workflow task's own timeout (10 s), so that a stuck connection is retried
  // before the server gives the task to another worker; longer than the pool's statement timeout, which is the first to act.
  startToCloseTimeout: '6s',
  // For ever: while Postgres is away the booking waits here and nothing is lost. The caller has its own deadline.
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '5s' },
});

/**
 * One booking: opened, taken from step to step by updates, over when it is ordered, abandoned or expired. What a step may do
 * is judged by the activity that records it; the run keeps the booking, and the steps in their order.
 *
 * @throws ApplicationFailure ORDER_BOOKING_DISABLED when the tenant has switched AI booking off (the id may be started again),
 * CancelledFailure when the run was cancelled, after the booking was abandoned.
 */
export async function BookingWorkflow(input: BookingWorkflowInput): Promise<BookingWorkflowResult> {
  const desk = new BookingDesk(input);
  try {
    if (input.resumed === undefined) await desk.open();
    await untilOver(desk);
    // Still inside: a cancellation that comes while handlers finish before a continue-as-new is the booking's as well.
    await condition(allHandlersFinished);
  } catch (error) {
    try {
      if (isCancellation(error)) await desk.cancel();
    } finally {
      // Not cancellable: in a cancelled scope a condition fails at once, and callers in mid-step would get no answer.
      await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    }
    throw error;
  }
  if (!desk.isOver) return continueAsNew<typeof BookingWorkflow>({ ...input, resumed: desk.handOn() });
  const { id, status, orderId } = desk.state;
  return { bookingId: id, status, orderId };
}

/**
 * Waits for the end of the booking or of the run, and lets the booking expire when nothing happens to it. Steps do not touch
 * the timer, which would cost each of them two events more: when it fires, it is set again for what is left.
 */
async function untilOver(desk: BookingDesk): Promise<void> {
  for (;;) {
    const left = Date.parse(expiresAt(desk.state)) - Date.now();
    if (await condition(() => desk.isOver || desk.needsNewRun, Math.max(left, 1))) return;
    await desk.expire();
  }
}

/** The booking's one place of change: takes steps one after the other and knows what each was answered. */
class BookingDesk {
  private known: BookingState | undefined;
  private opening: StepAnswer | undefined;
  /** Why there is no booking: a guardrail's no, or a defect of ours. */
  private refused: Block | 'defect' | undefined;
  private settle: () => void = () => undefined;
  /** Resolves once it is known whether there is a booking. */
  private readonly settled = new Promise<void>((resolve) => {
    this.settle = resolve;
  });
  private readonly answers: BookingAnswers;
  /** Steps run one at a time, in the order of arrival: each is judged by what the one before it left behind. */
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  /** What has begun is finished: a step cut off would be recorded, and its caller told nothing. One scope for all, because each costs. */
  private readonly uncancelled = new CancellationScope({ cancellable: false });
  private taken = 0;
  /** The order that the booking became, as somebody told it. */
  private orderId: string | undefined;

  constructor(private readonly input: BookingWorkflowInput) {
    this.answers = new BookingAnswers(input.resumed?.answers);
    if (input.resumed !== undefined) this.begin(input.resumed.state, input.resumed.opening);
    // Before the first await: messages that came with the start are delivered in this same activation.
    setHandler(orderPlacedSignal, (signal) => this.hearOfOrder(signal));
    setHandler(openUpdate, () => this.answerOpening());
    for (const [action, update] of Object.entries(STEP_UPDATES)) {
      setHandler(update, (message) => this.answerStep(message), {
        validator: (message) => this.validate(action as StepRequest['action'], message),
      });
    }
    setHandler(bookingQuery, () => (this.known === undefined ? null : viewOf(this.known, now())));
  }

  get state(): BookingState {
    if (this.known === undefined) throw new Error('the booking is not open yet');
    return this.known;
  }

  get isOver(): boolean {
    return this.waiting === 0 && this.state.status !== 'open';
  }

  get needsNewRun(): boolean {
    return workflowInfo().continueAsNewSuggested || this.taken >= (this.input.stepsPerRun ?? Number.POSITIVE_INFINITY);
  }

  /** All that the next run has to know. */
  handOn(): ResumedBooking {
    if (this.opening === undefined) throw new Error('the booking is not open yet');
    return { state: this.state, opening: this.opening, answers: this.answers.handOn() };
  }

  /** Opens the booking, whether or not anybody asks for the answer: the caller's update may never arrive. */
  async open(): Promise<void> {
    const { userId, bookingId, locale, actor, correlationId, confidence, requestHash = '' } = this.input;
    const at = now();
    const opened = await this.tryToOpen({
      userId,
      bookingId,
      actor,
      correlationId,
      at,
      ...(locale === undefined ? {} : { locale }),
      ...(confidence === undefined ? {} : { confidence }),
    });
    if (opened.kind === 'opened') {
      const { state, result } = opened;
      this.begin(state, { kind: 'answer', booking: viewOf(state, at), result, requestHash });
      return;
    }
    this.refused = opened.kind === 'disabled' ? opened.block : 'defect';
    this.settle();
    throw this.refusal(this.refused, requestHash);
  }

  private refusal(refused: Block | 'defect', requestHash: string): Error {
    return refused === 'defect' ? defectiveStep() : refusedStep({ kind: 'refusal', block: refused, requestHash });
  }

  private async tryToOpen(
    start: Parameters<BookingActivities['openBooking']>[0],
  ): Promise<OpenBookingResult | { readonly kind: 'defect' }> {
    // Not cancellable: a cancellation that comes now must find out whether there is a booking to abandon.
    return CancellationScope.nonCancellable(() => openBooking(start)).catch((error: unknown) => {
      // Not a refusal but a defect (what can be repaired by waiting is retried for ever): fail, so that the id is free.
      log.error('the booking could not be opened', { error });
      return { kind: 'defect' } as const;
    });
  }

  private begin(state: BookingState, opening: StepAnswer): void {
    this.opening = opening;
    this.adopt(state);
    this.settle();
  }

  private async answerOpening(): Promise<StepAnswer> {
    if (this.opening === undefined) await this.untilOpen(this.input.requestHash ?? '');
    if (this.opening === undefined) throw defectiveStep();
    return this.opening;
  }

  private async untilOpen(requestHash: string): Promise<void> {
    await this.settled;
    if (this.refused !== undefined) throw this.refusal(this.refused, requestHash);
  }

  /**
   * Refuses before anything is recorded, but only what cannot be right whatever is under way. What a guardrail blocks is
   * taken and then failed: it belongs into the booking's records. A step to a booking that is over belongs there as well,
   * but taken it would keep the run from its end; so whoever asked is told to record it.
   */
  private validate(action: StepRequest['action'], message: StepMessage): void {
    if (!isStepMessage(action, message)) throw malformedStep();
    const state = this.known;
    if (state === undefined || state.status === 'open' || this.waiting > 0) return;
    // Answered already, or asking for what is so already: neither is wrong because the booking is over.
    if (this.answers.of(currentUpdateInfo()?.id ?? '') !== undefined) return;
    if (action === 'abandon_booking' && state.status === 'abandoned') return;
    const booking = viewOf(state, now());
    const block = overBlock(booking, state.status);
    throw refusedStep({ kind: 'refusal', block, booking, requestHash: message.requestHash, unrecorded: true });
  }

  private async answerStep(message: StepMessage): Promise<StepAnswer> {
    const updateId = currentUpdateInfo()?.id ?? uuid4();
    const cameAt = now();
    if (this.known === undefined) await this.untilOpen(message.requestHash);
    const outcome = this.answers.of(updateId) ?? (await this.inTurn(() => this.takeOnce(message, updateId, cameAt)));
    if (outcome.kind === 'answer') return outcome;
    throw refusedStep(outcome);
  }

  private async takeOnce(message: StepMessage, updateId: string, cameAt: string): Promise<StepAnswer | StepRefusal> {
    try {
      // Too late is too late, also when the timer that says so comes with this step or behind it.
      if (this.isIdle(cameAt)) await this.end(cameAt);
      const outcome = await this.take(message, updateCommandId(updateId));
      this.answers.remember(updateId, outcome);
      return outcome;
    } catch (error) {
      log.error('the step could not be taken', { error });
      throw defectiveStep();
    }
  }

  private async take(message: StepMessage, commandId: string): Promise<StepAnswer | StepRefusal> {
    const { request, requestHash, actor, correlationId, confidence } = message;
    const at = now();
    this.taken += 1;
    const { state, result, block } = await takeBookingStep({
      state: this.state,
      commandId,
      request,
      requestHash,
      actor,
      correlationId,
      at,
      ...(confidence === undefined ? {} : { confidence }),
    });
    this.adopt(state);
    const booking: BookingView = viewOf(this.state, at);
    if (result !== null) return { kind: 'answer', booking, result, requestHash };
    if (block === null) throw defectiveStep();
    return { kind: 'refusal', block, booking, requestHash };
  }

  /** Ends the booking, unless a step was taken since the timer was set. */
  async expire(): Promise<void> {
    await this.inTurn(async () => {
      const at = now();
      if (this.isIdle(at)) await this.end(at);
    });
  }

  private isIdle(at: string): boolean {
    return this.state.status === 'open' && isExpired(expiresAt(this.state), at);
  }

  private async end(at: string): Promise<void> {
    this.adopt((await expireBooking({ state: this.state, at })).state);
  }

  /** Abandons the booking when its run is cancelled. One that is over already stays as it is. */
  async cancel(): Promise<void> {
    if (this.known?.status !== 'open') return;
    const message: StepMessage = {
      request: { action: 'abandon_booking', reason: 'run cancelled' },
      requestHash: '',
      actor: 'operator',
      correlationId: `req_${uuid4()}`,
    };
    await this.inTurn(() => this.take(message, `${workflowInfo().runId}:cancellation`));
  }

  /** A signal's sender gets no answer, so nothing it sends may fail the run. */
  private hearOfOrder(signal: { readonly orderId: string }): void {
    if (typeof signal?.orderId !== 'string' || !UUID.test(signal.orderId)) {
      log.warn('orderPlaced signal ignored: it names no order');
      return;
    }
    this.orderId = signal.orderId;
    if (this.known !== undefined) this.adopt(this.known);
  }

  /** Does `work` after all that came before it, and what comes later after it. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const turn = this.tail
      .then(() => this.uncancelled.run(work))
      .finally(() => {
        this.waiting -= 1;
      });
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  /** A step that was judged before the order was told of still says that the booking is open. */
  private adopt(state: BookingState): void {
    const { orderId } = this;
    this.known = state.status === 'open' && orderId !== undefined ? { ...state, status: 'ordered', orderId } : state;
    const { step, nextStep, draft } = viewOf(this.known, now());
    setCurrentDetails(
      `**${step}**, next: ${nextStep ?? 'nothing'}; ${draft.items.length} items, ${draft.totalQuantity} in all; ` +
        `${this.known.version} steps recorded`,
    );
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The workflow's clock, ISO 8601. */
function now(): string {
  return new Date().toISOString();
}
