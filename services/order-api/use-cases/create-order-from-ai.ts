import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type ReadKey, readConfirmationKey } from '../../../domain/booking/confirmation-key';
import { draftDigest } from '../../../domain/booking/draft-digest';
import { isExpired, viewOf } from '../../../domain/booking/view';
import { createOrderRequestHash } from '../../../domain/canonical-request';
import { OrderError } from '../../../domain/errors';
import type { Block } from '../../../domain/guardrails/block';
import { GUARDRAILS, type Guardrail } from '../../../domain/guardrails/guardrail';
import type { OrderContent } from '../../../domain/order';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import type { ConfirmationSigning } from '../../../platform/confirmation-signing';
import type { Logger } from '../../../platform/logger';
import { sha256Hex } from '../../../platform/sha256';
import { bookingWorkflowId, orderPlacedSignal } from '../../../workflows/booking-contract';
import { awaitAttempt } from './await-attempt';
import { blockError } from './booking-error';
import type { CallContext, CreatedOrder, CreateOrderFromAi, UseCases } from './contract';
import type { DecisionRecords } from './decision-records';
import { inTenant } from './in-tenant';
import { isRunGone } from './temporal-error';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly signing: Pick<ConfirmationSigning, 'macOf'>;
  readonly records: DecisionRecords;
  readonly logger: Logger;
  readonly createOrder: UseCases['createOrder'];
}

/** The booking's run finds out by itself in the end: the caller, who has its order, is not kept for longer than this. */
const SIGNAL_WITHIN_MS = 2_000;

/**
 * Makes the order that a customer confirmed. The key is the proof: it was issued by this system, to this tenant, for exactly
 * this content. What can be told from the key alone is refused here, before anything is started; whether the yes still holds
 * is judged by the statement that places the order. From there on it is an order like any other, under the key as its
 * idempotency key: sent again, also long after the key has expired, it is answered again.
 */
export function createCreateOrderFromAi({
  pool,
  temporal,
  signing,
  records,
  logger,
  createOrder,
}: Dependencies): UseCases['createOrderFromAi'] {
  return async (ctx, { confirmationKey, content }) => {
    const { userId } = ctx.caller;
    const read =
      confirmationKey === undefined ? undefined : readConfirmationKey(confirmationKey, userId, signing.macOf);
    if (confirmationKey === undefined || read === undefined) {
      return refuse(ctx, confirmationKey === undefined ? NO_KEY : UNKNOWN_KEY);
    }
    const digest = draftDigest({ userId, bookingId: read.bookingId }, content, sha256Hex);
    const asked = { bookingId: read.bookingId, summaryDigest: digest };
    if (!read.isFor(digest)) return refuse(ctx, OTHER_CONTENT, asked);

    const created = await place(ctx, confirmationKey, content, read).catch((error: unknown) => {
      const block = blockOf(error);
      if (block === undefined) throw error;
      return refuse(ctx, block, asked);
    });
    if (created === undefined) return refuse(ctx, EXPIRED, asked);
    if (!created.idempotentReplayed) await tellBooking(ctx, read.bookingId, created.order.id);
    return created;
  };

  /** Undefined: the key has expired without having made an order. */
  async function place(
    ctx: CallContext,
    idempotencyKey: string,
    { customerName, customerPhone, items, notes }: CreateOrderFromAi['content'],
    { expiresAt }: ReadKey,
  ): Promise<CreatedOrder | undefined> {
    const content: OrderContent = { customerName, customerPhone, items, source: 'ai', notes, slotId: null };
    const request = { idempotencyKey, content, allowDuplicate: false };
    const expired = isExpired(expiresAt, new Date().toISOString());
    if (expired && !(await hasMadeOrder(ctx, idempotencyKey, createOrderRequestHash(request, sha256Hex))))
      return undefined;
    return createOrder(ctx, request);
  }

  /**
   * Whether the key has made an order; one that has is good for its answer for ever. An attempt that is under way began in time, as
   * none begins after the expiry, and may have its yes judged already: its outcome is waited for. What has expired makes no attempt.
   */
  async function hasMadeOrder(ctx: CallContext, idempotencyKey: string, requestHash: string): Promise<boolean> {
    const isThere = async () =>
      (await inTenant(pool, ctx, (client) => findOrderByKey(client, idempotencyKey))) !== undefined;
    if (await isThere()) return true;
    await awaitAttempt(temporal, ctx, { idempotencyKey, requestHash });
    return isThere();
  }

  /** Records the no. @throws OrderError always: the no, with what the booking needs now. */
  async function refuse(
    ctx: CallContext,
    block: Block,
    asked?: { readonly bookingId: string; readonly summaryDigest: string },
  ): Promise<CreatedOrder> {
    const state = await records.blocked(ctx, { bookingId: undefined, step: 'create_order', block, ...asked });
    throw blockError(block, state && viewOf(state, new Date().toISOString()));
  }

  /** Lets the booking's run end now rather than when it expires. Nothing that fails here takes the order back. */
  async function tellBooking(ctx: CallContext, bookingId: string, orderId: string): Promise<void> {
    const run = temporal.workflow.getHandle(bookingWorkflowId(ctx.caller.userId, bookingId));
    const deadline = Math.min(ctx.deadline.getTime(), Date.now() + SIGNAL_WITHIN_MS);
    await temporal
      .withDeadline(deadline, () => run.signal(orderPlacedSignal, { orderId }))
      .catch((err: unknown) => {
        if (isRunGone(err)) return;
        const { correlationId } = ctx;
        logger.warn(
          { event: 'bookingNotTold', bookingId, orderId, correlationId, err },
          'a booking was not told of its order',
        );
      });
  }
}

const NO_KEY = required(
  'confirmation_key',
  'no_key',
  'Confirm the booking with the customer first; its key makes the order',
);
const UNKNOWN_KEY = required(
  'confirmation_key',
  'unknown_key',
  'This is no key of a confirmed booking of this business',
);
const OTHER_CONTENT = required(
  'confirmed_content',
  'other_content',
  'This is not what the customer confirmed; send the confirmed payload as it is',
);

const EXPIRED: Block = {
  guardrail: 'live_confirmation',
  code: 'STALE_CONFIRMATION',
  reason: 'confirmation_expired',
  message: 'The confirmation has expired; show the summary and ask again',
  ask: null,
};

function required(guardrail: Guardrail, reason: string, message: string): Block {
  return { guardrail, code: 'CONFIRMATION_REQUIRED', reason, message, ask: null };
}

/** The guardrail's no in what the placing of the order threw; undefined for what is none. */
function blockOf(error: unknown): Block | undefined {
  if (!(error instanceof OrderError)) return undefined;
  const { code, message, details } = error;
  // Someone who may make orders has used the key for one of another kind. Of that nothing is told here.
  if (code === 'IDEMPOTENCY_KEY_REUSED') return OTHER_CONTENT;
  const guardrail = GUARDRAILS.find((name) => name === details.guardrail);
  if (guardrail === undefined || typeof details.reason !== 'string') return undefined;
  switch (code) {
    case 'CONFIRMATION_REQUIRED':
    case 'STALE_CONFIRMATION':
    case 'ORDER_BOOKING_DISABLED':
      return { guardrail, code, reason: details.reason, message, ask: null };
    default:
      return undefined;
  }
}
