import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { rotateSecretRequestHash } from '../../../domain/canonical-request';
import { ValidationError } from '../../../domain/errors';
import { webhookSecretContext } from '../../../domain/notification';
import { decodePageToken, encodePageToken, type PageTokenBinding } from '../../../domain/page-token';
import type { DeliveryRecord, Subscription } from '../../../domain/subscription';
import { changeSubscription } from '../../../persistence/notifications/change-subscription';
import { deleteSubscription } from '../../../persistence/notifications/delete-subscription';
import { findSubscription } from '../../../persistence/notifications/find-subscription';
import { keepServerKey } from '../../../persistence/notifications/keep-server-key';
import { listDeliveries } from '../../../persistence/notifications/list-deliveries';
import { listSubscriptions } from '../../../persistence/notifications/list-subscriptions';
import { readDelivery } from '../../../persistence/notifications/read-delivery';
import { rotateSecret } from '../../../persistence/notifications/rotate-secret';
import type { Keyring } from '../../../platform/keyring';
import { seal } from '../../../platform/sealed-secret';
import { sha256Hex } from '../../../platform/sha256';
import { makeVapidKeys } from '../../../platform/vapid-keys';
import { makeWebhookSecret } from '../../../platform/webhook-secret';
import {
  DELIVER_NOW_WORKFLOW,
  type DeliverNowInput,
  type DeliverNowResult,
  deliverNowWorkflowId,
} from '../../../workflows/notification-contract';
import { askSyncWorker } from './ask-sync-worker';
import type { CallContext, UseCases } from './contract';
import { createCreateSubscription } from './create-subscription';
import { databaseError } from './database-error';
import { inTenant } from './in-tenant';
import { onceForKey } from './once-for-key';
import { openedSecret } from './opened-secret';
import { isTimeAndId } from './page-position';

export interface NotificationDependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly sheetsTaskQueue: string;
  readonly notificationsTaskQueue: string;
  readonly secrets: Keyring;
  /** Whether this machine may be a receiver: in development only. */
  readonly allowLoopbackTargets: boolean;
}

type NotificationUseCases = Pick<
  UseCases,
  | 'createSubscription'
  | 'listSubscriptions'
  | 'updateSubscription'
  | 'deleteSubscription'
  | 'rotateSubscriptionSecret'
  | 'testSubscription'
  | 'listDeliveries'
  | 'replayDelivery'
  | 'getVapidKey'
>;

/** Who is told of what happens, and what they were told. What is sent, sync-worker sends. */
export function notificationUseCases(dependencies: NotificationDependencies): NotificationUseCases {
  const { pool, temporal, secrets } = dependencies;

  return {
    createSubscription: createCreateSubscription(dependencies),

    listSubscriptions: (ctx) => inTenant(pool, ctx, listSubscriptions),

    async updateSubscription(ctx, { subscriptionId, ...change }) {
      const changed = await inTenant(pool, ctx, (client) =>
        changeSubscription(client, { id: subscriptionId, ...change }),
      );
      if (changed !== undefined) return changed;
      throw ended(await find(ctx, subscriptionId));
    },

    async deleteSubscription(ctx, subscriptionId) {
      if (await inTenant(pool, ctx, (client) => deleteSubscription(client, subscriptionId))) return;
      throw noSuchSubscription();
    },

    async rotateSubscriptionSecret(ctx, request) {
      const { subscriptionId, overlapSeconds, idempotencyKey } = request;
      const requestHash = rotateSecretRequestHash(request, sha256Hex);
      const keyed = { operation: 'rotate_secret', idempotencyKey, requestHash } as const;
      const secret = makeWebhookSecret();
      const sealedSecret = seal(secrets, secret, webhookSecretContext(subscriptionId));
      const done = await inTenant(pool, ctx, (client) =>
        onceForKey(client, keyed, async () => {
          const subscription = await rotateSecret(client, { id: subscriptionId, sealedSecret, overlapSeconds });
          if (subscription !== undefined) return { subscription, secret };
          const found = await findSubscription(client, subscriptionId);
          if (found === undefined) throw noSuchSubscription();
          if (found.kind === 'webhook') throw ended(found);
          throw new ValidationError('VALIDATION_FAILED', 'Only a webhook has a secret');
        }),
      );
      if ('made' in done) return done.made;
      const { subscription, secret: made } = done.known;
      return { subscription, secret: openedSecret(secrets, subscriptionId, made) };
    },

    async testSubscription(ctx, subscriptionId) {
      const subscription = await find(ctx, subscriptionId);
      if (subscription.status === 'ended') throw ended(subscription);
      return deliverNow(ctx, subscriptionId, { eventId: `evt_test_${uuidv7()}` });
    },

    async listDeliveries(ctx, { subscriptionId, pageSize, pageToken }) {
      const binding: PageTokenBinding = {
        list: 'deliveries',
        userId: ctx.caller.userId,
        filter: { subscriptionId },
      };
      const position =
        pageToken === undefined ? undefined : decodePageToken(pageToken, binding, sha256Hex, isTimeAndId);
      const after = position && { createdAt: position[0], id: position[1] };
      await find(ctx, subscriptionId);
      // One row more than asked for tells whether there is another page.
      const rows = await inTenant(pool, ctx, (client) =>
        listDeliveries(client, { subscriptionId, after, limit: pageSize + 1 }),
      );
      const deliveries = rows.slice(0, pageSize);
      const last = deliveries.at(-1);
      return {
        deliveries,
        nextPageToken:
          last && rows.length > pageSize ? encodePageToken([last.createdAt, last.id], binding, sha256Hex) : undefined,
      };
    },

    async replayDelivery(ctx, { subscriptionId, deliveryId }) {
      const subscription = await find(ctx, subscriptionId);
      if (subscription.status === 'ended') throw ended(subscription);
      await read(ctx, subscriptionId, deliveryId);
      return deliverNow(ctx, subscriptionId, { deliveryId });
    },

    async getVapidKey() {
      const kept = await keepServerKey(pool, 'vapid', () => makeVapidKeys(secrets)).catch((error: unknown) => {
        throw databaseError(error);
      });
      return kept.publicKey;
    },
  };

  async function find(ctx: CallContext, subscriptionId: string): Promise<Subscription> {
    const found = await inTenant(pool, ctx, (client) => findSubscription(client, subscriptionId));
    if (found === undefined) throw noSuchSubscription();
    return found;
  }

  async function read(ctx: CallContext, subscriptionId: string, deliveryId: string): Promise<DeliveryRecord> {
    const found = await inTenant(pool, ctx, (client) => readDelivery(client, { subscriptionId, deliveryId }));
    if (found === undefined) throw new ValidationError('NOT_FOUND', 'There is no such delivery');
    return found;
  }

  async function deliverNow(
    ctx: CallContext,
    subscriptionId: string,
    what: Pick<DeliverNowInput, 'deliveryId' | 'eventId'>,
  ): Promise<DeliveryRecord> {
    const { userId } = ctx.caller;
    const input: DeliverNowInput = {
      userId,
      subscriptionId,
      taskQueue: dependencies.notificationsTaskQueue,
      correlationId: ctx.correlationId,
      ...what,
    };
    const { deliveryId } = await askSyncWorker<DeliverNowResult>(temporal, ctx, {
      workflow: DELIVER_NOW_WORKFLOW,
      workflowId: deliverNowWorkflowId(userId, uuidv7()),
      taskQueue: dependencies.sheetsTaskQueue,
      input,
    });
    return read(ctx, subscriptionId, deliveryId);
  }
}

/** That the tenant has no such subscription, whether or not another one has. */
function noSuchSubscription(): ValidationError {
  return new ValidationError('NOT_FOUND', 'There is no such subscription');
}

function ended({ kind }: Subscription): ValidationError {
  const again = kind === 'web_push' ? 'subscribe again on the device' : 'make another one';
  return new ValidationError('VALIDATION_FAILED', `The subscription has ended; ${again}`);
}
