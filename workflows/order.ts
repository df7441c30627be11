import {
  ApplicationFailure,
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
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { orderEventId } from '../domain/notification';
import { asCreated, isOrderStatus, type Order, type OrderStatus } from '../domain/order';
import { canTransition, isTerminal, ORDER_TRANSITIONS } from '../domain/order-state';
import {
  type OrderActivities,
  type OrderStatusSignal,
  type OrderWorkflowInput,
  orderQuery,
  orderStatusSignal,
  type PlaceAnswer,
  type PlacedState,
  placeUpdate,
  SEARCH_ATTRIBUTES,
  type TransitionAnswer,
  type TransitionOrderInput,
  type TransitionRequest,
  transitionUpdate,
  updateCommandId,
} from './contract';
import type { ToTell } from './notification-contract';
import { refusal } from './refusal';
import { tellSubscribers } from './tell-subscribers';

const { placeOrder, transitionOrder } = proxyLocalActivities<OrderActivities>({
  // One statement. Shorter than the workflow task's own timeout (10 s), so that a stuck connection is retried before
  // the server gives the task to another worker; longer than the pool's statement timeout, which is the first to act.
  startToCloseTimeout: '6s',
  // For ever: while Postgres is away the order waits here and nothing is lost. The caller has its own deadline.
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '5s' },
});

export interface OrderWorkflowResult {
  readonly orderId: string;
  readonly status: OrderStatus;
}

/**
 * The life of one order: placed, moved by updates and signals, over when it is completed or cancelled.
 *
 * @throws ApplicationFailure with the error's code as its type when the attempt is refused (the key may be tried again),
 * CancelledFailure when the run was cancelled, after the order was.
 */
export async function OrderWorkflow(input: OrderWorkflowInput): Promise<OrderWorkflowResult> {
  const desk = new OrderDesk(input);
  try {
    const placed = input.resumed ?? (await desk.place());
    desk.open(placed);
    await expire(desk, placed);
    await condition(() => desk.isOver || workflowInfo().continueAsNewSuggested);
    // Still inside: a cancellation that comes while handlers finish before a continue-as-new is the order's as well.
    await condition(() => desk.isIdle);
  } catch (error) {
    if (isCancellation(error)) await desk.cancel();
    // Not cancellable: in a cancelled scope a condition fails at once, and callers in mid-update would get no answer.
    await CancellationScope.nonCancellable(() => condition(() => desk.isIdle));
    throw error;
  }
  if (!desk.isOver) return continueAsNew<typeof OrderWorkflow>({ ...input, resumed: desk.state });
  return { orderId: desk.state.order.id, status: desk.state.order.status };
}

/** Where the tenant lets pending orders expire, waits that long for the order to move, and cancels it otherwise. */
async function expire(desk: OrderDesk, { order, pendingExpirySeconds }: PlacedState): Promise<void> {
  if (pendingExpirySeconds === null || order.status !== 'pending') return;
  const left = Date.parse(order.createdAt) + pendingExpirySeconds * 1000 - Date.now();
  const settled = await condition(
    () => desk.state.order.status !== 'pending' || workflowInfo().continueAsNewSuggested,
    Math.max(left, 1),
  );
  if (settled) return;
  await desk.enqueue({
    to: 'cancelled',
    // A confirmation may be under way and be written first: it wins, and this one must not cancel a confirmed order.
    expectedVersion: desk.state.order.version,
    actor: 'system',
    reason: 'expired',
    correlationId: `expiry_${uuid4()}`,
    commandId: commandId('expiry'),
    auditRefusal: false,
  });
}

/** A move to write, under a name that is the same however often it is written. */
type Command = TransitionRequest & Pick<TransitionOrderInput, 'commandId' | 'auditRefusal'>;

/**
 * Names a command by the message that asked for it, not by when its turn came: after a crash between Postgres' commit
 * and the end of the workflow task, the messages may be delivered again in another order, and a count of turns would
 * give one of them the name of another that is written already.
 */
function commandId(message: string): string {
  return `${workflowInfo().runId}:${message}`;
}

/** The order's one place of change: takes commands one after the other and knows the outcome of each. */
class OrderDesk {
  private placed: PlacedState | undefined;
  private refused: unknown;
  private settle: () => void = () => undefined;
  /** Resolves once it is known what became of the attempt. Not a condition: that costs more, and can be cancelled. */
  private readonly settled = new Promise<void>((resolve) => {
    this.settle = resolve;
  });
  /** Commands run one at a time, in the order of arrival: a signal and the update behind it must not overtake. */
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private signals = 0;
  /** Events that subscribers are still being told of. They hold nothing up but the run's end. */
  private telling = 0;

  constructor(private readonly input: OrderWorkflowInput) {
    // Before the first await: messages that came with the start are delivered in this same activation.
    // Signals first: what is waiting for a handler is delivered as it is set, and a signal must not be overtaken by an update.
    setHandler(orderStatusSignal, (signal) => this.receive(signal));
    setHandler(placeUpdate, () => this.answerPlace());
    setHandler(transitionUpdate, (request) => this.transition(request), {
      validator: (request) => this.validateTransition(request),
    });
    setHandler(orderQuery, () => this.placed?.order ?? null);
  }

  get state(): PlacedState {
    if (this.placed === undefined) throw new Error('the order is not placed yet');
    return this.placed;
  }

  /** Whether nobody waits for this run any more: no caller, and no subscriber. */
  get isIdle(): boolean {
    return this.telling === 0 && allHandlersFinished();
  }

  get isOver(): boolean {
    return this.waiting === 0 && isTerminal(this.state.order.status);
  }

  /** Places the order, whether or not anybody asks for the answer: the caller's update may never arrive. */
  async place(): Promise<PlacedState> {
    const { attempt } = this.input;
    // Not cancellable: a cancellation that comes now must find out whether there is an order to cancel.
    const result = await CancellationScope.nonCancellable(() => placeOrder(attempt)).catch((error: unknown) => {
      // Not a refusal but a defect (what can be repaired by waiting is retried for ever): fail, so that the key is free.
      log.error('the order could not be written', { error });
      return { kind: 'defect' } as const;
    });
    if (result.kind === 'placed') {
      this.tell('order.created', result.order, result.tell, attempt.correlationId);
      return { order: result.order, pendingExpirySeconds: result.pendingExpirySeconds };
    }
    this.refused = refusal(result, attempt);
    this.settle();
    throw this.refused;
  }

  open(placed: PlacedState): void {
    this.placed = placed;
    this.settle();
    // The start said `pending`; an order that was found (Temporal had forgotten it) may be further on.
    if (placed.order.status !== 'pending' || this.input.resumed !== undefined) this.showStatus();
  }

  private async answerPlace(): Promise<PlaceAnswer> {
    if (this.placed === undefined) await this.untilPlaced();
    return { order: asCreated(this.state.order), requestHash: this.input.attempt.requestHash };
  }

  private async untilPlaced(): Promise<void> {
    await this.settled;
    if (this.refused !== undefined) throw this.refused;
  }

  /** Refuses before anything is recorded, but only when nothing is under way that could make the request right. */
  private validateTransition(request: TransitionRequest): void {
    if (!isOrderStatus(request?.to)) throw refusal({ kind: 'malformed' }, this.input.attempt);
    const order = this.placed?.order;
    if (order === undefined || this.waiting > 0 || request.askPostgres === true) return;
    // A version above the one known here means that this run missed something (a write whose task was lost): Postgres judges.
    if (request.expectedVersion !== undefined && request.expectedVersion > order.version) return;
    if (request.expectedVersion !== undefined && request.expectedVersion !== order.version) {
      throw refusal({ kind: 'version_conflict', order }, this.input.attempt, request.to, true);
    }
    if (request.to !== order.status && !canTransition(order.status, request.to)) {
      throw refusal({ kind: 'illegal', order }, this.input.attempt, request.to, true);
    }
  }

  private async transition(request: TransitionRequest): Promise<TransitionAnswer> {
    const id = currentUpdateInfo()?.id ?? uuid4();
    const result = await this.enqueue({ ...request, commandId: updateCommandId(id), auditRefusal: false }).catch(
      (error: unknown) => {
        if (error instanceof ApplicationFailure) throw error;
        // Not a refusal but a defect; told as one, so that nobody sends the same again for ever.
        log.error('the move could not be written', { error });
        throw refusal({ kind: 'defect' }, this.input.attempt);
      },
    );
    if (result.kind === 'moved' || result.kind === 'unchanged') return { kind: result.kind, order: result.order };
    throw refusal({ kind: result.kind, order: result.order }, this.input.attempt, request.to);
  }

  /** A signal's sender gets no answer, so nothing it sends may fail the run: what cannot be done is recorded instead. */
  private async receive(signal: OrderStatusSignal): Promise<void> {
    this.signals += 1;
    if (!isOrderStatus(signal?.status)) {
      log.warn('orderStatus signal ignored: its status is none of ours');
      return;
    }
    const reason = bounded(signal.reason, 500);
    const command: Command = {
      to: signal.status,
      // Whoever may signal may call himself anything: the trail says that it was a signal.
      actor: signalActor(signal.actor),
      correlationId: bounded(signal.correlationId, 128) ?? `req_${uuid4()}`,
      // Signals are events of the history, so their count is theirs for ever.
      commandId: commandId(`signal:${this.signals}`),
      auditRefusal: true,
      ...(reason === undefined ? {} : { reason }),
    };
    // Only a defect, or an attempt that was refused and left no order to move, gets here: neither may fail the run.
    await this.enqueue(command).catch((error: unknown) => {
      log.warn('orderStatus signal ignored: it could not be written', { error });
    });
  }

  /** The order's cancellation when its run is cancelled. An order that is over already stays as it is. */
  async cancel(): Promise<void> {
    if (this.placed === undefined || isTerminal(this.placed.order.status)) return;
    await CancellationScope.nonCancellable(() =>
      this.enqueue({
        to: 'cancelled',
        actor: 'operator',
        reason: 'run cancelled',
        correlationId: `req_${uuid4()}`,
        commandId: commandId('cancellation'),
        auditRefusal: false,
      }),
    );
  }

  /** Writes one command, after all that came before it. */
  async enqueue(command: Command) {
    this.waiting += 1;
    const turn = this.tail.then(() => CancellationScope.nonCancellable(() => this.write(command)));
    this.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.waiting -= 1;
    }
  }

  private async write(command: Command) {
    if (this.placed === undefined) await this.untilPlaced();
    const { order, pendingExpirySeconds } = this.state;
    const result = await transitionOrder({ ...command, userId: order.userId, orderId: order.id });
    if (result.order.version !== order.version || result.order.status !== order.status) {
      this.placed = { order: result.order, pendingExpirySeconds };
      this.showStatus();
    }
    this.tell('order.status_changed', result.order, result.tell, command.correlationId);
    return result;
  }

  /** Has those told who subscribed, if anybody did. Not waited for: an order never waits for its news. */
  private tell(
    event: 'order.created' | 'order.status_changed',
    { id: orderId, userId }: Order,
    tell: ToTell | undefined,
    correlationId: string,
  ): void {
    if (tell === undefined) return;
    const { taskQueue, subscriptions, sequence } = tell;
    const news = {
      userId,
      event,
      eventId: orderEventId(orderId, sequence),
      correlationId,
      order: { orderId, sequence },
    };
    this.telling += 1;
    tellSubscribers(news, { taskQueue, subscriptions })
      .catch((error: unknown) => log.error('subscribers could not be told', { error }))
      .finally(() => {
        this.telling -= 1;
      });
  }

  private showStatus(): void {
    const { status, version } = this.state.order;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.orderStatus, value: status }]);
    setCurrentDetails(
      `**${status}**, version ${version}; next: ${ORDER_TRANSITIONS[status].join(' or ') || 'nothing'}`,
    );
  }
}

/** `signal`, or `signal:<name>` with the name its sender gave. */
function signalActor(name: unknown): string {
  const given = bounded(name, 93);
  return given === undefined ? 'signal' : `signal:${given}`;
}

/** Text as the audit trail takes it; undefined when nothing is left. Postgres refuses NUL and halves of surrogate pairs. */
function bounded(value: unknown, length: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  return (
    value
      .slice(0, length)
      .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
      .trim() || undefined
  );
}
