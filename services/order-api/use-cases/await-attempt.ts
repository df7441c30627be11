import type { Client } from '@temporalio/client';
import { orderWorkflowId, PLACE_UPDATE_ID, placeUpdate } from '../../../workflows/contract';
import type { CallContext } from './contract';
import { isCutOff, isRunGone, refusalOf, temporalError } from './temporal-error';
import { untilTaken } from './until-taken';

/** Longer keeps a caller from a no while Temporal is away; shorter tells one to a caller whose order is being made, when it is slow. */
const LOOK_WITHIN_MS = 2_000;

/**
 * Waits until it is decided what becomes of the attempt at an order that is under way under this key, if one is. It makes no attempt
 * of its own, and starts no run: it asks the one that is open, under the update id that all callers of the key share. Where Temporal
 * does not say whether there is one, none is waited for.
 *
 * @throws the refusal of an attempt at the same request; UNAVAILABLE when the outcome cannot be known in time. The refusal of
 * another request is none of the caller's business: then the key has made nothing, which Postgres says as well.
 */
export async function awaitAttempt(
  temporal: Client,
  ctx: CallContext,
  { idempotencyKey, requestHash }: { readonly idempotencyKey: string; readonly requestHash: string },
): Promise<void> {
  const run = temporal.workflow.getHandle(orderWorkflowId(ctx.caller.userId, idempotencyKey));
  // A closed run would be asked in vain, or answer with a refusal of long ago.
  const isOpen = await temporal
    .withDeadline(Math.min(ctx.deadline.getTime(), Date.now() + LOOK_WITHIN_MS), () => run.describe())
    .then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );
  if (!isOpen) return;
  const ask = () => run.executeUpdate(placeUpdate, { updateId: PLACE_UPDATE_ID });
  try {
    await untilTaken(() => temporal.withDeadline(ctx.deadline, ask));
  } catch (error) {
    const refused = refusalOf(error);
    if (refused?.requestHash === requestHash) throw refused.error;
    if (refused === undefined && !isRunGone(error) && !isCutOff(error)) throw temporalError(error);
  }
}
