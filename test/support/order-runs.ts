import { randomUUID } from 'node:crypto';
import {
  isGrpcServiceError,
  ServiceError,
  WithStartWorkflowOperation,
  type WorkflowHandleWithStartDetails,
} from '@temporalio/client';
import { ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import { orderFingerprint } from '../../domain/fingerprint';
import type { Order, OrderStatus } from '../../domain/order';
import { placeOrder } from '../../persistence/orders/place-order';
import { transitionOrder } from '../../persistence/orders/transition-order';
import { withTenant } from '../../persistence/with-tenant';
import { sha256Hex } from '../../platform/sha256';
import {
  ORDER_WORKFLOW,
  type OrderWorkflowInput,
  orderQuery,
  orderWorkflowId,
  PLACE_UPDATE_ID,
  type PlaceAnswer,
  type PlaceOrderInput,
  placeUpdate,
  SEARCH_ATTRIBUTES,
  type TransitionAnswer,
  type TransitionRequest,
  transitionUpdate,
} from '../../workflows/contract';
import { sampleContent } from './sample-order';
import type { Scene } from './scene';
import { untilAdmitted } from './until-admitted';

/** One line of an order's audit trail, as far as the tests compare it. */
export interface AuditLine {
  readonly sequence: number;
  readonly type: string;
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly actor: string;
  readonly reason: string | null;
}

/** A new attempt of a tenant, under a new key, at an order like no other. */
export function sampleAttempt(userId: string, fields: Partial<PlaceOrderInput> = {}): PlaceOrderInput {
  const content = fields.content ?? sampleContent();
  return {
    userId,
    attemptId: randomUUID(),
    idempotencyKey: `key-${randomUUID()}`,
    requestHash: sha256Hex(JSON.stringify(content)),
    fingerprint: orderFingerprint(userId, content, sha256Hex),
    content,
    allowDuplicate: false,
    actor: 'api_key:test',
    correlationId: 'req_test',
    ...fields,
  };
}

/** OrderWorkflow as order-api calls it, without order-api, and what Postgres has of the order. */
export function orderRuns({ temporal, taskQueue, database }: Scene) {
  const handle = (attempt: PlaceOrderInput) =>
    temporal.workflow.getHandle(orderWorkflowId(attempt.userId, attempt.idempotencyKey));

  const startOptions = (attempt: PlaceOrderInput, input: OrderWorkflowInput = { attempt }) => ({
    workflowId: orderWorkflowId(attempt.userId, attempt.idempotencyKey),
    taskQueue,
    args: [input] as [OrderWorkflowInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: SEARCH_ATTRIBUTES.orderStatus, value: 'pending' },
      { key: SEARCH_ATTRIBUTES.tenantId, value: attempt.userId },
      { key: SEARCH_ATTRIBUTES.orderSource, value: attempt.content.source },
    ]),
  });

  return {
    handle,

    /** One update-with-start. */
    place: (attempt: PlaceOrderInput, updateId: string = PLACE_UPDATE_ID): Promise<PlaceAnswer> =>
      temporal.workflow.executeUpdateWithStart(placeUpdate, {
        updateId,
        startWorkflowOperation: new WithStartWorkflowOperation(ORDER_WORKFLOW, startOptions(attempt)),
      }),

    /** A start that nobody waits for. */
    start: (attempt: PlaceOrderInput, input?: OrderWorkflowInput): Promise<WorkflowHandleWithStartDetails> =>
      temporal.workflow.start(ORDER_WORKFLOW, startOptions(attempt, input)),

    move: (
      attempt: PlaceOrderInput,
      to: OrderStatus,
      { updateId, ...more }: Partial<TransitionRequest> & { readonly updateId?: string } = {},
    ): Promise<TransitionAnswer> =>
      handle(attempt).executeUpdate(transitionUpdate, {
        args: [request(to, more)],
        ...(updateId === undefined ? {} : { updateId }),
      }),

    /** A move in the same call as the start of a run, which finds both in its first task. */
    moveWithStart: (attempt: PlaceOrderInput, to: OrderStatus): Promise<TransitionAnswer> =>
      temporal.workflow.executeUpdateWithStart(transitionUpdate, {
        args: [request(to)],
        startWorkflowOperation: new WithStartWorkflowOperation(ORDER_WORKFLOW, startOptions(attempt)),
      }),

    /** Waits until an update that was sent is Temporal's. */
    sent: (attempt: PlaceOrderInput, updateId: string): Promise<void> =>
      untilAdmitted(temporal, handle(attempt).workflowId, updateId),

    query: (attempt: PlaceOrderInput): Promise<Order | null> => handle(attempt).query(orderQuery),

    /** The order in Postgres, written as if some time ago, before any run of its key. */
    async placeInThePast(attempt: PlaceOrderInput, at: Date): Promise<void> {
      await withTenant(database.service, attempt.userId, (client) =>
        placeOrder(client, { ...attempt, orderId: attempt.attemptId, at }),
      );
    },

    /** Cancels the order without its run, as if Temporal had lost the run that did it. */
    async cancelInPostgres(attempt: PlaceOrderInput): Promise<void> {
      const command = { ...request('cancelled'), orderId: attempt.attemptId, commandId: 'test', auditRefusal: false };
      await withTenant(database.service, attempt.userId, (client) => transitionOrder(client, command));
    },

    async statusOf(attempt: PlaceOrderInput): Promise<OrderStatus | undefined> {
      const { rows } = await database.owner.query<{ status: OrderStatus }>(
        'SELECT status FROM orders WHERE user_id = $1 AND idempotency_key = $2',
        [attempt.userId, attempt.idempotencyKey],
      );
      return rows[0]?.status;
    },

    async ordersOf(userId: string): Promise<number> {
      const { rows } = await database.owner.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM orders WHERE user_id = $1',
        [userId],
      );
      return rows[0]?.n ?? 0;
    },

    async auditOf(attempt: PlaceOrderInput): Promise<readonly AuditLine[]> {
      const { rows } = await database.owner.query<AuditLine>(
        `SELECT e.sequence, e.type, e.from_status AS "from", e.to_status AS "to", e.actor, e.reason
         FROM order_events e JOIN orders o ON o.id = e.order_id
         WHERE o.user_id = $1 AND o.idempotency_key = $2 ORDER BY e.sequence`,
        [attempt.userId, attempt.idempotencyKey],
      );
      return rows;
    },
  };
}

export type OrderRuns = ReturnType<typeof orderRuns>;

/** A move as order-api asks for it. */
export function request(to: OrderStatus, more: Partial<TransitionRequest> = {}): TransitionRequest {
  return { to, actor: 'api_key:test', correlationId: 'req_test', ...more };
}

/** The code that a call was refused with; fails when it was not refused. */
export async function refusalCode(call: Promise<unknown>): Promise<string | null | undefined> {
  const error: unknown = await call.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof ApplicationFailure) return cause.type;
  throw error;
}

const FAILED_PRECONDITION = 9;

/**
 * Calls again while Temporal answers FAILED_PRECONDITION: the workflow task that was to answer has been thrown away,
 * because something else arrived while it ran. The API says UNAVAILABLE to its caller then, who does the same as this.
 */
export async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const status = error instanceof ServiceError ? error.cause : error;
      if (!isGrpcServiceError(status) || status.code !== FAILED_PRECONDITION) throw error;
    }
  }
}
